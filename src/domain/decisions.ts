import type { DecisionAct, Stage } from './stages.ts';

/** Why somebody was declined: for the file only, never told to the applicant. */
export const declineReasons = [
  'region',
  'experience',
  'sample',
  'language',
  'overlap',
  'capacity',
  'incomplete',
  'other',
] as const;
export type DeclineReason = (typeof declineReasons)[number];

export function isDeclineReason(value: string): value is DeclineReason {
  return declineReasons.some((one) => one === value);
}

/** Code points of what is said about a reason in own words. */
export const reasonLimit = 1000;

/** An act as far as telling the applicant goes. */
export type ActTelling = {
  act: DecisionAct;
  withLetter: boolean;
  /** When the letter left. */
  sentAt: Date | null;
  /** When somebody said of a letter that does not arrive that it needs no more care. */
  dealtWithAt: Date | null;
  /** Without a letter: from when the private page says it. */
  toldAt: Date | null;
};

/**
 * When the applicant was told of an act: at the departure of its letter, not at the click (contract.md,
 * States). Without a letter the private page says it once the time to recall it is over. Undefined
 * before.
 */
export function toldAtOf(telling: ActTelling, now: Date): Date | undefined {
  const at = telling.withLetter ? (telling.sentAt ?? telling.dealtWithAt) : telling.toldAt;
  return at !== null && at <= now ? at : undefined;
}

/**
 * True when the newest that the applicant was told of is a decision. `acts` are those that stand or
 * stood, the newest first; one that was decided before there were letters has none and counts as told.
 */
export function isDecisionTold(
  { stage }: { stage: Stage },
  acts: readonly ActTelling[],
  now: Date,
): boolean {
  if (acts.length === 0) return stage === 'decided';
  const told = acts.find((one) => toldAtOf(one, now) !== undefined);
  return told !== undefined && told.act !== 'reopen';
}
