import { textLimit } from '../../domain/document-texts.ts';
import { cleanText } from '../../domain/text.ts';

/**
 * Text as it is kept: NFC, nothing invisible and no direction marks, single spaces, at most one empty
 * line; at most `limit` bytes of UTF-8, cut between words where one is near.
 */
export function normaliseText(raw: string, limit = textLimit): { text: string; cut: boolean } {
  // No letter takes less than a byte, so that what lies beyond can't be needed.
  const near = raw.length > limit * 2 ? raw.slice(0, limit * 2) : raw;
  const text = cleanText(near.replace(/[\f\v\u0085\u2028\u2029]/g, '\n'))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  if (Buffer.byteLength(text) <= limit) return { text, cut: near.length < raw.length };
  return { text: cutText(text, limit), cut: true };
}

function cutText(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let end = limit;
  // Bytes 10xxxxxx go on with a letter that began before.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  const whole = bytes.toString('utf8', 0, end);
  const space = Math.max(whole.lastIndexOf(' '), whole.lastIndexOf('\n'));
  return (space > Math.max(0, whole.length - 200) ? whole.slice(0, space) : whole).trimEnd();
}

/** Runs of letters and digits, with apostrophes and hyphens inside. */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’ʼ-]*/gu)) count += 1;
  return count;
}
