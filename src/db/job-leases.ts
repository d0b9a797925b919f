import { randomUUID } from 'node:crypto';
import { type Selectable, sql, type Updateable } from 'kysely';
import { type Db, type Trx, withoutWaiting } from './client.ts';
import { type ClaimedJob, scheduleRest, secondsAfter } from './jobs.ts';
import { prepare } from './prepared.ts';
import type { JobTable } from './schema.ts';

/** A job is parked when this many tries have failed: some 32 hours after the first one. */
export const maxAttempts = 12;

const minute = 60;
const hour = 60 * minute;
// Seconds to wait after the first, second, … failed try; the last one repeats.
const waits = [30, 2 * minute, 10 * minute, 30 * minute, hour, 2 * hour, 4 * hour, 6 * hour];

type Claim = {
  now: Date;
  kinds: readonly string[];
  limit: number;
  lease: string;
  leasedUntil: Date;
  restUntil: Date;
};

const claimDue = prepare((db, { now, kinds, limit, lease, leasedUntil, restUntil }: Claim) => {
  const exhausted = sql<boolean>`jobs.attempts >= ${sql.lit(maxAttempts)}`;
  const isKnown = sql<boolean>`j.kind = any(${kinds}::text[])`;
  return (
    db
      // A claim that a crash forgets is made again; only what was done must be remembered.
      .with('quick', () => withoutWaiting)
      .with('due', (qb) =>
        qb
          .selectFrom('jobs as j')
          .select('j.id')
          .where('j.state', '=', sql.lit('queued'))
          .where(isKnown)
          .where('j.notBefore', '<=', now)
          .where((eb) => eb.or([eb('j.leasedUntil', 'is', null), eb('j.leasedUntil', '<=', now)]))
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('jobs as ahead')
                  .select('ahead.id')
                  .whereRef('ahead.lane', '=', 'j.lane')
                  .where('ahead.state', '=', sql.lit('queued'))
                  .where((eb) =>
                    // Ahead by age, or unparked behind one that is running already.
                    eb.or([eb('ahead.id', '<', eb.ref('j.id')), eb('ahead.leasedUntil', '>', now)]),
                  ),
              ),
            ),
          )
          .orderBy('j.notBefore')
          .orderBy('j.id')
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .with('taken', (qb) =>
        qb
          .updateTable('jobs')
          .from(['due', 'quick'])
          .whereRef('jobs.id', '=', 'due.id')
          .set({
            state: sql`case when ${exhausted} and jobs.schedule is null then 'parked' else 'queued' end`,
            attempts: sql`case when not ${exhausted} then jobs.attempts + 1
              when jobs.schedule is null then jobs.attempts else 0 end`,
            notBefore: sql`case when ${exhausted} and jobs.schedule is not null
              then ${restUntil}::timestamptz else jobs.not_before end`,
            leaseId: sql`case when ${exhausted} then null else ${lease}::uuid end`,
            leasedUntil: sql`case when ${exhausted} then null else ${leasedUntil}::timestamptz end`,
            finishedAt: sql`case when ${exhausted} and jobs.schedule is null then ${now}::timestamptz else jobs.finished_at end`,
            // A lease that is still there belonged to a worker that never came back.
            lastError: sql`case when jobs.lease_id is not null then 'worker-lost' else jobs.last_error end`,
          })
          .returningAll('jobs'),
      )
      .with('next', (qb) =>
        qb
          .selectFrom('jobs as j')
          .select((eb) => eb.fn.min('j.notBefore').as('due'))
          .where('j.state', '=', sql.lit('queued'))
          .where(isKnown)
          .where('j.notBefore', '>', now),
      )
      .selectFrom('next')
      .leftJoin('taken', (join) => join.onTrue())
      .selectAll('taken')
      .select('next.due as nextDue')
      .compile()
  );
});

/**
 * Takes up to `limit` due jobs for `leaseSeconds`, the longest due first; a lane gives its oldest
 * queued job or none. Tries are counted here, so that a job that ends the process runs out of them
 * as well: such jobs come back as `givenUp`, already parked (a schedule rests a day instead).
 * `nextDue` is when the next one becomes due of those that are not yet.
 */
export async function claimJobs(
  db: Db,
  options: { now: Date; leaseSeconds: number; limit: number; kinds: readonly string[] },
): Promise<{ claimed: ClaimedJob[]; givenUp: Selectable<JobTable>[]; nextDue: Date | null }> {
  const { now, leaseSeconds, ...rest } = options;
  const lease = randomUUID();
  const { rows } = await claimDue(db, {
    ...{ ...rest, now, lease },
    leasedUntil: secondsAfter(now, leaseSeconds),
    restUntil: secondsAfter(now, scheduleRest),
  });
  const taken = rows.filter((row): row is typeof row & Selectable<JobTable> => row.id !== null);
  return {
    claimed: taken.filter((row): row is typeof row & ClaimedJob => row.leaseId === lease),
    givenUp: taken.filter((row) => row.leaseId === null),
    nextDue: rows[0]?.nextDue ?? null,
  };
}

/** Makes the lease last until `leaseSeconds` from `now`; false when it was lost. */
export async function renewLease(
  db: Db,
  job: ClaimedJob,
  { now, leaseSeconds }: { now: Date; leaseSeconds: number },
): Promise<boolean> {
  return await changeLeased(db, job, { leasedUntil: secondsAfter(now, leaseSeconds) });
}

/** Marks a job done, or queues a schedule for `next`. False, and nothing changed, without the lease. */
export async function finishJob(
  db: Db | Trx,
  job: ClaimedJob,
  { now, next }: { now: Date; next?: Date },
): Promise<boolean> {
  return await changeLeased(db, job, {
    ...(next ? { notBefore: next, attempts: 0 } : { state: 'done' }),
    finishedAt: now,
    lastError: null,
    leaseId: null,
    leasedUntil: null,
  });
}

/**
 * Puts a failed job back for a later try, or parks it when the error is permanent or it has used up
 * its tries. 'lost', and nothing changed, without the lease.
 */
export async function retryJob(
  db: Db,
  job: ClaimedJob,
  { now, error }: { now: Date; error: { code: string; permanent: boolean } },
): Promise<'queued' | 'parked' | 'lost'> {
  const spent = error.permanent || job.attempts >= maxAttempts;
  const parked = spent && job.schedule === null;
  const kept = await changeLeased(db, job, {
    ...(parked
      ? { state: 'parked', finishedAt: now }
      : spent
        ? { notBefore: secondsAfter(now, scheduleRest), attempts: 0 }
        : { notBefore: secondsAfter(now, waitAfter(job)) }),
    lastError: error.code,
    leaseId: null,
    leasedUntil: null,
  });
  if (!kept) return 'lost';
  return parked ? 'parked' : 'queued';
}

/** Seconds until the next try: the table above, up to a tenth more so that jobs don't march in step. */
function waitAfter(job: { id: string; attempts: number }): number {
  const wait = waits[Math.min(job.attempts, waits.length) - 1] ?? 0;
  // The end of the id is random already.
  return wait * (1 + Number.parseInt(job.id.slice(-4), 16) / 0x10000 / 10);
}

async function changeLeased(
  db: Db | Trx,
  job: ClaimedJob,
  change: Updateable<JobTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('jobs')
    .set(change)
    .where('id', '=', job.id)
    .where('leaseId', '=', job.leaseId)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
