import { readDictionary } from './pdf-dictionary.ts';
import {
  findBackward,
  findForward,
  type RandomAccess,
  readUpTo,
  windowBytes,
} from './random-access.ts';

const tailBytes = 2048;
const maxTries = 16;

export type PdfVerdict = 'readable' | 'password-protected' | 'damaged';

/**
 * Judges a file that has a PDF header at `headerAt`, by its trailer (ISO 32000-1, 7.5.5 and 7.5.8).
 *
 * It is cut off, beyond doubt, when the offset that a writer puts last (`startxref`) is nowhere, or
 * when objects go on after the last one: then the file began well (a linearized one, or an older
 * revision) and its end is missing. Other bytes behind the end are junk that readers ignore. A
 * broken offset alone is no reason to refuse either: readers rebuild the table, and we look for the
 * trailer from the end. A file without any trailer can't be read by anyone.
 *
 * `/Encrypt` counts as password-protected even where the password to open is empty: which of the two
 * it is can't be told without deciphering. Rejects only when the source does.
 */
export async function inspectPdf(source: RandomAccess, headerAt: number): Promise<PdfVerdict> {
  const lastOffset = await findBackward(source, 'startxref', source.size);
  if (lastOffset < headerAt) return 'damaged';
  if (source.size - lastOffset > tailBytes) {
    const continues = (await findForward(source, ' 0 obj', lastOffset)) >= 0;
    if (continues) return 'damaged';
  }
  const isEncrypted =
    (await judgeReferred(source, lastOffset, headerAt)) ?? (await judgeLast(source));
  if (isEncrypted === null) return 'damaged';
  return isEncrypted ? 'password-protected' : 'readable';
}

// The table that `startxref` leads to; null when there is none. Bytes before the header shift the
// offsets in some files and not in others.
async function judgeReferred(
  source: RandomAccess,
  keywordAt: number,
  headerAt: number,
): Promise<boolean | null> {
  const keyword = await readUpTo(source, keywordAt + 'startxref'.length, 64);
  const digits = /^\s*(\d{1,15})/.exec(keyword.toString('latin1'))?.[1];
  if (digits === undefined) return null;
  const offset = Number(digits);
  for (const at of headerAt > 0 ? [offset + headerAt, offset] : [offset]) {
    const start = (await readUpTo(source, at, 64)).toString('latin1');
    if (/^\s*xref\s/.test(start)) {
      const trailerAt = await findForward(source, 'trailer', at);
      return trailerAt < 0 ? null : judgeDictionary(source, trailerAt + 'trailer'.length, false);
    }
    const object = /^\s*\d{1,10}\s+\d{1,5}\s+obj/.exec(start);
    if (object) return judgeDictionary(source, at + object[0].length, true);
  }
  return null;
}

// Without a usable offset: the last trailer, and the last stream that is a table.
async function judgeLast(source: RandomAccess): Promise<boolean | null> {
  const byTrailer = await judgeFromEnd(source, 'trailer', (at) =>
    judgeDictionary(source, at + 'trailer'.length, false),
  );
  if (byTrailer === true) return true;
  const byStream = await judgeFromEnd(source, '/XRef', async (at) => {
    const before = await readUpTo(source, at - tailBytes, tailBytes);
    const objectAt = before.lastIndexOf(' obj', undefined, 'latin1');
    const start = Math.max(0, at - tailBytes) + objectAt + ' obj'.length;
    return objectAt < 0 ? null : judgeDictionary(source, start, true);
  });
  return byStream ?? byTrailer;
}

// The word can also stand in a text, so that a few of them are tried.
async function judgeFromEnd(
  source: RandomAccess,
  word: string,
  judge: (at: number) => Promise<boolean | null>,
): Promise<boolean | null> {
  let at = source.size;
  for (let tries = 0; tries < maxTries; tries += 1) {
    at = await findBackward(source, word, at);
    if (at < 0) return null;
    const verdict = await judge(at);
    if (verdict !== null) return verdict;
  }
  return null;
}

async function judgeDictionary(
  source: RandomAccess,
  from: number,
  isStream: boolean,
): Promise<boolean | null> {
  const dictionary = readDictionary(await readUpTo(source, from, windowBytes));
  if (dictionary === null) return null;
  if (isStream && !dictionary.names.has('XRef')) return null;
  return dictionary.isEncrypted;
}
