import { createHash } from 'node:crypto';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { open, seal, sealOverhead } from '../../crypto.ts';
import { OperatorError } from '../../errors.ts';

// A file of sealed blocks. One line of JSON, then for each block its length (4 bytes, big-endian) and
// AES-256-GCM of a byte that says its kind and what it holds. Bound to each block are the SHA-256 of the
// first line, its number and whether it is the last one: so none can be changed, moved, left out or
// taken from another file, and a file that ends too early is no whole file.

/** What a block holds: a word about what follows, or rows, which are deflated where that helps. */
export type Block = { kind: 'word' | 'rows'; bytes: Buffer };

const kinds = { word: 0, rows: 1, deflated: 2 } as const;

/** Most bytes that a block holds. */
export const blockBytes = 1024 * 1024;
const longestHeader = 8192;
const sampleBytes = 16 * 1024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const contextOf = (header: Buffer, number: number, last: boolean): string =>
  `feder-backup:${createHash('sha256').update(header).digest('hex')}:${number}:${last ? 1 : 0}`;

export type BlockWriter = {
  write(block: Block): Promise<void>;
  /** Resolves when everything is on the disk. */
  end(): Promise<{ bytes: number; sha256: string }>;
  abort(): Promise<void>;
};

/** Begins a file that must not be there yet (mode 0600). `header` is readable to everybody. */
export async function createBlockFile(
  path: string,
  header: object,
  key: Buffer,
): Promise<BlockWriter> {
  const file = await openFile(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  const put = async (part: Buffer): Promise<void> => {
    hash.update(part);
    bytes += part.length;
    await file.writeFile(part);
  };
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  await put(line);
  let number = 0;
  // One is held back, since only the end tells which is the last.
  let held: Buffer | undefined;
  const flush = async (last: boolean): Promise<void> => {
    const sealed = seal(key, held!, contextOf(line, number, last));
    number += 1;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    await put(length);
    await put(sealed);
  };
  return {
    async write(block) {
      const packed = await pack(block);
      if (held) await flush(false);
      held = packed;
    },
    async end() {
      await flush(true);
      await file.sync();
      await file.close();
      return { bytes, sha256: hash.digest('hex') };
    },
    abort: () => file.close(),
  };
}

/** The name of a new file survives a power cut only once its folder was flushed. */
export async function flushFolder(file: string): Promise<void> {
  const folder = await openFile(dirname(resolve(file)), 'r');
  await folder.sync();
  await folder.close();
}

/** Ciphertext does not get smaller: a sample tells whether the whole is worth the trouble. */
async function pack({ kind, bytes }: Block): Promise<Buffer> {
  if (kind === 'rows' && bytes.length > 64) {
    const sample = bytes.subarray(0, sampleBytes);
    if ((await deflate(sample, { level: 1 })).length < sample.length * 0.9) {
      const smaller = await deflate(bytes, { level: 1 });
      return Buffer.concat([Buffer.from([kinds.deflated]), smaller]);
    }
  }
  return Buffer.concat([Buffer.from([kinds[kind]]), bytes]);
}

/** A file of blocks that is open for reading. */
export type BlockReader = {
  header: Record<string, unknown>;
  /** Every block in its order; `onBytes` hears how far it is. Throws an OperatorError at the first that is not as it was written. */
  read(
    key: Buffer,
    onBytes?: (done: number, total: number) => void,
  ): AsyncGenerator<Block, void, void>;
  /** SHA-256 of the file, known once all of it was read. */
  sha256(): string;
  close(): Promise<void>;
};

/** Throws an OperatorError when there is no such file or it is none of ours. */
export async function openBlockFile(path: string): Promise<BlockReader> {
  const file = await openFile(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(`${path} can't be read (${error.code}).`, { cause: error });
  });
  try {
    const { size } = await file.stat();
    const line = await readLine(file);
    const header = parseHeader(line);
    if (!header) throw new OperatorError(`${path} is no backup of Feder.`);
    let sum = '';
    return {
      header,
      async *read(key, onBytes) {
        const hash = createHash('sha256').update(line!);
        let at = line!.length;
        for (let number = 0; ; number += 1) {
          const length = await readAt(file, at, 4);
          const sealedBytes = length?.readUInt32BE() ?? 0;
          const fits =
            sealedBytes > sealOverhead && sealedBytes <= blockBytes + sealOverhead + 1024;
          const sealed = fits ? await readAt(file, at + 4, sealedBytes) : undefined;
          if (!length || !sealed) throw damaged(path, number);
          hash.update(length).update(sealed);
          at += 4 + sealedBytes;
          onBytes?.(at, size);
          const last = at === size;
          yield await unpack(openOr(path, key, sealed, contextOf(line!, number, last), number));
          if (last) break;
        }
        sum = hash.digest('hex');
      },
      sha256: () => sum,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const damaged = (path: string, number: number): OperatorError =>
  new OperatorError(
    `${path} is damaged or not whole: it can't be read from its block ${number + 1} on. Nothing was changed.`,
  );

function openOr(
  path: string,
  key: Buffer,
  sealed: Buffer,
  context: string,
  number: number,
): Buffer {
  try {
    return open(key, sealed, context);
  } catch {
    throw damaged(path, number);
  }
}

async function unpack(packed: Buffer): Promise<Block> {
  const bytes = packed.subarray(1);
  if (packed[0] === kinds.word) return { kind: 'word', bytes };
  if (packed[0] === kinds.rows) return { kind: 'rows', bytes };
  return { kind: 'rows', bytes: await inflate(bytes, { maxOutputLength: 2 * blockBytes }) };
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return buffer;
}

async function readLine(file: FileHandle): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(longestHeader);
  const { bytesRead } = await file.read(buffer, 0, longestHeader, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
  return end === -1 ? undefined : buffer.subarray(0, end + 1);
}

function parseHeader(line: Buffer | undefined): Record<string, unknown> | undefined {
  try {
    const header: unknown = JSON.parse(line?.toString() ?? '');
    const isOurs =
      typeof header === 'object' &&
      header !== null &&
      'format' in header &&
      header.format === backupFormat;
    return isOurs ? (header as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const backupFormat = 'feder-backup';
