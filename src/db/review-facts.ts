import { sql } from 'kysely';
import type { Db } from './client.ts';
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

/** The facts about some applications by their ids, all in one query. */
export async function listReviewFacts(
  db: Db,
  applicationIds: readonly string[],
  reader: Reader,
): Promise<ReadonlyMap<string, ReviewFacts>> {
  if (applicationIds.length === 0) return new Map();
  const { rows } = await sql<ReviewFacts & { id: string }>`
    select a.id, handling.name as handling_editor, ${reviewersWanted} as wanted,
      counted.done, counted.done > 0 and not allowed.sees as hidden,
      case when allowed.sees then counted.mean end as mean
    from applications as a
    left join staff as handling on handling.id = a.handling_editor_id
    cross join lateral (select ${seesReviews(reader)} as sees) as allowed
    cross join lateral (
      select count(*) as done, avg(counted.recommendation)::float8 as mean
      from ${countedReviews} as counted) as counted
    where a.id = any(${applicationIds}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}
