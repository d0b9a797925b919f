import { type Selectable, sql } from 'kysely';
import type { DecisionAct } from '../domain/stages.ts';
import type { Db, Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import type { MailTable } from './schema.ts';
import { staffMailJobKind } from './staff-mails.ts';

/**
 * `held`: a letter that can still be recalled. `retrying`: at least one try has failed. `parked`: it waits for a person. `refused`: it has left,
 * but not for everybody. `captured`: it became a file on this machine. `withheld`: it never leaves.
 */
export const mailStates = [
  ...(['held', 'queued', 'retrying', 'parked', 'refused', 'sent', 'captured', 'withheld'] as const),
];
export type MailState = (typeof mailStates)[number];

/** A mail as the outbox lists it; what it says stays sealed. */
export type OutboxMail = Omit<Selectable<MailTable>, 'contentSealed'> & {
  reference: string;
  discreet: boolean;
  /** False for a draft, which staff do not see. */
  submitted: boolean;
  /** The application's key, wrapped: it opens the refusals. */
  wrapped: Buffer;
  state: MailState;
  /** Parked or refused, and nobody has dealt with it yet. */
  troubled: boolean;
  /** The decision or reversal that it tells, while that stands. */
  actId: string | null;
  act: DecisionAct | null;
  /** It tells of a decision that does not stand any more. */
  outdated: boolean;
  /** Of the job that delivers it; null once that is deleted. */
  jobId: string | null;
  attempts: number;
  /** One word, such as `smtp-550` or `ECONNREFUSED`. */
  lastError: string | null;
  /** The next try of a mail that is queued or retrying. */
  notBefore: Date | null;
};

const waitingStates = {
  parked: sql<boolean>`j.state = 'parked'`,
  retrying: sql<boolean>`j.state = 'queued' and j.last_error is not null`,
  held: sql<boolean>`j.state = 'queued' and j.last_error is null and j.attempts = 0 and m.held`,
  queued: sql<boolean>`j.state = 'queued' and j.last_error is null and not (m.held and j.attempts = 0)`,
};

const goneStates = {
  captured: sql<boolean>`m.captured`,
  refused: sql<boolean>`m.refused > 0`,
  sent: sql<boolean>`not m.captured and m.refused = 0`,
};

/** Of a mail `m` with its job `j`. */
export const stateOf = sql<MailState>`case
  when m.withheld then 'withheld'
  when m.sent_at is not null and ${goneStates.captured} then 'captured'
  when m.sent_at is not null and ${goneStates.refused} then 'refused'
  when m.sent_at is not null then 'sent'
  when ${waitingStates.held} then 'held'
  when ${waitingStates.queued} then 'queued'
  when ${waitingStates.retrying} then 'retrying'
  else 'parked' end`;

/**
 * True of a mail `m` with its job `j` while a person has to look after it: it is parked, or somebody
 * never gets it. What is parked again after it was dealt with counts anew.
 */
export const inTrouble = sql<boolean>`(
  j.state = 'parked' and (m.dealt_with_at is null or j.finished_at > m.dealt_with_at)
  or m.sent_at is not null and m.refused > 0 and m.dealt_with_at is null)`;

/** Mails with their states: `m`, their applications `a`, their jobs `j`. */
export const selectMails = (db: Db | Trx) =>
  db
    .selectFrom('mails as m')
    .innerJoin('applications as a', 'a.id', 'm.applicationId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'm.applicationId')
    .leftJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', mailJobKind),
    )
    .leftJoin('decisionActs as d', (join) =>
      join.onRef('d.mailId', '=', 'm.id').on('d.state', '=', 'live'),
    )
    .select([
      'm.id',
      'm.applicationId',
      'm.thread',
      'm.template',
      'm.language',
      'm.messageId',
      'm.inReplyTo',
      'm.createdAt',
      'm.sentAt',
      'm.captured',
      'm.withheld',
      'm.held',
      'm.refused',
      'm.refusalsSealed',
      'm.dealtWithAt',
      'a.reference',
      'a.discreet',
      sql<boolean>`a.submitted_at is not null`.as('submitted'),
      'k.wrapped',
      'd.id as actId',
      'd.act',
      'j.id as jobId',
      'j.lastError',
      'j.notBefore',
      stateOf.as('state'),
      sql<boolean>`(d.id is null and exists (select from decision_acts as told where told.mail_id = m.id))`.as(
        'outdated',
      ),
      sql<boolean>`coalesce(${inTrouble}, false)`.as('troubled'),
      sql<number>`coalesce(j.attempts, 0)`.as('attempts'),
    ]);

/** Mails, newest first; `before` is the last one of the page before. */
export async function listMails(
  db: Db,
  options: {
    state?: MailState;
    reference?: string;
    before?: { createdAt: Date; id: string };
    limit: number;
  },
): Promise<OutboxMail[]> {
  const { state, reference, before, limit } = options;
  let query = selectMails(db).orderBy('m.createdAt', 'desc').orderBy('m.id', 'desc').limit(limit);
  if (state === 'sent' || state === 'refused' || state === 'captured') {
    query = query.where('m.sentAt', 'is not', null).where(goneStates[state]);
  } else if (state === 'withheld') {
    query = query.where('m.withheld', '=', true);
  } else if (state !== undefined) {
    query = query.where('m.sentAt', 'is', null).where(waitingStates[state]);
  }
  if (reference !== undefined) query = query.where('a.reference', '=', reference);
  if (before) {
    query = query.where(
      sql<boolean>`(m.created_at, m.id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`,
    );
  }
  return await query.execute();
}

/** One mail with its sealed content. */
export async function findMail(
  db: Db | Trx,
  id: string,
): Promise<(OutboxMail & { contentSealed: Buffer }) | undefined> {
  return await selectMails(db).select('m.contentSealed').where('m.id', '=', id).executeTakeFirst();
}

const countGone = (state: keyof typeof goneStates) => sql`(
  select count(*) from (
    select 1 from mails as m where m.sent_at is not null and ${goneStates[state]} limit 10000
  ) as s)`;

const countWithheld = sql`(
  select count(*) from (select 1 from mails as m where m.withheld limit 10000) as s)`;

/** Mails by state; those that are gone or withheld are counted up to 10,000 only. */
export async function countMails(db: Db): Promise<Record<MailState, number>> {
  const { rows } = await sql<Record<MailState, number>>`
    select
      count(*) filter (where ${waitingStates.held}) as held,
      count(*) filter (where ${waitingStates.queued}) as queued,
      count(*) filter (where ${waitingStates.retrying}) as retrying,
      count(*) filter (where ${waitingStates.parked}) as parked,
      ${countGone('refused')} as refused,
      ${countGone('sent')} as sent,
      ${countGone('captured')} as captured,
      ${countWithheld} as withheld
    from jobs as j left join mails as m on m.id = j.subject_id
    where j.kind = ${mailJobKind} and j.state <> 'done'`.execute(db);
  return rows[0]!;
}

const overdueAfterMs = 10 * 60_000;

/** `degraded` when a mail, to whomever, is parked and nobody has dealt with it, or still here ten minutes after it should have left. */
export async function outboxHealth(db: Db, now: Date): Promise<'ok' | 'degraded'> {
  const due = new Date(now.getTime() - overdueAfterMs);
  const { rows } = await sql`
    select 1 from jobs as j
    where j.kind = ${mailJobKind} and (
      ${waitingStates.parked} and not exists (
        select from mails as m where m.id = j.subject_id and m.dealt_with_at >= j.finished_at)
      -- A mail that is retried is due again and again: what counts is when it was written.
      or ${waitingStates.retrying} and j.created_at < ${due}
      or j.state = 'queued' and j.last_error is null and j.not_before < ${due}
    )
    union all
    select 1 from jobs as j where j.kind = ${staffMailJobKind} and (
      ${waitingStates.parked} and exists (select from staff_mails as m where m.id = j.subject_id
        and (m.dealt_with_at is null or m.dealt_with_at < j.finished_at))
      or ${waitingStates.retrying} and j.created_at < ${due}
      or j.state = 'queued' and j.last_error is null and j.not_before < ${due}
    )
    limit 1`.execute(db);
  return rows.length === 0 ? 'ok' : 'degraded';
}
