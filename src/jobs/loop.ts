import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { claimJobs } from '../db/job-leases.ts';
import { ensureSchedule, type JobHandler } from '../db/jobs.ts';
import { describeError } from '../describe-error.ts';
import { keepListening } from './listener.ts';
import { runJob } from './run-job.ts';
import type { Schedule } from './schedules.ts';

export type JobLoopOptions = {
  db: Db;
  /** A new, unconnected client for LISTEN; asked again after each loss. */
  listen(): pg.Client;
  clock: Clock;
  log: Logger;
  /** By kind; jobs of other kinds are left to others. */
  handlers: Readonly<Record<string, JobHandler>>;
  schedules?: readonly Schedule[];
  /** How many jobs run at once. */
  concurrency?: number;
  /** How long a lost announcement can go unnoticed. */
  pollMs?: number;
  /** How soon the jobs of a worker that died are taken over; long jobs renew their lease. */
  leaseSeconds?: number;
  /** How long `stop` waits for running jobs before it aborts them. */
  graceMs?: number;
};

/**
 * Runs jobs as they are committed: woken by NOTIFY, by the next one that becomes due, and by a slow
 * poll besides. `stop` claims nothing more and waits for those running, never much longer than
 * `graceMs`; what was aborted is queued again.
 */
export function startJobLoop(options: JobLoopOptions): { stop(): Promise<void> } {
  const { db, listen, clock, log, handlers, schedules = [] } = options;
  const { concurrency = 4, pollMs = 15_000, leaseSeconds = 60, graceMs = 10_000 } = options;
  const kinds = Object.keys(handlers);
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const abandoning = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let claiming: Promise<void> | undefined;
  let wokenMeanwhile = false;
  let troubled = false;
  let schedulesEnsured = schedules.length === 0;

  const wake = (): void => {
    wokenMeanwhile = true;
    claiming ??= claimWhileWoken();
  };

  async function claimWhileWoken(): Promise<void> {
    clearTimeout(timer);
    let waitMs = pollMs;
    while (wokenMeanwhile && !stopping.signal.aborted) {
      wokenMeanwhile = false;
      try {
        await ensureSchedules();
        waitMs = await fillSlots();
        if (troubled) log.info('jobs are claimed again');
        troubled = false;
      } catch (error) {
        // Once per trouble: the database may be away for long.
        if (!troubled) log.error({ error: describeError(error) }, 'jobs can not be claimed');
        troubled = true;
        waitMs = Math.min(pollMs, 2_000);
      }
    }
    if (!stopping.signal.aborted) timer = setTimeout(wake, waitMs);
    // In the same tick as the last look at wokenMeanwhile, or a call of wake could be lost.
    claiming = undefined;
  }

  /** Starts what is due and has a slot; returns the milliseconds until it should look again. */
  async function fillSlots(): Promise<number> {
    const limit = concurrency - running.size;
    // Whatever ends wakes the loop.
    if (limit === 0) return pollMs;
    const now = clock.now();
    const { claimed, givenUp, nextDue } = await claimJobs(db, { now, leaseSeconds, limit, kinds });
    for (const job of givenUp) {
      log.error({ jobId: job.id, kind: job.kind, error: job.lastError }, 'job given up');
    }
    for (const job of claimed) {
      const run = runJob(job, handlers[job.kind]!, {
        db,
        clock,
        log,
        leaseSeconds,
        abandon: abandoning.signal,
        everySeconds: schedules.find(({ name }) => name === job.schedule)?.everySeconds,
      }).finally(() => {
        running.delete(run);
        wake();
      });
      running.add(run);
    }
    if (nextDue === null) return pollMs;
    return Math.min(pollMs, Math.max(0, nextDue.getTime() - clock.now().getTime()));
  }

  async function ensureSchedules(): Promise<void> {
    if (schedulesEnsured) return;
    for (const { name, kind, everySeconds } of schedules) {
      await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
    }
    schedulesEnsured = true;
  }

  const listener = keepListening(listen, { onWake: wake, log });
  wake();

  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await Promise.all([listener.stop(), claiming]);
      if (!(await settledWithin(running, graceMs))) {
        abandoning.abort();
        await settledWithin(running, 2_000);
      }
    },
  };
}

/** False when some were still running when the time was up. */
async function settledWithin(promises: Iterable<Promise<void>>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = Promise.allSettled(promises).then(() => true);
  return await Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
