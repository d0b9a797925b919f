import { createTextCheck } from '../text.ts';
import { type RawText, UnreadableDocument } from './reading.ts';

/**
 * A text file: by its mark, as UTF-8 when it is valid UTF-8, else as Windows-1251 or Windows-1252. In
 * Cyrillic nearly all letters are beyond ASCII and stand together; in Latin ones they are rare.
 */
export function readPlain(bytes: Buffer): RawText {
  const check = createTextCheck();
  check.push(bytes);
  const encoding = check.result();
  if (encoding === null) throw new UnreadableDocument('broken');
  const label = encoding === 'single-byte' ? guessCodePage(bytes) : encoding;
  return { text: new TextDecoder(label).decode(bytes) };
}

function guessCodePage(bytes: Buffer): 'windows-1251' | 'windows-1252' {
  let foreign = 0;
  let beside = 0;
  const isForeign = (byte: number | undefined): boolean => byte !== undefined && byte >= 0xc0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (!isForeign(bytes[at])) continue;
    foreign += 1;
    if (isForeign(bytes[at - 1]) || isForeign(bytes[at + 1])) beside += 1;
  }
  return beside > foreign / 2 ? 'windows-1251' : 'windows-1252';
}
