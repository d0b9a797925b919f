import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { keepLastWindow, type RandomAccess, readUpTo } from './random-access.ts';

const maxEntries = 2000;
// The directory is the one thing that is held whole.
const maxDirectoryBytes = 1024 * 1024;
const maxUnpackedBytes = 200 * 1024 * 1024;
const maxRatio = 200;
// Of all parts together: a bomb may be made of many that are small.
const maxTotalRatio = 100;
const ratioCountsFrom = 1024 * 1024;
const maxPartBytes = 256 * 1024;
const localHeaderBytes = 30;

const inflate = promisify(inflateRaw);

/** An archive whose directory is sound and whose unpacked size is known to be bearable. */
export type Zip = {
  /** Part names in lower case: OPC compares them so, and a sound archive has no two that differ in case. */
  names: ReadonlySet<string>;
  /** True when some entry is encrypted the way zip programs do it. */
  hasLockedEntries: boolean;
  /** A part's name as it is spelled; undefined when it is absent. */
  spellingOf(name: string): string | undefined;
  /** Bytes of a part once unpacked, as the directory says; undefined when it is absent. */
  sizeOf(name: string): number | undefined;
  /** The bytes of a part, at most `limit` unpacked (256 KB unless told); null when it is absent, larger or broken. */
  read(name: string, limit?: number): Promise<Buffer | null>;
};

/**
 * Opens an archive by its central directory and nothing else: limits bite before a byte is
 * inflated. Null when it is no archive that an honest program writes: cut off, too many entries,
 * too large unpacked, names that leave the folder, links, duplicates, parts lying over each other.
 * Rejects only with what the source rejects with.
 */
export async function openZip(source: RandomAccess): Promise<Zip | null> {
  const watch = watchFailures(source);
  const kept = keepLastWindow(watch.source);
  const listed = await watch.settle(listEntries(kept));
  if (listed === null) return null;
  const { archive, entries, directoryAt } = listed;
  const byName = new Map(entries.map((entry) => [entry.fileName.toLowerCase(), entry]));
  const isSound =
    byName.size === entries.length && fitsLimits(entries) && liesApart(entries, directoryAt);
  if (!isSound) return null;
  return {
    names: new Set(byName.keys()),
    hasLockedEntries: entries.some((entry) => entry.isEncrypted()),
    spellingOf: (name) => byName.get(name.toLowerCase())?.fileName,
    sizeOf: (name) => byName.get(name.toLowerCase())?.uncompressedSize,
    async read(name, limit = maxPartBytes) {
      const entry = byName.get(name.toLowerCase());
      return entry ? watch.settle(readPart(archive, kept, entry, limit)) : null;
    },
  };
}

type Listed = { archive: ZipFile; entries: Entry[]; directoryAt: number };

function listEntries(source: RandomAccess): Promise<Listed> {
  return new Promise((resolve, reject) => {
    const reader = new SourceReader(source);
    reader.onThrow = reject;
    const options = { autoClose: false, lazyEntries: true, strictFileNames: true };
    fromRandomAccessReader(reader, source.size, options, (error, archive) => {
      if (error) return reject(error);
      const directoryAt = Number(archive.readEntryCursor);
      if (archive.entryCount > maxEntries || source.size - directoryAt > maxDirectoryBytes) {
        return reject(new Error('directory too large'));
      }
      const entries: Entry[] = [];
      archive.on('error', reject);
      archive.on('end', () => resolve({ archive, entries, directoryAt }));
      archive.on('entry', (entry: Entry) => {
        if (!isHonestName(entry.fileName) || isLink(entry))
          return reject(new Error('unsafe entry'));
        entries.push(entry);
        archive.readEntry();
      });
      archive.readEntry();
    });
  });
}

// yauzl has refused `..`, absolute names and backslashes already.
function isHonestName(name: string): boolean {
  return name !== '' && !/\p{Cc}/u.test(name);
}

// The upper half of the external attributes is the Unix mode; 0xA000 there is a symbolic link.
function isLink(entry: Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000;
}

function fitsLimits(entries: readonly Entry[]): boolean {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const isBomb = entries.some(
    ({ uncompressedSize, compressedSize }) =>
      uncompressedSize > ratioCountsFrom && uncompressedSize > compressedSize * maxRatio,
  );
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const isSwarm = total > ratioCountsFrom && total > packed * maxTotalRatio;
  return total <= maxUnpackedBytes && !isBomb && !isSwarm;
}

// By the smallest room each part can take, without a look at its local header: that already bounds
// the sum of the packed sizes by the size of the file, so that no bytes are unpacked twice.
function liesApart(entries: readonly Entry[], directoryAt: number): boolean {
  const parts = entries
    .map((entry) => ({
      start: entry.relativeOffsetOfLocalHeader,
      size: localHeaderBytes + entry.fileNameLength + entry.compressedSize,
    }))
    .sort((a, b) => a.start - b.start);
  return parts.every(
    ({ start, size }, index) => start + size <= (parts[index + 1]?.start ?? directoryAt),
  );
}

// Unpacking so little takes less than handing it to another thread.
const smallPartBytes = 32 * 1024;

async function unpack(packed: Buffer, size: number, limit: number): Promise<Buffer> {
  return size <= smallPartBytes
    ? inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
    : await inflate(packed, { maxOutputLength: limit });
}

// Errors mean "broken" to the caller. The name in the local header has to be the one in the
// directory: programs differ in which of the two they believe.
async function readPart(
  archive: ZipFile,
  source: RandomAccess,
  entry: Entry,
  limit: number,
): Promise<Buffer> {
  const { uncompressedSize, compressedSize, compressionMethod } = entry;
  if (uncompressedSize > limit || compressedSize > limit) throw new Error('too large');
  if (!entry.canDecodeFileData()) throw new Error('unknown method');
  const local = await archive.readLocalFileHeaderPromise(entry);
  if (!local.fileName.equals(entry.fileNameRaw)) throw new Error('two names for one part');
  const packed = await source.read(local.fileDataStart, compressedSize);
  const bytes = compressionMethod === 0 ? packed : await unpack(packed, uncompressedSize, limit);
  if (bytes.length !== uncompressedSize || crc32(bytes) !== entry.crc32) throw new Error('damaged');
  return bytes;
}

// Lets yauzl read from a source. What it throws over odd bytes must not end the process.
class SourceReader extends RandomAccessReader {
  onThrow: (error: unknown) => void = () => {};
  readonly #source: RandomAccess;

  constructor(source: RandomAccess) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const resume = (error: Error | null): void => {
      try {
        callback(error);
      } catch (thrown) {
        this.onThrow(thrown);
      }
    };
    readUpTo(this.#source, position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      resume(bytes.length === length ? null : new Error('beyond the end of the file'));
    }, resume);
  }
}

type Watch = { source: RandomAccess; settle<T>(work: Promise<T>): Promise<T | null> };

// Tells a source that fails (which the caller has to hear of) from an archive that is broken (null).
function watchFailures(watched: RandomAccess): Watch {
  let failure: { cause: unknown } | null = null;
  return {
    source: {
      size: watched.size,
      read: (offset, length) =>
        watched.read(offset, length).catch((cause: unknown) => {
          failure = { cause };
          throw cause;
        }),
    },
    settle: (work) =>
      work.catch(() => {
        if (failure !== null) throw failure.cause;
        return null;
      }),
  };
}
