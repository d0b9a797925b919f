import { inflateSync } from 'node:zlib';
import type { ActiveContent } from '../../domain/document-texts.ts';
import { UncopiableDocument } from '../copying/copy.ts';
import { openPdf } from '../copying/pdf-file.ts';
import { PdfReference, writeValue } from '../copying/pdf-values.ts';

const maxStreamBytes = 8 * 1024 * 1024;
const maxStreams = 500;

// Between two names may stand spaces and comments; the bounds keep the search linear.
const gap = String.raw`(?:[\s\0]|%[^\r\n]{0,200}[\r\n]){0,20}`;
const reference = String.raw`(?:<<|\d{1,10}\s{1,4}\d{1,5}\s{1,4}R)`;
const signs: readonly (readonly [ActiveContent, RegExp])[] = [
  // Actions say their kind; a name alone can stand in a text.
  ['javascript', new RegExp(String.raw`/S${gap}/JavaScript\b|/JavaScript${gap}${reference}`)],
  ['form', new RegExp(String.raw`/XFA${gap}(?:\[|${reference})`)],
  [
    'external',
    new RegExp(String.raw`/S${gap}/(?:SubmitForm|ImportData|GoToR|GoToE|Rendition|Movie)\b`),
  ],
  ['launch', new RegExp(String.raw`/S${gap}/Launch\b`)],
  [
    'embedded-file',
    new RegExp(
      String.raw`/Type${gap}/EmbeddedFile\b|/(?:EmbeddedFiles|EF)${gap}${reference}|/Subtype${gap}/RichMedia\b`,
    ),
  ],
];
// What happens by itself with the document or a page, beside what is named above.
const additional = new RegExp(`/AA${gap}${reference}`);
const opening = new RegExp(String.raw`/OpenAction${gap}(?=([\s\S]{0,400}))`, 'g');

/**
 * What a PDF may do when it is opened (ISO 32000-1, 12.6), by its words: those of the file and those in
 * object streams, where newer writers put dictionaries. Never throws; best effort by its nature.
 */
export function findActiveInPdf(bytes: Buffer): ActiveContent[] {
  const file = decodeNames(bytes.toString('latin1'));
  const texts = [file, ...readObjectStreams(bytes).map(decodeNames), listObjects(bytes)];
  const found = signs.filter(([, sign]) => texts.some((text) => sign.test(text)));
  const kinds = found.map(([kind]) => kind);
  const acts = texts.some((text) => additional.test(text) || opensSomething(text, texts));
  return acts ? [...kinds, 'open-action'] : kinds;
}

const maxObjectsText = 32 * 1024 * 1024;

/**
 * All objects as a reader finds them, however they are packed, but those to which the tables don't lead: a
 * reader that asks for none of these does not mind them.
 */
function listObjects(bytes: Buffer): string {
  const file = orNone(() => openPdf(bytes));
  const objects: string[] = [];
  let length = 0;
  for (const number of file?.numbers ?? []) {
    const text = orNone(() => writeValue(file!.resolve(new PdfReference(number)))) ?? '';
    length += text.length;
    if (length > maxObjectsText) break;
    objects.push(text);
  }
  return objects.join('\n');
}

function orNone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UncopiableDocument)) throw error;
    return undefined;
  }
}

// To go to a page is what most writers let a document do when it is opened.
function opensSomething(text: string, texts: readonly string[]): boolean {
  return [...text.matchAll(opening)].some(([, value = '']) => {
    const number = /^(\d{1,10})\s+\d{1,5}\s+R/.exec(value)?.[1];
    return !isDestination(number === undefined ? value : findObject(number, texts));
  });
}

function isDestination(value: string): boolean {
  if (value.startsWith('[')) return true;
  const end = value.indexOf('>>');
  const dictionary = value.slice(0, end < 0 ? value.length : end);
  return /\/S\s*\/GoTo\b/.test(dictionary) && !dictionary.includes('/Next');
}

/** The beginning of an object of the file, its newest version; empty when it lies elsewhere. */
function findObject(number: string, [file = '']: readonly string[]): string {
  const start = new RegExp(String.raw`(?:^|[^0-9])${number}\s{1,4}\d{1,5}\s{1,4}obj\s{0,20}`, 'g');
  const last = [...file.matchAll(start)].at(-1);
  return last === undefined ? '' : file.slice(last.index + last[0].length).slice(0, 400);
}

// /J#61vaScript is /JavaScript.
function decodeNames(text: string): string {
  return text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function readObjectStreams(bytes: Buffer): string[] {
  const texts: string[] = [];
  let at = bytes.indexOf('/ObjStm');
  for (let count = 0; at >= 0 && count < maxStreams; count += 1) {
    const stream = bytes.indexOf('stream', at);
    const end = stream < 0 ? -1 : bytes.indexOf('endstream', stream);
    if (end < 0) break;
    const start = stream + (bytes[stream + 6] === 0x0d ? 8 : 7);
    texts.push(inflate(bytes.subarray(start, end)));
    at = bytes.indexOf('/ObjStm', end);
  }
  return texts;
}

function inflate(packed: Buffer): string {
  try {
    // A line end behind the data does not belong to it, and neither does a missing checksum matter.
    const options = { maxOutputLength: maxStreamBytes, finishFlush: 2 };
    return inflateSync(packed, options).toString('latin1');
  } catch {
    return packed.toString('latin1');
  }
}
