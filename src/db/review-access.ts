import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../domain/permissions.ts';

/** Whoever reads something about reviews; without one there is nothing to read. */
export type Reader = { id: string; role: Role };

/**
 * True where the reader may see what others say in their reviews of the application `a` of the query
 * around it: one's own review comes first, and whoever recused sees none. Editors who do not review it
 * see all. The one place that says so; everything that reads others' reviews asks it.
 */
export const seesReviews = ({ id, role }: Reader): RawBuilder<boolean> => sql<boolean>`case (
    select own.state from review_assignments as own
    where own.application_id = a.id and own.reviewer_id = ${id}::uuid)
  when 'done' then true when 'open' then false when 'recused' then false
  else ${role !== 'reviewer'}::boolean end`;

/** The newest versions of the reviews of `a` that count: not those of people who recused since. */
export const countedReviews = sql`(
  select v.reviewer_id, v.recommendation from reviews as r
  join review_versions as v on v.application_id = r.application_id
    and v.reviewer_id = r.reviewer_id and v.number = r.submitted_number
  join review_assignments as ra on ra.application_id = r.application_id
    and ra.reviewer_id = r.reviewer_id and ra.state = 'done'
  where r.application_id = a.id)`;

/** How many reviewers the application `a` wants: its own number, else that of its call today. */
export const reviewersWanted = sql<number>`coalesce(a.reviewers_wanted, (
  select newest.reviewers_wanted from call_versions as newest
  where newest.call_id = a.call_id order by newest.number desc limit 1))`;
