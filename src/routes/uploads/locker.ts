import { setTimeout as delay } from 'node:timers/promises';
import type { Lock, Locker } from '@tus/server';

/** How long a request that gives up may take to store what it has. */
const drainMs = 5_000;

type Holding = { release: () => void | Promise<void>; done: Promise<void> };

/** Who is busy with which upload in this process. */
export type Holdings = Map<string, Holding>;

/**
 * Lets the newest request have an upload: whoever is busy with it in this process is told to store
 * what it has and to stop, as a phone that changed networks must not wait until its old connection
 * times out. `take` then makes sure of it in the database, where other instances see it too.
 */
export function createLocker(holdings: Holdings, take: () => Promise<void>): Locker {
  return {
    newLock(id): Lock {
      let finish = (): void => {};
      const own: Holding = {
        release: () => {},
        done: new Promise<void>((resolve) => {
          finish = resolve;
        }),
      };
      const leave = (): void => {
        if (holdings.get(id) === own) holdings.delete(id);
        finish();
      };
      return {
        async lock(_, release) {
          const before = holdings.get(id);
          own.release = release;
          holdings.set(id, own);
          try {
            await before?.release();
            await Promise.race([before?.done, delay(drainMs, undefined, { ref: false })]);
            await take();
          } catch (error) {
            leave();
            throw error;
          }
        },
        async unlock() {
          leave();
        },
      };
    },
  };
}
