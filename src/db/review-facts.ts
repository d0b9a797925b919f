import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './client.ts';
import { countedReviews, type Reader, reviewersWanted, seesReviews } from './review-access.ts';

/** How far the reading of one application is, as one reader may know it. */
export type ReviewFacts = {
  handlingEditor: string | null;
  done: number;
  wanted: number;
  /** Mean recommendation, 1 to 4; null without a review and where `hidden`. */
  mean: number | null;
  /** There are reviews that this reader does not see before their own. */
  hidden: boolean;
};

/** The facts about the application `a` of the query around it. */
export const reviewFacts = (reader: Reader): RawBuilder<ReviewFacts> => sql<ReviewFacts>`(
  select jsonb_build_object(
    'handlingEditor', (select name from staff where staff.id = a.handling_editor_id),
    'wanted', ${reviewersWanted}, 'done', counted.done,
    'hidden', counted.done > 0 and not allowed.sees,
    'mean', case when allowed.sees then counted.mean end)
  from (select ${seesReviews(reader)} as sees) as allowed
  cross join lateral (
    select count(*) as done, avg(counted.recommendation)::float8 as mean
    from ${countedReviews} as counted) as counted)`;

/** True of an application once as many reviews are in as it wants. */
export async function hasAllReviews(db: Db | Trx, id: string): Promise<boolean> {
  const { rows } = await sql<{ isComplete: boolean }>`
    select ${reviewersWanted} > 0 and a.reviews_in >= ${reviewersWanted} as "isComplete"
    from applications as a where a.id = ${id}`.execute(db);
  return rows[0]?.isComplete ?? false;
}
