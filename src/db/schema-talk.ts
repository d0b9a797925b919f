import type { ColumnType } from 'kysely';
import type { DocumentKind } from '../domain/documents.ts';
import type { RequestState } from '../domain/requests.ts';

/** A column that is written once, with the row. */
type Once<T> = ColumnType<T, T, never>;
/** A column with a default. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export type NoteTable = {
  id: Once<string>;
  applicationId: Once<string>;
  /** Null once the person is deleted. */
  authorId: Once<string | null>;
  /** Empty where it is sealed. */
  body: string;
  bodySealed: Buffer | null;
  createdAt: Once<Date>;
  editedAt: ColumnType<Date | null, undefined, Date>;
  /** Rises with each change. */
  revision: Defaulted<number>;
};

/** Whom a note was to tell. */
export type NoteMentionTable = {
  noteId: Once<string>;
  staffId: Once<string>;
  applicationId: Once<string>;
  createdAt: Once<Date>;
};

/** What an applicant was asked for; its words are those of its message. */
export type RequestTable = {
  id: Once<string>;
  applicationId: Once<string>;
  messageId: Once<string>;
  /** What the applicant wrote with what was asked for. */
  answerId: ColumnType<string | null, undefined, string | null>;
  /** Who asked; null once the person is deleted. */
  staffId: Once<string | null>;
  kinds: Once<DocumentKind[]>;
  /** The last day on which it is in time, in the publication's zone, as `2026-12-01`. */
  dueOn: Once<string>;
  state: Defaulted<RequestState>;
  createdAt: Once<Date>;
  closedAt: ColumnType<Date | null, undefined, Date>;
  remindedAt: ColumnType<Date | null, undefined, Date>;
  overdueToldAt: ColumnType<Date | null, undefined, Date>;
};

export type TalkSchema = {
  notes: NoteTable;
  noteMentions: NoteMentionTable;
  requests: RequestTable;
};
