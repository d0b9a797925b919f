import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { createListener } from '../../src/db/client.ts';
import { enqueueJob, type JobHandler } from '../../src/db/jobs.ts';
import { type JobLoopOptions, startJobLoop } from '../../src/jobs/loop.ts';
import { createTestClock } from './clock.ts';
import { createTestDatabase } from './database.ts';
import { createTestLog } from './log.ts';

/** A database and a clock for jobs, and loops that do them. */
export async function openJobDesk() {
  const database = await createTestDatabase();
  const { db } = database;
  const clock = createTestClock();
  const logged = createTestLog();
  const loops: { stop(): Promise<void> }[] = [];

  const states = async () =>
    await db
      .selectFrom('jobs')
      .select(['kind', 'state', 'attempts', 'lastError'])
      .orderBy('kind')
      .execute();

  return {
    ...database,
    clock,
    logged,
    states,
    /** A loop that polls once an hour: what happens in a test happens by announcement. */
    start(handlers: Record<string, JobHandler>, options: Partial<JobLoopOptions> = {}) {
      const loop = startJobLoop({
        db,
        listen: () => createListener(database.connection),
        clock,
        log: logged.log,
        handlers,
        pollMs: 3_600_000,
        ...options,
      });
      loops.push(loop);
      return loop;
    },
    add: async (kind: string, values: { lane?: string; notBefore?: Date } = {}) =>
      await db
        .transaction()
        .execute(async (trx) => await enqueueJob(trx, { kind, now: clock.now(), ...values })),
    announce: async () => await sql`select pg_notify('feder_jobs', '')`.execute(db),
    /** Resolves with the server's process for the one connection that listens. */
    listening: async () =>
      await vi.waitFor(async () => {
        const { rows } = await sql<{ pid: number }>`
          select pid from pg_stat_activity
          where datname = current_database() and query = 'listen feder_jobs'`.execute(db);
        expect(rows).toHaveLength(1);
        return rows[0]!.pid;
      }),
    allDone: async () =>
      await vi.waitFor(async () => {
        const open = (await states()).filter(({ state }) => state !== 'done');
        expect(open).toEqual([]);
      }, 10_000),
    async stopLoops() {
      for (const loop of loops.splice(0)) await loop.stop();
    },
    /** Stops what runs, forgets all jobs and what was logged. */
    async clear() {
      for (const loop of loops.splice(0)) await loop.stop();
      await db.deleteFrom('jobs').execute();
      logged.clear();
      clock.reset();
    },
  };
}

export type JobDesk = Awaited<ReturnType<typeof openJobDesk>>;

/** A promise that is resolved by hand. */
export function createGate(): { open(): void; passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}
