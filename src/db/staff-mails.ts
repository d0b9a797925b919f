import { sql } from 'kysely';
import { createId } from '../crypto.ts';
import type { NotificationEvent } from '../domain/notifications.ts';
import { toldName } from './blind-access.ts';
import type { DeleteBatch } from './cleanup.ts';
import type { Db, Trx } from './client.ts';
import { enqueueJob } from './jobs.ts';
import type { Reader } from './review-access.ts';
import type { StaffMailTemplate } from './schema-staff-mails.ts';

/** Kind of the jobs that deliver mails to staff; their subject is the mail. */
export const staffMailJobKind = 'staff-mail';

/** Binds what is sealed to its mail. */
export const staffMailContext = (id: string): string => `staff-mail:${id}`;

export type NewStaffMail = {
  staffId: string;
  template: StaffMailTemplate;
  /** There is one mail of a template for each; its own id when absent. */
  period?: string;
  /** The address of MAIL_FROM: its domain ends the Message-ID. */
  from: string;
  /** What can't be put together when it leaves, sealed under `staffMailContext`. */
  seal?: (context: string) => Buffer;
  now: Date;
};

/** Queues a mail to one of the staff; undefined, and nothing written, when the period has had its one. */
export async function enqueueStaffMail(trx: Trx, mail: NewStaffMail): Promise<string | undefined> {
  const { staffId, template, from, now } = mail;
  const id = createId(now);
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('staffMails')
    .values({
      ...{ id, staffId, template, period: mail.period ?? id },
      messageId: `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
      contentSealed: mail.seal?.(staffMailContext(id)) ?? null,
      ...{ createdAt: now, sentAt: null },
    })
    .onConflict((conflict) => conflict.columns(['staffId', 'template', 'period']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return undefined;
  await enqueueJob(trx, { kind: staffMailJobKind, subjectId: id, now });
  return id;
}

/** A mail with its reader; undefined once it is gone. */
export async function findStaffMail(db: Db, id: string) {
  return await db
    .selectFrom('staffMails as m')
    .innerJoin('staff as s', 's.id', 'm.staffId')
    .selectAll('m')
    .select(['s.name', 's.email', 's.role', 's.language', 's.disabledAt'])
    .where('m.id', '=', id)
    .executeTakeFirst();
}

/** Keeps that a mail has left, or needs not to any more, and no longer what it said. */
export async function concludeStaffMail(
  trx: Trx,
  { id, now, outcome }: { id: string; now: Date; outcome: 'sent' | 'captured' | 'skipped' },
): Promise<void> {
  const [captured, skipped] = [outcome === 'captured', outcome === 'skipped'];
  await trx
    .updateTable('staffMails')
    .set({ sentAt: now, contentSealed: null, captured, skipped })
    .where('id', '=', id)
    .execute();
}

/** Those who wait for a digest of what happened before `until`. */
export async function listDigestReaders(db: Db, until: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('staffNotifications as n')
    .innerJoin('staff as s', 's.id', 'n.staffId')
    .select('n.staffId')
    .distinct()
    .where('n.delivery', '=', sql.lit('daily'))
    .where('n.digestId', 'is', null)
    .where('n.at', '<', until)
    .where('s.disabledAt', 'is', null)
    .orderBy('n.staffId')
    .execute();
  return rows.map(({ staffId }) => staffId);
}

/** Gives a digest what waited for it before `until`. */
export async function fillDigest(
  trx: Trx,
  { digestId, staffId, until }: { digestId: string; staffId: string; until: Date },
): Promise<void> {
  await trx
    .updateTable('staffNotifications')
    .set({ digestId })
    .where('staffId', '=', staffId)
    .where('delivery', '=', sql.lit('daily'))
    .where('digestId', 'is', null)
    .where('at', '<', until)
    .execute();
}

/** One application in a digest, with what happened to it, the oldest first. */
export type DigestEntry = {
  reference: string;
  /** Empty where the reader may not know, or no mail may say, who applied. */
  name: string;
  events: NotificationEvent[];
};

/** What a digest tells of, in the order in which it happened first; what was erased is not in it. */
export async function listDigestEntries(
  db: Db,
  digestId: string,
  reader: Reader,
): Promise<DigestEntry[]> {
  const { rows } = await sql<DigestEntry>`
    select a.reference, ${toldName(reader)} as name,
      array_agg(n.event order by n.at, n.event) as events
    from staff_notifications as n
    join applications as a on a.id = n.application_id
    where n.digest_id = ${digestId}
    group by a.id order by min(n.at), a.id`.execute(db);
  return rows;
}

/** Mails to staff that nobody asks for again, with what was told of; captured ones as well. */
export const deleteOldStaffMails: DeleteBatch = async (db, before, limit, forgetMails) =>
  await db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ id: string }>`
      delete from staff_mails where id in (
        select id from staff_mails where created_at < ${before} limit ${limit})
      returning id`.execute(trx);
    await forgetMails(rows.map(({ id }) => id));
    const { rows: told } = await sql`
      delete from staff_notifications where ctid in (
        select ctid from staff_notifications where at < ${before} limit ${limit})
      returning 1`.execute(trx);
    return Math.max(rows.length, told.length);
  });
