import { type RawBuilder, sql } from 'kysely';
import { askDays } from '../domain/consent.ts';
import type { Role } from '../domain/permissions.ts';
import { type ClockTime, lapseSpan, nudgeSpan, undecidedStages } from '../domain/reply-clock.ts';
import { reviewersWantedLimit } from '../domain/reviews.ts';
import { lateClaimDays, type WaitingRule } from '../domain/waiting.ts';
import { writeZonedTime } from '../domain/zoned-time.ts';
import { toldName } from './blind-access.ts';
import type { Db } from './client.ts';
import { agrees, isAsked, joinConsent } from './consents.ts';
import { untoldDecisions } from './decision-acts.ts';
import { secondsAfter } from './jobs.ts';
import { isUnread } from './mentions.ts';
import { inTrouble } from './outbox.ts';
import { listReplyDays } from './reply-clock.ts';
import { listAway } from './staff.ts';

/** Something that waits for somebody. */
export type Waiting = {
  rule: WaitingRule;
  reference: string;
  /** Empty for those who may not know who applied. */
  name: string;
  discreet: boolean;
  since: Date;
};

type Asked = { staffId: string; role: Role; time: ClockTime; limit: number };
/** What the queries are made from: the promises that calls make, and who is away (`listAway`). */
type Known = { replyDays: readonly number[]; away: readonly string[] };
type Query = RawBuilder<{ id: string; since: Date }>;

// As literals, in the words of the indexes that hold nothing else.
const isUndecided = sql<boolean>`a.stage in (${sql.join(undecidedStages.map(sql.lit))})
  and a.merged_into is null and a.submitted_at is not null`;

const isNew = sql<boolean>`a.stage = 'screening' and a.opened_at is null and a.submitted_at is not null
  and a.merged_into is null`;

const isUnanswered = sql<boolean>`a.unanswered_since is not null and ${isUndecided}`;

/** More reviews than a call can want are counted as these. */
const mostReviews = sql.lit(reviewersWantedLimit);

/** What each call wants today, where it wants reviews. */
const wantedByCalls = sql`(
  select newest.call_id, newest.reviewers_wanted from (
    select distinct on (call_id) call_id, reviewers_wanted from call_versions
    order by call_id, number desc) as newest
  where newest.reviewers_wanted > 0)`;

/**
 * By rule, what waits for a person: the application and since when. What is handled by somebody who is away
 * waits for all, as what nobody handles does. Where many can wait, each handler's own are a walk along an
 * index that ends after `limit`.
 */
function queries(
  { staffId, time, limit }: Asked,
  { replyDays, away }: Known,
): Record<WaitingRule, Query> {
  const handlers = sql`unnest(${[staffId, ...away]}::uuid[]) as h (id)`;
  const isMine = sql<boolean>`(a.handling_editor_id = any(${[staffId, ...away]}::uuid[])
    or a.handling_editor_id is null)`;
  /** The first applications `a` of each handler by `since`. */
  const handled = (since: RawBuilder<unknown>, where: RawBuilder<unknown>): Query => sql`
    select f.id, f.since from ${handlers} cross join lateral (
      select a.id, ${since} as since from applications as a
      where a.handling_editor_id = h.id and ${where}
      order by ${since}, a.id limit ${limit}) as f`;
  /** The first of those that nobody handles; NULL is named in the order, as PostgreSQL takes it for no constant. */
  const unhandled = (since: RawBuilder<unknown>, where: RawBuilder<unknown>): Query => sql`
    (select a.id, ${since} as since from applications as a
      where a.handling_editor_id is null and ${where} order by a.handling_editor_id, ${since}, a.id limit ${limit})`;
  const today = writeZonedTime(time.now, time.timeZone).slice(0, 10);
  const touchedBefore = secondsAfter(time.now, -lateClaimDays * 24 * 3600);
  /**
   * Those whose promise is in a span: undecided ones looked up version by version, and those whose
   * decision letter has not left, which are few.
   */
  const promised = (span: (days: number) => { from?: Date; before: Date }): Query => {
    if (replyDays.length === 0) {
      return sql`select a.id, a.submitted_at as since from applications as a where false`;
    }
    const spans = sql`(values ${sql.join(
      replyDays.map((days) => {
        const { from = new Date(0), before } = span(days);
        return sql`(${days}::int, ${from}::timestamptz, ${before}::timestamptz)`;
      }),
    )}) as promise (days, starts, ends)`;
    const since = sql`a.submitted_at + make_interval(days => v.reply_days) as since`;
    const isInSpan = sql`a.submitted_at >= promise.starts and a.submitted_at < promise.ends`;
    const ofVersion = (isHandled: RawBuilder<boolean>) => sql`cross join lateral (
      select a.id, ${since} from applications as a
      where ${isHandled} and a.call_version_id = v.id and ${isInSpan} and ${isUndecided}
      order by a.handling_editor_id, a.submitted_at, a.id limit ${limit}) as f`;
    const versions = sql`${spans} join call_versions as v on v.reply_days = promise.days`;
    return sql`
      select f.id, f.since from ${versions} cross join ${handlers}
      ${ofVersion(sql`a.handling_editor_id = h.id`)}
      union all
      select f.id, f.since from ${versions} ${ofVersion(sql`a.handling_editor_id is null`)}
      union all
      select a.id, ${since} from ${untoldDecisions}
      join call_versions as v on v.id = a.call_version_id
      join ${spans} on promise.days = v.reply_days and ${isInSpan}
      where ${isMine}`;
  };
  const isOpen = sql`ra.reviewer_id = ${staffId}::uuid and ra.state = 'open'`;
  const assigned = (open: RawBuilder<unknown>, where: RawBuilder<boolean>): Query => sql`
    (select a.id, ra.since from ${open} as ra
    join applications as a on a.id = ra.application_id
    where ${where} and ${isUndecided} order by ra.since, ra.application_id limit ${limit})`;
  const inOrder = (where: RawBuilder<boolean>): Query =>
    assigned(sql`review_assignments`, sql`${isOpen} and ${where}`);
  // What somebody touched within some days is little, put in order by itself: a walk in that order would pass
  // all that they left lying.
  const touched = sql`(select ra.application_id, ra.since from review_assignments as ra
    where ${isOpen} and ra.origin = 'claimed' and ra.touched_at >= ${touchedBefore}
    order by ra.since, ra.application_id offset 0)`;
  /** Those with a number of their own, and those of each call by how many are in. */
  const reviewed = (isHandled: RawBuilder<boolean>): Query => {
    const first = sql`order by a.handling_editor_id, a.reviewed_at, a.id limit ${limit}`;
    return sql`
      (select a.id, a.reviewed_at as since from applications as a
      where ${isHandled} and a.reviewers_wanted > 0 and a.reviews_in >= a.reviewers_wanted
        and ${isUndecided} ${first})
      union all
      select f.id, f.reviewed_at from ${wantedByCalls} as call
      cross join lateral generate_series(call.reviewers_wanted, ${mostReviews}) as there (reviews)
      cross join lateral (
        select a.id, a.reviewed_at from applications as a
        where ${isHandled} and a.call_id = call.call_id and a.reviewers_wanted is null
          and least(a.reviews_in, ${mostReviews}) = there.reviews and a.reviews_in > 0
          and ${isUndecided} ${first}) as f`;
  };
  return {
    'reply-late': promised((days) => ({ before: lapseSpan(days, time).before })),
    'reply-near': promised((days) => nudgeSpan(days, time)),
    // From those that stopped, which are few, as the indexes have them.
    'mail-trouble': sql`
      select a.id, max(m.created_at) as since from (
        select j.subject_id as id from jobs as j where j.kind = 'mail' and j.state = 'parked'
        union select m.id from mails as m where m.refused > 0 and m.dealt_with_at is null) as stopped
      join mails as m on m.id = stopped.id and m.thread = 'applicant'
      join applications as a on a.id = m.application_id
      left join jobs as j on j.subject_id = m.id and j.kind = 'mail'
      where ${isMine} and a.merged_into is null
        and (m.refused > 0 or j.state = 'parked') and ${inTrouble}
      group by a.id`,
    'request-overdue': sql`
      select a.id, (r.due_on + 1)::timestamp at time zone ${time.timeZone} as since
      from requests as r
      join applications as a on a.id = r.application_id
      where r.state = 'open' and r.due_on < ${today}::date and ${isUndecided} and ${isMine}`,
    'claim-stale': inOrder(sql`ra.origin = 'claimed' and ra.touched_at < ${touchedBefore}`),
    'review-open': sql`${inOrder(sql`ra.origin = 'assigned'`)}
      union all ${assigned(touched, sql`true`)}`,
    'mention-unread': sql`
      select m.application_id as id, min(m.created_at) as since from note_mentions as m
      where m.staff_id = ${staffId}::uuid and ${isUnread} group by m.application_id`,
    'applicant-answered': sql`
      select id, min(since) as since from (
        ${handled(sql`a.unanswered_since`, isUnanswered)}
        union all
        ${unhandled(sql`a.unanswered_since`, sql`a.unread_message_at is not null and ${isUnanswered}`)}
        union all
        select a.id, r.closed_at from requests as r
        join applications as a on a.id = r.application_id
        where r.state = 'answered' and r.answer_id is null and ${isUndecided} and ${isMine} and not exists (
          select from access_log as l join staff as s on s.id = l.staff_id
          where l.application_id = a.id and l.document_id is null and l.at >= r.closed_at
            and (l.staff_id = ${staffId}::uuid
              or a.handling_editor_id is distinct from ${staffId}::uuid and s.role <> 'reviewer'))
      ) as answers
      group by id`,
    // Who does not leave the directory yet was asked within so many days (`agrees`, `isAsked`).
    'consent-ending': sql`
      select a.id, k.asked_at as since from applications as a ${joinConsent}
      where a.stage = 'decided' and a.decision = 'accepted' and a.merged_into is null
        and k.asked_at > ${secondsAfter(time.now, -askDays * 24 * 3600)}
        and ${agrees(time.now)} and ${isAsked(time.now)} and ${isMine}`,
    'reviews-complete': sql`
      select f.id, f.since from ${handlers} cross join lateral (
        ${reviewed(sql`a.handling_editor_id = h.id`)}) as f
      union all ${reviewed(sql`a.handling_editor_id is null and a.stage in ('review', 'shortlist')`)}`,
    'new-unread': sql`
      ${handled(sql`a.submitted_at`, isNew)} union all ${unhandled(sql`a.submitted_at`, isNew)}`,
  };
}

/**
 * What waits for somebody by these rules, the longest waiting first, up to `limit` of each. Three queries,
 * however much it is. Whoever may not know who applied is told references only.
 */
export async function listWaitingFor(
  db: Db,
  asked: Asked & { rules: readonly WaitingRule[] },
): Promise<Waiting[]> {
  const { rules, limit, role, staffId } = asked;
  if (rules.length === 0) return [];
  const byRule = queries(asked, {
    replyDays: await listReplyDays(db),
    away: await listAway(db),
  });
  const parts = rules.map(
    (rule, at) => sql`(select ${at}::int as place, ${rule}::text as rule, found.id, found.since
      from (${byRule[rule]}) as found order by found.since, found.id limit ${limit})`,
  );
  const { rows } = await sql<Waiting>`
    with w as materialized (${sql.join(parts, sql` union all `)})
    select w.rule, a.reference, a.discreet, w.since, ${toldName({ id: staffId, role })} as name
    from w
    join applications as a on a.id = w.id
    order by w.place, w.since, w.id`.execute(db);
  return rows;
}
