/** Why nothing could be read of a document. Each word is a key for the sentence that editors are shown. */
export const readingFailures = [
  'too-large',
  'timed-out',
  'crashed',
  'encrypted',
  'broken',
] as const;

export type ReadingFailure = (typeof readingFailures)[number];

/** What in a document can act once a program opens it; each word is a key for a sentence too. */
export const activeContents = [
  'javascript',
  'launch',
  'open-action',
  'form',
  'macros',
  'dde',
  'external',
  'embedded-file',
] as const;

export type ActiveContent = (typeof activeContents)[number];

export function isReadingFailure(word: unknown): word is ReadingFailure {
  return readingFailures.some((one) => one === word);
}

export function isActiveContent(word: unknown): word is ActiveContent {
  return activeContents.some((one) => one === word);
}

/** Bytes of UTF-8 that are kept of one document's text: some 300 pages in Georgian, 600 in English. */
export const textLimit = 2_000_000;
