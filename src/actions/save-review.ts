import { isDeepStrictEqual } from 'node:util';
import { lockApplication, readTextKey } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { recordEvents } from '../db/events.ts';
import { type Assignment, findAssignment, touchAssignment } from '../db/review-assignments.ts';
import { hasAllReviews } from '../db/review-facts.ts';
import {
  findOwnReview,
  listReviewVersions,
  markSubmitted,
  type Review,
  saveReview,
  submitReview,
} from '../db/reviews.ts';
import type { Deps } from '../deps.ts';
import type { Role } from '../domain/permissions.ts';
import { canAct } from '../domain/review-assignments.ts';
import { isReviewable, type ReviewContent } from '../domain/reviews.ts';
import type { Stage } from '../domain/stages.ts';
import type { Typing } from '../domain/typing.ts';
import { found } from '../errors.ts';
import { recordAct } from './change-assignment.ts';
import { notifyHandler } from './notify-staff.ts';

export type ReviewToSave = {
  /** Of the application. */
  id: string;
  reviewer: { id: string; role: Role };
  content: ReviewContent;
  /** The version of the call whose criteria the page showed. */
  callVersionId: string;
  intent: 'save' | 'submit';
  typing: Typing;
  /** Claims it again where it was taken away meanwhile. */
  claim: boolean;
};

export type SavedReview =
  | { kind: 'saved'; revision: number }
  | { kind: 'submitted'; revision: number }
  /** It is not the reviewer's any more, or never was; nothing was stored. */
  | { kind: 'unassigned'; recused: boolean }
  /** The reviewer saved something else from another page, which stands; nothing was stored. */
  | { kind: 'rival'; review: Review }
  /** Nobody reviews it where it stands now. What was typed is kept as a draft, and not submitted. */
  | { kind: 'closed'; stage: Stage };

/** The parts of a review that its reviewer typed. */
export const contentOf = ({ scores, ability, recommendation, text }: Review): ReviewContent => ({
  ...{ scores, ability, recommendation, text },
});

/** True when the page would overwrite what it has not seen. */
function isOlder(review: Review | undefined, { base, page, order }: Typing): boolean {
  if (!review) return false;
  return review.typedBy === page ? review.typedOrder > order : review.revision !== base;
}

/** Stores a review as a draft, or submits it as the next version, which others may see. */
export async function keepReview(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  asked: ReviewToSave,
): Promise<SavedReview> {
  const { db, clock } = deps;
  const { id, reviewer, content, callVersionId, intent, typing } = asked;
  const whose = { applicationId: id, reviewerId: reviewer.id };
  const now = clock.now();
  return await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const isOpen = isReviewable(application.stage);
    const assignment = await findOwnAssignment(trx, asked, { mayClaim: isOpen, now });
    if (!assignment) return { kind: 'unassigned', recused: false };
    const { state } = assignment;
    if (state !== 'open' && state !== 'done') {
      return { kind: 'unassigned', recused: state === 'recused' };
    }
    const before = await findOwnReview({ db: trx, keys: deps.keys }, whose);
    if (before && isOlder(before, typing)) return { kind: 'rival', review: before };
    const isSame =
      before?.state === 'submitted' &&
      before.callVersionId === callVersionId &&
      isDeepStrictEqual(contentOf(before), content);
    const review = isSame
      ? before
      : await saveReview(trx, whose, {
          ...{ content, callVersionId, typing, now },
          sealing: await readTextKey(trx, deps.keys, application),
        });
    if (!isOpen) return { kind: 'closed', stage: application.stage };
    const submits = intent === 'submit';
    await touchAssignment(trx, whose, { now, state: submits ? 'done' : state });
    if (!submits) return { kind: 'saved', revision: review.revision };
    const isFirst =
      review.state === 'draft' &&
      (await submit(trx, deps, { review, content }, asked.reviewer, now)) === 'first';
    if (isFirst && (await hasAllReviews(trx, id))) {
      const actorId = reviewer.id;
      await notifyHandler(trx, deps, { event: 'reviews-complete', application, actorId });
    }
    return { kind: 'submitted', revision: review.revision };
  });
}

async function findOwnAssignment(
  trx: Trx,
  { id, reviewer, claim }: ReviewToSave,
  { mayClaim, now }: { mayClaim: boolean; now: Date },
): Promise<Assignment | undefined> {
  const whose = { applicationId: id, reviewerId: reviewer.id };
  const before = await findAssignment(trx, whose);
  if (!claim || !mayClaim || !canAct('claim', before?.state)) return before;
  await recordAct(trx, 'claim', { ...whose, before, staffId: reviewer.id, now });
  return await findAssignment(trx, whose);
}

/** A version only if something changed since the last one. */
async function submit(
  trx: Trx,
  { keys }: Pick<Deps, 'keys'>,
  { review, content }: { review: Review; content: ReviewContent },
  reviewer: ReviewToSave['reviewer'],
  now: Date,
): Promise<'first' | 'later'> {
  const versions = await listReviewVersions({ db: trx, keys }, review.applicationId, reviewer);
  const last = versions.find((one) => one.reviewerId === reviewer.id);
  const { scores, ability, recommendation, text } = last ?? {};
  if (last && isDeepStrictEqual({ scores, ability, recommendation, text }, content)) {
    await markSubmitted(trx, review);
    return 'later';
  }
  await submitReview(trx, review, now);
  await recordEvents(trx, [
    {
      ...{ applicationId: review.applicationId, actor: 'staff', staffId: reviewer.id, at: now },
      type: last ? 'review-changed' : 'review-submitted',
      toValue: reviewer.id,
    },
  ]);
  return last ? 'later' : 'first';
}
