import { type Selectable, sql } from 'kysely';
import type { Keyring } from '../crypto.ts';
import type { Criterion } from '../domain/call-content.ts';
import type { Role } from '../domain/permissions.ts';
import type { ReviewContent, Score } from '../domain/reviews.ts';
import type { Typing } from '../domain/typing.ts';
import { found } from '../errors.ts';
import { getWrappedKey } from './applications.ts';
import { readerOf, type SealedBy, sealedBy } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';
import { prepare, prepareEach } from './prepared.ts';
import { type Reader, seesReviews } from './review-access.ts';
import type { ReviewTable } from './schema-reviews.ts';

export type Review = Selectable<ReviewTable>;
type Whose = { applicationId: string; reviewerId: string };

const openReview = <T extends { reviewerId: string; text: string; textSealed: Buffer | null }>(
  readKey: () => Buffer,
  applicationId: string,
  review: T,
): T => {
  const { reviewerId, text, textSealed: sealed } = review;
  const context = textContext.review(applicationId, reviewerId);
  return { ...review, text: openText(readKey, context, { text, sealed }) };
};

/** How many versions of a review somebody has submitted; undefined where they have written nothing. */
export async function countVersions(
  db: Db | Trx,
  { applicationId, reviewerId }: Whose,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('reviews')
    .select('submittedNumber')
    .where('applicationId', '=', applicationId)
    .where('reviewerId', '=', reviewerId)
    .executeTakeFirst();
  return row?.submittedNumber;
}

const selectOwn = prepare((db, slots: Whose) =>
  db
    .selectFrom('reviews')
    .selectAll()
    .where('applicationId', '=', slots.applicationId)
    .where('reviewerId', '=', slots.reviewerId)
    .compile(),
);

/** What somebody wrote about an application; they alone may see it. */
export async function findOwnReview(
  { db, keys }: { db: Db | Trx; keys: Keyring },
  { applicationId, reviewerId }: Whose,
): Promise<Review | undefined> {
  const row = (await selectOwn(db, { applicationId, reviewerId })).rows[0];
  if (!row?.textSealed) return row;
  const wrapped = found(await getWrappedKey(db, applicationId));
  return openReview(() => keys.unwrapKey(applicationId, wrapped), applicationId, row);
}

function columnsOf(
  { scores, ability, recommendation, text }: ReviewContent,
  { applicationId, reviewerId }: Whose,
  sealing: Buffer | undefined,
) {
  const context = textContext.review(applicationId, reviewerId);
  const words = textColumns(sealing, context, text);
  return {
    ...{ ability, recommendation, text: words.text, textSealed: words.sealed },
    scores: JSON.stringify(scores),
  };
}

/** Stores what somebody wrote, as a draft, and answers with the row as it is stored. The caller holds a lock on the application. */
export async function saveReview(
  trx: Trx,
  { applicationId, reviewerId }: Whose,
  saved: {
    content: ReviewContent;
    callVersionId: string;
    typing: Typing;
    now: Date;
    /** The key that its text is sealed with, if it is. */
    sealing: Buffer | undefined;
  },
): Promise<Review> {
  const { content, callVersionId, typing, now, sealing } = saved;
  const columns = {
    ...columnsOf(content, { applicationId, reviewerId }, sealing),
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

/** Makes a row as it is stored the next version, which others may see. */
export async function submitReview(trx: Trx, review: Review, now: Date): Promise<void> {
  const { applicationId, reviewerId, callVersionId, scores, ability, text, textSealed } = review;
  const number = review.submittedNumber + 1;
  await trx
    .insertInto('reviewVersions')
    .values({
      ...{ applicationId, reviewerId, number, callVersionId, ability, submittedAt: now },
      ...{ text: textSealed ? '' : text, textSealed },
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

const selectVersions = prepareEach((role: Role) =>
  prepare((db, slots: { applicationId: string; readerId: string }) =>
    sql<ReviewVersion & { textSealed: Buffer | null } & SealedBy>`
      select v.reviewer_id, s.name as reviewer, v.number, v.scores, v.ability, v.recommendation,
        v.text, v.text_sealed, v.submitted_at, cv.criteria, ${sealedBy({ role })}
      from applications as a
      join review_versions as v on v.application_id = a.id
      join review_assignments as ra on ra.application_id = a.id
        and ra.reviewer_id = v.reviewer_id and ra.state = 'done'
      join staff as s on s.id = v.reviewer_id
      join call_versions as cv on cv.id = v.call_version_id
      where a.id = ${slots.applicationId}::uuid and (v.reviewer_id = ${slots.readerId}::uuid
        or ${seesReviews({ id: slots.readerId, role })})
      order by s.name, v.reviewer_id, v.number desc`.compile(db),
  ),
);

/**
 * Every submitted version that the reader may see, the newest of each reviewer first: all their own,
 * and those of others where `seesReviews` holds, masked for those who may not know who it is. Reviews of people who recused count no more.
 */
export async function listReviewVersions(
  { db, keys }: { db: Db | Trx; keys: Keyring },
  applicationId: string,
  reader: Reader,
): Promise<ReviewVersion[]> {
  const { rows } = await selectVersions(reader.role)(db, { applicationId, readerId: reader.id });
  if (rows.length === 0) return [];
  const { key, mask } = readerOf(keys, rows[0]!);
  return rows.map((row) => {
    const { reviewerId, reviewer, number, submittedAt, criteria } = row;
    const { scores, ability, recommendation } = row;
    const { text } = openReview(key, applicationId, row);
    return {
      ...{ reviewerId, reviewer, number, submittedAt, criteria, scores, ability, recommendation },
      text: reviewerId === reader.id ? text : mask(text),
    };
  });
}

/** The newest version of every review that counts, for the person whom they are about; `key` is the application's. */
export async function listAllVersions(
  db: Db,
  applicationId: string,
  key: Buffer,
): Promise<Omit<ReviewVersion, 'reviewerId' | 'reviewer' | 'number'>[]> {
  const { rows } = await sql<
    Omit<ReviewVersion, 'reviewer' | 'number'> & { textSealed: Buffer | null }
  >`
    select v.reviewer_id, v.text_sealed, v.scores, v.ability, v.recommendation, v.text, v.submitted_at, cv.criteria
    from reviews as r
    join review_versions as v on v.application_id = r.application_id
      and v.reviewer_id = r.reviewer_id and v.number = r.submitted_number
    join call_versions as cv on cv.id = v.call_version_id
    where r.application_id = ${applicationId}
    order by v.submitted_at, v.reviewer_id`.execute(db);
  return rows.map((row) => {
    const { reviewerId: _, textSealed: __, ...version } = openReview(() => key, applicationId, row);
    return version;
  });
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
