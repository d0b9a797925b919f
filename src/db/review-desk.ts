import { type Selectable, sql } from 'kysely';
import type { Role } from '../domain/permissions.ts';
import type { AssignmentState, Recusal } from '../domain/review-assignments.ts';
import { found } from '../errors.ts';
import type { Db } from './client.ts';
import { prepare, prepareEach } from './prepared.ts';
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

const selectDesk = prepareEach((role: Role) =>
  prepare((db, slots: { id: string; readerId: string }) =>
    sql<ReviewDesk>`
      select coalesce((select max(e.id) from events as e where e.application_id = a.id), 0)::bigint
          as seen,
        a.handling_editor_id, handling.name as handling_editor,
        ${reviewersWanted} as wanted, a.reviewers_wanted as wanted_own,
        ${seesReviews({ id: slots.readerId, role })} as sees,
        (select coalesce(jsonb_agg(jsonb_build_object('reviewerId', ra.reviewer_id, 'reviewer', s.name,
            'state', ra.state, 'origin', ra.origin, 'since', ra.since, 'recusal', ra.recusal)
            order by ra.since, ra.reviewer_id), '[]')
          from review_assignments as ra join staff as s on s.id = ra.reviewer_id
          where ra.application_id = a.id) as assignments
      from applications as a
      left join staff as handling on handling.id = a.handling_editor_id
      where a.id = ${slots.id}::uuid`.compile(db),
  ),
);

/** Who reads and reviews an application, and whether the reader may see what they say. */
export async function getReviewDesk(db: Db, id: string, reader: Reader): Promise<ReviewDesk> {
  const desk = found((await selectDesk(reader.role)(db, { id, readerId: reader.id })).rows[0]);
  return {
    ...desk,
    assignments: desk.assignments.map((one) => ({
      ...one,
      since: new Date(one.since),
      // Why somebody recused is between them and the editors.
      recusal: reader.role === 'reviewer' && one.reviewerId !== reader.id ? null : one.recusal,
    })),
  };
}
