import { type Selectable, sql } from 'kysely';
import type { AssignmentState, Recusal } from '../domain/review-assignments.ts';
import type { Db } from './client.ts';
import { type Reader, reviewersWanted, seesReviews } from './review-access.ts';
import type { ReviewAssignmentTable } from './schema-reviews.ts';

/** Somebody and an application, as colleagues see it. */
export type ShownAssignment = Pick<
  Selectable<ReviewAssignmentTable>,
  'reviewerId' | 'origin' | 'since'
> & { reviewer: string; state: AssignmentState; recusal: Recusal | null };

export type ReviewDesk = {
  /** The newest event; a form that carries it is told of what happened after it. */
  seen: number;
  handlingEditorId: string | null;
  handlingEditor: string | null;
  wanted: number;
  /** What the application itself wants; null when its call decides. */
  wantedOwn: number | null;
  /** The reader may see what others say. */
  sees: boolean;
  assignments: ShownAssignment[];
};

/** Who reads and reviews an application, and whether the reader may see what they say. */
export async function getReviewDesk(db: Db, id: string, reader: Reader): Promise<ReviewDesk> {
  // The event first: what a page says may be newer than it, never older.
  const { rows } = await sql<Omit<ReviewDesk, 'assignments'>>`
    select coalesce((select max(e.id) from events as e where e.application_id = a.id), 0)::bigint
        as seen,
      a.handling_editor_id, handling.name as handling_editor,
      ${reviewersWanted} as wanted, a.reviewers_wanted as wanted_own, ${seesReviews(reader)} as sees
    from applications as a
    left join staff as handling on handling.id = a.handling_editor_id
    where a.id = ${id}`.execute(db);
  const assignments = await db
    .selectFrom('reviewAssignments as ra')
    .innerJoin('staff as s', 's.id', 'ra.reviewerId')
    .select(['ra.reviewerId', 's.name as reviewer', 'ra.state', 'ra.origin', 'ra.since'])
    .select('ra.recusal')
    .where('ra.applicationId', '=', id)
    .orderBy('ra.since')
    .orderBy('ra.reviewerId')
    .execute();
  return {
    ...rows[0]!,
    // Why somebody recused is between them and the editors.
    assignments: assignments.map((one) =>
      reader.role === 'reviewer' && one.reviewerId !== reader.id ? { ...one, recusal: null } : one,
    ),
  };
}
