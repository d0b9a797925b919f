import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** How often the connections of a pool were lost, by what queries it. */
const lost = new WeakMap<object, { count: number }>();

/** Counts the lost connections of a pool; `note` is to be called for each. */
export function countLost(db: object): { note(): void } {
  const counter = { count: 0 };
  lost.set(db, counter);
  return {
    note() {
      counter.count += 1;
    },
  };
}

/** Asks, in the transaction that is to make it durable, whether what was written may be forgotten. */
export type CrashWatch = (trx: Kysely<Schema>) => Promise<boolean>;

/**
 * Begins to watch for what makes a database forget writes that did not wait for the disk. A crash
 * ends every connection to it, and ours with it; behind a connection pooler of others we do not see
 * that, but that the server was started meanwhile.
 */
export function watchForCrash(db: Kysely<Schema>): CrashWatch {
  const before = lost.get(db)?.count;
  const since = performance.now();
  return async (trx) => {
    if (lost.get(db)?.count !== before) return true;
    const seconds = (performance.now() - since) / 1000;
    const { rows } = await sql<{ restarted: boolean }>`
      select pg_postmaster_start_time() > clock_timestamp() - make_interval(secs => ${seconds}) as restarted
    `.execute(trx);
    return rows[0]!.restarted;
  };
}
