import type { ColumnType } from 'kysely';
import type { CopyFailure } from '../domain/document-copies.ts';

/** A column that is written once, with the row. */
type Once<T> = ColumnType<T, T, never>;

/** The editors' copy of a document; one without a row waits for it. */
export type DocumentCopyTable = {
  documentId: Once<string>;
  applicationId: Once<string>;
  /** `same`: the document is its own copy. */
  state: Once<'made' | 'same' | 'none'>;
  reason: Once<CopyFailure | null>;
  size: Once<number | null>;
  sha256: Once<Buffer | null>;
  chunkCount: Once<number | null>;
  /** Pictures that were left out. */
  lost: Once<number>;
  /** Of the way in which it was made. */
  version: Once<number>;
  madeAt: Once<Date>;
};

export type DocumentCopyChunkTable = {
  documentId: Once<string>;
  number: Once<number>;
  data: Once<Buffer>;
};

/** Why somebody wanted the original of a document. */
export type OriginalOpeningTable = {
  id: ColumnType<number, never, never>;
  applicationId: Once<string>;
  documentId: Once<string>;
  staffId: Once<string>;
  /** Empty where it is sealed. */
  reason: Once<string>;
  reasonSealed: Once<Buffer | null>;
  at: Once<Date>;
};

/** Whether documents have to be scanned before staff get them; one row. */
export type ScanningTable = {
  id: Once<number>;
  required: boolean;
  /** What is older than the scanner waits as well. */
  marked: boolean;
  /** Since when the scanner does not answer. */
  failingSince: Date | null;
};

export type FileSchema = {
  documentCopies: DocumentCopyTable;
  documentCopyChunks: DocumentCopyChunkTable;
  originalOpenings: OriginalOpeningTable;
  scanning: ScanningTable;
};
