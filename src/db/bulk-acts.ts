import { type Selectable, sql } from 'kysely';
import type { BulkFacts } from '../domain/bulk-acts.ts';
import type { HeldApplication } from './applications.ts';
import { plainName } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { BulkActRowTable, BulkActTable } from './schema-tags.ts';

/** An application that an act may be for. */
export type BulkCandidate = BulkFacts & {
  id: string;
  reference: string;
  fullName: string;
  /** Its newest event. */
  seen: number;
};

/** What an act with this target depends on, of the applications with these ids, in their order. */
export async function listBulkCandidates(
  db: Db | Trx,
  ids: readonly string[],
  targetId: string | null,
): Promise<BulkCandidate[]> {
  // The event first: what is told may be newer than it, never older.
  const { rows } = await sql<BulkCandidate>`
    select coalesce((select max(e.id) from events as e where e.application_id = a.id), 0)::bigint
        as seen,
      a.id, a.reference, ${plainName} as full_name, a.stage, a.decision, a.handling_editor_id,
      a.merged_into is not null as merged, a.keep_on_file,
      exists (select from decision_acts as d join jobs as j on j.subject_id = d.mail_id
        where d.application_id = a.id and d.state = 'live' and j.state = 'queued') as letter_queued,
      (select ra.state from review_assignments as ra
        where ra.application_id = a.id and ra.reviewer_id = ${targetId}::uuid) as assignment,
      exists (select from application_tags as at
        where at.application_id = a.id and at.tag_id = ${targetId}::uuid) as tagged,
      (select count(*) from application_tags as at where at.application_id = a.id) as tag_count
    from unnest(${ids}::uuid[]) with ordinality as chosen (id, place)
    join applications as a on a.id = chosen.id
    order by chosen.place`.execute(db);
  return rows;
}

/** Submitted applications with their wrapped keys, by id. */
export async function listHeldApplications(
  db: Db | Trx,
  ids: readonly string[],
): Promise<Map<string, HeldApplication>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('a.id', 'in', ids)
    .where('a.submittedAt', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The ids of submitted applications with these references, in their order. */
export async function listIdsByReference(
  db: Db | Trx,
  references: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from unnest(${references}::text[]) with ordinality as chosen (reference, place)
    join applications as a on a.reference = chosen.reference
    where a.submitted_at is not null order by chosen.place`.execute(db);
  return rows.map(({ id }) => id);
}

type BulkAct = Selectable<BulkActTable>;
type BulkActRow = Selectable<BulkActRowTable>;

/**
 * Stores an act with its applications, those that are gone aside. Nothing when it is there already:
 * whoever sends a form twice means one act.
 */
export async function insertBulkAct(
  trx: Trx,
  act: Omit<BulkAct, 'undoneAt'>,
  asked: readonly { reference: string; seen: number; shown: string | null }[],
): Promise<void> {
  const inserted = await trx
    .insertInto('bulkActs')
    .values({ ...act, undoneAt: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return;
  // In the order in which everybody takes hold of applications.
  await sql`
    insert into bulk_act_rows (bulk_act_id, application_id, seen, shown)
    select ${act.id}, a.id, chosen.seen, chosen.shown
    from (select id, reference from applications
      where reference = any(${asked.map(({ reference }) => reference)}::text[])
        and submitted_at is not null order by id for key share) as a
    join unnest(${asked.map(({ reference }) => reference)}::text[],
      ${asked.map(({ seen }) => seen)}::bigint[],
      ${asked.map(({ shown }) => shown)}::text[]) as chosen (reference, seen, shown)
      on chosen.reference = a.reference
    on conflict do nothing`.execute(trx);
}

export async function findBulkAct(
  db: Db | Trx,
  id: string,
): Promise<(BulkAct & { targetName: string | null }) | undefined> {
  return await db
    .selectFrom('bulkActs as b')
    .leftJoin('staff as s', 's.id', 'b.targetId')
    .leftJoin('tags as g', 'g.id', 'b.targetId')
    .selectAll('b')
    .select(({ fn }) => fn.coalesce('s.name', 'g.name').as('targetName'))
    .where('b.id', '=', id)
    .executeTakeFirst();
}

/** Locks an act for the rest of the transaction. */
export async function lockBulkAct(trx: Trx, id: string): Promise<BulkAct | undefined> {
  return await trx
    .selectFrom('bulkActs')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Whether an act is being undone; nobody begins to undo it until the transaction that asks has ended. */
export async function isBulkActUndone(trx: Trx, id: string): Promise<boolean> {
  const act = await trx
    .selectFrom('bulkActs')
    .select('undoneAt')
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return act?.undoneAt !== null;
}

export async function markUndone(trx: Trx, id: string, now: Date): Promise<void> {
  await trx.updateTable('bulkActs').set({ undoneAt: now }).where('id', '=', id).execute();
}

/** The applications that an act has still to come to, or its undoing, in the order of their ids. */
export async function listOpenRows(
  db: Db,
  id: string,
  column: 'outcome' | 'undoOutcome',
): Promise<string[]> {
  const rows = await db
    .selectFrom('bulkActRows')
    .select('applicationId')
    .where('bulkActId', '=', id)
    .where(column, 'is', null)
    .$if(column === 'undoOutcome', (query) => query.where('outcome', '=', 'done'))
    .orderBy('applicationId')
    .execute();
  return rows.map(({ applicationId }) => applicationId);
}

/** Locks one application's row of an act. The caller holds a lock on the application. */
export async function lockBulkRow(
  trx: Trx,
  { id, applicationId }: { id: string; applicationId: string },
): Promise<BulkActRow | undefined> {
  return await trx
    .selectFrom('bulkActRows')
    .selectAll()
    .where('bulkActId', '=', id)
    .where('applicationId', '=', applicationId)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateBulkRow(
  trx: Trx,
  { bulkActId, applicationId }: Pick<BulkActRow, 'bulkActId' | 'applicationId'>,
  change: Partial<Pick<BulkActRow, 'outcome' | 'before' | 'eventId' | 'undoOutcome'>>,
): Promise<void> {
  await trx
    .updateTable('bulkActRows')
    .set(change)
    .where('bulkActId', '=', bulkActId)
    .where('applicationId', '=', applicationId)
    .execute();
}

/** What became of each application of an act, by name. */
export async function listBulkRows(
  db: Db,
  id: string,
): Promise<
  (Pick<BulkActRow, 'outcome' | 'undoOutcome'> & { reference: string; fullName: string })[]
> {
  return await db
    .selectFrom('bulkActRows as r')
    .innerJoin('applications as a', 'a.id', 'r.applicationId')
    .select(['r.outcome', 'r.undoOutcome', 'a.reference', plainName.as('fullName')])
    .where('r.bulkActId', '=', id)
    .orderBy(plainName)
    .orderBy('a.id')
    .execute();
}
