import { crc32, deflateRawSync } from 'node:zlib';

/** `store` for what does not shrink and for ODF's mimetype part. */
export type ZipPart = { name: string; data: Buffer; method: 'deflate' | 'store' };

// One fixed time, so that the same parts make the same bytes: 1 January 1980, where DOS time begins.
const dosTime = 0;
const dosDate = 0x21;
const utf8Names = 0x800;

/** A zip archive (APPNOTE 4.3) of the parts in their order; held in memory, up to 2 GB. */
export function writeZip(parts: readonly ZipPart[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const packed = part.method === 'store' ? part.data : deflateRawSync(part.data);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(utf8Names, 2);
    shared.writeUInt16LE(part.method === 'store' ? 0 : 8, 4);
    shared.writeUInt16LE(dosTime, 6);
    shared.writeUInt16LE(dosDate, 8);
    shared.writeUInt32LE(crc32(part.data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(part.data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    files.push(Buffer.from('PK\x03\x04'), shared, name, packed);
    const placed = Buffer.alloc(14);
    placed.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, placed, name);
    offset += 30 + name.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, listing, end]);
}
