import { crc32, deflateRawSync } from 'node:zlib';
import { directoryOf, localHeader, type ZipRecord } from './zip-records.ts';

/** `store` for what does not shrink and for ODF's mimetype part. */
export type ZipPart = { name: string; data: Buffer; method: 'deflate' | 'store' };

/** A zip archive (APPNOTE 4.3) of the parts in their order; held in memory, up to 2 GB. */
export function writeZip(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const records: ZipRecord[] = [];
  for (const { name, data, method } of parts) {
    const packed = method === 'store' ? data : deflateRawSync(data);
    const record: ZipRecord = {
      name: Buffer.from(name),
      method,
      crc: crc32(data),
      packedSize: packed.length,
      size: data.length,
    };
    files.push(localHeader(record), packed);
    records.push(record);
  }
  return Buffer.concat([...files, directoryOf(records)]);
}
