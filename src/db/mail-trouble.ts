import { sql } from 'kysely';
import type { Condition } from './application-filter.ts';
import type { Db, Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import { inTrouble, type OutboxMail, selectMails } from './outbox.ts';
import { prepare } from './prepared.ts';
import { staffMailJobKind } from './staff-mails.ts';

/** Trouble is counted up to here. */
export const troubleLimit = 1000;

const parkedMails = sql`jobs as j
  join mails as m on m.id = j.subject_id
  where j.kind = ${mailJobKind} and j.state = 'parked' and ${inTrouble}`;

const parkedStaffMails = sql`jobs as j
  join staff_mails as m on m.id = j.subject_id
  where j.kind = ${staffMailJobKind} and j.state = 'parked'
    and (m.dealt_with_at is null or j.finished_at > m.dealt_with_at)`;

/** Mails that are parked or did not reach everybody, until somebody has dealt with them. */
export const troubleCount = sql<number>`(
  select count(*) from (
    (select m.id from ${parkedMails} limit ${sql.lit(troubleLimit)})
    union all
    (select m.id from mails as m where m.refused > 0 and m.sent_at is not null
      and m.dealt_with_at is null limit ${sql.lit(troubleLimit)})
    union all
    (select j.id from ${parkedStaffMails} limit ${sql.lit(troubleLimit)})
    limit ${sql.lit(troubleLimit)}
  ) as trouble)`;

/** True of an application `a` when one of its mails is in trouble. A scalar, as `isOpened` is. */
export const hasMailTrouble: Condition = sql`(
  select m.id from mails as m
  left join jobs as j on j.subject_id = m.id and j.kind = ${mailJobKind}
  where m.application_id = a.id and ${inTrouble} limit 1) is not null`;

const selectTrouble = prepare((db, slots: { applicationId: string }) =>
  selectMails(db)
    .where('m.applicationId', '=', slots.applicationId)
    .where(inTrouble)
    .orderBy('m.createdAt', 'desc')
    .orderBy('m.id', 'desc')
    .compile(),
);

/** The mails of an application that are in trouble, the newest first. */
export async function listMailTrouble(db: Db, applicationId: string): Promise<OutboxMail[]> {
  return (await selectTrouble(db, { applicationId })).rows;
}

/** Lays the trouble of mails to rest that nobody has to deal with any more. */
export async function settleTrouble(trx: Trx, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('mails')
    .set({ dealtWithAt: now })
    .where('id', 'in', [...ids])
    .execute();
}

/** Lays the trouble of a mail to rest. False when it had none. */
export async function dealWithTrouble(db: Db, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('mails')
    .set({ dealtWithAt: now })
    .where(
      'id',
      'in',
      selectMails(db).clearSelect().select('m.id').where('m.id', '=', id).where(inTrouble),
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Mails to applicants that are in trouble and of which whoever handles the application was not told. */
export async function listUntoldTrouble(
  db: Db,
  limit: number,
): Promise<{ id: string; applicationId: string }[]> {
  const { rows } = await sql<{ id: string; applicationId: string }>`
    select m.id, m.application_id from (
      select m.id from ${parkedMails}
      union
      select m.id from mails as m
        where m.refused > 0 and m.sent_at is not null and m.dealt_with_at is null
    ) as trouble
    join mails as m on m.id = trouble.id and m.thread = 'applicant'
    join applications as a on a.id = m.application_id and a.handling_editor_id is not null
    where not exists (select from staff_notifications as n
        where n.application_id = a.id and n.event = 'mail-trouble' and n.about = m.id::text
          and n.staff_id = a.handling_editor_id)
      and not exists (select from staff_notification_settings as o
        where o.staff_id = a.handling_editor_id and o.event = 'mail-trouble' and o.delivery = 'off')
      and exists (select from staff as s
        where s.id = a.handling_editor_id and s.disabled_at is null and s.role <> 'reviewer')
    order by m.id limit ${limit}`.execute(db);
  return rows;
}
