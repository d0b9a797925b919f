import { createCipheriv } from 'node:crypto';
import type { DocumentType } from '../domain/document-types.ts';
import { writeDocxParts, writeOdtParts } from './office-writer.ts';
import { writePdf } from './pdf-writer.ts';
import { writeZip } from './zip-writer.ts';

/** What a sample document says, in any script. */
export type SampleContent = { title: string; paragraphs: readonly string[]; author?: string };

/**
 * `size`: how many bytes the document shall have. Bytes that do not compress fill the room, where
 * readers don't show them (a text file has no such place: there they are its last lines). Exact,
 * but for a few bytes of room too small to fill; a text that is larger keeps its own size.
 */
export type SampleOptions = { size?: number };

/** A sample of any type; the same content gives the same bytes on one version of Node. */
export function makeSample(
  type: DocumentType,
  content: SampleContent,
  options: SampleOptions = {},
): Buffer {
  return makers[type](content, options);
}

/** A4 pages with real text; `writePdf` says how far other scripts than Latin can be seen. */
export function makePdf(content: SampleContent, options: SampleOptions = {}): Buffer {
  const plain = complete(content);
  return fill(options, (room) => writePdf(plain, incompressible(room)));
}

/** A WordprocessingML document: heading, paragraphs, title and author as properties. */
export function makeDocx(content: SampleContent, options: SampleOptions = {}): Buffer {
  const plain = complete(content);
  return fill(options, (room) => writeZip(writeDocxParts(plain, incompressible(room))));
}

/** An OpenDocument text: heading, paragraphs, title and author as properties. */
export function makeOdt(content: SampleContent, options: SampleOptions = {}): Buffer {
  const plain = complete(content);
  return fill(options, (room) => writeZip(writeOdtParts(plain, incompressible(room))));
}

/** RTF in ASCII with \u escapes, so that every script survives without a code page. */
export function makeRtf(content: SampleContent, options: SampleOptions = {}): Buffer {
  const { title, paragraphs, author } = complete(content);
  const text = [
    '{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc0{\\fonttbl{\\f0\\fswiss Arial;}}',
    `{\\info{\\title ${toRtf(title)}}{\\author ${toRtf(author)}}}`,
    `\\pard\\sa200\\f0\\b\\fs32 ${toRtf(title)}\\b0\\par`,
    ...paragraphs.map((paragraph) => `\\pard\\sa160\\f0\\fs22 ${toRtf(paragraph)}\\par`),
  ].join('\n');
  return fill(options, (room) => {
    const unread = room > 0 ? `\n{\\*\\padding ${incompressibleLines(room)}}` : '';
    return Buffer.from(`${text}${unread}}\n`, 'latin1');
  });
}

/** UTF-8 without a mark, paragraphs set off by empty lines. */
export function makeTxt(content: SampleContent, options: SampleOptions = {}): Buffer {
  const { title, paragraphs, author } = complete(content);
  const text = [title, author, ...paragraphs].filter((one) => one !== '').join('\n\n');
  return fill(options, (room) =>
    Buffer.from(room > 0 ? `${text}\n\n${incompressibleLines(room)}\n` : `${text}\n`),
  );
}

const makers = { pdf: makePdf, docx: makeDocx, odt: makeOdt, rtf: makeRtf, txt: makeTxt };

type Complete = { title: string; paragraphs: string[]; author: string };

// Half a surrogate pair has no bytes in UTF-8, and only line ends have a meaning in every format.
function complete({ title, paragraphs, author = '' }: SampleContent): Complete {
  const clean = (text: string): string => text.replace(/\p{Cs}|(?!\n)\p{Cc}/gu, ' ').trim();
  return { title: clean(title), paragraphs: paragraphs.map(clean), author: clean(author) };
}

// What surrounds the padding has a length of its own, and so have the numbers that tell its length.
function fill({ size = 0 }: SampleOptions, build: (room: number) => Buffer): Buffer {
  const bare = build(0);
  let made = bare;
  let room = size - bare.length;
  for (let tries = 0; tries < 4 && room > 0 && made.length !== size; tries += 1) {
    made = build(room);
    room += size - made.length;
  }
  return made.length > size ? bare : made;
}

// The key stream of a cipher under a fixed key: looks random, is the same each time.
function incompressible(length: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'feder'), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}

// The same in 76 letters and digits a line, six bits in each byte.
function incompressibleLines(length: number): string {
  const letters = incompressible(length).toString('base64');
  return letters.replace(/(.{76})./g, '$1\n').slice(0, length);
}

function toRtf(text: string): string {
  let rtf = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const code = text.charCodeAt(index);
    if (character === '\n') rtf += '\\line ';
    else if ('\\{}'.includes(character)) rtf += `\\${character}`;
    // RTF counts in signed 16-bit numbers.
    else if (code > 0x7e) rtf += `\\u${code > 0x7fff ? code - 0x10000 : code} `;
    else rtf += character;
  }
  return rtf;
}
