import { UncopiableDocument } from './copy.ts';
import {
  type PdfDictionary,
  PdfName,
  PdfReference,
  PdfString,
  type PdfValue,
} from './pdf-values.ts';

const deepest = 200;
const spaces = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const delimiters = new Set([...'()<>[]{}/%'].map((character) => character.charCodeAt(0)));
const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** A word that is no value, such as `obj` or `stream`. */
export class Keyword {
  readonly word: string;
  constructor(word: string) {
    this.word = word;
  }
}

/**
 * Reads the values of a PDF file from `at` on (ISO 32000-1, 7.2 and 7.3), none behind `end`. Throws
 * UncopiableDocument at what is none.
 */
export class PdfParser {
  readonly bytes: Buffer;
  at: number;
  readonly #end: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.#end = end;
  }

  skipSpace(): void {
    while (this.at < this.#end) {
      const byte = this.bytes[this.at]!;
      if (byte === 0x25) this.#skipLine();
      else if (spaces.has(byte)) this.at += 1;
      else return;
    }
  }

  #skipLine(): void {
    while (this.at < this.#end && this.bytes[this.at] !== 0x0a && this.bytes[this.at] !== 0x0d) {
      this.at += 1;
    }
  }

  /** The next value or word; a number that begins a reference is that reference. */
  read(depth = 0): PdfValue | Keyword {
    this.skipSpace();
    if (depth > deepest || this.at >= this.#end) throw new UncopiableDocument('no value');
    const byte = this.bytes[this.at]!;
    const isPair = this.bytes[this.at + 1] === byte;
    if (byte === 0x2f) return this.#readName();
    if (byte === 0x28) return this.#readString();
    if (byte === 0x3c) return isPair ? this.#readDictionary(depth) : this.#readHex();
    if (byte === 0x5b) return this.#readArray(depth);
    if (delimiters.has(byte)) throw new UncopiableDocument('no value');
    return this.#readWord();
  }

  readValue(depth = 0): PdfValue {
    const value = this.read(depth);
    if (value instanceof Keyword) throw new UncopiableDocument(`unexpected ${value.word}`);
    return value;
  }

  #token(): string {
    const start = this.at;
    while (this.at < this.#end) {
      const byte = this.bytes[this.at]!;
      if (spaces.has(byte) || delimiters.has(byte)) break;
      this.at += 1;
    }
    return this.bytes.toString('latin1', start, this.at);
  }

  #readWord(): PdfValue | Keyword {
    const word = this.#token();
    if (/^[+-]?\d*(?:\.\d*)?$/.test(word) && /\d/.test(word)) {
      const number = Number.parseFloat(word);
      return /^\d{1,10}$/.test(word) ? (this.#readReference(number) ?? number) : number;
    }
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : new Keyword(word);
  }

  #readReference(number: number): PdfReference | undefined {
    const start = this.at;
    const rest = this.bytes.toString('latin1', start, Math.min(this.#end, start + 40));
    const found = /^[\s\0]{1,16}\d{1,5}[\s\0]{1,16}R(?![^\s\0()<>[\]{}/%])/.exec(rest);
    if (found === null) return undefined;
    this.at = start + found[0].length;
    return new PdfReference(number);
  }

  #readName(): PdfName {
    this.at += 1;
    const name = this.#token();
    return new PdfName(
      name.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
    );
  }

  #readHex(): PdfString {
    const end = this.bytes.indexOf(0x3e, this.at);
    if (end < 0 || end >= this.#end) throw new UncopiableDocument('no end of a string');
    const digits = this.bytes.toString('latin1', this.at + 1, end).replace(/[^0-9A-Fa-f]/g, '');
    this.at = end + 1;
    const even = digits.length % 2 === 0 ? digits : `${digits}0`;
    return new PdfString(Buffer.from(even, 'hex').toString('latin1'));
  }

  #readString(): PdfString {
    const out: string[] = [];
    let open = 0;
    for (; this.at < this.#end; this.at += 1) {
      const character = String.fromCharCode(this.bytes[this.at]!);
      if (character === '\\') out.push(this.#readEscape());
      else if (character === '(') {
        open += 1;
        if (open > 1) out.push(character);
      } else if (character === ')') {
        open -= 1;
        if (open === 0) {
          this.at += 1;
          return new PdfString(out.join(''));
        }
        out.push(character);
      } else out.push(character);
    }
    throw new UncopiableDocument('no end of a string');
  }

  /** Leaves `at` on the last character that belongs to the escape. */
  #readEscape(): string {
    this.at += 1;
    const next = this.bytes.toString('latin1', this.at, this.at + 3);
    const octal = /^[0-7]{1,3}/.exec(next)?.[0];
    if (octal !== undefined) {
      this.at += octal.length - 1;
      return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    }
    if (next.startsWith('\r\n')) this.at += 1;
    if (next.startsWith('\r') || next.startsWith('\n')) return '';
    return escapes[next.charAt(0)] ?? next.charAt(0);
  }

  #readArray(depth: number): PdfValue[] {
    this.at += 1;
    const values: PdfValue[] = [];
    for (;;) {
      this.skipSpace();
      if (this.bytes[this.at] === 0x5d) {
        this.at += 1;
        return values;
      }
      values.push(this.readValue(depth + 1));
    }
  }

  #readDictionary(depth: number): PdfDictionary {
    this.at += 2;
    const entries: PdfDictionary = new Map();
    for (;;) {
      this.skipSpace();
      if (this.bytes[this.at] === 0x3e && this.bytes[this.at + 1] === 0x3e) {
        this.at += 2;
        return entries;
      }
      const key = this.readValue(depth + 1);
      if (!(key instanceof PdfName)) throw new UncopiableDocument('no name of an entry');
      entries.set(key.name, this.readValue(depth + 1));
    }
  }
}
