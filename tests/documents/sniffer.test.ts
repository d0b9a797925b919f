import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSample } from '../../src/documents/samples.ts';
import { createSniffer, type Sniffed } from '../../src/documents/sniffer.ts';
import { makeUtf16Text, makeWindows1251Text, sampleContent, sniff } from '../support/documents.ts';

const files = fc.oneof(
  fc.constantFrom(
    makeSample('pdf', sampleContent),
    makeSample('docx', sampleContent, { size: 9000 }),
    makeSample('txt', { title: 'Ѐ😀ნ', paragraphs: ['é'.repeat(3000)] }),
    makeUtf16Text('little'),
    makeUtf16Text('big'),
    makeWindows1251Text(),
    Buffer.from('x'.repeat(4095)),
    Buffer.from('x'.repeat(4096)),
    Buffer.from(`${'x'.repeat(4096)}\0`),
    Buffer.alloc(0),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.constantFrom([0xff, 0xfe], [0xfe, 0xff]), fc.uint8Array({ maxLength: 20 }))
    .map(([mark, bytes]) => Buffer.from([...mark, ...bytes])),
);

function sniffInPieces(bytes: Buffer, lengths: readonly number[]): Sniffed {
  const sniffer = createSniffer();
  let at = 0;
  for (const length of lengths) {
    sniffer.push(bytes.subarray(at, at + length));
    at = Math.min(at + length, bytes.length);
  }
  sniffer.push(bytes.subarray(at));
  return sniffer.finish();
}

describe('the sniffer', () => {
  it('says the same wherever the chunks are cut', () => {
    const lengths = fc.array(fc.oneof(fc.nat(5), fc.nat(5000)), { maxLength: 40 });
    fc.assert(
      fc.property(files, lengths, (bytes, pieces) => {
        expect(sniffInPieces(bytes, pieces)).toEqual(sniff(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps the first 4 KB and counts the rest', () => {
    const bytes = makeSample('pdf', sampleContent, { size: 50_000 });
    const { size, head, magic, encoding } = sniff(bytes, 1000);
    expect({ size, magic, encoding }).toEqual({ size: 50_000, magic: 'pdf', encoding: null });
    expect(head).toEqual(bytes.subarray(0, 4096));
  });

  it('agrees with Node on what UTF-8 is', () => {
    const almostUtf8 = fc
      .tuple(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 3 }),
        fc.string({ unit: 'binary', maxLength: 12 }),
      )
      .map(([before, between, after]) =>
        Buffer.concat([Buffer.from(`_${before}`), Buffer.from(between), Buffer.from(after)]),
      )
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the controls that no text has
      .filter((bytes) => !/[\x00-\x08\x0E-\x19\x1B-\x1F]/.test(bytes.toString('latin1')));
    fc.assert(
      fc.property(almostUtf8, (bytes) => {
        expect(sniff(bytes, 1).encoding).toBe(isUtf8(bytes) ? 'utf-8' : 'single-byte');
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['c080', 'an overlong NUL'],
    ['c3', 'half a letter'],
    ['c328', 'half a letter before a bracket'],
    ['e08080', 'an overlong NUL in three bytes'],
    ['e0a080', 'the first letter of three bytes'],
    ['ed9fbf', 'the last one before the surrogates'],
    ['eda080', 'a surrogate'],
    ['ee8080', 'the first one after the surrogates'],
    ['f0808080', 'an overlong NUL in four bytes'],
    ['f0908080', 'the first letter of four bytes'],
    ['f48fbfbf', 'the last letter of Unicode'],
    ['f4908080', 'a letter beyond Unicode'],
    ['f5808080', 'a byte that never occurs'],
    ['80', 'a byte that only continues'],
  ])('takes %s (%s) for UTF-8 only where Node does', (hex) => {
    const bytes = Buffer.concat([Buffer.from('ab'), Buffer.from(hex, 'hex')]);
    expect(sniff(bytes).encoding).toBe(isUtf8(bytes) ? 'utf-8' : 'single-byte');
    expect(sniff(Buffer.concat([bytes, bytes])).encoding).toBe(sniff(bytes).encoding);
  });

  it('knows UTF-16 by its mark and takes it only when it is well-formed', () => {
    expect(sniff(makeUtf16Text('little')).encoding).toBe('utf-16le');
    expect(sniff(makeUtf16Text('big')).encoding).toBe('utf-16be');
    expect(sniff(Buffer.from('\uFEFF😀', 'utf16le')).encoding).toBe('utf-16le');
    expect(sniff(Buffer.from('\uFEFF\uD83Dx', 'utf16le')).encoding).toBeNull();
    expect(sniff(Buffer.from('\uFEFF\uFFFE', 'utf16le')).encoding).toBeNull();
    expect(sniff(Buffer.from('no mark', 'utf16le')).encoding).toBeNull();
  });
});
