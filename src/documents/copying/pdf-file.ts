import { UncopiableDocument } from './copy.ts';
import { undoFilters } from './pdf-filters.ts';
import { Keyword, PdfParser } from './pdf-parser.ts';
import { type PdfDictionary, PdfReference, PdfStream, type PdfValue } from './pdf-values.ts';

const mostTables = 1000;
const mostObjects = 500_000;

/** Where an object lies: in the file, or as so-many-th in a stream of objects. */
type Place = { offset: number } | { stream: number; index: number };

export type PdfFile = {
  /** Of the newest revision. */
  trailer: PdfDictionary;
  /** What a value stands for; null for what is not there. */
  resolve(value: PdfValue | undefined): PdfValue;
  /** The numbers of all objects of the newest revision. */
  numbers: Iterable<number>;
  /** Undoes filters as long as they are of data; the rest is for pictures. */
  decode(stream: PdfStream): { data: Buffer; filters: string[] };
};

/**
 * Opens a PDF file by its cross-reference tables (ISO 32000-1, 7.5): of each object the newest revision,
 * as a reader sees it. Throws UncopiableDocument where the tables don't lead to the objects, or when it is
 * encrypted: readers then guess, and we might guess something else.
 */
export function openPdf(bytes: Buffer): PdfFile {
  const headerAt = bytes.subarray(0, 1024).indexOf('%PDF-');
  if (headerAt <= 0) return openAt(bytes);
  try {
    return openAt(bytes.subarray(headerAt));
  } catch (error) {
    if (!(error instanceof UncopiableDocument)) throw error;
    return openAt(bytes);
  }
}

function openAt(bytes: Buffer): PdfFile {
  const places = new Map<number, Place | null>();
  const trailer = readTables(bytes, places);
  if (trailer.has('Encrypt')) throw new UncopiableDocument('encrypted');
  const known = new Map<number, PdfValue>();
  const opening = new Set<number>();
  const streams = new Map<number, PdfValue[]>();

  const readObject = (number: number): PdfValue => {
    const place = places.get(number);
    if (place === undefined || place === null) return null;
    if ('offset' in place) return readAt(bytes, place.offset, number, resolve);
    let objects = streams.get(place.stream);
    if (objects === undefined) {
      // One that is broken is not read again for each of its objects.
      streams.set(place.stream, []);
      objects = readObjectStream(file, resolve(new PdfReference(place.stream)));
      streams.set(place.stream, objects);
    }
    const value = objects[place.index];
    if (value === undefined) throw new UncopiableDocument('object stream');
    return value;
  };

  const resolve = (value: PdfValue | undefined): PdfValue => {
    if (!(value instanceof PdfReference)) return value ?? null;
    const { number } = value;
    const found = known.get(number);
    if (found !== undefined) return found;
    if (opening.has(number)) throw new UncopiableDocument('circle');
    opening.add(number);
    const read = readObject(number);
    opening.delete(number);
    const whole = read instanceof PdfReference ? resolve(read) : read;
    known.set(number, whole);
    return whole;
  };

  const file: PdfFile = {
    ...{ trailer, resolve, numbers: places.keys() },
    decode: (stream) => undoFilters(stream, resolve),
  };
  return file;
}

/** The object at an offset; throws when another one, or none, is there. */
function readAt(
  bytes: Buffer,
  offset: number,
  number: number | undefined,
  resolve: PdfFile['resolve'],
): PdfValue {
  const parser = new PdfParser(bytes, offset);
  const begin = [parser.read(), parser.read(), parser.read()];
  const isObject = begin[2] instanceof Keyword && begin[2].word === 'obj';
  if (!isObject || (number !== undefined && begin[0] !== number)) {
    throw new UncopiableDocument('misplaced object');
  }
  const value = parser.readValue();
  if (!(value instanceof Map)) return value;
  parser.skipSpace();
  if (bytes.toString('latin1', parser.at, parser.at + 6) !== 'stream') return value;
  const isWide = bytes[parser.at + 6] === 0x0d && bytes[parser.at + 7] === 0x0a;
  const start = parser.at + (isWide ? 8 : 7);
  return new PdfStream(value, bytes.subarray(start, endOfStream(bytes, start, value, resolve)));
}

/** By the length that it says, or by its last word where that is wrong. */
function endOfStream(
  bytes: Buffer,
  start: number,
  dictionary: PdfDictionary,
  resolve: PdfFile['resolve'],
): number {
  const length = resolve(dictionary.get('Length'));
  if (typeof length === 'number' && length >= 0 && start + length <= bytes.length) {
    const rest = bytes.toString('latin1', start + length, start + length + 20);
    if (/^[\s\0]{0,4}endstream/.test(rest)) return start + length;
  }
  const end = bytes.indexOf('endstream', start);
  if (end < 0) throw new UncopiableDocument('no end of a stream');
  if (bytes[end - 1] !== 0x0a) return bytes[end - 1] === 0x0d ? end - 1 : end;
  return bytes[end - 2] === 0x0d ? end - 2 : end - 1;
}

function readObjectStream(file: PdfFile, stream: PdfValue): PdfValue[] {
  if (!(stream instanceof PdfStream)) throw new UncopiableDocument('object stream');
  const { data, filters } = file.decode(stream);
  const count = file.resolve(stream.dictionary.get('N'));
  const first = file.resolve(stream.dictionary.get('First'));
  if (filters.length > 0 || typeof count !== 'number' || typeof first !== 'number') {
    throw new UncopiableDocument('object stream');
  }
  if (!(count >= 0 && count < mostObjects)) throw new UncopiableDocument('object stream');
  const head = new PdfParser(data, 0, Math.min(first, data.length));
  return Array.from({ length: count }, () => {
    head.readValue();
    const at = head.readValue();
    if (typeof at !== 'number') throw new UncopiableDocument('object stream');
    return new PdfParser(data, first + at).readValue();
  });
}

/** Fills in where objects lie, the newest table first, and returns the newest trailer. */
function readTables(bytes: Buffer, places: Map<number, Place | null>): PdfDictionary {
  const keyword = bytes.lastIndexOf('startxref');
  if (keyword < 0) throw new UncopiableDocument('no table');
  const start = new PdfParser(bytes, keyword + 'startxref'.length).readValue();
  const waiting: PdfValue[] = [start];
  const seen = new Set<number>();
  let newest: PdfDictionary | undefined;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (typeof next !== 'number' || next < 0 || next >= bytes.length) {
      throw new UncopiableDocument('table');
    }
    if (seen.has(next)) continue;
    seen.add(next);
    if (seen.size > mostTables) throw new UncopiableDocument('tables');
    const trailer = readTable(bytes, next, places);
    newest ??= trailer;
    // Of a file for old and new readers the stream comes before what the table says of before.
    for (const key of ['XRefStm', 'Prev']) {
      const other = trailer.get(key);
      if (other !== undefined) waiting.push(other);
    }
  }
  return newest!;
}

/** Before the tables are read, nothing is where a reference leads. */
const unresolved: PdfFile['resolve'] = (value) =>
  value instanceof PdfReference ? null : (value ?? null);

function readTable(bytes: Buffer, at: number, places: Map<number, Place | null>): PdfDictionary {
  const parser = new PdfParser(bytes, at);
  const word = parser.read();
  if (word instanceof Keyword && word.word === 'xref') return readPlainTable(parser, places);
  const stream = readAt(bytes, at, undefined, unresolved);
  if (!(stream instanceof PdfStream)) throw new UncopiableDocument('table');
  readStreamedTable(stream, places);
  return stream.dictionary;
}

function put(places: Map<number, Place | null>, number: number, place: Place | null): void {
  if (places.has(number)) return;
  if (places.size >= mostObjects) throw new UncopiableDocument('too many objects');
  places.set(number, place);
}

function readPlainTable(parser: PdfParser, places: Map<number, Place | null>): PdfDictionary {
  for (;;) {
    const first = parser.read();
    if (first instanceof Keyword && first.word === 'trailer') break;
    const count = parser.readValue();
    if (typeof first !== 'number' || typeof count !== 'number' || !(count < mostObjects)) {
      throw new UncopiableDocument('table');
    }
    for (let index = 0; index < count; index += 1) {
      const offset = parser.readValue();
      parser.readValue();
      const kind = parser.read();
      if (typeof offset !== 'number' || !(kind instanceof Keyword)) {
        throw new UncopiableDocument('table');
      }
      put(places, first + index, kind.word === 'n' ? { offset } : null);
    }
  }
  const trailer = parser.readValue();
  if (!(trailer instanceof Map)) throw new UncopiableDocument('no trailer');
  return trailer;
}

function readStreamedTable(stream: PdfStream, places: Map<number, Place | null>): void {
  const { dictionary } = stream;
  const numbers = (value: PdfValue | undefined): number[] =>
    Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? one : Number.NaN)) : [];
  const widths = numbers(dictionary.get('W'));
  const size = dictionary.get('Size');
  const { data: plain, filters } = undoFilters(stream, unresolved);
  const isSound =
    filters.length === 0 && widths.length === 3 && widths.every((one) => one >= 0 && one <= 8);
  if (!isSound || typeof size !== 'number') throw new UncopiableDocument('table');
  const index = numbers(dictionary.get('Index'));
  const sections = index.length > 0 ? index : [0, size];
  let at = 0;
  const take = (width: number, fallback: number): number => {
    if (width === 0) return fallback;
    let value = 0;
    for (let byte = 0; byte < width; byte += 1) value = value * 256 + (plain[at + byte] ?? 0);
    at += width;
    return value;
  };
  for (let section = 0; section + 1 < sections.length; section += 2) {
    for (let entry = 0; entry < sections[section + 1]! && at < plain.length; entry += 1) {
      const [kind, second, third] = [take(widths[0]!, 1), take(widths[1]!, 0), take(widths[2]!, 0)];
      const inFile = kind === 1 ? { offset: second } : null;
      put(
        places,
        sections[section]! + entry,
        kind === 2 ? { stream: second, index: third } : inFile,
      );
    }
  }
}
