import { type DeclineReason, declineReasons } from './decisions.ts';
import type { FormSubject } from './desk-events.ts';
import type { Role } from './permissions.ts';
import type { AssignmentState } from './review-assignments.ts';
import { canAct } from './review-assignments.ts';
import { isReviewable } from './reviews.ts';
import {
  type Decision,
  findTransition,
  isDecisionAct,
  listTransitions,
  type Stage,
  standingOf,
  type TransitionName,
} from './stages.ts';
import { tagLimits } from './tags.ts';

/** Applications that one act takes at most. */
export const bulkLimit = 500;
/** Of acts that write letters: each of them is to be read before. */
export const letterActLimit = 100;
/** For so long an act can be undone. */
export const undoMinutes = 10;
/** For so many days it is remembered how one went. */
export const bulkActDays = 30;

type Act = {
  /** Whom or what it is about beside the applications. */
  readonly target: 'editor' | 'reviewer' | 'tag' | 'reason' | 'none';
  /** What happened of this since the application was shown makes the act old. */
  readonly subject: FormSubject;
  /** The change of stage that it is, if it is one. */
  readonly transition?: TransitionName;
};

/** What can be done to many applications at once, in the order in which it is offered. */
export const bulkActs = {
  handling: { target: 'editor', subject: 'handling' },
  reviewer: { target: 'reviewer', subject: 'reviewers' },
  'tag-add': { target: 'tag', subject: 'tags' },
  'tag-remove': { target: 'tag', subject: 'tags' },
  review: { target: 'none', subject: 'stage', transition: 'review' },
  shortlist: { target: 'none', subject: 'stage', transition: 'shortlist' },
  'keep-on-file': { target: 'none', subject: 'letter', transition: 'keep-on-file' },
  decline: { target: 'reason', subject: 'letter', transition: 'decline' },
} as const satisfies Record<string, Act>;
export type BulkActName = keyof typeof bulkActs;

export const bulkActNames = Object.keys(bulkActs) as BulkActName[];
export const isBulkAct = (name: string): name is BulkActName => Object.hasOwn(bulkActs, name);

/** Reasons that many can be declined for at once: any but the one that has to be said in own words. */
export const bulkReasons = declineReasons.filter((reason) => reason !== 'other');
export function isBulkReason(value: string): value is DeclineReason {
  return bulkReasons.some((one) => one === value);
}

/** Applications that an act takes at most. */
export const limitOf = (name: BulkActName): number =>
  isDecisionAct(name) ? letterActLimit : bulkLimit;

/**
 * For so many seconds an act can be undone: a decision as long as its letters are held, anything else for
 * `undoMinutes`.
 */
export const undoSecondsOf = (name: BulkActName, holdSeconds: number): number =>
  isDecisionAct(name) ? holdSeconds : undoMinutes * 60;

/** Which applications one means: those ticked, all of the page, or all that fit the filter. */
export const bulkScopes = ['ticked', 'page', 'all'] as const;

/**
 * Why an application is left out of an act. `letter-held`: the letter of an earlier one can still be
 * recalled, or is on its way. `not-asked`: nobody is kept on file who did not agree to it. `refused`: no
 * mail reaches the applicant. `letter`: theirs can't be written. `differs`: it would not be the one shown.
 */
export const obstacles = [
  'stale',
  'merged',
  'withdrawn',
  'stage',
  'already',
  'recused',
  'closed',
  'person',
  'tags',
  'letter-held',
  'not-asked',
  'refused',
  'letter',
  'differs',
] as const;
export type Obstacle = (typeof obstacles)[number];

/** What an act depends on. */
export type BulkFacts = {
  stage: Stage;
  decision: Decision | null;
  merged: boolean;
  handlingEditorId: string | null;
  /** What is between it and the reviewer that the act is about. */
  assignment: AssignmentState | null;
  /** It has the tag that the act is about. */
  tagged: boolean;
  tagCount: number;
  /** The applicant agreed to it. */
  keepOnFile: boolean;
  /** A letter of an earlier decision has not left. */
  letterQueued: boolean;
};

/** What keeps an act from an application as it stands; undefined when nothing does. */
export function findObstacle(
  name: BulkActName,
  facts: BulkFacts,
  { role, targetId }: { role: Role; targetId: string | null },
): Obstacle | undefined {
  if (facts.merged) return 'merged';
  const { transition }: Act = bulkActs[name];
  if (transition) return findStageObstacle(transition, facts, role);
  switch (name) {
    case 'handling':
      return facts.handlingEditorId === targetId ? 'already' : undefined;
    case 'reviewer':
      if (facts.stage === 'withdrawn') return 'withdrawn';
      if (!isReviewable(facts.stage)) return 'closed';
      if (facts.assignment === 'recused') return 'recused';
      return canAct('assign', facts.assignment ?? undefined) ? undefined : 'already';
    case 'tag-add':
      if (facts.tagged) return 'already';
      return facts.tagCount >= tagLimits.perApplication ? 'tags' : undefined;
    default:
      return facts.tagged ? undefined : 'already';
  }
}

function findStageObstacle(
  transition: TransitionName,
  facts: BulkFacts,
  role: Role,
): Obstacle | undefined {
  const standing = standingOf(facts);
  if (listTransitions(standing, role).includes(transition)) {
    if (transition === 'keep-on-file' && !facts.keepOnFile) return 'not-asked';
    return isDecisionAct(transition) && facts.letterQueued ? 'letter-held' : undefined;
  }
  if (standing === 'withdrawn') return 'withdrawn';
  return findTransition(transition, 'screening')?.to === standing ? 'already' : 'stage';
}
