import { sql } from 'kysely';
import type { Db, Trx } from './client.ts';

/** The id of an application by its human reference, drafts included. */
export async function findIdByReference(db: Db, reference: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('applications')
    .select('id')
    .where('reference', '=', reference)
    .executeTakeFirst();
  return row?.id;
}

/** Ids of all mails about an application, sent or not, digests that tell of it included. */
export async function listMailIds(trx: Trx, applicationId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from mails where application_id = ${applicationId}
    union
    select digest_id from staff_notifications
    where application_id = ${applicationId} and digest_id is not null`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * Deletes an application with all that hangs on it: documents, key, mails, messages, notes, and every
 * job that was to deal with it. Its tokens stay as bare hashes, so that an old link is told "gone";
 * events and the access log hold nothing but ids and stay. The caller holds a lock on it.
 */
export async function deleteApplication(trx: Trx, id: string): Promise<void> {
  // One that is being marked as done right now ends by itself: waiting for it could be a deadlock.
  await sql`delete from jobs where id in (
    select j.id from jobs as j where j.schedule is null and (j.subject_id = ${id}::uuid
      or j.subject_id in (select m.id from mails as m where m.application_id = ${id}::uuid))
    for update skip locked)`.execute(trx);
  await trx
    .updateTable('applicationTokens')
    .set({ sealed: null })
    .where('applicationId', '=', id)
    .execute();
  await trx.deleteFrom('applications').where('id', '=', id).execute();
}

/** Waits until nobody else takes keys out of backups, for the rest of the transaction. */
export async function lockForgetting(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('feder backup forget'))`.execute(trx);
}

/** Which of these applications were erased, as the log says. */
export async function listErased(db: Db | Trx, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .select('applicationId')
    .distinct()
    .where('type', '=', 'erased')
    .where(sql<boolean>`application_id = any(${[...ids]}::uuid[])`)
    .execute();
  return rows.map(({ applicationId }) => applicationId);
}
