import { type RawBuilder, sql } from 'kysely';
import { type DeletionReason, onFileDays, withdrawnDays } from '../domain/retention.ts';
import { plainName } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { toldAt } from './decision-acts.ts';
import { keptDays } from './kept-days.ts';
import { prepare } from './prepared.ts';

const days = (count: number | RawBuilder<number>): RawBuilder<unknown> =>
  sql`(${typeof count === 'number' ? sql.lit(count) : count}) * interval '24 hours'`;

// Of an application `a` that answers the version `v`, with the act `told` that stands. The day counts
// from when its applicant was told (domain/decisions.ts); what was decided before there were letters
// has no act, and counts from the decision.
const told: RawBuilder<unknown> = sql`left join lateral (
    select true as there, ${toldAt} as at
    from decision_acts as d left join mails as m on m.id = d.mail_id
    where d.application_id = a.id and d.state = 'live') as told on true`;
const decidedSince = sql`case when told.there then told.at else a.stage_since end`;
const reason: RawBuilder<DeletionReason | null> = sql`case
  when a.stage = 'withdrawn' then 'withdrawn'
  when a.stage = 'decided' and a.decision in ('declined', 'kept-on-file') then
    case when a.keep_on_file then 'on-file' else 'declined' end
  end`;
const declinedUntil = sql`(${decidedSince}) + ${days(keptDays)}`;
const deletionAt: RawBuilder<Date | null> = sql`case ${reason}
  when 'withdrawn' then a.stage_since + ${days(withdrawnDays)}
  when 'declined' then ${declinedUntil}
  when 'on-file' then case when (${decidedSince}) is not null
    then greatest(${declinedUntil}, coalesce(k.agreed_at, a.submitted_at) + ${days(onFileDays)}) end
  end`;

/** An application with the day on which it is to be deleted. */
export type Deletion = {
  id: string;
  reference: string;
  fullName: string;
  reason: DeletionReason;
  at: Date;
};

// What was merged goes with the application that stands for it, and not before; only who has withdrawn
// was promised a day of their own. A hold on one of them keeps the other.
const deletions = (where: RawBuilder<unknown>): RawBuilder<Deletion> => sql<Deletion>`
  select a.id, a.reference, a.full_name, a.reason, a.at from (
    select a.id, a.reference, ${plainName} as full_name, ${reason} as reason, ${deletionAt} as at
    from applications as a join call_versions as v on v.id = a.call_version_id
    left join consents as k on k.application_id = a.id ${told}
    where a.stage in ('decided', 'withdrawn') and (a.merged_into is null or a.stage = 'withdrawn')
      and not exists (select from legal_holds as h where h.application_id = a.id)
      and not exists (select from applications as m join legal_holds as h on h.application_id = m.id
        where m.merged_into = a.id) and ${where}) as a`;

/** What is to be deleted before a time, the earliest first; what is on hold is not. */
export async function listDeletions(db: Db, before: Date, limit: number): Promise<Deletion[]> {
  // Nothing goes on the day on which it ended: the index leaves out what is too young.
  const { rows } = await sql<Deletion>`${deletions(sql`a.stage_since < ${before}::timestamptz`)}
    where a.at < ${before} order by a.at, a.id limit ${limit}`.execute(db);
  return rows;
}

/** How many are to be deleted before a time, by why. */
export async function countDeletions(
  db: Db,
  before: Date,
): Promise<Partial<Record<DeletionReason, number>>> {
  const { rows } = await sql<{ reason: DeletionReason; count: number }>`
    select a.reason, count(*) as count
    from (${deletions(sql`a.stage_since < ${before}::timestamptz`)}) as a
    where a.at < ${before} group by 1`.execute(db);
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}

const selectDeletion = prepare((db, slots: { id: string }) =>
  sql<Deletion>`${deletions(sql`a.id = coalesce((select m.merged_into from applications as m
      where m.id = ${slots.id}::uuid and m.stage <> 'withdrawn'), ${slots.id}::uuid)`)}
    where a.at is not null`.compile(db),
);

/**
 * When and why an application is to be deleted; undefined while it is not, and while it is on hold. Of
 * one that was merged it is that of the application that stands for it, under its id.
 */
export async function findDeletion(db: Db | Trx, id: string): Promise<Deletion | undefined> {
  return (await selectDeletion(db, { id })).rows[0];
}

export type LegalHold = { reason: string; since: Date; staffName: string | null };

const selectHold = prepare((db, slots: { id: string }) =>
  db
    .selectFrom('legalHolds as h')
    .leftJoin('staff as s', 's.id', 'h.staffId')
    .select(['h.reason', 'h.since', 's.name as staffName'])
    .where('h.applicationId', '=', slots.id)
    .compile(),
);

/** The hold on an application. */
export async function findHold(db: Db | Trx, id: string): Promise<LegalHold | undefined> {
  return (await selectHold(db, { id })).rows[0];
}

/** Which of these applications are on hold. */
export async function listHeldIds(db: Db | Trx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom('legalHolds')
    .select('applicationId')
    .where('applicationId', 'in', ids)
    .execute();
  return new Set(rows.map(({ applicationId }) => applicationId));
}

/** Every application on hold, the newest hold first. */
export async function listHolds(
  db: Db,
): Promise<(LegalHold & { reference: string; fullName: string })[]> {
  return await db
    .selectFrom('legalHolds as h')
    .innerJoin('applications as a', 'a.id', 'h.applicationId')
    .leftJoin('staff as s', 's.id', 'h.staffId')
    .select(plainName.as('fullName'))
    .select(['a.reference', 'h.reason', 'h.since', 's.name as staffName'])
    .orderBy('h.since', 'desc')
    .execute();
}

/** Places a hold; false when there is one already. */
export async function insertHold(
  trx: Trx,
  hold: { applicationId: string; reason: string; staffId: string; since: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('legalHolds')
    .values(hold)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Lifts a hold with its reason; false when there is none. */
export async function deleteHold(trx: Trx, applicationId: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('legalHolds')
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Since when deleting waits for a confirmation; undefined when it does not. */
export async function findPause(db: Db): Promise<{ since: Date; leapSeconds: number } | undefined> {
  return await db.selectFrom('retentionPause').select(['since', 'leapSeconds']).executeTakeFirst();
}

/** Deleting waits from now on; the first reason stays. */
export async function pauseRetention(db: Db, since: Date, leapSeconds: number): Promise<void> {
  await db
    .insertInto('retentionPause')
    .values({ one: true, since, leapSeconds })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Somebody said that the clock is right. */
export async function resumeRetention(db: Db): Promise<void> {
  await db.deleteFrom('retentionPause').execute();
}
