/**
 * Why there is no copy of a document without what tells of its making. `unsupported`: something in it can't
 * be copied faithfully. `unreadable`: nothing could be read of it. Each word is a key for a sentence.
 */
export const copyFailures = [
  'unsupported',
  'unreadable',
  'too-large',
  'timed-out',
  'crashed',
] as const;

export type CopyFailure = (typeof copyFailures)[number];

export function isCopyFailure(word: unknown): word is CopyFailure {
  return copyFailures.some((one) => one === word);
}

/** Counts up when copies are made differently: those of an older version are made once more. */
export const copyVersion = 2;

/** A copy may be larger than its original, whose objects lie packed in it. */
export const copyLimit = (originalBytes: number): number => 3 * originalBytes + 1_000_000;
