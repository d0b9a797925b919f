import { type RawBuilder, sql } from 'kysely';
import type { Db } from './client.ts';
import { toldAt } from './decision-acts.ts';

/** Applications that the overview looks at: submitted from the first of `bounds` to before the last. */
export type OverviewScope = {
  bounds: readonly Date[];
  /** A call's slug; all calls without. */
  call?: string | undefined;
};

/** Applications of one part of the period; `place` null counts each once, '' has no place of the list. */
export type ReceivedCount = { bucket: number; place: string | null; count: number };

export type SourceCount = { source: string; count: number };

/** Times in seconds, by which half and nine tenths had happened; null when nothing has. */
type Quantiles = readonly [half: number, nineTenths: number] | null;

export type Progress = {
  received: number;
  opened: number;
  /** Ever stood at that stage. */
  reviewed: number;
  shortlisted: number;
  accepted: number;
  keptOnFile: number;
  declined: number;
  withdrawn: number;
  /** From arrival until somebody opened it, and until the answer left. */
  firstRead: Quantiles;
  answer: Quantiles;
  /** Answered on the promised day at the latest; later; not yet, with the day to come or gone. */
  answeredInTime: number;
  answeredLate: number;
  waiting: number;
  overdue: number;
};

export type ReviewerLoad = {
  id: string;
  name: string;
  disabled: boolean;
  open: number;
  /** Reviews submitted within the period. */
  done: number;
  /** Seconds from the assignment to the review, for half of those. */
  half: number | null;
};

const ofCall = ({ call }: OverviewScope): RawBuilder<unknown> =>
  call === undefined
    ? sql``
    : sql`and a.call_id = (select c.id from calls as c where c.slug = ${call})`;

// A merged application is the same person's second copy: it counts with the one that it was merged into.
const chosen = (scope: OverviewScope): RawBuilder<unknown> => sql`
  a.submitted_at >= ${scope.bounds[0]!} and a.submitted_at < ${scope.bounds.at(-1)!} and a.merged_into is null
  ${ofCall(scope)}`;

/** When the first application of the call, or of all, came. */
export async function findFirstSubmission(db: Db, call?: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('applications as a')
    .select('a.submittedAt')
    .where('a.submittedAt', 'is not', null)
    .$if(call !== undefined, (query) =>
      query.where('a.callId', '=', ({ selectFrom }) =>
        selectFrom('calls').select('id').where('slug', '=', call!),
      ),
    )
    .orderBy('a.submittedAt')
    .orderBy('a.id')
    .limit(1)
    .executeTakeFirst();
  return row?.submittedAt ?? undefined;
}

/** How many came in each part of the period, in all and by place; who names two places counts in both. */
export async function countReceived(db: Db, scope: OverviewScope): Promise<ReceivedCount[]> {
  const { rows } = await sql<ReceivedCount>`
    with chosen as (
      select width_bucket(a.submitted_at, ${[...scope.bounds]}::timestamptz[]) - 1 as bucket, a.places
      from applications as a where ${chosen(scope)})
    select bucket, null as place, count(*)::bigint as count from chosen group by 1
    union all
    select bucket, place, count(*)::bigint from chosen,
      unnest(case when places = '{}' then '{""}' else places end) as place group by 1, 2
    order by 1, 2 nulls first`.execute(db);
  return rows;
}

/**
 * The pages that most came from, without scheme, `www.`, query and fragment; with how many came from
 * others and how many from none that is known.
 */
export async function countSources(
  db: Db,
  scope: OverviewScope,
  limit: number,
): Promise<{ sources: SourceCount[]; others: number; unknown: number }> {
  const { rows } = await sql<{ source: string | null; count: number; rank: number }>`
    select source, count, row_number() over (
      partition by source is null order by count desc, source collate "C")::int as rank
    from (
      select nullif(lower(split_part(page, '/', 1)) || substr(page, length(split_part(page, '/', 1)) + 1), '')
        as source, sum(typed.count)::bigint as count
      from (
        -- Few addresses are many times the same: each is taken apart once.
        select coalesce(a.via, '') as via, count(*) as count from applications as a where ${chosen(scope)} group by 1
      ) as typed, regexp_replace(regexp_replace(split_part(split_part(typed.via, '#', 1), '?', 1),
        '^https?://(www\\.)?', '', 'i'), '/+$', '') as page
      group by 1
    ) as counted order by rank`.execute(db);
  const named = rows.flatMap(({ source, count }) => (source === null ? [] : [{ source, count }]));
  return {
    sources: named.slice(0, limit),
    others: named.slice(limit).reduce((sum, { count }) => sum + count, 0),
    unknown: rows.find(({ source }) => source === null)?.count ?? 0,
  };
}

/** How far they came, and how long they waited; days end where the publication is. */
export async function readProgress(
  db: Db,
  scope: OverviewScope,
  { now, timeZone }: { now: Date; timeZone: string },
): Promise<Progress> {
  const dayOf = (moment: RawBuilder<unknown>) => sql`(${moment} at time zone ${timeZone})::date`;
  const isOwed = sql`told_at is null and stage <> 'withdrawn'`;
  const inTime = sql`told_day <= reply_day`;
  const isGone = sql`${dayOf(sql`${now}::timestamptz`)} > reply_day`;
  const quantiles = (since: RawBuilder<unknown>) => sql<Quantiles>`(
    select percentile_disc(array[0.5, 0.9]) within group (order by extract(epoch from ${since})::float8)
    from chosen as timed where ${since} is not null)`;
  const { rows } = await sql<Progress>`
    with picked as materialized (
      select a.id, a.stage, a.decision, a.submitted_at, a.opened_at, a.stage_since,
        a.submitted_at + make_interval(hours => 24 * v.reply_days) as reply_by
      from applications as a join call_versions as v on v.id = a.call_version_id
      where ${chosen(scope)}),
    told as (
      -- The first decision that they were told of.
      select d.application_id, min(d.at) filter (where d.act <> 'reopen' and d.at <= ${now}) as at
      from (
        select d.application_id, d.act, ${toldAt} as at
        from picked join decision_acts as d on d.application_id = picked.id
        left join mails as m on m.id = d.mail_id
        where d.state in ('live', 'superseded')
      ) as d group by 1),
    reached as (
      select e.application_id, bool_or(e.to_value = 'review') as review,
        bool_or(e.to_value = 'shortlist') as shortlist
      from picked join events as e on e.application_id = picked.id
      where e.to_value in ('review', 'shortlist') group by 1),
    answered as (
      select picked.*, reached.review, reached.shortlist,
        -- One without an act is from before there were letters.
        coalesce(told.at, case when picked.stage = 'decided' and told.application_id is null
          then picked.stage_since end) as told_at
      from picked
      left join told on told.application_id = picked.id
      left join reached on reached.application_id = picked.id),
    chosen as materialized (
      select *, ${dayOf(sql`told_at`)} as told_day, ${dayOf(sql`reply_by`)} as reply_day from answered)
    select count(*) as received,
      count(*) filter (where opened_at is not null) as opened,
      count(*) filter (where review) as reviewed, count(*) filter (where shortlist) as shortlisted,
      count(*) filter (where decision = 'accepted') as accepted,
      count(*) filter (where decision = 'kept-on-file') as kept_on_file,
      count(*) filter (where decision = 'declined') as declined,
      count(*) filter (where stage = 'withdrawn') as withdrawn,
      count(*) filter (where ${inTime}) as answered_in_time,
      count(*) filter (where not ${inTime}) as answered_late,
      count(*) filter (where ${isOwed} and not ${isGone}) as waiting,
      count(*) filter (where ${isOwed} and ${isGone}) as overdue,
      ${quantiles(sql`(opened_at - submitted_at)`)} as first_read,
      ${quantiles(sql`(told_at - submitted_at)`)} as answer
    from chosen as one`.execute(db);
  return rows[0]!;
}

/** Who has reviews open or wrote some within the period, the most first. */
export async function listReviewerLoads(db: Db, scope: OverviewScope): Promise<ReviewerLoad[]> {
  const { rows } = await sql<ReviewerLoad>`
    select s.id, s.name, s.disabled_at is not null as disabled,
      count(*) filter (where ra.state = 'open' and a.stage in ('screening', 'review', 'shortlist'))
        as open,
      count(v.submitted_at) as done,
      percentile_disc(0.5) within group (order by extract(epoch from v.submitted_at - ra.since)::float8)
        as half
    from review_assignments as ra
    join staff as s on s.id = ra.reviewer_id
    join applications as a on a.id = ra.application_id and a.merged_into is null
      ${ofCall(scope)}
    left join review_versions as v on v.application_id = ra.application_id
      and v.reviewer_id = ra.reviewer_id and v.number = 1
      and v.submitted_at >= ${scope.bounds[0]!} and v.submitted_at < ${scope.bounds.at(-1)!}
    group by s.id
    having count(*) filter (where ra.state = 'open' and a.stage in ('screening', 'review', 'shortlist')) > 0
      or count(v.submitted_at) > 0
    order by 4 desc, 5 desc, s.name`.execute(db);
  return rows;
}
