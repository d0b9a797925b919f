import type { RawText } from './reading.ts';
import { createRtfText } from './rtf-text.ts';

/**
 * `fields`: what can act when the document is opened: instructions of fields, the name of its template.
 * `words`: control words of objects.
 */
export type RtfText = RawText & { fields: string[]; words: ReadonlySet<string> };

/**
 * The text of an RTF file (specification 1.9.1), in one pass with a stack of its own. Pictures, objects,
 * styles and whatever a writer marked as ignorable are passed over. Throws `broken` for groups that
 * nobody nests so deep.
 */
export function readRtf(bytes: Buffer): RtfText {
  // Each character is a byte.
  const source = bytes.toString('latin1');
  const text = createRtfText();
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    at += 1;
    if (character === '{') {
      text.open();
      // An ignorable destination, but for what we want to know.
      if (source.startsWith('\\*', at)) {
        at += 2;
        if (!/^\s*\\(?:fldinst|template)\b/.test(source.slice(at, at + 30))) text.ignore();
      }
    } else if (character === '}') {
      if (!text.close()) break;
    } else if (character !== '\\') {
      if (character !== '\r' && character !== '\n') text.byte(character.charCodeAt(0));
    } else if (isLetter(source.charCodeAt(at))) {
      const { word, number, end } = readWord(source, at);
      text.word(word, number);
      at = word === 'bin' ? end + Math.max(0, number ?? 0) : end;
    } else if (source[at] === "'") {
      const code = Number.parseInt(source.slice(at + 1, at + 3), 16);
      if (!Number.isNaN(code)) text.byte(code);
      at += 3;
    } else {
      text.symbol(source[at] ?? '');
      at += 1;
    }
  }
  return text.result();
}

export type ControlWord = { word: string; number: number | undefined; end: number };

/** The control word whose letters begin at `from`, its number, and where it ends with its space. */
export function readWord(source: string, from: number): ControlWord {
  let at = from;
  while (at - from < 32 && isLetter(source.charCodeAt(at))) at += 1;
  const word = source.slice(from, at);
  const numberAt = at;
  if (source[at] === '-') at += 1;
  while (at - numberAt < 11 && isDigit(source.charCodeAt(at))) at += 1;
  const number = at > numberAt ? Number(source.slice(numberAt, at)) : Number.NaN;
  const end = source[at] === ' ' ? at + 1 : at;
  return { word, number: Number.isNaN(number) ? undefined : number, end };
}

const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
