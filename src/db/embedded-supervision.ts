import { setTimeout as sleep } from 'node:timers/promises';
import type { Postmaster } from './embedded-postmaster.ts';
import type { EmbeddedLog } from './embedded-server-log.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5_000;
/** A server that lived this long had no trouble starting; the next delay is short again. */
const HEALTHY_MS = 60_000;

/**
 * Starts the server again whenever it ends by itself, until `signal`. Resolves when the last one
 * has ended and no other will start.
 */
export async function supervise(
  first: Postmaster,
  launch: () => Promise<Postmaster>,
  log: EmbeddedLog,
  signal: AbortSignal,
): Promise<void> {
  let delay = FIRST_DELAY_MS;
  let current: Postmaster | undefined = first;
  while (!signal.aborted) {
    if (current) {
      const since = performance.now();
      // What does not end is met again, and reported, by the next start.
      await current.ended.catch(() => undefined);
      if (signal.aborted) return;
      log.warn({}, 'The embedded PostgreSQL ended unexpectedly; it is started again');
      if (performance.now() - since > HEALTHY_MS) delay = FIRST_DELAY_MS;
    }
    await sleep(delay, undefined, { signal, ref: false }).catch(() => undefined);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    if (signal.aborted) return;
    try {
      current = await launch();
      log.info({}, 'The embedded PostgreSQL is up again');
    } catch (error) {
      current = undefined;
      if (!signal.aborted) {
        log.error({ err: error }, 'The embedded PostgreSQL could not be started; trying again');
      }
    }
  }
  await current?.ended;
}
