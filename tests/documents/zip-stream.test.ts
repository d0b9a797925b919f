import { describe, expect, it } from 'vitest';
import { sizeOfStored } from '../../src/documents/zip-records.ts';
import { type StreamedFile, streamZip } from '../../src/documents/zip-stream.ts';
import { writeZip } from '../../src/documents/zip-writer.ts';
import { listZip } from '../support/zip.ts';

const pieces = (name: string, ...parts: Buffer[]): StreamedFile => ({
  name,
  size: parts.reduce((sum, part) => sum + part.length, 0),
  async *read() {
    yield* parts;
  },
});
async function collect(files: StreamedFile[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of streamZip(files)) parts.push(part);
  return Buffer.concat(parts);
}

const files = [
  pieces('application.json', Buffer.from('{}')),
  pieces('documents/01-ნიმუში.txt', Buffer.from('one '), Buffer.from('two')),
  pieces('empty'),
];

describe('an archive that is streamed', () => {
  it('is what the writer of whole archives makes of the same files', async () => {
    const whole = writeZip([
      { name: 'application.json', data: Buffer.from('{}'), method: 'store' },
      { name: 'documents/01-ნიმუში.txt', data: Buffer.from('one two'), method: 'store' },
      { name: 'empty', data: Buffer.alloc(0), method: 'store' },
    ]);
    expect(await collect(files)).toEqual(whole);
  });

  it('is read by others, checksums included, and has the size that was announced', async () => {
    const bytes = await collect(files);
    expect(sizeOfStored(files)).toBe(bytes.length);
    expect([...(await listZip(bytes))].map(([name, data]) => [name, data.toString()])).toEqual([
      ['application.json', '{}'],
      ['documents/01-ნიმუში.txt', 'one two'],
      ['empty', ''],
    ]);
    expect(sizeOfStored([])).toBe((await collect([])).length);
  });

  it('passes a file on piece by piece', async () => {
    const piece = Buffer.alloc(1000, 'x');
    const sizes: number[] = [];
    for await (const part of streamZip([pieces('x', piece, piece, piece)])) sizes.push(part.length);
    expect(sizes.slice(1, -1)).toEqual([1000, 1000, 1000]);
  });

  it('breaks off when a file is not as long as it was said to be', async () => {
    const short = { ...pieces('x', Buffer.from('abc')), size: 4 };
    await expect(collect([short])).rejects.toThrow('another size');
  });
});
