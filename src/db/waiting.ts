import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../domain/permissions.ts';
import { type ClockTime, lapseSpan, nudgeSpan, undecidedStages } from '../domain/reply-clock.ts';
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
import { allReviewsIn } from './review-facts.ts';
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

type Asked = { staffId: string; role: Role; time: ClockTime };
/** What the queries are made from: the promises that calls make, and who is away (`listAway`). */
type Known = { replyDays: readonly number[]; away: readonly string[] };
type Query = RawBuilder<{ id: string; since: Date }>;

// As literals, in the words of the indexes that hold nothing else.
const isUndecided = sql<boolean>`a.stage in (${sql.join(undecidedStages.map(sql.lit))})
  and a.merged_into is null and a.submitted_at is not null`;

// Read, and nobody handles it: those that are read are few, and the oldest of them come first.
const readByNobody = sql`(
  select * from applications as a
  where a.stage in ('review', 'shortlist') and a.submitted_at is not null and a.merged_into is null
    and a.handling_editor_id is null
  order by a.submitted_at limit 1000)`;

/**
 * By rule, what waits for a person: the application and since when. What is handled by somebody who is away
 * waits for all, as what nobody handles does.
 */
function queries({ staffId, time }: Asked, { replyDays, away }: Known): Record<WaitingRule, Query> {
  const byMe = sql<boolean>`a.handling_editor_id = any(${[staffId, ...away]}::uuid[])`;
  const isMine = sql<boolean>`(${byMe} or a.handling_editor_id is null)`;
  const isHandled = sql<boolean>`${byMe} and ${isUndecided}`;
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
    return sql`
      select a.id, ${since} from ${spans}
      join call_versions as v on v.reply_days = promise.days
      join applications as a on a.call_version_id = v.id and ${isInSpan}
      where ${isUndecided} and ${isMine}
      union all
      select a.id, ${since} from ${untoldDecisions}
      join call_versions as v on v.id = a.call_version_id
      join ${spans} on promise.days = v.reply_days and ${isInSpan}
      where ${isMine}`;
  };
  const assigned = (more: RawBuilder<boolean>): Query => sql`
    select a.id, ra.since from review_assignments as ra
    join applications as a on a.id = ra.application_id
    where ra.reviewer_id = ${staffId}::uuid and ra.state = 'open' and ${isUndecided} and ${more}`;
  return {
    'reply-late': promised((days) => ({ before: lapseSpan(days, time).before })),
    'reply-near': promised((days) => nudgeSpan(days, time)),
    // From those that stopped, which are few, as the indexes have them.
    'mail-trouble': sql`
      select a.id, max(m.created_at) as since from (
        select j.subject_id as id from jobs as j where j.kind = 'mail' and j.state = 'parked'
        union select m.id from mails as m where m.refused > 0) as stopped
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
    'claim-stale': assigned(sql`ra.origin = 'claimed' and ra.touched_at < ${touchedBefore}`),
    'review-open': assigned(sql`not (ra.origin = 'claimed' and ra.touched_at < ${touchedBefore})`),
    'mention-unread': sql`
      select m.application_id as id, min(m.created_at) as since from note_mentions as m
      where m.staff_id = ${staffId}::uuid and ${isUnread} group by m.application_id`,
    'applicant-answered': sql`
      select id, min(since) as since from (
        select a.id, last.created_at as since from applications as a
        join lateral (select direction, created_at from messages as m
          where m.application_id = a.id order by m.id desc limit 1) as last on last.direction = 'in'
        where ${isHandled}
        union all
        select a.id, a.unread_message_at from applications as a
        where a.unread_message_at is not null and a.handling_editor_id is null and ${isUndecided}
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
    'consent-ending': sql`
      select a.id, k.asked_at as since from applications as a ${joinConsent}
      where a.stage = 'decided' and a.decision = 'accepted' and a.merged_into is null
        and k.asked_at is not null and ${agrees(time.now)} and ${isAsked(time.now)} and ${isMine}`,
    'reviews-complete': sql`
      select a.id, (select max(v.submitted_at) from review_versions as v
        where v.application_id = a.id) as since
      from (select * from applications as a where ${isHandled}
        union all select * from ${readByNobody} as a) as a
      where ${allReviewsIn}`,
    'new-unread': sql`
      select a.id, a.submitted_at as since from applications as a
      where a.stage = 'screening' and a.opened_at is null and a.submitted_at is not null
        and a.merged_into is null and ${isMine}`,
  };
}

/**
 * What waits for somebody by these rules, the longest waiting first, up to `limit` of each. Three queries,
 * however much it is. Whoever may not know who applied is told references only.
 */
export async function listWaitingFor(
  db: Db,
  asked: Asked & { rules: readonly WaitingRule[]; limit: number },
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
    select w.rule, a.reference, a.discreet, w.since, ${toldName({ id: staffId, role })} as name
    from (${sql.join(parts, sql` union all `)}) as w
    join applications as a on a.id = w.id
    order by w.place, w.since, w.id`.execute(db);
  return rows;
}
