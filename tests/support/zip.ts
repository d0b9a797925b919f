import { crc32 } from 'node:zlib';
import { fromBuffer } from 'yauzl';

/** What an archive holds, by names, in its order; read by somebody else's reader, checksums included. */
export async function listZip(bytes: Buffer): Promise<Map<string, Buffer>> {
  return await new Promise((resolve, reject) => {
    const entries = new Map<string, Buffer>();
    fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('error', reject);
      zip.on('end', () => resolve(entries));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, async (failure, stream) => {
          if (failure) return reject(failure);
          const parts: Buffer[] = [];
          for await (const part of stream) parts.push(part as Buffer);
          const content = Buffer.concat(parts);
          if (crc32(content) !== entry.crc32)
            return reject(new Error(`checksum of ${entry.fileName}`));
          entries.set(entry.fileName, content);
          zip.readEntry();
        });
      });
      zip.readEntry();
    });
  });
}
