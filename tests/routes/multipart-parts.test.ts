import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BrokenUpload,
  boundaryOf,
  collect,
  partLimit,
  readParts,
  TooManyParts,
} from '../../src/routes/multipart-parts.ts';
import { boundary, createMultipart, type Part } from '../support/multipart.ts';

type Read = { name: string; fileName?: string; text: string };

/** Reads a body that arrives in pieces of this size; `broken` when it had no end. */
async function read(
  body: Buffer | string,
  size = 65_536,
): Promise<{ parts: Read[]; broken: boolean }> {
  const bytes = Buffer.from(body);
  const source = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const parts: Read[] = [];
  try {
    for await (const { name, fileName, bytes } of readParts(source, boundary)) {
      const { text } = await collect(bytes, 1_000_000);
      parts.push({ name, text, ...(fileName === undefined ? {} : { fileName }) });
    }
    return { parts, broken: false };
  } catch (error) {
    if (!(error instanceof BrokenUpload)) throw error;
    return { parts, broken: true };
  }
}

const part = (disposition: string, text = 'x'): string =>
  `--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n${text}\r\n--${boundary}--\r\n`;
const nameIn = async (disposition: string): Promise<string | undefined> =>
  (await read(part(disposition))).parts[0]?.fileName;

describe('boundaryOf', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data;boundary="a b"', 'a b'],
    ['Multipart/Form-Data; charset=utf-8; BOUNDARY=abc; x=y', 'abc'],
    ['multipart/form-data', undefined],
    ['multipart/form-data; boundary=', undefined],
    ['multipart/form-data; boundary=""', undefined],
    ['multipart/mixed; boundary=abc', undefined],
    ['application/x-www-form-urlencoded', undefined],
    ['', undefined],
  ])('of %j is %j', (contentType, expected) => {
    expect(boundaryOf(contentType)).toBe(expected);
  });
});

describe('the name of a file', () => {
  it.each([
    ['as browsers write it', 'form-data; name="cv"; filename="რეზიუმე.pdf"', 'რეზიუმე.pdf'],
    ['with a quote, as browsers', 'form-data; name="cv"; filename="a%22b.pdf"', 'a"b.pdf'],
    ['with a quote, as curl', String.raw`form-data; name="cv"; filename="a\"b.pdf"`, 'a"b.pdf'],
    ['with its path', String.raw`form-data; name="cv"; filename="C:\cv.pdf"`, 'C:\\cv.pdf'],
    ['with a semicolon', 'form-data; name="cv"; filename="a; name=x.pdf"', 'a; name=x.pdf'],
    ['without quotes', 'form-data; name=cv; filename=cv.pdf', 'cv.pdf'],
    ['of an empty input', 'form-data; name="cv"; filename=""', ''],
    [
      'in its extended form',
      'form-data; name="cv"; filename="?.pdf"; filename*=utf-8\'\'%E1%83%98.pdf',
      'ი.pdf',
    ],
    [
      'in an extended form that is broken',
      'form-data; name="cv"; filename="a.pdf"; filename*=utf-8\'\'%E1%8',
      'a.pdf',
    ],
  ])('is read %s', async (_, disposition, expected) => {
    expect(await nameIn(disposition)).toBe(expected);
  });

  it('makes a file of a part, and its absence a field', async () => {
    expect((await read(part('form-data; name="cv"'))).parts).toEqual([{ name: 'cv', text: 'x' }]);
  });
});

describe('readParts', () => {
  it('skips what is no part of a form', async () => {
    const body = [
      `--${boundary}\r\n\r\nno headers\r\n`,
      `--${boundary}\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n`,
      `--${boundary}\r\nContent-Disposition: form-data; filename="a"\r\n\r\nx\r\n`,
      `--${boundary}\r\nX-Long: ${'x'.repeat(20_000)}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n`,
    ];
    const { parts, broken } = await read(body.join('') + part('form-data; name="b"'));
    expect({ parts, broken }).toEqual({ parts: [{ name: 'b', text: 'x' }], broken: false });
  });

  it('takes a preamble, blanks behind a delimiter and an epilogue', async () => {
    const body = `preamble\r\n--${boundary} \t\r\n${part('form-data; name="a"').slice(boundary.length + 4)}epilogue`;
    expect(await read(body)).toEqual({ parts: [{ name: 'a', text: 'x' }], broken: false });
  });

  it('goes on with the next part where a reader stopped early', async () => {
    const { body } = createMultipart([
      { field: 'big', name: 'a.txt', bytes: Buffer.alloc(300_000, 'a') },
      { field: 'next', bytes: Buffer.from('here') },
    ]);
    const names: string[] = [];
    const source = (async function* () {
      for (let at = 0; at < body.length; at += 1000) yield body.subarray(at, at + 1000);
    })();
    for await (const { name, bytes } of readParts(source, boundary)) {
      names.push(name);
      for await (const _ of bytes) break;
    }
    expect(names).toEqual(['big', 'next']);
  });

  it('reads what was written, in pieces of any size', async () => {
    const parts = fc.array(
      fc.record({
        field: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
          .filter((text) => !/[\\%]/.test(text)),
        bytes: fc
          .string({ unit: fc.constantFrom('a', '\r', '\n', '-', `\r\n--${boundary.slice(0, -1)}`) })
          .map((text) => Buffer.from(text)),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 80 }), async (written: Part[], size) => {
        const { body } = createMultipart(written);
        expect(await read(body, size)).toEqual({
          parts: written.map(({ field, bytes }) => ({ name: field, text: bytes.toString() })),
          broken: false,
        });
      }),
    );
  });

  it('comes to an end with every body, and never gives away half a part', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        `--${boundary}`,
        `\r\n--${boundary}`,
        `\r\n--${boundary}--`,
        '\r\n',
        '\r\n\r\n',
        '--',
        'Content-Disposition: form-data; name="a"',
        'Content-Disposition: form-data; name="f"; filename="a.txt"',
        'Content-Disposition: attachment',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 14 }),
        fc.integer({ min: 1, max: 100 }),
        async (pieces, size) => {
          const body = Buffer.from(pieces.join('')).toString();
          for (const { text } of (await read(body, size)).parts) {
            expect(body).toContain(`${text}\r\n--${boundary}`);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells wherever a body is cut', async () => {
    const { body } = createMultipart([
      { field: 'a', bytes: Buffer.from('one') },
      { field: 'f', name: 'f.txt', bytes: Buffer.from('two') },
    ]);
    const end = body.length - '\r\n'.length;
    for (let length = 0; length < end; length += 1) {
      expect([length, (await read(body.subarray(0, length))).broken]).toEqual([length, true]);
    }
    expect((await read(body.subarray(0, end))).broken).toBe(false);
  });
});

describe('a body that only costs time', () => {
  it('is broken by blanks without end behind a delimiter', async () => {
    const blanks = (count: number) =>
      part('form-data; name="a"').replace(`--${boundary}`, `--${boundary}${' '.repeat(count)}`);
    expect(await read(blanks(100))).toEqual({ parts: [{ name: 'a', text: 'x' }], broken: false });
    expect(await read(blanks(101))).toEqual({ parts: [], broken: true });
  });

  it('is refused with more parts than any form has, also such that belong to no form', async () => {
    const nameless = (count: number) =>
      `${`\r\n--${boundary}\r\n\r\n`.repeat(count)}\r\n${part('form-data; name="a"')}`;
    expect((await read(nameless(partLimit - 1))).parts).toEqual([{ name: 'a', text: 'x' }]);
    await expect(read(nameless(partLimit))).rejects.toThrow(TooManyParts);
  });
});
