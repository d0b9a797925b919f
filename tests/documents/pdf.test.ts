import { describe, expect, it } from 'vitest';
import { inspectPdf } from '../../src/documents/pdf.ts';
import { readDictionary } from '../../src/documents/pdf-dictionary.ts';
import { makePdf } from '../../src/documents/samples.ts';
import {
  breakOffset,
  countReads,
  cutOff,
  makeLockedPdf,
  makeStreamedPdf,
  replaceText,
  sampleContent,
} from '../support/documents.ts';

const plain = makePdf(sampleContent);
const large = makePdf(sampleContent, { size: 400_000 });
const junk = (length: number): Buffer => Buffer.alloc(length, 'junk ');

function judge(bytes: Buffer): Promise<string> {
  return inspectPdf(countReads(bytes), bytes.indexOf('%PDF-'));
}

describe('a PDF can be read', () => {
  it('with a classic table and with a table that is a stream', async () => {
    expect(await judge(plain)).toBe('readable');
    expect(await judge(large)).toBe('readable');
    expect(await judge(makeStreamedPdf())).toBe('readable');
  });

  it('with lines before its header, whether offsets count them or not', async () => {
    expect(await judge(Buffer.concat([junk(100), plain]))).toBe('readable');
    const pjl = Buffer.from('\n'.repeat(10));
    const shifted = makePdf(sampleContent);
    const at = Number(/startxref\n(\d+)/.exec(shifted.toString('latin1'))?.[1]);
    const counted = replaceText(shifted, `startxref\n${at}`, `startxref\n${at + 10}`);
    expect(await judge(Buffer.concat([pjl, counted]))).toBe('readable');
  });

  it('by the table that its offset leads to, not by a trailer that stands elsewhere', async () => {
    const decoy = Buffer.from('% trailer << /Encrypt 1 0 R >>\n');
    expect(await judge(breakOffset(Buffer.concat([plain, decoy])))).toBe('password-protected');
    const at = plain.lastIndexOf('xref\n0 ');
    const counted = replaceText(plain, `startxref\n${at}`, `startxref\n${at + 100}`);
    for (const pdf of [plain, counted]) {
      expect(await judge(Buffer.concat([junk(100), pdf, decoy]))).toBe('readable');
    }
    const astray = replaceText(plain, '<< /Type /Catalog', '<< /Encrypt 1 0 R /Type /Catalog');
    expect(await judge(breakOffset(astray, 15))).toBe('readable');
  });

  it('with junk behind its end, and with a broken offset', async () => {
    expect(await judge(Buffer.concat([plain, junk(1_000_000)]))).toBe('readable');
    expect(await judge(Buffer.concat([plain, Buffer.alloc(5000)]))).toBe('readable');
    expect(await judge(breakOffset(plain))).toBe('readable');
    expect(await judge(breakOffset(makeStreamedPdf()))).toBe('readable');
  });

  it('when the word Encrypt stands in it elsewhere', async () => {
    const talk = makePdf({ title: 'trailer << /Encrypt 1 0 R >>', paragraphs: ['/XRef obj'] });
    expect(await judge(talk)).toBe('readable');
    expect(await judge(breakOffset(talk))).toBe('readable');
    const deep = replaceText(plain, '<< /Size', '<< /Info2 << /Encrypt 1 0 R >> /Size');
    expect(await judge(deep)).toBe('readable');
    const none = replaceText(plain, '<< /Size', '<< /Encrypt null /Size');
    expect(await judge(none)).toBe('readable');
  });
});

describe('a PDF is behind a password', () => {
  it('when its trailer or its table stream has an encryption dictionary', async () => {
    expect(await judge(makeLockedPdf())).toBe('password-protected');
    expect(await judge(makeStreamedPdf('/Encrypt 4 0 R'))).toBe('password-protected');
    expect(await judge(makeStreamedPdf('/Encrypt<</V 1>>'))).toBe('password-protected');
    expect(await judge(makeStreamedPdf('/#45ncrypt 4 0 R'))).toBe('password-protected');
  });

  it('also when the offset is broken or junk stands around it', async () => {
    expect(await judge(breakOffset(makeLockedPdf()))).toBe('password-protected');
    expect(await judge(breakOffset(makeStreamedPdf('/Encrypt 4 0 R')))).toBe('password-protected');
    const wrapped = Buffer.concat([junk(500), makeLockedPdf(), junk(90_000)]);
    expect(await judge(wrapped)).toBe('password-protected');
    const mixed = Buffer.concat([makeStreamedPdf(), makeLockedPdf()]);
    expect(await judge(breakOffset(mixed))).toBe('password-protected');
    const missing = replaceText(makeLockedPdf(), 'startxref', 'startxref elsewhere ');
    expect(await judge(missing)).toBe('password-protected');
  });
});

describe('a PDF is damaged', () => {
  it('when its end is missing', async () => {
    for (const share of [0.05, 0.5, 0.9]) expect(await judge(cutOff(plain, share))).toBe('damaged');
    expect(await judge(cutOff(large, 0.99))).toBe('damaged');
    expect(await judge(cutOff(makeStreamedPdf(), 0.9))).toBe('damaged');
    expect(await judge(Buffer.from('%PDF-1.7'))).toBe('damaged');
  });

  it('when objects go on after the last end it has, as in half of a linearized file', async () => {
    const half = Buffer.concat([plain, cutOff(large.subarray(10), 0.5)]);
    expect(await judge(half)).toBe('damaged');
  });

  it('when it has no trailer of any kind', async () => {
    expect(await judge(Buffer.from('%PDF-1.7\nstartxref\n0\n%%EOF'))).toBe('damaged');
    const broken = replaceText(plain, 'trailer\n<<', 'trailer\n< <');
    expect(await judge(broken)).toBe('damaged');
  });
});

describe('readDictionary', () => {
  const read = (text: string) => {
    const dictionary = readDictionary(Buffer.from(text, 'latin1'));
    return dictionary && [[...dictionary.names], dictionary.isEncrypted];
  };

  it('sees the names of the outer level only', () => {
    expect(read(' <</A/B/C[/D<</E 1>>]/F<</G/H>>>> /I')).toEqual([['A', 'B', 'C', 'F'], false]);
    expect(read('<</Encrypt 5 0 R/Size 3>>')).toEqual([['Encrypt', 'Size'], true]);
  });

  it('is not misled by strings and comments', () => {
    expect(read('<</A(>> /Encrypt 1 \\) (nested) )/B<2F456E>%>> /Encrypt 1\n/C 1>>')).toEqual([
      ['A', 'B', 'C'],
      false,
    ]);
  });

  it('takes a bracket behind a backslash for a letter', () => {
    expect(read('<</A(\\()/Encrypt 5 0 R>>')).toEqual([['A', 'Encrypt'], true]);
    expect(read('<</A(\\\\)/Encrypt 5 0 R>>')).toEqual([['A', 'Encrypt'], true]);
  });

  it('gives nothing for what is no whole dictionary', () => {
    for (const text of ['', '<', '<<', '<</A 1', '<</A(', '[/A]', 'x<<>>', '<</A<41>', '<</A\\']) {
      expect(read(text)).toBeNull();
    }
  });

  it('takes time in proportion to its length', () => {
    for (const unit of ['(', '<', '<<', '[', '/', '%', '\\(', '#45', '/#', '> ']) {
      expect(read(`<<${unit.repeat(200_000)}`)).toBeNull();
    }
  });
});
