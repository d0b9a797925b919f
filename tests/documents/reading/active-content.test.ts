import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeDocxParts, writeOdtParts } from '../../../src/documents/office-writer.ts';
import {
  findActiveInDocx,
  findActiveInOdt,
  findActiveInRtf,
} from '../../../src/documents/reading/active-office.ts';
import { findActiveInPdf } from '../../../src/documents/reading/active-pdf.ts';
import { makePdf } from '../../../src/documents/samples.ts';
import { writeZip, type ZipPart } from '../../../src/documents/zip-writer.ts';
import { makeStreamedPdf, replaceText, sampleContent } from '../../support/documents.ts';

const nothing = Buffer.alloc(0);
const xml = (name: string, text: string): ZipPart => ({
  ...{ name, data: Buffer.from(text), method: 'deflate' },
});
const docxWith = (...parts: ZipPart[]): Buffer => {
  const own = writeDocxParts(sampleContent, nothing);
  return writeZip([...own.filter(({ name }) => parts.every((one) => one.name !== name)), ...parts]);
};
const odtWith = (content: string, ...parts: ZipPart[]): Buffer =>
  writeZip([
    ...writeOdtParts(sampleContent, nothing).map((part) =>
      part.name === 'content.xml' ? xml(part.name, `<office:text>${content}</office:text>`) : part,
    ),
    ...parts,
  ]);
const relation = (type: string, mode = ' TargetMode="External"'): ZipPart =>
  xml(
    'word/_rels/document.xml.rels',
    `<Relationships><Relationship Id="r" Type="http://x/relationships/${type}" Target="https://x"${mode}/></Relationships>`,
  );
const field = (...instructions: string[]): ZipPart =>
  xml(
    'word/document.xml',
    `<w:document><w:p>${instructions.map((one) => `<w:r><w:instrText>${one}</w:instrText></w:r>`).join('')}</w:p></w:document>`,
  );

const nested = (name: string): ZipPart => ({
  ...{ name, data: writeZip([xml('a', 'b')]), method: 'store' },
});

describe('in a PDF', () => {
  const withCatalog = (entries: string, objects = ''): Buffer =>
    replaceText(
      replaceText(makePdf(sampleContent), '/Type /Catalog', `/Type /Catalog ${entries}`),
      'xref\n',
      `${objects}\nxref\n`,
    );
  const packed = (text: string): string => {
    const data = deflateSync(Buffer.from(text)).toString('latin1');
    return `90 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n`;
  };

  it.each([
    ['a script', ['javascript', 'open-action'], '/AA << /WC << /S /JavaScript /JS (x) >> >>', ''],
    [
      'a script with a disguised name',
      ['javascript', 'open-action'],
      '/AA << /S/J#61vaScript /JS 1 0 R >>',
      '',
    ],
    [
      'a script behind a comment',
      ['javascript', 'open-action'],
      '/AA << /S %x\n/JavaScript /JS 1 0 R >>',
      '',
    ],
    ['named scripts', ['javascript'], '/Names << /JavaScript 9 0 R >>', ''],
    [
      'a script in an object stream',
      ['javascript'],
      '',
      packed('9 0 << /S /JavaScript /JS (x) >>'),
    ],
    ['a program', ['launch', 'open-action'], '/AA << /O << /S /Launch /F (cmd.exe) >> >>', ''],
    ['an action', ['open-action'], '/OpenAction << /S /URI /URI (https://x) >>', ''],
    [
      'an action elsewhere',
      ['external', 'open-action'],
      '/OpenAction 91 0 R',
      '91 0 obj << /S /SubmitForm >> endobj',
    ],
    ['an action nowhere', ['open-action'], '/OpenAction 95 0 R', ''],
    [
      'a script on opening',
      ['javascript', 'open-action'],
      '/OpenAction << /S /JavaScript /JS (x) >>',
      '',
    ],
    ['a file', ['embedded-file'], '/Names << /EmbeddedFiles << /Names [] >> >>', ''],
    ['a form of its own kind', ['form'], '/AcroForm << /XFA [(t) 9 0 R] >>', ''],
    ['a page of another file', ['external'], '', '92 0 obj << /S /GoToR /F (x.pdf) >> endobj'],
    ['a film', ['embedded-file'], '', '92 0 obj << /Subtype /RichMedia >> endobj'],
  ])('attack 5: %s is found', (_, found, entries, objects) => {
    expect(findActiveInPdf(withCatalog(entries, objects))).toEqual(found);
  });

  it.each([
    ['', [], ''],
    [' behind an object that is nowhere', [3], '0 1 '],
  ])(
    'attack 5: a script in an object stream that is packed in some other way is found%s',
    (_, nowhere, index) => {
      const objects = Buffer.from('7 0 << /S /JavaScript /JS (x) >>').toString('hex');
      const bytes = makeStreamedPdf();
      const at = bytes.lastIndexOf('5 0 obj');
      const stream = Buffer.from(
        `6 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode /Length ${objects.length} >>\nstream\n${objects}\nendstream\nendobj\n`,
      );
      const row = (type: number, second: number, third: number): Buffer =>
        Buffer.from([type, 0, 0, second >> 8, second & 255, 0, third]);
      const rows = [...nowhere.map((offset) => row(1, offset, 0)), row(1, at, 0), row(2, 6, 0)];
      const table = Buffer.concat(rows).toString('latin1');
      const newer = at + stream.length;
      const file = Buffer.concat([
        bytes.subarray(0, at),
        stream,
        Buffer.from(
          `8 0 obj\n<< /Type /XRef /Size 9 /W [1 4 2] /Index [${index}6 2] /Root 1 0 R /Length ${table.length} >>\nstream\n${table}\nendstream\nendobj\nstartxref\n${newer}\n%%EOF\n`,
          'latin1',
        ),
      ]);
      expect(findActiveInPdf(file)).toEqual(['javascript']);
    },
  );

  it.each([
    ['a page to begin with', '/OpenAction [3 0 R /XYZ null null 0]', ''],
    ['the same as an action', '/OpenAction << /S /GoTo /D [3 0 R /Fit] >>', ''],
    ['the same elsewhere', '/OpenAction 93 0 R', '93 0 obj\n[3 0 R /Fit]\nendobj'],
    ['words in a text', '/Lang (HTML/JavaScript, Product/Launch, /EmbeddedFiles)', ''],
  ])('%s is nothing to warn of', (_, entries, objects) => {
    expect(findActiveInPdf(withCatalog(entries, objects))).toEqual([]);
  });

  it('takes time in proportion to what is searched', () => {
    const bytes = Buffer.from(
      `%PDF-1.7\n${'/S%/S%'.repeat(300_000)}\n${'/OpenAction %'.repeat(100_000)}`,
    );
    expect(findActiveInPdf(bytes)).toEqual(['open-action']);
  });
});

describe('in a DOCX', () => {
  it.each([
    ['macros', docxWith(xml('word/vbaProject.bin', 'x')), ['macros']],
    ['controls', docxWith(xml('word/activeX/activeX1.bin', 'x')), ['macros']],
    ['an object', docxWith(xml('word/embeddings/oleObject1.bin', 'x')), ['embedded-file']],
    ['a template', docxWith(relation('attachedTemplate')), ['external']],
    ['a picture from elsewhere', docxWith(relation('image')), ['external']],
    ['an archive in it', docxWith(nested('word/media/a.bin')), ['embedded-file']],
    ['a program in it', docxWith(xml('word/media/a.png', 'MZ\x90\0')), ['embedded-file']],
    ['a link', docxWith(relation('hyperlink')), []],
    ['a picture of its own', docxWith(relation('image', '')), []],
    ['a field that starts programs', docxWith(field('DDEAUTO c:\\\\cmd')), ['dde']],
    ['the same in pieces', docxWith(field('DD', 'EAU', 'TO cmd')), ['dde']],
    ['a field', docxWith(field('PAGE')), []],
    [
      'a simple field',
      docxWith(xml('word/document.xml', '<w:p><w:fldSimple w:instr="DDE x"/></w:p>')),
      ['dde'],
    ],
  ])('attack 6: attack 7: %s', async (_, bytes, found) => {
    expect(await findActiveInDocx(bytes)).toEqual(found);
  });
});

describe('in an ODT', () => {
  it.each([
    ['macros', odtWith('', xml('Basic/Standard/Module1.xml', '<x/>')), ['macros']],
    ['a script on opening', odtWith('<script:event-listener/>'), ['macros']],
    [
      'a section from elsewhere',
      odtWith('<text:section-source xlink:href="https://x"/>'),
      ['external'],
    ],
    ['a picture from a share', odtWith('<draw:image xlink:href="\\\\x\\y.png"/>'), ['external']],
    ['a link', odtWith('<text:a xlink:href="https://x">y</text:a>'), []],
    ['a picture of its own', odtWith('<draw:image xlink:href="Pictures/a.png"/>'), []],
    ['a field that asks programs', odtWith('<text:dde-connection/>'), ['dde']],
    ['an object', odtWith('<draw:object-ole/>'), ['embedded-file']],
    ['an archive in it', odtWith('', nested('Pictures/a.png')), ['embedded-file']],
  ])('attack 7: %s', async (_, bytes, found) => {
    expect(await findActiveInOdt(bytes)).toEqual(found);
  });
});

describe('in an RTF file', () => {
  it.each([
    ['an object', '{\\object\\objemb{\\*\\objdata 0105}}', ['embedded-file']],
    [
      'an object that fetches itself',
      '{\\object\\objautlink{\\*\\objdata 0105}}',
      ['embedded-file', 'external'],
    ],
    [
      'an object behind many words',
      `${Array.from({ length: 3000 }, (_, i) => `\\w${String.fromCharCode(97 + (i % 26)).repeat(1 + (i % 20))}`).join('')}{\\object}`,
      ['embedded-file'],
    ],
    ['a field that starts programs', '{\\field{\\*\\fldinst DDEAUTO cmd}}', ['dde']],
    ['a picture from elsewhere', '{\\field{\\fldinst INCLUDEPICTURE "https://x"}}', ['external']],
    ['a template from elsewhere', '{\\*\\template https://x/y.dotm}', ['external']],
    ['a template', '{\\*\\template C:\\\\Normal.dot}', []],
    ['a link', '{\\field{\\*\\fldinst HYPERLINK "https://x"}}', []],
  ])('attack 7: %s', (_, rtf, found) => {
    expect(findActiveInRtf(Buffer.from(`{\\rtf1 ${rtf}}`))).toEqual(found);
  });
});
