import { describe, expect, it } from 'vitest';
import { writeDocxParts, writeOdtParts } from '../../../src/documents/office-writer.ts';
import { readDocx } from '../../../src/documents/reading/docx.ts';
import { normaliseText } from '../../../src/documents/reading/normalise.ts';
import { readOdt } from '../../../src/documents/reading/odt.ts';
import { makeDocx } from '../../../src/documents/samples.ts';
import { writeZip, type ZipPart } from '../../../src/documents/zip-writer.ts';
import {
  cutOff,
  makeDocxWith,
  makeDocxWithPart,
  makeLockedOdt,
  sampleContent,
} from '../../support/documents.ts';

const nothing = Buffer.alloc(0);
const withData = (part: ZipPart, name: string, xml: string): ZipPart =>
  part.name === name ? { ...part, data: Buffer.from(xml) } : part;

const docxOf = (body: string, declaration = ''): Buffer =>
  makeDocxWith((part) =>
    withData(
      part,
      'word/document.xml',
      `${declaration}<w:document><w:body>${body}</w:body></w:document>`,
    ),
  );
const odtOf = (body: string, declaration = ''): Buffer =>
  writeZip(
    writeOdtParts(sampleContent, nothing).map((part) =>
      withData(part, 'content.xml', `${declaration}<office:text>${body}</office:text>`),
    ),
  );
const textOf = async (read: typeof readDocx, bytes: Buffer): Promise<string> =>
  normaliseText((await read(bytes)).text).text;

/** The expansion of a hundred thousand "lol"s, and a file of the machine. */
const bombs = [
  `<!DOCTYPE x [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, index) => `<!ENTITY a${index} "${'&a;'.repeat(10)}">`).join('')}]>`,
  '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
];

describe('a DOCX', () => {
  it('is read with tabs, breaks, tables and text boxes, once each', async () => {
    const bytes = docxOf(
      '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p>' +
        '<w:tbl><w:tr><w:tc><w:p><w:r><w:t xml:space="preserve">A </w:t></w:r><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>B</w:t></w:r></w:p></w:tc></w:tr></w:tbl>' +
        '<w:p><w:r><mc:AlternateContent><mc:Choice><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Choice>' +
        '<mc:Fallback><w:p><w:r><w:t>Box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>' +
        '<w:p><w:r><w:t>a</w:t><w:br/><w:t>b&amp;c &#233;&#x10D0; &lt;i&gt;</w:t></w:r><w:r><w:delText>gone</w:delText></w:r>' +
        '<w:r><w:instrText> PAGE </w:instrText></w:r></w:p>',
    );
    expect(await textOf(readDocx, bytes)).toBe('One two\n\nA 1\n\nB\n\nBox\n\na\nb&c éა <i>');
  });

  it('is read with its headers, each once, and its notes', async () => {
    const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
    const extra = {
      'word/header1.xml': 'header',
      'word/header2.xml': 'header',
      'word/footnotes.xml': 'footnotes',
    };
    const overrides = Object.entries(extra).map(
      ([part, kind]) => `<Override PartName="/${part}" ContentType="${word}.${kind}+xml"/>`,
    );
    const parts = writeDocxParts({ title: 'Body', paragraphs: [], author: '' }, nothing).map(
      (part) =>
        part.name === '[Content_Types].xml'
          ? {
              ...part,
              data: Buffer.from(
                `${part.data}`.replace('</Types>', `${overrides.join('')}</Types>`),
              ),
            }
          : part,
    );
    const bytes = writeZip([
      ...parts,
      ...Object.entries(extra).map(([name, kind]): ZipPart => {
        const xml = `<w:x><w:p><w:r><w:t>a ${kind}</w:t></w:r></w:p></w:x>`;
        return { name, data: Buffer.from(xml), method: 'deflate' };
      }),
    ]);
    expect(await textOf(readDocx, bytes)).toBe('a header\n\nBody\n\na footnotes');
  });

  it.each(bombs)('resolves no entity and reads no DTD: %.60s', async (declaration) => {
    const bytes = docxOf('<w:p><w:r><w:t>&a;</w:t></w:r></w:p>', declaration);
    await expect(readDocx(bytes)).rejects.toThrow('broken');
  });

  it('leaves an unknown entity as it is written', async () => {
    expect(await textOf(readDocx, docxOf('<w:p><w:t>&a; &nbsp;&#0;&#x110000;</w:t></w:p>'))).toBe(
      '&a; &nbsp;',
    );
  });

  it('that is cut off, without its part, or no XML is broken', async () => {
    const cut = cutOff(makeDocx(sampleContent));
    await expect(readDocx(cut)).rejects.toThrow('broken');
    for (const xml of ['<w:p><w:t', '<w:p <', '<!-- never ends', '<w:p a="1></w:p>']) {
      await expect(readDocx(docxOf(xml)), xml).rejects.toThrow('broken');
    }
  });

  it('unpacks no more than its limits allow', async () => {
    const bomb = makeDocxWith((part) =>
      withData(part, 'word/document.xml', `<w:p><w:t>${' '.repeat(40_000_000)}</w:t></w:p>`),
    );
    expect(bomb.length).toBeLessThan(50_000);
    await expect(readDocx(bomb)).rejects.toThrow('broken');
    const large = makeDocxWith((part) =>
      part.name === 'word/document.xml'
        ? { ...part, data: Buffer.alloc(33 * 1024 * 1024, 'x'), method: 'store' }
        : part,
    );
    await expect(readDocx(large)).rejects.toThrow('too-large');
  });

  it('with an archive inside of it is not unpacked further', async () => {
    const nested = writeZip([
      ...writeDocxParts(sampleContent, nothing),
      { name: 'word/media/more.docx', data: makeDocx(sampleContent), method: 'store' },
    ]);
    expect(await textOf(readDocx, nested)).toBe(
      [sampleContent.title, ...sampleContent.paragraphs].join('\n\n'),
    );
  });

  it('whose names lead out of the folder is broken', async () => {
    await expect(readDocx(makeDocxWithPart('../../etc/passwd'))).rejects.toThrow('broken');
  });
});

describe('an ODT', () => {
  it('is read with headings, spaces, lists and tables, without what was deleted', async () => {
    const bytes = odtOf(
      '<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>' +
        '<text:h>Title</text:h><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d\n  e</text:p>' +
        '<text:list><text:list-item><text:p>item</text:p></text:list-item></text:list>' +
        '<text:p>x<office:annotation><text:p>remark</text:p></office:annotation>y</text:p>',
    );
    expect(await textOf(readOdt, bytes)).toBe('Title\n\na b c\nd e\n\nitem\n\nxy');
  });

  it('does not let a number of spaces swell', async () => {
    const bytes = odtOf(`<text:p>a${'<text:s text:c="99999999"/>'.repeat(1000)}b</text:p>`);
    expect((await readOdt(bytes)).text.length).toBeLessThan(200_000);
  });

  it.each(bombs)('resolves no entity and reads no DTD: %.60s', async (declaration) => {
    await expect(readOdt(odtOf('<text:p>&a;</text:p>', declaration))).rejects.toThrow('broken');
  });

  it('with a password is encrypted', async () => {
    await expect(readOdt(makeLockedOdt())).rejects.toThrow('encrypted');
  });
});
