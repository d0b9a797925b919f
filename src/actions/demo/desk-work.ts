import { createId } from '../../crypto.ts';
import type { DeskWork } from '../../db/histories.ts';
import { type Score, scores } from '../../domain/reviews.ts';
import { criterionKeys } from '../../domain/scorecard.ts';
import type { Invention, Setting } from './invention.ts';

const dayMs = 86_400_000;

/** What a newsroom sorts such applications by. */
export const demoTags = ['Data stories', 'Portraits', 'Ask again in spring'] as const;

const reviewTexts: readonly string[] = [
  'Close to the place and well sourced. The opening needs work, the rest could run with light edits.',
  'Knows the region; the sample repeats what agencies wrote. I would ask for a second sample.',
  'Clear and calm, with voices from more than one side. A good first topic would be the school closures.',
  'Strong idea, thin reporting. Worth a conversation.',
];
const noteTexts: readonly string[] = [
  'Can start in the new year.',
  'Two of our correspondents know the work and speak well of it.',
  'Asked about the fee before; the range in the call is fine.',
];

/** What the staff did with an application that went into review; nothing while there is no staff. */
export function deskWorkOf(
  { id, call, history, random }: Invention,
  { now, reviewers, tagIds }: Setting,
): DeskWork {
  const work: DeskWork = { assignments: [], reviews: [], notes: [], tags: [], events: [] };
  const begun = history.steps.find(({ name }) => name === 'review' || name === 'shortlist')?.at;
  if (!begun || reviewers.length === 0) return work;
  const draws = random('desk');
  const next = history.steps.find(({ at }) => at > begun)?.at ?? now;
  const later = (share: number): Date =>
    new Date(begun.getTime() + Math.min(next.getTime() - begun.getTime(), 3 * dayMs) * share);
  const score = (): Score => draws.pick(scores);
  for (const reviewerId of draws.some(reviewers, 1 + draws.below(2))) {
    const [claimedAt, doneAt] = [later(0.2), later(0.3 + 0.5 * draws.fraction())];
    const whose = { applicationId: id, reviewerId };
    const isDone = draws.chance(0.75);
    work.assignments.push({
      ...{ ...whose, assignedBy: reviewerId, since: claimedAt, recusal: null },
      ...{ state: isDone ? 'done' : 'open', origin: 'claimed' },
      touchedAt: isDone ? doneAt : claimedAt,
    });
    const event = { applicationId: id, actor: 'staff', staffId: reviewerId } as const;
    work.events.push({ ...event, type: 'review-claimed', toValue: reviewerId, at: claimedAt });
    if (!isDone) continue;
    work.reviews.push({
      ...{ ...whose, callVersionId: call.versionId, createdAt: claimedAt, updatedAt: doneAt },
      scores: Object.fromEntries(criterionKeys(call.criteria).map((key) => [key, score()])),
      ...{ ability: score(), recommendation: score(), text: draws.pick(reviewTexts) },
    });
    work.events.push({ ...event, type: 'review-submitted', at: doneAt });
  }
  const authorId = draws.pick(reviewers);
  if (draws.chance(0.4)) {
    const createdAt = later(0.9);
    const body = draws.pick(noteTexts);
    work.notes.push({ id: createId(createdAt), applicationId: id, authorId, body, createdAt });
  }
  for (const tagId of draws.chance(0.3) ? draws.some(tagIds, 1) : []) {
    const at = later(0.95);
    work.tags.push({ applicationId: id, tagId, addedAt: at });
    const event = { applicationId: id, actor: 'staff', staffId: authorId } as const;
    work.events.push({ ...event, type: 'tag-added', toValue: tagId, at });
  }
  work.events.sort((a, b) => a.at.getTime() - b.at.getTime());
  return work;
}
