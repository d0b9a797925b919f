import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db, Trx } from '../db/client.ts';
import { finishJob, renewLease, retryJob } from '../db/job-leases.ts';
import { type ClaimedJob, JobFailure, type JobHandler, secondsAfter } from '../db/jobs.ts';
import { describeError, locateError } from '../describe-error.ts';

export type RunOptions = {
  db: Db;
  clock: Clock;
  log: Logger;
  leaseSeconds: number;
  /** Fires when the process can't wait for running jobs any longer. */
  abandon: AbortSignal;
  /** Interval of the schedule that the job belongs to. */
  everySeconds: number | undefined;
};

/** Runs a claimed job to its end and records how it went. Never rejects. */
export async function runJob(
  job: ClaimedJob,
  handler: JobHandler,
  options: RunOptions,
): Promise<void> {
  const { clock, log, db, leaseSeconds } = options;
  const lease = keepLease(job, options);
  const facts = { jobId: job.id, kind: job.kind, attempt: job.attempts };
  try {
    const outcome = await attempt();
    const recorded = await persist(outcome.record, {
      signal: lease.signal,
      ms: leaseSeconds * 500,
    });
    if (recorded === 'lost') log.warn(facts, 'job lease lost');
    else if (outcome.error === undefined) log.debug(facts, 'job done');
    else {
      const { error } = outcome;
      const details = { ...facts, error: describeError(error), at: locateError(error) };
      if (recorded === 'parked') log.error(details, 'job parked');
      else log.warn(details, 'job failed, will be tried again');
    }
  } catch (error) {
    // The lease runs out and another worker takes the job over.
    log.error({ ...facts, error: describeError(error) }, 'the end of a job could not be recorded');
  } finally {
    lease.release();
  }

  async function attempt(): Promise<Outcome> {
    try {
      const settle = await handler(job, lease.signal);
      if (settle && 'conclude' in settle) {
        const record = async () =>
          (await settle.conclude(db, job, clock.now())) ? 'done' : 'lost';
        return { record };
      }
      const { everySeconds } = options;
      const finish = async (on: Db | Trx, now: Date) => {
        const next = everySeconds === undefined ? {} : { next: secondsAfter(now, everySeconds) };
        return await finishJob(on, job, { now, ...next });
      };
      // One statement is a transaction by itself.
      if (!settle)
        return { record: async () => ((await finish(db, clock.now())) ? 'done' : 'lost') };
      return {
        record: () =>
          db.transaction().execute(async (trx) => {
            const now = clock.now();
            if (!(await finish(trx, now))) return 'lost';
            await settle(trx, now);
            return 'done';
          }),
      };
    } catch (error) {
      const failure = {
        code: describeError(error),
        permanent: error instanceof JobFailure && error.permanent,
      };
      return { error, record: () => retryJob(db, job, { now: clock.now(), error: failure }) };
    }
  }
}

type Outcome = { error?: unknown; record: () => Promise<'done' | 'queued' | 'parked' | 'lost'> };

/**
 * Writes down an outcome. Tries again for a while, since what was done (a mail has left) would else
 * be done twice after a short absence of the database.
 */
async function persist<T>(
  record: () => Promise<T>,
  { signal, ms }: { signal: AbortSignal; ms: number },
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    try {
      return await record();
    } catch (error) {
      if (signal.aborted || performance.now() > end) throw error;
      await sleep(500);
    }
  }
}

/** Renews the lease three times in its length; the signal fires once it is lost or the job is abandoned. */
function keepLease(
  job: ClaimedJob,
  { db, clock, leaseSeconds, abandon }: RunOptions,
): { signal: AbortSignal; release(): void } {
  const ending = new AbortController();
  const leaseMs = leaseSeconds * 1000;
  let renewedAt = performance.now();
  const timer = setInterval(async () => {
    try {
      const asked = performance.now();
      if (await renewLease(db, job, { now: clock.now(), leaseSeconds })) renewedAt = asked;
      else ending.abort(new JobFailure('lease-lost'));
    } catch {
      if (performance.now() - renewedAt > leaseMs) ending.abort(new JobFailure('lease-lost'));
    }
  }, leaseMs / 3);
  const abort = (): void => ending.abort(new JobFailure('stopped'));
  abandon.addEventListener('abort', abort, { once: true });
  if (abandon.aborted) abort();
  return {
    signal: ending.signal,
    release() {
      clearInterval(timer);
      abandon.removeEventListener('abort', abort);
    },
  };
}
