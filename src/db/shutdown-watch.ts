import type pg from 'pg';
import { cut } from './cut.ts';

/** What lets go of the connections of a pool, by what queries it. */
const letGo = new WeakMap<object, () => void>();

/**
 * Lets the connections of a pool be given back to a server that wants to stop: those that lie idle at
 * once, the others when they are released, until the server takes new ones again.
 */
export function allowLettingGo(db: object, pool: pg.Pool): void {
  const idle = new Set<pg.PoolClient>();
  let leaving = false;
  pool.on('release', (_, client) => {
    if (leaving) cut(client);
    else idle.add(client);
  });
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('remove', (client) => idle.delete(client));
  pool.on('connect', () => {
    leaving = false;
  });
  letGo.set(db, () => {
    leaving = true;
    for (const client of idle) cut(client);
    idle.clear();
  });
}

type Watched = {
  /** A connection of its own, which is ended again. */
  createClient(): pg.Client;
  /** What `connect` has opened. */
  pools: readonly object[];
  /** Called each time with what else holds on to the server. */
  onRefused(): void;
  everyMs: number;
};

/** While the server refuses us it is asked this often. */
const againMs = 1_000;

/**
 * A server in smart shutdown takes nobody new and waits until everybody has left, which we would never
 * do: asks for a connection now and then, and when that is refused twice in a row (57P03) gives all of
 * ours back. The returned function ends the watch.
 */
export function watchForShutdown({ createClient, pools, onRefused, everyMs }: Watched): () => void {
  let timer: NodeJS.Timeout | undefined;
  let refusals = 0;
  let ended = false;
  const isRefused = async (): Promise<boolean> => {
    const client = createClient();
    client.on('error', () => {});
    try {
      await client.connect();
      return false;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === '57P03';
    } finally {
      client.end().catch(() => {});
    }
  };
  const ask = async (): Promise<void> => {
    refusals = (await isRefused()) ? refusals + 1 : 0;
    if (ended) return;
    if (refusals > 1) {
      for (const pool of pools) letGo.get(pool)?.();
      onRefused();
    }
    wait();
  };
  const wait = (): void => {
    timer = setTimeout(ask, refusals > 0 ? againMs : everyMs);
    timer.unref();
  };
  wait();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
