import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { dataDirError, prepareDataDir } from './data-dir.ts';
import { OperatorError } from './errors.ts';

const keyBytes = 32;

/** The 32 bytes that `text` holds in base64 (RFC 4648, section 4, padded), or undefined. */
export function parseMasterKey(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64');
  // Buffer.from skips what is no base64, so only the way back tells.
  return key.length === keyBytes && key.toString('base64') === text ? key : undefined;
}

/**
 * The 32 bytes in `<dataDir>/master.key`; created with mode 0600 when the file is missing, and safely
 * on the disk before this returns. Starts that race each other get the same key. Call it before the
 * embedded database is created in `<dataDir>/postgres`: once that exists, a missing key is an error,
 * since a new one would make every sealed document unreadable. Throws, naming the file and never
 * what it holds, also for a file that is damaged or can't be read.
 */
export function readOrCreateMasterKey(dataDir: string): Buffer {
  const path = join(dataDir, 'master.key');
  const database = join(dataDir, 'postgres');
  // Asked before the key: a start beside ours creates the key first and the database after it.
  const hasDatabase = isFilled(database);
  const key = readKey(path);
  if (key) return key;
  if (hasDatabase) {
    throw new OperatorError(
      `${path} is missing, but ${database} holds a database whose documents are sealed with that key. ` +
        'A new key could not open them. Restore the file from a backup, or set MASTER_KEY if the key is kept elsewhere. ' +
        `Only if nothing in the database matters, move ${database} away.`,
    );
  }
  createKey(path);
  const created = readKey(path);
  if (created) return created;
  throw new OperatorError(`${path} can't be created: a link to a missing file is in its place.`);
}

/** Where a key waits that is about to take the place of the one in `<dataDir>/master.key`. */
const nextOf = (dataDir: string): string => join(dataDir, 'master.key.next');

/**
 * The master keys that the configuration gives, read anew at each call: those of the environment, or
 * the file of the embedded default and the one that a rotation puts beside it. The first one writes
 * into an empty database. Throws like `readOrCreateMasterKey`.
 */
export function masterKeysOf({
  masterKey,
  masterKeyOld,
  dataDir,
}: {
  masterKey: Buffer | null;
  masterKeyOld: Buffer | null;
  dataDir: string;
}): () => readonly Buffer[] {
  if (masterKey) {
    const given = [masterKey, ...(masterKeyOld ? [masterKeyOld] : [])];
    return () => given;
  }
  return () => {
    const key = readOrCreateMasterKey(dataDir);
    const next = readKey(nextOf(dataDir));
    return next ? [key, next] : [key];
  };
}

/** The key that a rotation has begun with, or a new one, safely on the disk before this returns. */
export function readOrCreateNextKey(dataDir: string): Buffer {
  const next = nextOf(dataDir);
  if (!readKey(next)) createKey(next);
  return readKey(next)!;
}

/**
 * Ends a rotation: the next key becomes `master.key`, and the one before stays as `master.key.<version>`,
 * or under the next number that no other key has, for backups from its time. Returns that path. Can be
 * repeated after a crash at any point.
 */
export function promoteNextKey(dataDir: string, version: number): string {
  const path = join(dataDir, 'master.key');
  const kept = keepFormer(path, version);
  // What is kept has to be there before the rename takes the other name of it away.
  flushDirectory(dataDir);
  renameSync(nextOf(dataDir), path);
  flushDirectory(dataDir);
  return kept;
}

/** Another database, or one from a backup, may have left a key under the same number: none is replaced. */
function keepFormer(path: string, version: number): string {
  const kept = `${path}.${version}`;
  linkUnlessThere(path, kept);
  const isKept = readFileSync(kept).equals(readFileSync(path));
  return isKept ? kept : keepFormer(path, version + 1);
}

/** Keys that a rotation has left in `dataDir`, for backups from their time. */
export function readFormerKeys(dataDir: string): Buffer[] {
  let names: string[] = [];
  try {
    names = readdirSync(dataDir);
  } catch {
    // No folder, no keys.
  }
  return names
    .filter((name) => /^master\.key\.\d+$/.test(name))
    .flatMap((name) => readKey(join(dataDir, name)) ?? []);
}

function readKey(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new OperatorError(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
  const key = parseMasterKey(text.trim());
  if (key) return key;
  throw new OperatorError(
    `${path} is damaged: it should hold ${keyBytes} bytes in base64 and nothing else. Restore it from a backup.`,
  );
}

/** Does nothing when another start was faster. */
function createKey(path: string): void {
  const dataDir = dirname(path);
  prepareDataDir(dataDir);
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const text = `${randomBytes(keyBytes).toString('base64')}\n`;
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600, flush: true });
    linkUnlessThere(draft, path);
  } catch (error) {
    throw dataDirError(dataDir, error);
  } finally {
    rmSync(draft, { force: true });
  }
  flushDirectory(dataDir);
}

// A link, since a rename would replace the key of a faster start.
function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

// The name of a new file survives a power cut only once its directory was flushed.
function flushDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function isFilled(directory: string): boolean {
  try {
    return readdirSync(directory).length > 0;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false;
    throw dataDirError(dirname(directory), error);
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
