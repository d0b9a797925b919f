import { sql } from 'kysely';
import type { Db } from './client.ts';
import type { StaffMailTemplate } from './schema-staff-mails.ts';
import { staffMailJobKind } from './staff-mails.ts';

/**
 * `retrying`: at least one try has failed. `parked`: it waits for a person. `captured`: it became a file
 * on this machine. `skipped`: it had nothing to say any more, or its reader was disabled.
 */
export const staffMailStates = [
  ...(['queued', 'retrying', 'parked', 'sent', 'captured', 'skipped'] as const),
];
export type StaffMailState = (typeof staffMailStates)[number];

/** A mail to one of the staff as the outbox lists it; what it says is not shown to colleagues. */
export type StaffOutboxMail = {
  id: string;
  template: StaffMailTemplate;
  name: string;
  createdAt: Date;
  sentAt: Date | null;
  dealtWithAt: Date | null;
  state: StaffMailState;
  /** Parked, and nobody has dealt with it yet. */
  troubled: boolean;
  /** Of the job that delivers it; null once that is deleted. */
  jobId: string | null;
  attempts: number;
  lastError: string | null;
  /** The next try. */
  notBefore: Date | null;
};

// Of a mail `m` with its job `j`.
const stateOf = sql<StaffMailState>`case
  when m.skipped then 'skipped'
  when m.sent_at is not null and m.captured then 'captured'
  when m.sent_at is not null then 'sent'
  when j.state = 'parked' then 'parked'
  when j.last_error is not null then 'retrying'
  else 'queued' end`;
const isTroubled = sql<boolean>`(m.sent_at is null and coalesce(j.state, '') = 'parked'
  and (m.dealt_with_at is null or j.finished_at > m.dealt_with_at))`;

const selectMails = (db: Db) =>
  db
    .selectFrom('staffMails as m')
    .innerJoin('staff as s', 's.id', 'm.staffId')
    .leftJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', staffMailJobKind),
    )
    .select(['m.id', 'm.template', 's.name', 'm.createdAt', 'm.sentAt', 'm.dealtWithAt'])
    .select(['j.id as jobId', 'j.lastError', 'j.notBefore'])
    .select([stateOf.as('state'), isTroubled.as('troubled')])
    .select(sql<number>`coalesce(j.attempts, 0)`.as('attempts'));

/** Mails to staff, newest first; `before` is the last one of the page before. They are few: 90 days of them. */
export async function listStaffMails(
  db: Db,
  options: {
    state?: StaffMailState;
    before?: { createdAt: Date; id: string };
    limit: number;
  },
): Promise<StaffOutboxMail[]> {
  const { state, before, limit } = options;
  return await selectMails(db)
    .$if(state !== undefined, (query) => query.where(stateOf, '=', state!))
    .$if(before !== undefined, (query) =>
      query.where(
        sql<boolean>`(m.created_at, m.id) < (${before!.createdAt}::timestamptz, ${before!.id}::uuid)`,
      ),
    )
    .orderBy('m.createdAt', 'desc')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .execute();
}

/** One of them. */
export async function findStaffOutboxMail(
  db: Db,
  id: string,
): Promise<StaffOutboxMail | undefined> {
  return await selectMails(db).where('m.id', '=', id).executeTakeFirst();
}

/** How many there are by state. */
export async function countStaffMails(db: Db): Promise<Record<StaffMailState, number>> {
  const { rows } = await sql<{ state: StaffMailState; count: number }>`
    select ${stateOf} as state, count(*) as count from staff_mails as m
    left join jobs as j on j.subject_id = m.id and j.kind = ${staffMailJobKind}
    group by 1`.execute(db);
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(
    staffMailStates.map((state) => [state, counts.get(state) ?? 0]),
  ) as Record<StaffMailState, number>;
}

/** Lays the trouble of a mail to rest. False when it had none. */
export async function dealWithStaffMail(db: Db, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update staff_mails set dealt_with_at = ${now} where id in (
      select m.id from staff_mails as m
      join jobs as j on j.subject_id = m.id and j.kind = ${staffMailJobKind}
      where m.id = ${id}::uuid and ${isTroubled}) returning 1`.execute(db);
  return rows.length === 1;
}

/** True while one of them needs a person. */
export async function hasStaffMailTrouble(db: Db): Promise<boolean> {
  return (await selectMails(db).where(isTroubled).limit(1).execute()).length > 0;
}
