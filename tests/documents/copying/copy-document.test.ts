import { describe, expect, it } from 'vitest';
import { UncopiableDocument } from '../../../src/documents/copying/copy.ts';
import { copyDocument } from '../../../src/documents/copying/copy-document.ts';
import { copyPdf } from '../../../src/documents/copying/copy-pdf.ts';
import { openPdf } from '../../../src/documents/copying/pdf-file.ts';
import { cleanInlinePictures } from '../../../src/documents/copying/pdf-inline-pictures.ts';
import { cleanPdfPicture } from '../../../src/documents/copying/pdf-pictures.ts';
import { PdfName, PdfReference, PdfStream } from '../../../src/documents/copying/pdf-values.ts';
import { cleanPicture, emptyPicture } from '../../../src/documents/copying/pictures.ts';
import { writeDocxParts } from '../../../src/documents/office-writer.ts';
import { findActive, readText } from '../../../src/documents/reading/read-document.ts';
import { makeSample } from '../../../src/documents/samples.ts';
import { writeZip } from '../../../src/documents/zip-writer.ts';
import { allowedExtensions, type DocumentType } from '../../../src/domain/document-types.ts';
import { breakOffset, replaceText } from '../../support/documents.ts';
import { sampleTexts } from '../../support/sample-texts.ts';
import {
  makeTellingDocx,
  makeTellingGif,
  makeTellingJpeg,
  makeTellingOdt,
  makeTellingPdf,
  makeTellingPng,
  makeTellingRtf,
  told,
  untilFilm,
} from '../../support/telling-documents.ts';
import { listZip } from '../../support/zip.ts';

async function copyOf(type: DocumentType, bytes: Buffer) {
  const { text } = await readText(type, bytes);
  return { text, copy: await copyDocument(type, bytes, text) };
}

/** All that is in it: unpacked where it is an archive, hexadecimal data as bytes. */
async function contentOf(type: DocumentType, bytes: Buffer): Promise<string> {
  if (type === 'docx' || type === 'odt') {
    const parts = [...(await listZip(bytes))].map(
      ([name, data]) => `${name} ${data.toString('latin1')}`,
    );
    return parts.join('\n');
  }
  const text = bytes.toString('latin1');
  if (type !== 'rtf') return text;
  return `${text}${(text.match(/[0-9a-f]{16,}/g) ?? []).map((hex) => Buffer.from(hex, 'hex').toString('latin1'))}`;
}

describe('14.2.8: source 5: the editors’ copy', () => {
  it.each([
    ['docx', makeTellingDocx()],
    ['odt', makeTellingOdt()],
    ['rtf', makeTellingRtf()],
    ['pdf', makeTellingPdf()],
  ] as const)('of a %s says the same and tells nothing of its making', async (type, bytes) => {
    expect(await contentOf(type, bytes)).toContain('CANARY');
    const { text, copy } = await copyOf(type, bytes);
    expect(text).toContain('The river was late this year.');
    const content = await contentOf(type, copy!.bytes);
    expect(content.match(/.{0,60}(?:CANARY|rsid|43414e415259).{0,60}/i)?.[0]).toBeUndefined();
    expect((await readText(type, copy!.bytes)).text).toBe(text);
    expect(copy!.lost).toBe(0);
    expect(await findActive(type, copy!.bytes)).toEqual([]);
  });

  it('has the links that lead to pages, none that lead elsewhere, and says who added nothing', async () => {
    const { copy } = await copyOf('docx', makeTellingDocx());
    const parts = await listZip(copy!.bytes);
    expect([...parts.keys()]).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'word/_rels/document.xml.rels',
      'word/media/image1.jpg',
      'word/settings.xml',
      'word/document.xml',
    ]);
    expect(
      parts
        .get('word/_rels/document.xml.rels')!
        .toString()
        .match(/Target="[^"]+"/g),
    ).toEqual([
      'Target="/word/media/image1.jpg"',
      'Target="/word/settings.xml"',
      'Target="https://example.org/ana"',
    ]);
    const { text } = await readText('docx', copy!.bytes);
    expect(text).toContain('It was added.My pageOur drive');
  });

  it.each(allowedExtensions.filter((type) => type !== 'txt'))(
    'of our samples as %s says the same in six languages',
    async (type) => {
      for (const sample of Object.values(sampleTexts)) {
        const bytes = makeSample(type, sample, { size: 300_000 });
        const { text, copy } = await copyOf(type, bytes);
        expect((await readText(type, copy!.bytes)).text).toBe(text);
      }
    },
  );

  it('of a text file is the file', async () => {
    expect(await copyDocument('txt', Buffer.from('x'), 'x')).toBe(null);
  });

  it('that would say something else is none', async () => {
    const { text } = await readText('docx', makeTellingDocx());
    await expect(copyDocument('docx', makeTellingDocx(), `${text}.`)).rejects.toThrow(
      'says something else',
    );
  });

  it('leaves out pictures of which nobody knows what is in them', async () => {
    const bytes = makeSample('docx', sampleTexts.en!);
    const parts = [...(await listZip(bytes))].map(([name, data]) => ({ name, data }));
    const picture = { name: 'word/media/a.emf', data: Buffer.from('EMF of CANARY') };
    const rels = {
      name: 'word/_rels/document.xml.rels',
      data: Buffer.from(
        '<Relationships><Relationship Id="r" Type="x/image" Target="media/a.emf"/></Relationships>',
      ),
    };
    const all = [...parts, picture, rels].map((one) => ({ ...one, method: 'deflate' as const }));
    const { copy } = await copyOf('docx', writeZip(all));
    expect(copy!.lost).toBe(1);
    expect((await listZip(copy!.bytes)).get('word/media/a.emf')).toEqual(emptyPicture());
  });
});

describe('fields in the copy of a DOCX', () => {
  const run = (inner: string): string => `<w:r>${inner}</w:r>`;
  const mark = (type: string): string => run(`<w:fldChar w:fldCharType="${type}"/>`);
  const word = (text: string): string => run(`<w:instrText>${text}</w:instrText>`);
  const field = (instruction: string, shown: string): string =>
    `${mark('begin')}${instruction}${mark('separate')}${run(`<w:t>${shown}</w:t>`)}${mark('end')}`;
  const copyWith = async (inner: string): Promise<string> => {
    const parts = writeDocxParts({ ...told, author: 'Ana' }, Buffer.alloc(0)).map((one) =>
      one.name === 'word/document.xml'
        ? { ...one, data: replaceText(one.data, '<w:sectPr>', `<w:p>${inner}</w:p><w:sectPr>`) }
        : one,
    );
    const { copy } = await copyOf('docx', writeZip(parts));
    return (await listZip(copy!.bytes)).get('word/document.xml')!.toString();
  };
  const ours = field(word(' PAGE '), '7') + field(word(' HYPERLINK "https://example.org/a" '), 'a');

  it.each([
    ['a link to a disk', field(word('HYPERLINK "file:///C:/Users/CANARY/cv.docx"'), 'SHOWN')],
    ['a link to a disk, by its letter', field(word('HYPERLINK "C:\\\\CANARY.docx"'), 'SHOWN')],
    ['a link to a network', field(word('HYPERLINK "\\\\CANARY\\x"'), 'SHOWN')],
    ['a path beside a link', field(word('HYPERLINK "https://x" \\o "C:\\CANARY"'), 'SHOWN')],
    [
      'a path in pieces',
      field(`${word('HYPER')}${word('LINK "file:')}${word('CANARY"')}`, 'SHOWN'),
    ],
    [
      'a field in a field',
      field(`${word('IF ')}${field(word('PAGE'), '1')}${word('CANARY')}`, 'SHOWN'),
    ],
    ['the data of another program', field(word('ADDIN ZOTERO_ITEM {"CANARY"}'), 'SHOWN')],
    ['what starts a program', field(word('DDEAUTO CANARY'), 'SHOWN')],
    [
      'what has no end',
      `${mark('begin')}${word('HYPERLINK "file:CANARY"')}${run('<w:t>SHOWN</w:t>')}`,
    ],
    ['what is in no field', `${word('CANARY')}${run('<w:t>SHOWN</w:t>')}`],
    [
      'a simple one',
      `<w:fldSimple w:instr="FILENAME CANARY">${run('<w:t>SHOWN</w:t>')}</w:fldSimple>`,
    ],
    [
      'data of a field',
      field(
        '<w:r><w:fldChar w:fldCharType="begin"><w:fldData>CANARY</w:fldData></w:fldChar></w:r>',
        'SHOWN',
      ) + mark('end'),
    ],
    [
      'what shows above a link',
      `<w:hyperlink w:anchor="x" w:tooltip="C:\\CANARY.docx">${run('<w:t>SHOWN</w:t>')}</w:hyperlink>`,
    ],
  ])('%s: what is shown stays, what it says is gone, others go on', async (_, inner) => {
    expect(inner).toContain('CANARY');
    const copy = await copyWith(`${ours}${inner}${ours}`);
    expect(copy).not.toContain('CANARY');
    expect(copy).toContain('SHOWN');
    expect(copy.match(/ PAGE /g)).toHaveLength(2);
    expect(copy.match(/HYPERLINK "https:\/\/example.org\/a"/g)).toHaveLength(2);
  });
});

describe('a picture in the copy', () => {
  it.each([
    ['JPEG', makeTellingJpeg(), 3],
    ['PNG', makeTellingPng(), 3],
    ['GIF', makeTellingGif(), 1],
  ])('has no metadata: %s', (_, bytes) => {
    expect(bytes.toString('latin1')).toContain('CANARY');
    const clean = cleanPicture(bytes)!;
    expect(clean.toString('latin1')).not.toContain('CANARY');
    expect(clean.subarray(0, 3)).toEqual(bytes.subarray(0, 3));
    expect(cleanPicture(clean)).toEqual(clean);
  });

  it('stays turned as it was, and says nothing else of its making', () => {
    const exif = (turn: number): string | undefined =>
      /ffe10022457869660000[0-9a-f]{56}/.exec(
        cleanPicture(makeTellingJpeg(turn))!.toString('hex'),
      )?.[0];
    expect(exif(6)?.slice(56, 60)).toBe('0006');
    expect(exif(1)).toBeUndefined();
  });

  it('has no thumbnail of what it was before', () => {
    const jpeg = makeTellingJpeg();
    const head = Buffer.from(jpeg.subarray(2, 20));
    head.writeUInt16BE(16 + 6, 2);
    head.set([2, 1], 16);
    const withThumbnail = Buffer.concat([
      jpeg.subarray(0, 2),
      head,
      Buffer.from('CANARY'),
      jpeg.subarray(20),
    ]);
    expect(cleanPicture(withThumbnail)).toEqual(cleanPicture(jpeg));
  });

  it.each([
    ['that is cut off', makeTellingPng().subarray(0, 60)],
    ['of another format', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
    ['of nothing', Buffer.alloc(0)],
    ['that is no JPEG behind its first bytes', Buffer.from('ffd8001122', 'hex')],
  ])('is none %s', (_, bytes) => {
    expect(cleanPicture(bytes)).toBe(null);
  });
});

describe('a picture in a PDF', () => {
  const clean = (filters: string[], data: Buffer) =>
    cleanPdfPicture(
      openPdf(makeTellingPdf()),
      new PdfStream(new Map([['Filter', filters.map((one) => new PdfName(one))]]), data),
    );

  it.each([[['RunLengthDecode', 'DCTDecode']], [['LZWDecode', 'JPXDecode']]])(
    'that is packed once more so that we don’t see into it is left out: %j',
    (filters) => {
      expect(clean(filters, Buffer.from('x'))).toBe(null);
    },
  );

  it.each([[['RunLengthDecode']], [['LZWDecode']], [[]]])(
    'that has no room for anything else stays: %j',
    (filters) => {
      expect(clean(filters, Buffer.from('x'))).toBe('as it is');
    },
  );
});

describe('a picture within the drawing of a PDF', () => {
  const inline = (entries: string, data: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(`BT (BI) Tj ET\nq BI /W 1 /H 1 /CS /G /BPC 8 ${entries} ID `),
      ...[data, Buffer.from('\nEI Q\nBT (after) Tj ET')],
    ]);
  const photo = untilFilm(makeTellingJpeg());
  const cleaned = cleanPicture(photo)!;

  it.each([
    ['by its short name', '/F /DCT', ''],
    ['by its long name', '/Filter /DCTDecode', ''],
    ['in a list of one', '/F [/DCT]', ''],
    ['whose length is given', `/F /DCT /L ${photo.length}`, ' '],
  ])('is cleaned: %s', (_, entries, rest) => {
    const content = Buffer.concat([inline(entries, photo), inline(entries, photo)]);
    expect(content.toString('latin1')).toContain('CANARY');
    const own = inline(rest === '' ? entries : '/F /DCT ', cleaned);
    expect(cleanInlinePictures(content)).toEqual(Buffer.concat([own, own]));
  });

  it.each([
    ['of another kind', inline('/F /Fl', Buffer.from('ffd8'))],
    ['that is none', Buffer.from('BT (BI /F /DCT ID ) Tj ET')],
  ])('stays as it is: %s', (_, content) => {
    expect(cleanInlinePictures(content)).toBe(null);
  });

  it.each([
    ['packed once more', inline('/F [/AHx /DCT]', Buffer.from(photo.toString('hex')))],
    ['without an end', inline('/F /DCT', photo.subarray(0, -2))],
  ])('makes that there is no copy: %s', (_, content) => {
    expect(() => cleanInlinePictures(content)).toThrow(UncopiableDocument);
  });

  it('is found in the pages of a file', async () => {
    const drawings = (pdf: Buffer): string[] => {
      const file = openPdf(pdf);
      return [...file.numbers].flatMap((number) => {
        const value = file.resolve(new PdfReference(number));
        return value instanceof PdfStream ? [file.decode(value).data.toString('latin1')] : [];
      });
    };
    const pdf = makeTellingPdf();
    const isDrawn = (one: string): boolean => one.includes('/F /DCT ID ');
    expect(drawings(pdf).find(isDrawn)).toContain('CANARY');
    const { copy } = await copyOf('pdf', pdf);
    expect(drawings(copy!.bytes).find(isDrawn)).toContain('\nEI');
    expect(drawings(copy!.bytes).join('\n')).not.toContain('CANARY');
  });
});

describe('a PDF of which there is no copy', () => {
  const pdf = makeTellingPdf();
  it.each([
    ['whose table leads nowhere', breakOffset(pdf)],
    ['that is encrypted', replaceText(pdf, '/Prev', '/Encrypt 9 0 R /Prev')],
    [
      'whose data lie elsewhere',
      replaceText(pdf, '/Filter /FlateDecode', '/F (x) /Filter /FlateDecode'),
    ],
    ['that is none', Buffer.from('%PDF-1.7 startxref 9')],
  ])('%s', (_, bytes) => {
    expect(() => copyPdf(bytes)).toThrow(UncopiableDocument);
  });

  it('whatever bytes of it are changed, nothing else is thrown', () => {
    for (let seed = 0; seed < 400; seed += 1) {
      const bytes = Buffer.from(pdf);
      bytes[(seed * 7919) % bytes.length] = seed % 256;
      try {
        copyPdf(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(UncopiableDocument);
      }
    }
  });
});
