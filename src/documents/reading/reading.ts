import type { CopyFailure } from '../../domain/document-copies.ts';
import type { ActiveContent, ReadingFailure } from '../../domain/document-texts.ts';
import type { DocumentType } from '../../domain/document-types.ts';

/** What a document says. */
export type DocumentText = {
  /** Paragraphs between empty lines; NFC, nothing invisible; empty when there is no text. */
  text: string;
  /** There was more than we keep. */
  cut: boolean;
  /** ISO 639-1, as far as it can be told. */
  language: string | null;
  words: number;
  /** As only a PDF knows them. */
  pages: number | null;
};

/** The copy without what tells of the document's making; `same` when the original says nothing of it. */
export type CopyOutcome =
  | { state: 'made'; bytes: Buffer; lost: number }
  | { state: 'same' }
  | { state: 'none'; reason: CopyFailure };

/** `active` is null when the document could not be searched for it. */
export type Reading = { copy: CopyOutcome } & (
  | ({ state: 'read' | 'empty'; active: ActiveContent[] } & DocumentText)
  | { state: 'failed'; reason: ReadingFailure; active: ActiveContent[] | null }
);

/** What readers of one format hand back. */
export type RawText = {
  /** Paragraphs between empty lines. */
  text: string;
  cut?: boolean;
  pages?: number;
};

/** The document is not what it claims, or behind a password: reading it again changes nothing. */
export class UnreadableDocument extends Error {
  readonly reason: ReadingFailure;

  constructor(reason: ReadingFailure) {
    super(reason);
    this.name = 'UnreadableDocument';
    this.reason = reason;
  }
}

/** What is asked of the reading process, before the bytes. */
export type ReadingRequest = { type: DocumentType; size: number };

/**
 * What it answers: what it found first, then what it read, then the copy, whose bytes follow. Nothing comes
 * after `failed`.
 */
export type ReadingAnswer =
  | { active: ActiveContent[] }
  | { document: DocumentText }
  | { failed: ReadingFailure }
  | { copy: CopyAnswer };
export type CopyAnswer =
  | { state: 'made'; size: number; lost: number }
  | Exclude<CopyOutcome, { state: 'made' }>;
