import { type Selectable, sql } from 'kysely';
import type { Criterion } from '../domain/call-content.ts';
import { createMasker, type Identity } from '../domain/masking.ts';
import type { ReviewContent, Score } from '../domain/reviews.ts';
import type { Typing } from '../domain/typing.ts';
import { found } from '../errors.ts';
import { hiddenIdentity } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { type Reader, seesReviews } from './review-access.ts';
import type { ReviewTable } from './schema-reviews.ts';

export type Review = Selectable<ReviewTable>;
type Whose = { applicationId: string; reviewerId: string };

/** What somebody wrote about an application; they alone may see it. */
export async function findOwnReview(
  db: Db | Trx,
  { applicationId, reviewerId }: Whose,
): Promise<Review | undefined> {
  return await db
    .selectFrom('reviews')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .executeTakeFirst();
}

const columnsOf = ({ scores, ability, recommendation, text }: ReviewContent) => ({
  ...{ ability, recommendation, text },
  scores: JSON.stringify(scores),
});

/** Stores what somebody wrote, as a draft. The caller holds a lock on the application. */
export async function saveReview(
  trx: Trx,
  { applicationId, reviewerId }: Whose,
  saved: { content: ReviewContent; callVersionId: string; typing: Typing; now: Date },
): Promise<Review> {
  const { content, callVersionId, typing, now } = saved;
  const columns = {
    ...columnsOf(content),
    callVersionId,
    state: 'draft' as const,
    typedBy: typing.page,
    typedOrder: typing.order,
    updatedAt: now,
  };
  return await trx
    .insertInto('reviews')
    .values({
      ...{ applicationId, reviewerId, ...columns },
      ...{ revision: 1, submittedNumber: 0, createdAt: now },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['applicationId', 'reviewerId'])
        .doUpdateSet({ ...columns, revision: sql`reviews.revision + 1` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Makes what is stored the next version, which others may see. */
export async function submitReview(trx: Trx, review: Review, now: Date): Promise<void> {
  const { applicationId, reviewerId, callVersionId, scores, ability, text } = review;
  const number = review.submittedNumber + 1;
  await trx
    .insertInto('reviewVersions')
    .values({
      ...{ applicationId, reviewerId, number, callVersionId, ability, text, submittedAt: now },
      scores: JSON.stringify(scores),
      recommendation: found(review.recommendation),
    })
    .execute();
  await trx
    .updateTable('reviews')
    .set({ state: 'submitted', submittedNumber: number })
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .execute();
}

/** Says again that what is stored is the newest version. */
export async function markSubmitted(trx: Trx, { applicationId, reviewerId }: Whose): Promise<void> {
  await trx
    .updateTable('reviews')
    .set({ state: 'submitted' })
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .execute();
}

/** A version of a review that was submitted, with the criteria that it answers. */
export type ReviewVersion = ReviewContent & {
  reviewerId: string;
  reviewer: string;
  number: number;
  recommendation: Score;
  submittedAt: Date;
  criteria: Criterion[];
};

/**
 * Every submitted version that the reader may see, the newest of each reviewer first: all their own,
 * and those of others where `seesReviews` holds, masked for those who may not know who it is. Reviews of people who recused count no more.
 */
export async function listReviewVersions(
  db: Db | Trx,
  applicationId: string,
  reader: Reader,
): Promise<ReviewVersion[]> {
  const { rows } = await sql<ReviewVersion & { hidden: Identity | null }>`
    select v.reviewer_id, s.name as reviewer, v.number, v.scores, v.ability, v.recommendation,
      v.text, v.submitted_at, cv.criteria, ${hiddenIdentity(reader)} as hidden
    from applications as a
    join review_versions as v on v.application_id = a.id
    join review_assignments as ra on ra.application_id = a.id
      and ra.reviewer_id = v.reviewer_id and ra.state = 'done'
    join staff as s on s.id = v.reviewer_id
    join call_versions as cv on cv.id = v.call_version_id
    where a.id = ${applicationId} and (v.reviewer_id = ${reader.id} or ${seesReviews(reader)})
    order by s.name, v.reviewer_id, v.number desc`.execute(db);
  const hidden = rows[0]?.hidden;
  const mask = hidden ? createMasker(hidden) : (text: string) => text;
  return rows.map(({ hidden: _, ...version }) => ({
    ...version,
    text: version.reviewerId === reader.id ? version.text : mask(version.text),
  }));
}

/** The newest version of every review that counts, for the person whom they are about. */
export async function listAllVersions(
  db: Db,
  applicationId: string,
): Promise<Omit<ReviewVersion, 'reviewerId' | 'reviewer' | 'number'>[]> {
  const { rows } = await sql<Omit<ReviewVersion, 'reviewerId' | 'reviewer' | 'number'>>`
    select v.scores, v.ability, v.recommendation, v.text, v.submitted_at, cv.criteria
    from reviews as r
    join review_versions as v on v.application_id = r.application_id
      and v.reviewer_id = r.reviewer_id and v.number = r.submitted_number
    join call_versions as cv on cv.id = v.call_version_id
    where r.application_id = ${applicationId}
    order by v.submitted_at, v.reviewer_id`.execute(db);
  return rows;
}

/** The criteria of a call's newest version, which reviews that begin now answer. */
export async function getNewestCriteria(
  db: Db | Trx,
  callId: string,
): Promise<{ callVersionId: string; criteria: Criterion[] }> {
  return await db
    .selectFrom('callVersions')
    .select(['id as callVersionId', 'criteria'])
    .where('callId', '=', callId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
}

/** The criteria of one of a call's versions; throws `not-found`. */
export async function getCriteria(
  db: Db | Trx,
  callId: string,
  callVersionId: string,
): Promise<Criterion[]> {
  const row = await db
    .selectFrom('callVersions')
    .select('criteria')
    .where('id', '=', callVersionId)
    .where('callId', '=', callId)
    .executeTakeFirst();
  return found(row).criteria;
}
