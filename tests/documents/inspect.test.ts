import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Inspection, inspectDocument } from '../../src/documents/inspect.ts';
import { makeSample } from '../../src/documents/samples.ts';
import { type DocumentType, documentTypes } from '../../src/domain/document-types.ts';
import {
  countReads,
  cutOff,
  foreignHeads,
  makeDocm,
  makeLockedDocx,
  makeLockedOdt,
  makeUtf16Text,
  makeWindows1251Text,
  makeZip,
  sampleContent,
  sniff,
} from '../support/documents.ts';

const types = Object.keys(documentTypes) as DocumentType[];
const samples = Object.fromEntries(
  types.map((type) => [type, makeSample(type, sampleContent)]),
) as Record<DocumentType, Buffer>;

function inspect(bytes: Buffer, name: string): Promise<Inspection> {
  return inspectDocument(sniff(bytes), name, countReads(bytes));
}

const accepted = (type: DocumentType) => ({ ok: true, type, mediaType: documentTypes[type] });
const refused = (problem: string, detected?: string) =>
  detected ? { ok: false, problem, detected } : { ok: false, problem };

describe('what is taken', () => {
  it.each(types)('is a %s under its own extension, in any case', async (type) => {
    expect(await inspect(samples[type], `cv.${type}`)).toEqual(accepted(type));
    expect(await inspect(samples[type], `ЦВ.${type.toUpperCase()} `)).toEqual(accepted(type));
  });

  it('is text in UTF-8, in UTF-16 and in the code pages of old programs', async () => {
    const mark = Buffer.from('\uFEFFნინო');
    for (const bytes of [
      mark,
      Buffer.from('x'),
      makeWindows1251Text(),
      makeUtf16Text('little'),
      makeUtf16Text('big'),
      Buffer.from('page\fone\v\ttwo\r\n\x1A'),
    ]) {
      expect(await inspect(bytes, 'cover.txt')).toEqual(accepted('txt'));
    }
  });

  it('is text even where it begins like a program, a sound or a picture', async () => {
    for (const text of ['MZ is a region code', 'BMW', 'ID3 tags', 'Article WEBP', 'the ftyp box']) {
      expect(await inspect(Buffer.from(text), 'cover.txt')).toEqual(accepted('txt'));
    }
    const yat = Buffer.from([0xff, 0xf2, 0xfc, 0x20, 0xe8]);
    expect(await inspect(yat, 'cover.txt')).toEqual(accepted('txt'));
  });

  it('is text that only talks about PDF, and a PDF behind the lines of a mail gateway', async () => {
    const talk = Buffer.from('A file begins with %PDF-1.7, they say.');
    expect(await inspect(talk, 'cover.txt')).toEqual(accepted('txt'));
    const wrapped = Buffer.concat([Buffer.from('Content-Type: x\r\n\r\n'), samples.pdf]);
    expect(await inspect(wrapped, 'cv.pdf')).toEqual(accepted('pdf'));
  });
});

describe('a name that says something else', () => {
  it('5.2.2: is a mismatch that tells what the content is', async () => {
    for (const type of types) {
      for (const other of types.filter((one) => one !== type)) {
        expect(await inspect(samples[type], `cv.${other}`)).toEqual(refused('mismatch', type));
      }
      for (const name of ['cv', 'cv.doc', `cv.${type}.exe`, `.${type}.`, 'cv.pages']) {
        const expected = name === `.${type}.` ? accepted(type) : refused('mismatch', type);
        expect(await inspect(samples[type], name)).toEqual(expected);
      }
    }
  });

  it('is looked at as it will be stored, not as it was sent', async () => {
    expect(await inspect(samples.pdf, 'cv.exe\u202Efdp.pdf')).toEqual(accepted('pdf'));
    expect(await inspect(samples.pdf, 'cv.pdf\0.txt')).toEqual(refused('mismatch', 'pdf'));
    expect(await inspect(samples.pdf, 'cv.pdf/x.txt')).toEqual(refused('mismatch', 'pdf'));
  });

  it('attack 9: does not turn a file that is two things into the second', async () => {
    const pdfThenZip = Buffer.concat([samples.pdf, samples.docx]);
    expect(await inspect(pdfThenZip, 'cv.docx')).toEqual(refused('mismatch', 'pdf'));
    const htmlThenPdf = Buffer.concat([Buffer.from('<html><!--'), samples.pdf]);
    expect(await inspect(htmlThenPdf, 'cv.pdf')).toEqual(refused('wrong-type', 'html'));
    const zipThenPdf = makeZip('%PDF-1.7');
    expect(await inspect(zipThenPdf, 'cv.pdf')).toEqual(refused('wrong-type', 'zip'));
  });
});

describe('what is not taken', () => {
  it.each([
    ['photo.png', 'image'],
    ['photo.jpg', 'image'],
    ['photo.heic', 'image'],
    ['photo.webp', 'image'],
    ['clip.mp4', 'video'],
    ['voice.m4a', 'audio'],
    ['voice.mp3', 'audio'],
    ['cv.exe', 'executable'],
    ['cv.rar', 'archive'],
    ['cv.html', 'html'],
    ['cv.svg', 'image'],
    ['cv.fodt', 'xml'],
  ] as const)('%s is called %s, whatever its name', async (name, kind) => {
    for (const claimed of [name, 'cv.pdf', 'cv.docx', 'cv.txt']) {
      expect(await inspect(foreignHeads[name], claimed)).toEqual(refused('wrong-type', kind));
    }
  });

  it('is HTML in UTF-16 or behind a mark too', async () => {
    const page = '\uFEFF \r\n<!doctype HTML><p>x';
    for (const encoding of ['utf8', 'utf16le'] as const) {
      expect(await inspect(Buffer.from(page, encoding), 'cv.txt')).toEqual(
        refused('wrong-type', 'html'),
      );
    }
  });

  it('is a file with nothing in it, or nothing to see', async () => {
    for (const bytes of ['', ' \r\n\t', '\uFEFF', '\uFEFF\u00A0\n']) {
      expect(await inspect(Buffer.from(bytes), 'cv.txt')).toEqual(refused('empty'));
    }
    expect(await inspect(Buffer.alloc(0), 'cv.pdf')).toEqual(refused('empty'));
    for (const blank of [' ', '\n', '\u00a0', '\u2800', '\ufeff\u2003\u200b']) {
      const [utf8, utf16] = [Buffer.from(blank.repeat(8000)), `\ufeff${blank.repeat(8000)}`];
      expect(await inspect(utf8, 'cv.txt')).toEqual(refused('empty'));
      expect(await inspect(Buffer.from(utf16, 'utf16le'), 'cv.txt')).toEqual(refused('empty'));
      const text = Buffer.concat([utf8, Buffer.from('x')]);
      expect(await inspect(text, 'cv.txt')).toMatchObject({ ok: true, type: 'txt' });
    }
    expect(await inspect(Buffer.from('\uFEFF \n', 'utf16le'), 'cv.txt')).toEqual(refused('empty'));
  });

  it('is text with NUL or other controls, and UTF-16 with a broken pair', async () => {
    for (const bytes of [
      Buffer.from('cv\0'),
      Buffer.from('cv\x01'),
      Buffer.from(`${'x'.repeat(100_000)}\x1B`),
      Buffer.from([0xff, 0xfe, 0x41, 0x00, 0x42]),
      Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]),
      Buffer.from([0xff, 0xfe, 0x00, 0xdc]),
      Buffer.from([0xfe, 0xff, 0x00, 0x00]),
    ]) {
      expect(await inspect(bytes, 'cv.txt')).toEqual(refused('wrong-type'));
    }
  });

  it('is a file of zeros, which a failed disk leaves behind', async () => {
    expect(await inspect(Buffer.alloc(9000), 'cv.docx')).toEqual(refused('damaged'));
    expect(await inspect(Buffer.alloc(9000), 'cv.dat')).toEqual(refused('wrong-type'));
  });

  it('is an RTF file without its end', async () => {
    expect(await inspect(cutOff(samples.rtf), 'cv.rtf')).toEqual(refused('damaged'));
    const padded = Buffer.concat([samples.rtf, Buffer.from('\r\n\0\0\x1A')]);
    expect(await inspect(padded, 'cv.rtf')).toEqual(accepted('rtf'));
  });
});

describe('any bytes', () => {
  const mutations = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const documents = fc.constantFrom(
    ...types.map((type) => samples[type]),
    makeDocm(),
    makeLockedOdt(),
    makeLockedDocx(),
  );

  it('get an answer and no exception, with no read outside of the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        documents,
        mutations,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...types),
        async (document, changes, share, extension) => {
          const bytes = Buffer.from(share > 0.7 ? document : cutOff(document, share));
          for (const { at, bytes: patch } of changes) {
            const start = Math.floor(at * bytes.length);
            bytes.set(patch.subarray(0, bytes.length - start), start);
          }
          const result = await inspect(bytes, `cv.${extension}`);
          expect(typeof result.ok).toBe('boolean');
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('let a failing store through, which is no fault of the file', async () => {
    for (const type of types) {
      const source = {
        size: samples[type].length,
        read: () => Promise.reject(new Error('the chunk does not open')),
      };
      const inspection = inspectDocument(sniff(samples[type]), `cv.${type}`, source);
      if (type === 'txt') expect(await inspection).toEqual(accepted('txt'));
      else await expect(inspection).rejects.toThrow('the chunk does not open');
    }
  });

  it('cost a few windows of reading, however large the file is', async () => {
    for (const type of types) {
      const bytes = makeSample(type, sampleContent, { size: 4_000_000 });
      const source = countReads(bytes);
      expect(await inspectDocument(sniff(bytes), `cv.${type}`, source)).toEqual(accepted(type));
      expect(source.bytesRead).toBeLessThan(300_000);
    }
  });
});
