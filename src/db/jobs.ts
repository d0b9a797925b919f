import { type Selectable, sql } from 'kysely';
import { createId } from '../crypto.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type { JobTable } from './schema.ts';

/** Where committed jobs are announced (`listen feder_jobs`). */
export const jobChannel = 'feder_jobs';

/** Seconds that a schedule rests once its tries are used up: parked, nobody might ever see it. */
export const scheduleRest = 24 * 3600;

/** A job in the hands of one worker, until `leasedUntil` unless the lease is renewed. */
export type ClaimedJob = Selectable<JobTable> & { leaseId: string; leasedUntil: Date };

/** What a finished job wants written in the transaction that marks it done. */
export type Settle = (trx: Trx, now: Date) => Promise<void>;

/**
 * Marks a job done together with what it did, in one statement of its own; false, and nothing
 * written, without the lease.
 */
export type Conclude = (db: Db, job: ClaimedJob, now: Date) => Promise<boolean>;

/**
 * Does a job, outside of any transaction. The signal fires when the lease is lost or the process
 * stops; a JobFailure says how it failed, any other error counts as passing.
 */
export type JobHandler = (
  job: ClaimedJob,
  signal: AbortSignal,
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to settle
) => Promise<Settle | { conclude: Conclude } | void>;

/** A failure in one word, kept with the job and logged: never an address, never a server's text. */
export class JobFailure extends Error {
  readonly code: string;
  /** True when another try can't end otherwise: the job is parked at once. */
  readonly permanent: boolean;

  constructor(code: string, options: { permanent?: boolean; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = 'JobFailure';
    this.code = code;
    this.permanent = options.permanent ?? false;
  }
}

type NewJob = Pick<
  Selectable<JobTable>,
  'id' | 'kind' | 'subjectId' | 'lane' | 'notBefore' | 'createdAt'
>;

const insertJob = prepare((db, slots: NewJob) =>
  db
    .insertInto('jobs')
    .values({ ...slots, state: sql.lit('queued') })
    .returning(sql`pg_notify(${sql.lit(jobChannel)}, '')`.as('announced'))
    .compile(),
);

/**
 * Adds a job and announces it with the commit. Jobs of one lane run one after the other, in the
 * order in which they were added: whoever adds to a lane holds a lock on what the lane is about.
 */
export async function enqueueJob(
  trx: Trx,
  job: {
    kind: string;
    subjectId?: string;
    lane?: string;
    /** The caller knows that the lane is empty. */
    opensLane?: boolean;
    /** Not before this time; at once when absent. */
    notBefore?: Date;
    now: Date;
  },
): Promise<string> {
  const id = await createIdInLane(trx, job.lane, job);
  await insertJob(trx, {
    id,
    kind: job.kind,
    subjectId: job.subjectId ?? null,
    lane: job.lane ?? null,
    notBefore: job.notBefore ?? job.now,
    createdAt: job.now,
  });
  return id;
}

/** The id of a job to be added to a lane, behind those that wait there. */
export async function createIdInLane(
  trx: Trx,
  lane: string | undefined,
  { opensLane, now }: { opensLane?: boolean; now: Date },
): Promise<string> {
  const last = lane === undefined || opensLane ? undefined : await findLastInLane(trx, lane);
  return createIdAfter(now, last);
}

/** A new id that sorts after `last`, within one millisecond or after a step back of the clock too. */
export function createIdAfter(now: Date, last: string | undefined): string {
  const id = createId(now);
  if (last === undefined || id > last) return id;
  const lastTime = Number.parseInt(last.replaceAll('-', '').slice(0, 12), 16);
  return createId(new Date(lastTime + 1));
}

async function findLastInLane(trx: Trx, lane: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('jobs')
    .select('id')
    .where('lane', '=', lane)
    .where('state', '=', 'queued')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** Gives a parked job all its tries again, from now. False when it was not parked. */
export async function unparkJob(db: Db | Trx, id: string, now: Date): Promise<boolean> {
  const row = await db
    .updateTable('jobs')
    .set({ state: 'queued', attempts: 0, notBefore: now, finishedAt: null })
    .where('id', '=', id)
    .where('state', '=', 'parked')
    .returning(['id', sql`pg_notify(${jobChannel}, '')`.as('announced')])
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Makes sure that a schedule has its one job; a new one is due at once. One that a wrong clock has
 * put further ahead than it can ever be is brought back.
 */
export async function ensureSchedule(
  db: Db,
  schedule: { schedule: string; kind: string; everySeconds: number; now: Date },
): Promise<void> {
  const { schedule: name, kind, everySeconds, now } = schedule;
  const latest = secondsAfter(now, Math.max(everySeconds, scheduleRest));
  await db
    .insertInto('jobs')
    .values({
      id: createId(now),
      kind,
      schedule: name,
      state: 'queued',
      notBefore: now,
      createdAt: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('schedule')
        .doUpdateSet({ notBefore: secondsAfter(now, everySeconds) })
        .where('jobs.notBefore', '>', latest),
    )
    .execute();
}

export function secondsAfter(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
