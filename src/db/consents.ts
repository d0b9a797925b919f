import { type RawBuilder, sql } from 'kysely';
import { askDays, type ConsentState } from '../domain/consent.ts';
import { onFileDays } from '../domain/retention.ts';
import type { Decision } from '../domain/stages.ts';
import type { Db, Trx } from './client.ts';
import { toldAt } from './decision-acts.ts';
import { keptDays } from './kept-days.ts';

const days = (count: number): RawBuilder<unknown> => sql`${sql.lit(count)} * interval '24 hours'`;

/**
 * Of an application `a`: its version `v`, what became of the consent `k`, and since when the decision
 * that stands is `told`. What was decided before there were letters has no act and is told.
 */
export const joinConsent = sql`
  join call_versions as v on v.id = a.call_version_id
  left join consents as k on k.application_id = a.id
  cross join lateral (
    select coalesce(max(case when d.state = 'live' then ${toldAt} end),
      case when count(*) = 0 then a.stage_since end) as since
    from decision_acts as d left join mails as m on m.id = d.mail_id
    where d.application_id = a.id and d.state in ('live', 'superseded')) as told`;

const acceptedFrom = sql`greatest(k.agreed_at, told.since)`;
const declinedUntil = sql`told.since + (${keptDays}) * interval '24 hours'`;

/**
 * Until when they are kept, of what `joinConsent` joins: on file as long as the data is (db/retention.ts);
 * of those who were accepted a year, and never less than so many days after they were asked.
 */
export const consentUntil = (now: Date): RawBuilder<Date> => sql<Date>`case a.decision
  when 'accepted' then greatest(${acceptedFrom} + ${days(onFileDays)},
    case when k.asked_at > ${acceptedFrom} then k.asked_at else ${now}::timestamptz end + ${days(askDays)})
  else greatest(${declinedUntil}, coalesce(k.agreed_at, a.submitted_at) + ${days(onFileDays)}) end`;

/** True of those who agree to be in the directory. */
export const agrees = (now: Date): RawBuilder<boolean> => sql<boolean>`(
  k.withdrawn_at is null and ${now}::timestamptz < ${consentUntil(now)}
  and (a.decision = 'accepted' or a.decision = 'kept-on-file' and a.keep_on_file))`;

/** They were asked for this year. */
export const isAsked = (now: Date) => sql<boolean>`coalesce(
  k.asked_at >= ${consentUntil(now)} - ${days(askDays)}, false)`;

const isHeld = sql<boolean>`exists (select from legal_holds as h where h.application_id = a.id)`;

/** An agreement as its owner and the editors see it. */
export type Consent = {
  decision: Decision;
  state: ConsentState;
  /** When it ends or has ended. */
  until: Date;
  agreedAt: Date | null;
  askedAt: Date | null;
  /** They were asked and have not answered yet. */
  pending: boolean;
  withdrawnAt: Date | null;
  /** When the application goes once it is withdrawn; null while it stays. */
  goesAt: Date | null;
};

/** The agreement of somebody who was told what was decided; undefined where none was ever given. */
export async function findConsent(
  db: Db | Trx,
  id: string,
  now: Date,
): Promise<Consent | undefined> {
  const { rows } = await sql<Consent>`
    select a.decision, k.agreed_at, k.asked_at, k.withdrawn_at, ${consentUntil(now)} as until,
      ${isAsked(now)} and k.withdrawn_at is null as pending,
      case when k.withdrawn_at is not null then 'withdrawn'
        when ${consentUntil(now)} <= ${now}::timestamptz then 'ended' else 'given' end as state,
      case when a.decision <> 'accepted' and not ${isHeld}
        then greatest(${declinedUntil}, ${now}::timestamptz) end as goes_at
    from applications as a ${joinConsent}
    where a.id = ${id}::uuid and a.stage = 'decided' and a.merged_into is null
      and told.since <= ${now}::timestamptz
      and (a.decision = 'accepted' or a.keep_on_file or k.withdrawn_at is not null)`.execute(db);
  return rows[0];
}

/** Somebody in the directory whose year ends, with their key as it is stored. */
export type EndingConsent = {
  id: string;
  wrapped: Buffer;
  reference: string;
  decision: Decision;
  until: Date;
  askedAt: Date | null;
};

// By the index of those in the directory: nobody's year ends sooner after the application.
const ending = (now: Date, { where }: { where: RawBuilder<unknown> }) => sql<EndingConsent>`
  select a.id, keys.wrapped, a.reference, a.decision, ${consentUntil(now)} as until,
    case when ${isAsked(now)} then k.asked_at end as asked_at
  from applications as a ${joinConsent}
  join keys.application_keys as keys on keys.application_id = a.id
  where a.stage = 'decided' and a.decision in ('accepted', 'kept-on-file') and a.merged_into is null
    and a.submitted_at <= ${now}::timestamptz - ${days(onFileDays - askDays)}
    and told.since <= ${now}::timestamptz and ${where}`;

/** Those in the directory whose year ends within the days before which they are asked, the first first. */
export async function listEndingConsents(
  db: Db,
  { now, unasked, limit }: { now: Date; unasked: boolean; limit: number },
): Promise<EndingConsent[]> {
  const isNear = sql`${agrees(now)} and ${consentUntil(now)} <= ${now}::timestamptz + ${days(askDays)}`;
  const where = unasked ? sql`${isNear} and not ${isAsked(now)}` : isNear;
  const { rows } = await sql<EndingConsent>`${ending(now, { where })}
    order by until, a.id limit ${limit}`.execute(db);
  return rows;
}

/** Those who were accepted, did not answer, and of whom it is not recorded yet that they have left. */
export async function listEndedConsents(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<EndingConsent[]> {
  const where = sql`a.decision = 'accepted' and k.withdrawn_at is null
    and ${consentUntil(now)} <= ${now}::timestamptz
    and (k.ended_at is null or k.ended_at < k.asked_at)`;
  const { rows } = await sql<EndingConsent>`${ending(now, { where })}
    order by until, a.id limit ${limit}`.execute(db);
  return rows;
}

/** When these applicants agreed anew to be kept, of those who did. */
export async function listAgreements(
  db: Db | Trx,
  ids: readonly string[],
): Promise<Map<string, Date>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('consents')
    .select(['applicationId', 'agreedAt'])
    .where('applicationId', 'in', ids)
    .execute();
  return new Map(
    rows.flatMap(({ applicationId, agreedAt }) => (agreedAt ? [[applicationId, agreedAt]] : [])),
  );
}

/** Keeps what became of an agreement. The caller holds a lock on the application. */
export async function storeConsent(
  trx: Trx,
  applicationId: string,
  change: Partial<Record<'agreedAt' | 'askedAt' | 'endedAt' | 'withdrawnAt', Date | null>>,
): Promise<void> {
  await trx
    .insertInto('consents')
    .values({
      ...{ applicationId, agreedAt: null, askedAt: null, endedAt: null, withdrawnAt: null },
      ...change,
    })
    .onConflict((conflict) => conflict.column('applicationId').doUpdateSet(change))
    .execute();
}

/** Keeps whether the applicant agrees to be kept on file. The caller holds the lock. */
export async function storeKeepOnFile(trx: Trx, id: string, keepOnFile: boolean): Promise<void> {
  await trx.updateTable('applications').set({ keepOnFile }).where('id', '=', id).execute();
}
