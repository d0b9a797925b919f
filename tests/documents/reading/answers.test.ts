import { describe, expect, it } from 'vitest';
import { parseAnswer } from '../../../src/documents/reading/answers.ts';
import { createInbox, writeFrame } from '../../../src/documents/reading/frames.ts';

const document = { text: 'One', cut: false, language: 'en', words: 1, pages: null };

describe('an answer of the reading process', () => {
  it('is taken when it is one', () => {
    for (const answer of [{ active: ['macros'] }, { failed: 'broken' }, { document }]) {
      expect(parseAnswer(answer)).toEqual(answer);
    }
    expect(parseAnswer({ active: ['macros', 'nonsense', 7] })).toEqual({ active: ['macros'] });
  });

  it.each([
    [null],
    ['text'],
    [{}],
    [{ failed: 'nonsense' }],
    [{ active: 'macros' }],
    [{ document: null }],
    [{ document: { ...document, text: 'a\0b' } }],
    [{ document: { ...document, text: '\ud800' } }],
    [{ document: { ...document, text: 'a'.repeat(2_000_001) } }],
    [{ document: { ...document, text: 1 } }],
    [{ document: { ...document, language: 'en"><script>' } }],
    [{ document: { ...document, words: -1 } }],
    [{ document: { ...document, words: 1e12 } }],
    [{ document: { ...document, pages: 1.5 } }],
    [{ document: { ...document, cut: 'no' } }],
  ])('is refused when it is none: %.80j', (answer) => {
    expect(parseAnswer(answer)).toBeUndefined();
  });
});

describe('frames', () => {
  it('come out as they went in, wherever the pipe cut them', () => {
    const values = [{ a: 'ქართული' }, { b: [1, 2] }, { c: 'x'.repeat(500) }];
    const bytes = Buffer.concat(values.map(writeFrame));
    for (const size of [1, 3, 7, 100, bytes.length]) {
      const inbox = createInbox();
      const got: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        inbox.push(bytes.subarray(at, at + size));
        for (let one = inbox.takeFrame(1000); one; one = inbox.takeFrame(1000)) got.push(one);
      }
      expect(got, `pieces of ${size}`).toEqual(values);
    }
  });

  it('that would be too long are refused before they are here', () => {
    const inbox = createInbox();
    inbox.push(writeFrame({ text: 'x'.repeat(100) }).subarray(0, 10));
    expect(() => inbox.takeFrame(50)).toThrow(RangeError);
  });
});
