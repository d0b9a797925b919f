import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { makeSample } from '../../src/documents/samples.ts';
import { writeZip } from '../../src/documents/zip-writer.ts';
import { documentTypes } from '../../src/domain/document-types.ts';
import {
  directoryFields,
  foreignHeads,
  forgeDirectory,
  makeContainer,
  makeDocm,
  makeDocxWith,
  makeDocxWithPart,
  makeLockedDocx,
  makeLockedOdt,
  makeLockedPdf,
  makeOle,
  makeStreamedPdf,
  makeUtf16Text,
  makeWindows1251Text,
  makeZip,
  replaceText,
  sampleContent,
} from './documents.ts';
import { makePdfOf } from './hostile.ts';

/** A file as somebody sends it. */
export type SentBytes = { name: string; bytes: Buffer };

const types = Object.keys(documentTypes) as (keyof typeof documentTypes)[];
const samples = types.map((type) => ({
  name: `sample.${type}`,
  bytes: makeSample(type, sampleContent),
}));
const [pdf, docx, odt, rtf, txt] = samples.map((one) => one.bytes) as [
  Buffer,
  Buffer,
  Buffer,
  Buffer,
  Buffer,
];

const withCatalog = (entries: string): Buffer =>
  replaceText(
    makePdfOf(Buffer.from('BT ET'), '/None'),
    '/Type /Catalog',
    `/Type /Catalog ${entries}`,
  );

/** A sound DOCX whose part `part` has `search` replaced. */
const withPart = (part: string, search: string, replacement: string): Buffer =>
  makeDocxWith((one) =>
    one.name === part ? { ...one, data: replaceText(one.data, search, replacement) } : one,
  );

const laughs = Array.from({ length: 9 }, (_, index) =>
  index === 0 ? '<!ENTITY l0 "lol">' : `<!ENTITY l${index} "${`&l${index - 1};`.repeat(10)}">`,
).join('');
const withDoctype = (doctype: string): Buffer =>
  withPart('word/document.xml', '<w:document', `${doctype}<w:document`);

/** Files that attack whoever stores or reads them, by the attacks' numbers in docs/security.md. */
export const attackFiles: readonly SentBytes[] = [
  // 1: too large by a byte, at a limit of 1 MB
  { name: '1.txt', bytes: makeSample('txt', sampleContent, { size: 1_048_577 }) },
  // 2: bombs
  ...[1, 8].map((megabytes) => ({
    name: `2-${megabytes}.docx`,
    bytes: writeZip([
      {
        name: 'word/document.xml',
        data: Buffer.alloc(megabytes << 20),
        method: 'deflate' as const,
      },
    ]),
  })),
  { name: '2.pdf', bytes: makePdfOf(deflateRawSync(Buffer.alloc(20 << 20))) },
  // 3: archives in archives, and one part over another
  {
    name: '3-nested.docx',
    bytes: writeZip([{ name: 'a.zip', data: makeZip('b.zip'), method: 'store' }]),
  },
  {
    name: '3-overlapping.docx',
    bytes: forgeDirectory(docx, ({ header }) =>
      header.writeUInt32LE(0, directoryFields.localOffset),
    ),
  },
  // 4: names that lead out, and a link
  ...['../evil', '/etc/passwd', 'C:/evil', 'word\\evil', 'a\0b'].map((name, index) => ({
    name: `4-${index}.docx`,
    bytes: makeDocxWithPart(name),
  })),
  {
    name: '4-link.odt',
    bytes: forgeDirectory(odt, ({ header }) =>
      header.writeUInt32LE(0o120777 * 65_536, directoryFields.externalAttributes),
    ),
  },
  // 5: PDFs that act
  ...[
    '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>',
    '/OpenAction << /S /Launch /F (cmd.exe) >>',
    '/AA << /O << /S /URI /URI (http://169.254.169.254/) >> >>',
    '/Names << /EmbeddedFiles << /Names [(a.exe) 9 0 R] >> >>',
    '/AcroForm << /XFA 9 0 R >>',
  ].map((entries, index) => ({ name: `5-${index}.pdf`, bytes: withCatalog(entries) })),
  // 6 and 8: relations to elsewhere, entities
  {
    name: '6.docx',
    bytes: makeDocxWithPart('word/_rels/settings.xml.rels'),
  },
  {
    name: '8-external.docx',
    bytes: withDoctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
  },
  {
    name: '8-remote.docx',
    bytes: withDoctype('<!DOCTYPE x SYSTEM "http://169.254.169.254/x.dtd">'),
  },
  { name: '8-laughs.docx', bytes: withDoctype(`<!DOCTYPE x [${laughs}]>`) },
  // 7: macros, fields that run, objects
  { name: '7.docx', bytes: makeDocm() },
  { name: '7.docm', bytes: makeDocm() },
  { name: '7.doc', bytes: makeOle(['WordDocument', 'Macros', 'VBA']) },
  { name: '7-project.docx', bytes: makeDocxWithPart('word/vbaProject.bin') },
  {
    name: '7-object.rtf',
    bytes: replaceText(rtf, '\\pard', '{\\object\\objupdate{\\*\\objdata 0105}}\\pard'),
  },
  {
    name: '7-field.rtf',
    bytes: replaceText(
      rtf,
      '\\pard',
      '{\\field{\\*\\fldinst DDEAUTO c:\\\\cmd.exe "/k calc"}}\\pard',
    ),
  },
  { name: '7-deep.rtf', bytes: Buffer.from(`{\\rtf1${'{'.repeat(50_000)}${'}'.repeat(50_000)}}`) },
  // 9: two things at once
  { name: '9-zip.pdf', bytes: Buffer.concat([pdf, docx]) },
  { name: '9-pdf.docx', bytes: Buffer.concat([docx, pdf]) },
  { name: '9-gif.pdf', bytes: Buffer.concat([Buffer.from('GIF89a'), pdf]) },
  { name: '9-html.pdf', bytes: Buffer.concat([Buffer.from('<script>alert(1)</script>\n'), pdf]) },
  { name: '9-html.txt', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') },
  { name: '9-csv.txt', bytes: Buffer.from('=cmd|"/c calc"!A1\n') },
  {
    name: '9-eicar.txt',
    bytes: Buffer.from(
      'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR'.concat('-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'),
    ),
  },
  // locked, foreign, empty, odd
  { name: 'locked.docx', bytes: makeLockedDocx() },
  { name: 'locked.odt', bytes: makeLockedOdt() },
  { name: 'locked.pdf', bytes: makeLockedPdf() },
  { name: 'streamed.pdf', bytes: makeStreamedPdf() },
  { name: 'book.odt', bytes: makeContainer('application/epub+zip') },
  { name: 'old.txt', bytes: makeWindows1251Text() },
  { name: 'wide.txt', bytes: makeUtf16Text('little') },
  { name: 'wider.txt', bytes: makeUtf16Text('big') },
  { name: 'nothing.txt', bytes: Buffer.alloc(0) },
  { name: 'zeros.pdf', bytes: Buffer.alloc(5000) },
  ...Object.entries(foreignHeads).flatMap(([name, bytes]) => [
    { name, bytes },
    { name: `${name}.pdf`, bytes },
  ]),
  // each type under each name
  ...samples.flatMap(({ bytes }, index) =>
    types.map((type) => ({ name: `really-${types[index]}.${type}`, bytes })),
  ),
];

/** Names that attack whoever stores, shows or downloads them (attack 10). */
export const fileNames: readonly string[] = [
  ...['../../etc/passwd', '..\\..\\win.ini', '/etc/passwd', 'C:\\cv', '\\\\host\\share\\cv'],
  ...['cv\0', '\0', 'cv\r\nSet-Cookie: a=b', 'cv\nx', 'cv\t', '\x1b[31mcv', '\x7f', '\x85cv'],
  ...['\u202efdp.exe', 'cv\u202e', '\u2066cv\u2069', '\ufeffcv', '\u200b', '\ud800cv', 'cv\udc00'],
  ...['cv"; filename="x', "cv'", 'cv;x=y', 'cv%0d%0aX: y', 'cv%00', '=?utf-8?B?Y3Y=?=', 'cv\\"'],
  ...['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "'; drop table documents; --"],
  ...['=cmd|x', '+1', '-1', '@x', '$(id)', '`id`', '| id', '&& id', '{{7*7}}', '%s%n'],
  ...['CON', 'NUL', 'aux', 'LPT1', '.', '..', '...', ' ', '.htaccess', '-rf', '~', '*', '?', ':'],
  ...['__proto__', 'constructor', 'toString', 'null', 'undefined', '0', 'true'],
  ...['ნიმუში', 'նմուշ', 'образец', 'nümunə', 'نموذج', '样本', '👩‍👩‍👧‍👦', 'Ṱ̺o', 'é', 'ﬁ'],
  ...[
    'a'.repeat(300),
    'ა'.repeat(300),
    '👩'.repeat(200),
    '\u0301'.repeat(1000),
    'x'.repeat(10_000),
  ],
];

/** Documents with some of their bytes changed, cut off or doubled; the same each time. */
export function listMutated(count: number): SentBytes[] {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    patch: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    how: fc.constantFrom('over', 'insert', 'remove', 'double', 'cut'),
  });
  const arbitrary = fc.record({
    sample: fc.constantFrom(...samples, { name: 'plain.txt', bytes: txt }),
    changes: fc.array(change, { minLength: 1, maxLength: 8 }),
    type: fc.option(fc.constantFrom(...types), { freq: 5 }),
  });
  return fc
    .sample(arbitrary, { numRuns: count, seed: 20_261_124 })
    .map(({ sample, changes, type }, index) => {
      let { bytes } = sample;
      for (const { at, patch, how } of changes) {
        const from = Math.floor(at * bytes.length);
        const head = bytes.subarray(0, from);
        const tail = bytes.subarray(from);
        if (how === 'over') bytes = Buffer.concat([head, patch, tail.subarray(patch.length)]);
        else if (how === 'insert') bytes = Buffer.concat([head, patch, tail]);
        else if (how === 'remove') bytes = Buffer.concat([head, tail.subarray(patch.length * 8)]);
        else if (how === 'double') bytes = Buffer.concat([bytes, tail]);
        else if (at > 0.8) bytes = head;
      }
      const extension = type ?? sample.name.split('.').at(-1);
      return { name: `mutated-${index}.${extension}`, bytes: bytes.subarray(0, 200_000) };
    });
}
