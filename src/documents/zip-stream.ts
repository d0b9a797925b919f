import { crc32 } from 'node:zlib';
import { directoryOf, localHeader, type ZipRecord } from './zip-records.ts';

/** A file whose bytes can be read more than once. */
export type StreamedFile = { name: string; size: number; read(): AsyncIterable<Buffer> };

/**
 * A zip archive of the files as they are, piece by piece. Each is read twice, first for its checksum,
 * since many readers can't do without it before the bytes; so none is ever held whole. Throws what
 * reading throws, and when a file has not the size it was said to have.
 */
export async function* streamZip(files: readonly StreamedFile[]): AsyncGenerator<Buffer> {
  const records: ZipRecord[] = [];
  for (const { name, size, read } of files) {
    let crc = 0;
    let bytes = 0;
    for await (const piece of read()) {
      crc = crc32(piece, crc);
      bytes += piece.length;
    }
    if (bytes !== size) throw new Error('a file has another size than it was stored with');
    const record: ZipRecord = {
      ...{ name: Buffer.from(name), method: 'store', crc },
      ...{ packedSize: size, size },
    };
    records.push(record);
    yield localHeader(record);
    yield* read();
  }
  yield directoryOf(records);
}
