import { readWord } from '../reading/rtf.ts';
import { cleanPicture } from './pictures.ts';

const keptWords = /^(?:pict|pic[wh](?:goal)?|picscale[xy]|piccrop[lrtb]|jpegblip|pngblip)$/;

/**
 * The inside of a `\pict` group with its picture cleaned; null for one of a kind that we can't clean, such
 * as a metafile.
 */
export function cleanRtfPicture(inner: string): string | null {
  const words: string[] = [];
  const data: Buffer[] = [];
  let hex = '';
  let isKnown = false;
  for (let at = 0, depth = 0; at < inner.length; ) {
    const character = inner[at]!;
    if (character === '{' || character === '}') depth += character === '{' ? 1 : -1;
    if (character !== '\\') {
      if (depth === 0 && /[0-9a-f]/i.test(character)) {
        const run = /[0-9a-f]+/iy;
        run.lastIndex = at;
        const digits = run.exec(inner)![0];
        hex += digits;
        at += digits.length;
      } else at += 1;
      continue;
    }
    if (!/[a-z]/i.test(inner[at + 1] ?? '')) {
      at += 2;
      continue;
    }
    const { word, number, end } = readWord(inner, at + 1);
    const binary = word === 'bin' ? Math.max(0, number ?? 0) : 0;
    if (depth === 0) {
      if (keptWords.test(word)) words.push(`\\${word}${number ?? ''}`);
      if (word === 'jpegblip' || word === 'pngblip') isKnown = true;
      if (binary > 0) data.push(Buffer.from(inner.slice(end, end + binary), 'latin1'));
    }
    at = end + binary;
  }
  if (!isKnown) return null;
  const picture = cleanPicture(data.length > 0 ? Buffer.concat(data) : Buffer.from(hex, 'hex'));
  return picture && `${words.join('')}\n${picture.toString('hex')}`;
}
