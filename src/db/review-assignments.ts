import { type Selectable, sql } from 'kysely';
import { type Candidate, workloadLimits } from '../domain/review-assignments.ts';
import { reviewableStages } from '../domain/reviews.ts';
import type { Stage } from '../domain/stages.ts';
import { hidesIdentity, nameFor, openFor } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type { Reader } from './review-access.ts';
import type { ReviewAssignmentTable } from './schema-reviews.ts';

export type Assignment = Selectable<ReviewAssignmentTable>;

/** Applications that wait for a decision and are in the list, as `a`. */
const isReviewable = sql<boolean>`a.stage in (${sql.join(reviewableStages)})
  and a.merged_into is null`;

/** What is between a reviewer and an application; undefined when nothing is or was. */
export async function findAssignment(
  db: Db | Trx,
  { applicationId, reviewerId }: Pick<Assignment, 'applicationId' | 'reviewerId'>,
): Promise<Assignment | undefined> {
  return await db
    .selectFrom('reviewAssignments')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .executeTakeFirst();
}

/** Everybody who has or had to do with an application as a reviewer. */
export async function listReviewerIds(trx: Trx, applicationId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('reviewAssignments')
    .select('reviewerId')
    .where('applicationId', '=', applicationId)
    .execute();
  return rows.map(({ reviewerId }) => reviewerId);
}

/** Writes what is now between the two. The caller holds a lock on the application. */
export async function putAssignment(trx: Trx, assignment: Assignment): Promise<void> {
  const { applicationId, reviewerId, ...columns } = assignment;
  await trx
    .insertInto('reviewAssignments')
    .values(assignment)
    .onConflict((conflict) =>
      conflict.columns(['applicationId', 'reviewerId']).doUpdateSet(columns),
    )
    .execute();
}

/** As if nothing had ever been between the two. The caller holds a lock on the application. */
export async function deleteAssignment(
  trx: Trx,
  { applicationId, reviewerId }: Pick<Assignment, 'applicationId' | 'reviewerId'>,
): Promise<void> {
  await trx
    .deleteFrom('reviewAssignments')
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .execute();
}

/** Notes that a reviewer worked on it, and whether they are done. */
export async function touchAssignment(
  trx: Trx,
  { applicationId, reviewerId }: Pick<Assignment, 'applicationId' | 'reviewerId'>,
  change: { now: Date; state: 'open' | 'done' },
): Promise<void> {
  await trx
    .updateTable('reviewAssignments')
    .set({ touchedAt: change.now, state: change.state })
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .execute();
}

/** The applications whose review by somebody is open, decided ones too. */
export async function listOpenAssignments(db: Db, reviewerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('reviewAssignments')
    .select('applicationId')
    .where('reviewerId', '=', reviewerId)
    .where('state', '=', 'open')
    .orderBy('since')
    .orderBy('applicationId')
    .execute();
  return rows.map(({ applicationId }) => applicationId);
}

/** An application that waits for somebody's review. */
export type WaitingApplication = {
  reference: string;
  /** The reviewer may not know who it is: the reference stands for the name. */
  hidden: boolean;
  fullName: string;
  latinName: string;
  stage: Stage;
  since: Date;
  origin: Assignment['origin'];
  /** Null when the reviewer claimed it. */
  assignedBy: string | null;
  /** Something of the review is written. */
  begun: boolean;
  sampleLanguages: string[];
};

/** What waits for a reviewer, the longest waiting first, with the names that they may know. */
export async function listWaiting(
  db: Db,
  reviewer: Reader,
  limit: number,
): Promise<WaitingApplication[]> {
  const { rows } = await sql<WaitingApplication>`
    select a.reference, ${hidesIdentity(reviewer)} as hidden, ${nameFor(reviewer)} as full_name,
      ${openFor(reviewer, 'latin_name')} as latin_name, a.stage, ra.since, ra.origin,
      case when ra.assigned_by <> ra.reviewer_id then by.name end as assigned_by,
      exists (select from reviews as r where r.application_id = a.id
        and r.reviewer_id = ra.reviewer_id) as begun,
      array(select distinct d.language from documents as d
        where d.application_id = a.id and d.state = 'received' and d.language is not null
        order by 1) as sample_languages
    from review_assignments as ra
    join applications as a on a.id = ra.application_id
    join staff as by on by.id = ra.assigned_by
    where ra.reviewer_id = ${reviewer.id} and ra.state = 'open' and ${isReviewable}
    order by ra.since, ra.application_id limit ${limit}`.execute(db);
  return rows;
}

/** The references of what waits for a reviewer before and after an application that they have or had. */
export async function findWaitingNeighbours(
  db: Db,
  { applicationId, reviewerId }: Pick<Assignment, 'applicationId' | 'reviewerId'>,
): Promise<{ previous: string | undefined; next: string | undefined }> {
  const beside = (isNext: boolean) => sql`(
    select a.reference from review_assignments as ra
    join applications as a on a.id = ra.application_id
    join review_assignments as here on here.reviewer_id = ra.reviewer_id
      and here.application_id = ${applicationId}
    where ra.reviewer_id = ${reviewerId} and ra.state = 'open' and ${isReviewable}
      and (ra.since, ra.application_id) ${sql.raw(isNext ? '>' : '<')} (here.since, here.application_id)
    order by ra.since ${sql.raw(isNext ? 'asc' : 'desc')},
      ra.application_id ${sql.raw(isNext ? 'asc' : 'desc')} limit 1)`;
  const { rows } = await sql<{ previous: string | null; next: string | null }>`
    select ${beside(false)} as previous, ${beside(true)} as next`.execute(db);
  const { previous, next } = rows[0]!;
  return { previous: previous ?? undefined, next: next ?? undefined };
}

/** A staff member with how much they review. */
export type Workload = Candidate & { name: string; role: 'admin' | 'editor' | 'reviewer' };

const openCount = sql<number>`(select count(*) from (
  select from review_assignments as ra join applications as a on a.id = ra.application_id
  where ra.reviewer_id = s.id and ra.state = 'open' and ${isReviewable}
  order by ra.since, ra.application_id limit ${sql.lit(workloadLimits.open + 1)}) as counted)`;
const doneCount = sql<number>`(select count(*) from (
  select from review_assignments as ra
  where ra.reviewer_id = s.id and ra.state = 'done' limit ${sql.lit(workloadLimits.done + 1)}) as counted)`;

const selectWorkloads = prepare((db) =>
  db
    .selectFrom('staff as s')
    .select(['s.id', 's.name', 's.role', 's.languages', 's.places'])
    .select([openCount.as('open'), doneCount.as('done')])
    .where('s.disabledAt', 'is', null)
    .orderBy('s.name')
    .orderBy('s.id')
    .compile(),
);

/** Everybody who can sign in, by name, with what they read, cover, have open and have done (`workloadLimits`). */
export async function listWorkloads(db: Db | Trx): Promise<Workload[]> {
  return (await selectWorkloads(db, {})).rows;
}

/** Assignments that are nobody's any more: claims untouched since `before`, and those of disabled staff. */
export async function listStaleAssignments(
  db: Db,
  before: Date,
  limit: number,
): Promise<Pick<Assignment, 'applicationId' | 'reviewerId'>[]> {
  const { rows } = await sql<Pick<Assignment, 'applicationId' | 'reviewerId'>>`
    select ra.application_id, ra.reviewer_id from review_assignments as ra
    join applications as a on a.id = ra.application_id
    join staff as s on s.id = ra.reviewer_id
    where ra.state = 'open' and ${isReviewable}
      and ((ra.origin = 'claimed' and ra.touched_at < ${before}) or s.disabled_at is not null)
    order by ra.touched_at limit ${limit}`.execute(db);
  return rows;
}
