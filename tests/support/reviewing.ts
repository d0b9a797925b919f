import { changeAssignment } from '../../src/actions/change-assignment.ts';
import { keepReview, type SavedReview } from '../../src/actions/save-review.ts';
import { readListed } from '../../src/db/application-rows.ts';
import { getReviewDesk } from '../../src/db/review-desk.ts';
import type { ReviewFacts } from '../../src/db/review-facts.ts';
import { getNewestCriteria } from '../../src/db/reviews.ts';
import type { Deps } from '../../src/deps.ts';
import type { Role } from '../../src/domain/permissions.ts';
import type { ReviewContent } from '../../src/domain/reviews.ts';

type Core = Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>;
type Reader = { id: string; role: Role };

/** A whole review by the criteria of ours. */
export const goodReview: ReviewContent = {
  scores: { place: 4, reporting: 3 },
  ability: 2,
  recommendation: 4,
  text: 'Strong scene, one source only.',
};

/** The newest event of an application, as a page just loaded would carry it. */
export async function seenBy({ db }: Core, id: string, reader: Reader): Promise<number> {
  return (await getReviewDesk(db, id, reader)).seen;
}

/** Claims an application for somebody who looks at it now. */
export async function claim(core: Core, id: string, reviewer: Reader): Promise<void> {
  const seen = await seenBy(core, id, reviewer);
  const outcome = await changeAssignment(core, { id, act: 'claim', staff: reviewer, seen });
  if (outcome.kind !== 'done') throw new Error(`the claim was ${outcome.kind}`);
}

let pages = 0;

/** Stores a review as its page would; each call is a page of its own, loaded just before. */
export async function review(
  core: Core,
  id: string,
  reviewer: Reader,
  sent: {
    content?: Partial<ReviewContent>;
    intent?: 'save' | 'submit';
    base?: number;
    page?: string;
    order?: number;
    claim?: boolean;
  } = {},
): Promise<SavedReview> {
  const { db } = core;
  pages += 1;
  const { callId } = await db
    .selectFrom('applications')
    .select('callId')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { callVersionId } = await getNewestCriteria(db, callId);
  const stored = await db
    .selectFrom('reviews')
    .select('revision')
    .where('applicationId', '=', id)
    .where('reviewerId', '=', reviewer.id)
    .executeTakeFirst();
  const { base = stored?.revision ?? 0, page = `page-${pages}-of-tests`, order = 0 } = sent;
  return await keepReview(core, {
    ...{ id, reviewer, callVersionId, claim: sent.claim ?? false },
    content: { ...goodReview, ...sent.content },
    intent: sent.intent ?? 'submit',
    typing: { base, page, order },
  });
}

/** Claims and submits at once. */
export async function claimAndReview(
  core: Core,
  id: string,
  reviewer: Reader,
  content: Partial<ReviewContent> = {},
): Promise<void> {
  await claim(core, id, reviewer);
  const { kind } = await review(core, id, reviewer, { content });
  if (kind !== 'submitted') throw new Error(`the review was ${kind}`);
}

/** What the list says to a reader about how far the reading of an application is. */
export async function reviewFactsFor(
  { db }: Pick<Deps, 'db'>,
  id: string,
  reader: Reader,
): Promise<ReviewFacts | null | undefined> {
  const [row] = await readListed(db, [id], {
    ...{ language: 'en', fallback: 'en', reader, reviews: true, sort: 'newest', withTexts: false },
  });
  return row?.review;
}
