import { UnreadableDocument } from './reading.ts';
import {
  charsetOf,
  codePageOf,
  deletingWords,
  ignoredDestinations,
  rtfCharacters,
} from './rtf-words.ts';

const deepest = 1000;
const longestField = 2000;
const mostPending = 65_536;
/** Control words of embedded and linked objects. */
const tellingWords = new Set(['object', 'objdata', 'objautlink', 'objupdate']);
/** How the name of a template is told from a field. */
export const templateField = 'TEMPLATE ';

/** What a group inherits from the one around it. */
type Group = {
  /** `field`: what can act when the document is opened; `fonts`: the table of fonts. */
  place: 'text' | 'field' | 'fonts' | 'nowhere';
  /** Characters that stand in for one \u, to be passed over. */
  fallback: number;
  codePage: string;
  /** It is an embedded object, of which only the picture or text that stands for it is shown. */
  isObject: boolean;
  /** It was deleted, or moved elsewhere, while changes were recorded. */
  deleted: boolean;
};

/** Takes the parts of an RTF file in their order and keeps what they say. */
export function createRtfText() {
  let text = '';
  const fields: string[] = [];
  const words = new Set<string>();
  const fonts = new Map<number, string>();
  const stack: Group[] = [];
  let group: Group = {
    place: 'text',
    fallback: 1,
    codePage: 'windows-1252',
    isObject: false,
    deleted: false,
  };
  let font = 0;
  let passOver = 0;
  // Bytes of a code page may take two for one letter: they are decoded together.
  let pending: number[] = [];

  function put(piece: string): void {
    if (group.deleted) return;
    if (group.place === 'text') text += piece;
    else if (group.place === 'field') {
      const field = fields.pop() ?? '';
      fields.push(field.length < longestField ? field + piece : field);
    }
  }

  function flush(): void {
    if (pending.length === 0) return;
    const bytes = Buffer.from(pending);
    pending = [];
    put(new TextDecoder(group.codePage).decode(bytes));
  }

  function describeFont(word: string, number: number | undefined): void {
    if (word === 'f') font = number ?? 0;
    const page = word === 'fcharset' ? charsetOf(number) : undefined;
    if (page) fonts.set(font, page);
  }

  return {
    open(): void {
      flush();
      passOver = 0;
      if (stack.length >= deepest) throw new UnreadableDocument('broken');
      stack.push(group);
      group = { ...group };
    },
    /** False at the end of the document. */
    close(): boolean {
      flush();
      passOver = 0;
      group = stack.pop() ?? group;
      return stack.length > 0;
    },
    /** The group is one that a reader may pass over. */
    ignore(): void {
      group.place = 'nowhere';
    },
    byte(byte: number): void {
      if (passOver > 0) passOver -= 1;
      else if (group.place !== 'nowhere') pending.push(byte);
      if (pending.length >= mostPending) flush();
    },
    symbol(symbol: string): void {
      flush();
      if (passOver > 0) passOver -= 1;
      else put(rtfCharacters[symbol] ?? '');
    },
    word(word: string, number: number | undefined): void {
      flush();
      if (passOver > 0 && word !== 'u') passOver -= 1;
      if (tellingWords.has(word)) words.add(word);
      if (word === 'fonttbl') group.place = 'fonts';
      else if (word === 'fldinst' || word === 'template') {
        group.place = 'field';
        fields.push(word === 'template' ? templateField : '');
      } else if (ignoredDestinations.has(word)) {
        group.isObject = word === 'object' && group.place === 'text';
        group.place = 'nowhere';
      } else if (word === 'result' && group.isObject) group.place = 'text';
      else if (deletingWords.has(word)) group.deleted = number !== 0;
      else if (word === 'plain') group.deleted = false;
      else if (word === 'ansicpg') group.codePage = codePageOf(number);
      else if (word === 'uc') group.fallback = Math.min(Math.max(0, number ?? 1), 10);
      else if (word === 'u' && number !== undefined) {
        put(String.fromCharCode(number & 0xffff));
        passOver = group.fallback;
      } else if (group.place === 'fonts') describeFont(word, number);
      else if (word === 'f') group.codePage = fonts.get(number ?? 0) ?? group.codePage;
      else put(rtfCharacters[word] ?? '');
    },
    result() {
      flush();
      return { text, fields, words: words as ReadonlySet<string> };
    },
  };
}
