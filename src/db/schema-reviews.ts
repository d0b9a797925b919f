import type { ColumnType, JSONColumnType } from 'kysely';
import type { AssignmentState, Recusal } from '../domain/review-assignments.ts';
import type { Score } from '../domain/reviews.ts';

type Once<T> = ColumnType<T, T, never>;
type Scores = JSONColumnType<Record<string, Score>, string, string>;

export type ReviewAssignmentTable = {
  applicationId: Once<string>;
  reviewerId: Once<string>;
  state: AssignmentState;
  origin: 'claimed' | 'assigned';
  assignedBy: string;
  since: Date;
  /** When the reviewer last did something about it. */
  touchedAt: Date;
  recusal: Recusal | null;
};

/** What a reviewer is writing: the newest version, or changes that are not submitted yet. */
export type ReviewTable = {
  applicationId: Once<string>;
  reviewerId: Once<string>;
  /** The version of the call whose criteria it answers. */
  callVersionId: string;
  scores: Scores;
  ability: Score | null;
  recommendation: Score | null;
  /** Empty where it is sealed. */
  text: string;
  textSealed: Buffer | null;
  state: 'draft' | 'submitted';
  revision: number;
  /** The page that typed last, by a random word of its own, and which of its requests was stored. */
  typedBy: string | null;
  typedOrder: number;
  /** Of its newest submitted version; 0 when there is none. */
  submittedNumber: number;
  createdAt: Once<Date>;
  updatedAt: Date;
};

export type ReviewVersionTable = {
  applicationId: Once<string>;
  reviewerId: Once<string>;
  number: Once<number>;
  callVersionId: Once<string>;
  scores: JSONColumnType<Record<string, Score>, string, never>;
  ability: Once<Score | null>;
  recommendation: Once<Score>;
  text: Once<string>;
  textSealed: Once<Buffer | null>;
  submittedAt: Once<Date>;
};

export type ReviewSchema = {
  reviewAssignments: ReviewAssignmentTable;
  reviews: ReviewTable;
  reviewVersions: ReviewVersionTable;
};
