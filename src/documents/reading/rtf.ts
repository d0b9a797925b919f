import { type RawText, UnreadableDocument } from './reading.ts';
import { charsetOf, codePageOf, ignoredDestinations, rtfCharacters } from './rtf-words.ts';

const deepest = 1000;
const longestField = 2000;
/** Control words of embedded and linked objects. */
const tellingWords = new Set(['object', 'objdata', 'objautlink', 'objupdate']);
const mostPending = 65_536;
/** How the name of a template is told from a field. */
export const templateField = 'TEMPLATE ';

/** What a group inherits from the one around it. */
type Group = {
  /** `field`: instructions of a field; `fonts`: the table of fonts. */
  place: 'text' | 'field' | 'fonts' | 'nowhere';
  /** Characters that stand in for one \u, to be passed over. */
  fallback: number;
  codePage: string;
};

/** `fields`: what can act when the document is opened: instructions of fields, the name of its template. `words`: control words of objects. */
export type RtfText = RawText & { fields: string[]; words: ReadonlySet<string> };

/**
 * The text of an RTF file (specification 1.9.1), in one pass with a stack of its own. Pictures, objects,
 * styles and whatever a writer marked as ignorable are passed over. Throws `broken` for groups that
 * nobody nests so deep.
 */
export function readRtf(bytes: Buffer): RtfText {
  // Each character is a byte.
  const source = bytes.toString('latin1');
  let text = '';
  const fields: string[] = [];
  const words = new Set<string>();
  const fonts = new Map<number, string>();
  const stack: Group[] = [];
  let group: Group = { place: 'text', fallback: 1, codePage: 'windows-1252' };
  let font = 0;
  let passOver = 0;
  let fresh = false;
  // Bytes of a code page may take two for one letter: they are decoded together.
  let pending: number[] = [];
  let at = 0;

  const put = (piece: string): void => {
    if (group.place === 'text') text += piece;
    else if (group.place === 'field') {
      const field = fields.at(-1) ?? '';
      if (field.length < longestField) fields[Math.max(0, fields.length - 1)] = field + piece;
    }
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    const decoded = new TextDecoder(group.codePage).decode(Buffer.from(pending));
    pending = [];
    put(decoded);
  };
  const putByte = (byte: number): void => {
    if (passOver > 0) passOver -= 1;
    else if (group.place !== 'nowhere') pending.push(byte);
    if (pending.length >= mostPending) flush();
  };

  const obey = (word: string, number: number | undefined): void => {
    if (tellingWords.has(word)) words.add(word);
    if (word === 'bin') at = Math.min(source.length, at + Math.max(0, number ?? 0));
    else if (word === 'fonttbl') group.place = 'fonts';
    else if (word === 'fldinst' || word === 'template') {
      group.place = 'field';
      fields.push(word === 'template' ? templateField : '');
    } else if (ignoredDestinations.has(word)) group.place = 'nowhere';
    else if (word === 'ansicpg') group.codePage = codePageOf(number);
    else if (word === 'uc') group.fallback = Math.min(Math.max(0, number ?? 1), 10);
    else if (word === 'u' && number !== undefined) {
      put(String.fromCharCode(number & 0xffff));
      passOver = group.fallback;
    } else if (group.place === 'fonts') {
      if (word === 'f') font = number ?? 0;
      const page = word === 'fcharset' ? charsetOf(number) : undefined;
      if (page) fonts.set(font, page);
    } else if (word === 'f') group.codePage = fonts.get(number ?? 0) ?? group.codePage;
    else put(rtfCharacters[word] ?? '');
  };

  while (at < source.length) {
    const byte = source.charCodeAt(at);
    at += 1;
    if (byte === 0x7b) {
      flush();
      passOver = 0;
      if (stack.length >= deepest) throw new UnreadableDocument('broken');
      stack.push(group);
      group = { ...group };
      fresh = true;
      continue;
    }
    if (byte === 0x7d) {
      flush();
      passOver = 0;
      group = stack.pop() ?? group;
      if (stack.length === 0) break;
    } else if (byte === 0x5c) {
      const next = source.charCodeAt(at);
      if (!isLetter(next)) {
        at += 1;
        if (next === 0x27) {
          const code = Number.parseInt(source.slice(at, at + 2), 16);
          at += 2;
          if (!Number.isNaN(code)) putByte(code);
        } else {
          flush();
          if (next === 0x2a && fresh) {
            // An ignorable destination, but for what we want to know.
            const known = ['\\fldinst', '\\template'].some((one) => source.startsWith(one, at));
            if (!known) group.place = 'nowhere';
          } else if (passOver > 0) passOver -= 1;
          else put(rtfCharacters[String.fromCharCode(next)] ?? '');
        }
      } else {
        flush();
        const start = at;
        while (at - start < 32 && isLetter(source.charCodeAt(at))) at += 1;
        const word = source.slice(start, at);
        const numberAt = at;
        if (source[at] === '-') at += 1;
        while (at - numberAt < 11 && isDigit(source.charCodeAt(at))) at += 1;
        const number = at > numberAt ? Number(source.slice(numberAt, at)) : undefined;
        if (source[at] === ' ') at += 1;
        if (passOver > 0 && word !== 'u' && word !== 'bin') passOver -= 1;
        obey(word, Number.isNaN(number) ? undefined : number);
      }
    } else if (byte !== 0x0d && byte !== 0x0a) putByte(byte);
    fresh = false;
  }
  flush();
  return { text, fields, words };
}

const isLetter = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
