/** What the archive says about one of its files (APPNOTE 4.3.7, 4.3.12). */
export type ZipRecord = {
  name: Buffer;
  method: 'deflate' | 'store';
  crc: number;
  packedSize: number;
  size: number;
};

// One fixed time, so that the same parts make the same bytes: 1 January 1980, where DOS time begins.
const dosTime = 0;
const dosDate = 0x21;
const utf8Names = 0x800;
const localBytes = 30;
const placedBytes = 46;
const endBytes = 22;

function sharedFields({ name, method, crc, packedSize, size }: ZipRecord): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(utf8Names, 2);
  shared.writeUInt16LE(method === 'store' ? 0 : 8, 4);
  shared.writeUInt16LE(dosTime, 6);
  shared.writeUInt16LE(dosDate, 8);
  shared.writeUInt32LE(crc, 10);
  shared.writeUInt32LE(packedSize, 14);
  shared.writeUInt32LE(size, 18);
  shared.writeUInt16LE(name.length, 22);
  return shared;
}

/** What stands before a file's bytes. */
export function localHeader(record: ZipRecord): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04'), sharedFields(record), record.name]);
}

/** The directory of all files in their order, and the end of the archive; up to 4 GB. */
export function directoryOf(records: readonly ZipRecord[]): Buffer {
  const entries: Buffer[] = [];
  let offset = 0;
  for (const record of records) {
    const placed = Buffer.alloc(14);
    placed.writeUInt32LE(offset, 10);
    const signature = Buffer.from('PK\x01\x02\x14\x00', 'latin1');
    entries.push(signature, sharedFields(record), placed, record.name);
    offset += localBytes + record.name.length + record.packedSize;
  }
  const listing = Buffer.concat(entries);
  const end = Buffer.alloc(endBytes);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(records.length, 8);
  end.writeUInt16LE(records.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([listing, end]);
}

/** Bytes of an archive whose files are stored as they are. */
export function sizeOfStored(files: readonly { name: string; size: number }[]): number {
  return files.reduce(
    (sum, { name, size }) => sum + localBytes + placedBytes + 2 * Buffer.byteLength(name) + size,
    endBytes,
  );
}
