import { isCopyFailure } from '../../domain/document-copies.ts';
import { isActiveContent, isReadingFailure, textLimit } from '../../domain/document-texts.ts';
import type { CopyAnswer, DocumentText, ReadingAnswer } from './reading.ts';

/**
 * What the reading process sent, once it is what that process may send: a document that took it over can
 * say what it likes. Undefined when it is not.
 */
export function parseAnswer(value: unknown): ReadingAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('active' in value && Array.isArray(value.active)) {
    return { active: value.active.filter(isActiveContent) };
  }
  if ('failed' in value && isReadingFailure(value.failed)) return { failed: value.failed };
  if ('copy' in value) {
    const copy = parseCopy(value.copy);
    return copy && { copy };
  }
  return 'document' in value && isText(value.document) ? { document: value.document } : undefined;
}

function parseCopy(value: unknown): CopyAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { state, size, lost, reason } = value as Record<string, unknown>;
  if (state === 'same') return { state };
  if (state === 'none') return isCopyFailure(reason) ? { state, reason } : undefined;
  const isSound = state === 'made' && isCount(size) && isCount(lost) && Number(size) > 0;
  return isSound ? { state, size: Number(size), lost: Number(lost) } : undefined;
}

const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31;

function isText(value: unknown): value is DocumentText {
  if (typeof value !== 'object' || value === null) return false;
  const { text, cut, language, words, pages } = value as Record<string, unknown>;
  return (
    typeof text === 'string' &&
    Buffer.byteLength(text) <= textLimit &&
    !/\0|\p{Cs}/u.test(text) &&
    typeof cut === 'boolean' &&
    (language === null || (typeof language === 'string' && /^[a-z]{2}$/.test(language))) &&
    isCount(words) &&
    (pages === null || isCount(pages))
  );
}
