import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createId, type Master } from '../../crypto.ts';
import type { Connection } from '../../db/client.ts';
import {
  type BackedUpTable,
  type CopyFormat,
  openSnapshot,
  type Snapshot,
} from '../../db/snapshot.ts';
import { OperatorError } from '../../errors.ts';
import { backupVersion, keysFileContext, keysFileOf, writeWord } from './backup-parts.ts';
import {
  type BlockWriter,
  backupFormat,
  blockBytes,
  createBlockFile,
  flushFolder,
} from './block-file.ts';

export type WrittenBackup = {
  file: string;
  keysFile: string;
  tables: number;
  rows: number;
  /** Of both files together. */
  bytes: number;
  /** Of the large file, as `sha256sum` prints it. */
  sha256: string;
};

type Options = {
  master: Master;
  now: Date;
  signal?: AbortSignal;
  /** Is told what clears up, for a process that ends before this does. */
  defer?: (undo: () => Promise<void>) => void;
  /** In bytes, the total estimated. */
  onProgress?: (done: number, total: number) => void;
};

const unfinished = (file: string): string => `${file}.part`;

/** Takes away what a backup has left that did not end. */
async function removeUnfinished(file: string): Promise<void> {
  await rm(unfinished(file), { force: true });
  await rm(unfinished(keysFileOf(file)), { force: true });
}

/**
 * Writes the database as it is at one moment into `file`, and the keys that open it into `file`.keys,
 * while everything goes on. Both appear when they are whole, on the disk. Holds a few MiB at a time.
 * Throws an OperatorError when one of them is there already, or is being written.
 */
export async function writeBackup(
  connection: Connection,
  file: string,
  options: Options,
): Promise<WrittenBackup> {
  // Two that write the same files would leave parts of both, which open for nobody.
  const snapshot = await openSnapshot(connection);
  try {
    if (!(await snapshot.claim(file))) {
      throw new OperatorError(`Another backup is being written to ${file}.`);
    }
    for (const one of [file, keysFileOf(file)]) {
      if (existsSync(one)) {
        throw new OperatorError(`${one} is there already, and no backup overwrites another.`);
      }
    }
    return await writeParts(snapshot, file, options);
  } finally {
    await snapshot.close();
  }
}

async function writeParts(
  snapshot: Snapshot,
  file: string,
  { master, now, signal, defer, onProgress }: Options,
): Promise<WrittenBackup> {
  const keysFile = keysFileOf(file);
  defer?.(() => removeUnfinished(file));
  await removeUnfinished(file);
  const id = createId(now);
  const header = { format: backupFormat, version: backupVersion, id, createdAt: now.toISOString() };
  const [dataKey, keysKey] = [randomBytes(32), randomBytes(32)];
  const open: BlockWriter[] = [];
  try {
    const tables = await snapshot.list('public');
    const total = tables.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    const advance = (bytes: number): void => {
      signal?.throwIfAborted();
      done += bytes;
      onProgress?.(done, total);
    };
    const data = await createBlockFile(unfinished(file), { ...header, part: 'data' }, dataKey);
    open.push(data);
    const migrations = await snapshot.listMigrations();
    await writeWord(data, { word: 'data', createdAt: header.createdAt, migrations });
    const dataRows = await writeTables(snapshot, data, tables, 'binary', advance);
    const written = await data.end();
    open.pop();

    const wrappedKey = master.wrap(keysKey, keysFileContext(id)).toString('base64');
    const keys = await createBlockFile(
      unfinished(keysFile),
      { ...header, part: 'keys', wrappedKey },
      keysKey,
    );
    open.push(keys);
    const dataSha256 = written.sha256;
    await writeWord(keys, { word: 'keys', dataKey: dataKey.toString('base64'), dataSha256 });
    const keyTables = await snapshot.list('keys');
    const keyRows = await writeTables(snapshot, keys, keyTables, 'text', advance);
    const { bytes } = await keys.end();
    open.pop();

    // The keys first: where the large file is, they are too.
    await rename(unfinished(keysFile), keysFile);
    await rename(unfinished(file), file);
    await flushFolder(file);
    return {
      ...{ file, keysFile, sha256: written.sha256, bytes: written.bytes + bytes },
      ...{ tables: tables.length + keyTables.length, rows: dataRows + keyRows },
    };
  } catch (error) {
    for (const writer of open) await writer.abort();
    await removeUnfinished(file);
    throw error;
  }
}

async function writeTables(
  snapshot: Snapshot,
  to: BlockWriter,
  tables: readonly BackedUpTable[],
  format: CopyFormat,
  advance: (bytes: number) => void,
): Promise<number> {
  let rows = 0;
  for (const table of tables) {
    const { schema, name, columns } = table;
    await writeWord(to, { word: 'table', schema, name, columns, format });
    const count = await writeRows(snapshot.read(table, format), to, advance);
    await writeWord(to, { word: 'rows', count });
    rows += count;
  }
  await writeWord(to, { word: 'end', tables: tables.length });
  return rows;
}

/** Rows in blocks; one that fits into a block is never torn. */
async function writeRows(
  source: AsyncGenerator<Buffer, number, void>,
  to: BlockWriter,
  advance: (bytes: number) => void,
): Promise<number> {
  let held: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (size === 0) return;
    const bytes = Buffer.concat(held);
    held = [];
    size = 0;
    for (let at = 0; at < bytes.length; at += blockBytes) {
      await to.write({ kind: 'rows', bytes: bytes.subarray(at, at + blockBytes) });
    }
    advance(bytes.length);
  };
  for (;;) {
    const next = await source.next();
    if (next.done) {
      await flush();
      return next.value;
    }
    if (size + next.value.length > blockBytes) await flush();
    held.push(next.value);
    size += next.value.length;
  }
}
