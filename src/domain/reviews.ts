import type { Fields } from './application-form.ts';
import type { Stage } from './stages.ts';
import { cleanText, lengthOf } from './text.ts';

/** Every scale has four words and no middle; 4 is the best. */
export const scores = [1, 2, 3, 4] as const;
export type Score = (typeof scores)[number];

/** What a reviewer says about an application. */
export type ReviewContent = {
  /** By the keys of the criteria. */
  scores: Record<string, Score>;
  /** Ability in the publication's language, which the sample need not show. */
  ability: Score | null;
  recommendation: Score | null;
  text: string;
};

export const blankReview: ReviewContent = {
  ...{ scores: {}, ability: null, recommendation: null, text: '' },
};

/** Code points of the text. Longer is refused, never cut. */
export const reviewTextLimit = 10_000;

/** Claims that nobody worked on for so long return to the pool. */
export const staleClaimDays = 7;

/** How many reviewers a call may want for each application. */
export const reviewersWantedLimit = 9;

/** Applications that wait for a decision can be reviewed. */
export const reviewableStages = ['screening', 'review', 'shortlist'] as const satisfies Stage[];

export function isReviewable(stage: Stage): boolean {
  return reviewableStages.some((one) => one === stage);
}

/** The control of a criterion; the two that every scorecard has are `ability` and `recommendation`. */
export const scoreField = (key: string): string => `score-${key}`;
export const textField = 'review';

const readScore = (fields: Fields, name: string): Score | null =>
  scores.find((one) => String(one) === fields.get(name)?.[0]) ?? null;

/** What a scorecard with these criteria sends; what it does not know is left out. */
export function readReview(fields: Fields, keys: readonly string[]): ReviewContent {
  const given = keys.flatMap((key): [string, Score][] => {
    const score = readScore(fields, scoreField(key));
    return score === null ? [] : [[key, score]];
  });
  return {
    scores: Object.fromEntries(given),
    ability: readScore(fields, 'ability'),
    recommendation: readScore(fields, 'recommendation'),
    text: cleanText(fields.get(textField)?.[0] ?? ''),
  };
}

/** The scores that a scorecard with these criteria shows. */
export function keepScores(content: ReviewContent, keys: readonly string[]): ReviewContent {
  const kept = Object.entries(content.scores).filter(([key]) => keys.includes(key));
  return { ...content, scores: Object.fromEntries(kept) };
}

/** A control that keeps a review from being submitted, or from being saved at all. */
export type ReviewProblem = { field: string; problem: 'missing' | 'too-long'; over?: number };

/** A draft may miss whatever it likes; nothing may be too long. */
export function judgeReview(
  content: ReviewContent,
  keys: readonly string[],
  intent: 'save' | 'submit',
): ReviewProblem[] {
  const over = lengthOf(content.text) - reviewTextLimit;
  const missing = [
    ...keys.filter((key) => content.scores[key] === undefined).map(scoreField),
    ...(content.recommendation === null ? ['recommendation'] : []),
  ];
  return [
    ...(intent === 'submit'
      ? missing.map((field): ReviewProblem => ({ field, problem: 'missing' }))
      : []),
    ...(over > 0 ? [{ field: textField, problem: 'too-long' as const, over }] : []),
  ];
}

/** The controls in which two contents differ, in the order of the page. */
export function listDifferences(
  one: ReviewContent,
  other: ReviewContent,
  keys: readonly string[],
): string[] {
  return [
    ...keys.filter((key) => one.scores[key] !== other.scores[key]).map(scoreField),
    ...(['ability', 'recommendation'] as const).filter((name) => one[name] !== other[name]),
    ...(one.text === other.text ? [] : [textField]),
  ];
}

/** What was just done, told on the page that follows. */
export const reviewChanges = [
  ...['claimed', 'returned', 'recused', 'recusal-undone', 'saved', 'submitted'],
  ...['assigned', 'unassigned', 'handling', 'wanted'],
] as const;
