import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findBackward,
  findForward,
  keepLastWindow,
  randomAccessOf,
  readUpTo,
  windowBytes,
} from '../../src/documents/random-access.ts';
import { countReads } from '../support/documents.ts';

const word = 'startxref';
const length = windowBytes * 2 + 1000;
const nearBorder = fc
  .tuple(
    fc.constantFrom(0, windowBytes, windowBytes * 2, length),
    fc.integer({ min: -20, max: 20 }),
  )
  .map(([border, shift]) => border + shift)
  .filter((at) => at >= 0 && at <= length);

describe('searching in windows', () => {
  it('finds what indexOf and lastIndexOf find in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nearBorder, { maxLength: 3 }), nearBorder, async (places, from) => {
        const bytes = Buffer.alloc(length, 'x');
        for (const at of places) bytes.write(word, at);
        const source = countReads(bytes);
        expect(await findForward(source, word, from)).toBe(bytes.indexOf(word, from));
        const before = from === 0 ? -1 : bytes.lastIndexOf(word, from - 1);
        expect(await findBackward(source, word, from)).toBe(before);
      }),
      { numRuns: 400 },
    );
  });
});

describe('readUpTo', () => {
  it('gives what there is', async () => {
    const source = countReads(Buffer.from('0123456789'));
    expect((await readUpTo(source, 8, 5)).toString()).toBe('89');
    expect((await readUpTo(source, -3, 5)).toString()).toBe('01');
    for (const [offset, size] of [
      [10, 1],
      [99, 1],
      [3, 0],
      [Number.NaN, 4],
    ] as const) {
      expect(await readUpTo(source, offset, size)).toHaveLength(0);
    }
  });

  it('rejects when the store holds less than it said', async () => {
    const short = { ...randomAccessOf(Buffer.from('0123')), size: 10 };
    await expect(readUpTo(short, 0, 10)).rejects.toThrow('shorter than its recorded size');
  });
});

describe('keepLastWindow', () => {
  it('asks the source once for a window, and says the same as the source', async () => {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => index % 251));
    const source = countReads(bytes);
    const kept = keepLastWindow(source);
    for (const at of [0, 30, 60_000]) {
      expect(await kept.read(at, 46)).toEqual(bytes.subarray(at, at + 46));
    }
    expect(source.bytesRead).toBe(windowBytes);
    expect(await kept.read(windowBytes - 3, 6)).toEqual(
      bytes.subarray(windowBytes - 3, windowBytes + 3),
    );
    expect(source.bytesRead).toBe(windowBytes + 6);
    expect(await kept.read(length - 4, 4)).toEqual(bytes.subarray(length - 4));
  });
});
