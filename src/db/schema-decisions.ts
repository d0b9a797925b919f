import type { ColumnType } from 'kysely';
import type { DeclineReason } from '../domain/decisions.ts';
import type { TemplateKind } from '../domain/letter-placeholders.ts';
import type { DecisionAct, Standing } from '../domain/stages.ts';

type Once<T> = ColumnType<T, T, never>;

/** One version of a response template; the highest number is in force. */
export type ResponseTemplateTable = {
  id: Once<string>;
  callId: Once<string>;
  kind: Once<TemplateKind>;
  language: Once<string>;
  number: Once<number>;
  subject: Once<string>;
  body: Once<string>;
  createdAt: Once<Date>;
  createdBy: Once<string | null>;
};

/**
 * `draft`: its author has not confirmed it. `live`: it stands. `recalled`: somebody took it back before
 * it left. `cancelled`: the applicant withdrew before. `superseded`: another act came after it.
 */
export type ActState = 'draft' | 'live' | 'recalled' | 'cancelled' | 'superseded';

export type DecisionActTable = {
  id: Once<string>;
  applicationId: Once<string>;
  act: Once<DecisionAct>;
  state: ActState;
  authorId: string | null;
  /** Of a draft: the act whose letter it is to replace while that is held. */
  editsId: string | null;
  /** Where the application stood. */
  fromStanding: Standing;
  /** The newest event that its author had seen. */
  seen: number;
  reason: DeclineReason | null;
  withLetter: boolean;
  language: string;
  /** What `openActContent` opens. */
  contentSealed: Buffer;
  /** The letter's mail; null without one, and once it was taken back. */
  mailId: string | null;
  /** Without a letter: from when the private page says it. */
  toldAt: Date | null;
  createdAt: Date;
  decidedAt: Date | null;
};

export type DecisionSchema = {
  responseTemplates: ResponseTemplateTable;
  decisionActs: DecisionActTable;
};
