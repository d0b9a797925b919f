import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './client.ts';
import { staffMailJobKind } from './staff-mails.ts';

// What the invariant checker reads of what staff made. Each query finds nothing but violations.

export type DeskRule =
  | 'pairs'
  | 'reviews'
  | 'waiting'
  | 'tags'
  | 'bulk'
  | 'consents'
  | 'staff mails';

/** A row that should not be: what it is and what is wrong with it, without any personal data. */
export type DeskFault = { rule: DeskRule; subject: string; problem: string };

type Query = RawBuilder<{ subject: string; problem: string }>;

const named = sql.raw(`'application ' || a.reference`);
const pair = sql.raw(`'pair ' || p.first_id || ' ' || p.second_id`);
const review = sql.raw(`'review of application ' || a.reference || ' by ' || r.reviewer_id`);
const assignment = sql.raw(
  `'assignment of application ' || a.reference || ' to ' || r.reviewer_id`,
);
const agreement = sql.raw(`'agreement of application ' || a.reference`);
const unlogged = (column: string, event: string, problem: string): Query => sql`
  select ${agreement} as subject, ${sql.lit(problem)} as problem
  from consents as k join applications as a on a.id = k.application_id
  where ${sql.ref(column)} is not null and not exists (select from events as e
    where e.application_id = a.id and e.type = ${sql.lit(event)})`;
const staffMail = sql.raw(`'mail to staff ' || m.id`);
/** Of discreet applications the day alone is left of some times, and may be of one before the other. */
const differs = (kept: string, counted: string): RawBuilder<boolean> => sql<boolean>`(
  ${sql.ref(kept)} is distinct from ${sql.ref(counted)} and not coalesce(a.discreet and
    (${sql.ref(kept)} at time zone 'UTC')::date = (${sql.ref(counted)} at time zone 'UTC')::date, false))`;
const row = sql.raw(`'row ' || b.application_id || ' of bulk act ' || b.bulk_act_id`);

const queries: Record<DeskRule, Query[]> = {
  pairs: [
    sql`select ${pair} as subject, 'has an application that is not there or was never submitted' as problem
      from application_pairs as p
      where not exists (select from applications where id = p.first_id and submitted_at is not null)
        or not exists (select from applications where id = p.second_id and submitted_at is not null)`,
    sql`select ${pair} as subject, 'is not in order' as problem
      from application_pairs as p where p.first_id >= p.second_id`,
    sql`select ${pair} as subject, 'is merged, but its application does not say so' as problem
      from application_pairs as p
      join applications as a on a.id = case p.kept_id when p.first_id then p.second_id else p.first_id end
      where p.state = 'merged' and a.merged_into is distinct from p.kept_id`,
    sql`select ${named} as subject, 'is merged, but by no pair' as problem
      from applications as a where a.merged_into is not null and not exists (
        select from application_pairs as p where p.state = 'merged' and p.kept_id = a.merged_into
          and (p.first_id, p.second_id) = (least(a.id, a.merged_into), greatest(a.id, a.merged_into)))`,
    sql`select ${named} as subject, 'is merged into one that is merged itself' as problem
      from applications as a join applications as kept on kept.id = a.merged_into
      where kept.merged_into is not null`,
  ],
  reviews: [
    sql`select ${review} as subject, 'its newest submitted version is not there' as problem
      from reviews as r join applications as a on a.id = r.application_id
      where r.submitted_number is distinct from coalesce((select max(v.number) from review_versions as v
        where v.application_id = r.application_id and v.reviewer_id = r.reviewer_id), 0)`,
    sql`select ${review} as subject, 'is submitted, but says something else than its version' as problem
      from reviews as r join applications as a on a.id = r.application_id
      join review_versions as v on v.application_id = r.application_id
        and v.reviewer_id = r.reviewer_id and v.number = r.submitted_number
      where r.state = 'submitted'
        and (r.call_version_id, r.scores, r.ability, r.recommendation, r.text)
          is distinct from (v.call_version_id, v.scores, v.ability, v.recommendation, v.text)`,
    sql`select ${assignment} as subject, 'is done, but no review was submitted' as problem
      from review_assignments as r join applications as a on a.id = r.application_id
      where r.state = 'done' and not exists (select from review_versions as v
        where v.application_id = r.application_id and v.reviewer_id = r.reviewer_id)`,
    sql`select ${review} as subject, 'was submitted, but its assignment is not done' as problem
      from reviews as r join applications as a on a.id = r.application_id
      left join review_assignments as ra on ra.application_id = r.application_id
        and ra.reviewer_id = r.reviewer_id
      where r.submitted_number > 0 and ra.state is distinct from 'done'
        and ra.state is distinct from 'recused'`,
  ],
  waiting: [
    sql`select ${named} as subject, 'counts other reviews than there are' as problem
      from applications as a
      left join (select v.application_id, max(v.submitted_at) as newest,
          count(*) filter (where v.number = r.submitted_number and ra.state = 'done') as reviews
        from review_versions as v
        join reviews as r on r.application_id = v.application_id and r.reviewer_id = v.reviewer_id
        left join review_assignments as ra
          on ra.application_id = v.application_id and ra.reviewer_id = v.reviewer_id
        group by 1) as counted on counted.application_id = a.id
      where a.reviews_in <> coalesce(counted.reviews, 0) or ${differs('a.reviewed_at', 'counted.newest')}`,
    // By what its messages can't be, in whatever order they came: two servers' clocks may differ.
    sql`select ${named} as subject, 'says something else of the last message than its messages' as problem
      from applications as a
      where a.unanswered_since is not null and not exists (select from messages as m
          where m.application_id = a.id and m.direction = 'in' and not ${differs('a.unanswered_since', 'm.created_at')})
        or a.unanswered_since is null and exists (select from messages as m where m.application_id = a.id)
          and not exists (select from messages as m where m.application_id = a.id and m.direction = 'out')`,
  ],
  tags: [
    sql`select 'tag ' || t.tag_id || ' of application ' || t.application_id as subject,
        'the tag or the application is not there' as problem
      from application_tags as t
      left join tags as g on g.id = t.tag_id left join applications as a on a.id = t.application_id
      where g.id is null or a.submitted_at is null`,
  ],
  consents: [
    sql`select ${agreement} as subject, 'is withdrawn, but the application says that it is kept' as problem
      from consents as k join applications as a on a.id = k.application_id
      where k.withdrawn_at is not null and a.keep_on_file`,
    sql`select ${agreement} as subject, 'has ended, but nobody was asked' as problem
      from consents as k join applications as a on a.id = k.application_id
      where k.ended_at is not null and k.asked_at is null`,
    unlogged('k.asked_at', 'consent-asked', 'was asked for, but no event says so'),
    unlogged('k.agreed_at', 'consent-renewed', 'was given anew, but no event says so'),
    unlogged('k.withdrawn_at', 'consent-withdrawn', 'is withdrawn, but no event says so'),
    unlogged('k.ended_at', 'consent-ended', 'has ended, but no event says so'),
  ],
  'staff mails': [
    sql`select ${staffMail} as subject, 'waits to be sent, but no job delivers it' as problem
      from staff_mails as m where m.sent_at is null and not exists (select from jobs as j
        where j.kind = ${staffMailJobKind} and j.subject_id = m.id and j.state <> 'done')`,
    sql`select ${staffMail} as subject, 'has left, but a job would send it again' as problem
      from staff_mails as m where m.sent_at is not null and exists (select from jobs as j
        where j.kind = ${staffMailJobKind} and j.subject_id = m.id and j.state = 'queued')`,
    sql`select ${staffMail} as subject, 'has left, but what it said is still there' as problem
      from staff_mails as m where m.sent_at is not null and m.content_sealed is not null`,
  ],
  bulk: [
    sql`select ${row} as subject, 'the act or the application is not there' as problem
      from bulk_act_rows as b
      left join bulk_acts as c on c.id = b.bulk_act_id
      left join applications as a on a.id = b.application_id
      where c.id is null or a.submitted_at is null`,
    sql`select ${row} as subject, 'is done, but has no event of its application' as problem
      from bulk_act_rows as b where b.outcome = 'done' and not exists (
        select from events as e where e.id = b.event_id and e.application_id = b.application_id)`,
    sql`select ${row} as subject, 'is undone, but it was not done or the act stands' as problem
      from bulk_act_rows as b join bulk_acts as c on c.id = b.bulk_act_id
      where b.undo_outcome is not null
        and (b.outcome is distinct from 'done' or c.undone_at is null)`,
  ],
};

/** The rules by which what staff made is judged. */
export const deskRules = Object.keys(queries) as DeskRule[];

/** Everything that breaks a rule, at most `limit` of each way to break it. */
export async function listDeskFaults(
  trx: Trx,
  rule: DeskRule,
  limit: number,
): Promise<DeskFault[]> {
  const faults: DeskFault[] = [];
  for (const query of queries[rule]) {
    const { rows } = await sql<Omit<DeskFault, 'rule'>>`${query} order by 1 limit ${limit}`.execute(
      trx,
    );
    faults.push(...rows.map((one) => ({ rule, ...one })));
  }
  return faults;
}
