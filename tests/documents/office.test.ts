import { describe, expect, it } from 'vitest';
import { type Inspection, inspectDocument } from '../../src/documents/inspect.ts';
import { type DocumentType, documentTypes } from '../../src/domain/document-types.ts';
import {
  countReads,
  makeContainer,
  makeDocm,
  makeDocxOfType,
  makeDocxWith,
  makeLockedDocx,
  makeLockedOdt,
  makeOle,
  makeZip,
  replaceText,
  sniff,
} from '../support/documents.ts';

function inspect(bytes: Buffer, name: string): Promise<Inspection> {
  return inspectDocument(sniff(bytes), name, countReads(bytes));
}

const accepted = (type: DocumentType) => ({ ok: true, type, mediaType: documentTypes[type] });
const refused = (problem: string, detected?: string) =>
  detected ? { ok: false, problem, detected } : { ok: false, problem };

describe('office packages', () => {
  it.each([
    ['docm', makeDocm()],
    ['template', makeDocxOfType('application/vnd.ms-word.template.macroEnabledTemplate.main+xml')],
    [
      'spreadsheet',
      makeDocxOfType('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'),
    ],
    [
      'presentation',
      makeDocxOfType(
        'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
      ),
    ],
    ['zip', makeDocxOfType('application/x-something.main+xml')],
    ['spreadsheet', makeContainer('application/vnd.oasis.opendocument.spreadsheet')],
    ['template', makeContainer('application/vnd.oasis.opendocument.text-template')],
    ['epub', makeContainer('application/epub+zip')],
    ['zip', makeContainer('application/vnd.oasis.opendocument.textile')],
    ['pages', makeZip('Index/Document.iwa', 'Metadata/Properties.plist')],
    ['executable', makeZip('META-INF/MANIFEST.MF', 'a.class')],
    ['zip', makeZip('cv.pdf', 'photo.jpg')],
    ['word-97', makeOle(['WordDocument', '1Table'])],
    ['spreadsheet', makeOle(['Workbook'])],
    ['presentation', makeOle(['PowerPoint Document'])],
    ['mail', makeOle(['__nameid_version1.0', '__properties_version1.0'])],
    ['word-97', makeOle([])],
  ])('are told apart: %s', async (kind, bytes) => {
    for (const name of ['cv.docx', 'cv.odt', 'cv.zip']) {
      expect(await inspect(bytes, name)).toEqual(refused('wrong-type', kind));
    }
  });

  it('attack 7: do not hide macros behind a comment, a second type or another case', async () => {
    const macros = 'application/vnd.ms-word.document.MacroEnabled.main+xml';
    const types = '<Override PartName="/word/document.xml" ContentType=';
    const plain =
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
    for (const content of [
      `<Types><!-- ${types}"${plain}"/> -->${types}"${macros}"/></Types>`,
      `<Types>${types}"${plain}"/>${types}'${macros}'/></Types>`,
      `<t:Types xmlns:t="x"><t:Override\n ContentType = "${macros}"\tPartName="/word/document.xml"/></t:Types>`,
    ]) {
      const bytes = makeDocxWith((part) =>
        part.name === '[Content_Types].xml' ? { ...part, data: Buffer.from(content) } : part,
      );
      expect(await inspect(bytes, 'cv.docx')).toEqual(refused('wrong-type', 'docm'));
    }
  });

  it('attack 8: 1.5.1: with a DTD are not read further, so that no entity is ever resolved', async () => {
    const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
    const types = `<Types><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`;
    const typedBy = (content: string): Buffer =>
      makeDocxWith((part) =>
        part.name === '[Content_Types].xml' ? { ...part, data: Buffer.from(content) } : part,
      );
    expect(await inspect(typedBy(types), 'cv.docx')).toEqual(accepted('docx'));
    for (const dtd of [
      '<!DOCTYPE t>',
      '<!DOCTYPE t [<!ENTITY a "&#x26;a;&a;&a;">]>',
      '<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ]) {
      const bytes = typedBy(dtd + types);
      expect(await inspect(bytes, 'cv.docx')).toEqual(refused('wrong-type', 'zip'));
    }
  });

  it('may name their main part otherwise, and type it by default', async () => {
    const renamed = makeDocxWith((part) =>
      part.name === 'word/document.xml'
        ? { ...part, name: 'word/document2.xml' }
        : part.name === '[Content_Types].xml'
          ? { ...part, data: replaceText(part.data, 'word/document.xml', 'word/document2.xml') }
          : part,
    );
    expect(await inspect(renamed, 'cv.docx')).toEqual(accepted('docx'));
    const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
    const byDefault = makeDocxWith((part) =>
      part.name === '[Content_Types].xml'
        ? {
            ...part,
            data: Buffer.from(
              `\uFEFF<Types><Default Extension="xml" ContentType="${main}"/></Types>`,
              'utf16le',
            ),
          }
        : part,
    );
    expect(await inspect(byDefault, 'cv.docx')).toEqual(accepted('docx'));
  });

  it('without their main part are damaged', async () => {
    const bytes = makeDocxWith((part) => (part.name === 'word/document.xml' ? null : part));
    expect(await inspect(bytes, 'cv.docx')).toEqual(refused('damaged'));
    const odt = makeContainer('application/vnd.oasis.opendocument.text');
    expect(await inspect(odt, 'cv.odt')).toEqual(accepted('odt'));
    const empty = replaceText(odt, 'content.xml', 'kontent.xml');
    expect(await inspect(replaceText(empty, 'content.xml', 'kontent.xml'), 'cv.odt')).toEqual(
      refused('damaged'),
    );
  });

  it('of the old kind are known by their directory wherever it lies', async () => {
    const streams = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'Workbook'];
    for (const sectors of [
      [1, 3, 5],
      [1, 7, 6],
      [1, 13_952, 13_953],
    ]) {
      expect(await inspect(makeOle(streams, sectors), 'cv.xls')).toEqual(
        refused('wrong-type', 'spreadsheet'),
      );
    }
    const endless = makeOle(streams);
    endless.writeUInt32LE(1, 512 + 3 * 4);
    expect(await inspect(endless, 'cv.doc')).toEqual(refused('wrong-type', 'word-97'));
  });

  it('behind a password say so', async () => {
    expect(await inspect(makeLockedDocx(), 'cv.docx')).toEqual(refused('password-protected'));
    expect(await inspect(makeLockedDocx(), 'cv.doc')).toEqual(refused('wrong-type', 'word-97'));
    expect(await inspect(makeLockedOdt(), 'cv.odt')).toEqual(refused('password-protected'));
    expect(await inspect(makeLockedOdt(), 'cv.docx')).toEqual(refused('mismatch', 'odt'));
  });
});
