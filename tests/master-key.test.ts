import { spawn } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OperatorError } from '../src/errors.ts';
import {
  parseMasterKey,
  promoteNextKey,
  readFormerKeys,
  readOrCreateMasterKey,
  readOrCreateNextKey,
} from '../src/master-key.ts';

// The real file system, with a place to let another start happen right after the next look at it.
const other = vi.hoisted((): { start: (() => void) | undefined } => ({ start: undefined }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const followed = <A extends unknown[], R>(look: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      const { start } = other;
      other.start = undefined;
      try {
        return look(...args);
      } finally {
        start?.();
      }
    };
  };
  return {
    ...fs,
    readFileSync: followed(fs.readFileSync),
    readdirSync: followed(fs.readdirSync as (path: string) => string[]),
  };
});

const key = Buffer.from('0123456789abcdef0123456789abcdef');
const keyText = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

let root: string;
let dataDir: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'feder-key-'));
  dataDir = join(root, 'data');
  path = join(dataDir, 'master.key');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function plant(content: string | Buffer): void {
  mkdirSync(dataDir);
  writeFileSync(path, content);
}

describe('parseMasterKey', () => {
  test('reads 32 bytes and nothing else', () => {
    expect(parseMasterKey(keyText)).toEqual(key);
    for (const wrong of [
      '',
      ` ${keyText}`,
      `${keyText}\n`,
      keyText.slice(0, -1),
      keyText.slice(4),
    ]) {
      expect(parseMasterKey(wrong)).toBe(undefined);
    }
  });
});

describe('a first start', () => {
  test('creates the data directory and a key of 32 bytes that only the owner can read', () => {
    const created = readOrCreateMasterKey(dataDir);
    expect(created).toHaveLength(32);
    expect(readFileSync(path, 'utf8')).toBe(`${created.toString('base64')}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o066).toBe(0);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  test('creates another key each time', () => {
    const elsewhere = join(root, 'elsewhere');
    expect(readOrCreateMasterKey(dataDir)).not.toEqual(readOrCreateMasterKey(elsewhere));
  });

  test('creates the key beside an empty database directory', () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    expect(readOrCreateMasterKey(dataDir)).toHaveLength(32);
  });

  test('a whole first start beside ours, at its worst moment, is no lost key', () => {
    other.start = () => {
      mkdirSync(join(dataDir, 'postgres', 'base'), { recursive: true });
      writeFileSync(path, keyText);
    };
    expect(readOrCreateMasterKey(dataDir)).toEqual(key);
    expect(other.start).toBe(undefined);
  });

  test('starts that race each other get the same key', async () => {
    const rounds = 150;
    // Each round is met at a barrier of files, then both create the key and, after it, the database.
    const program = `
      import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
      import { readOrCreateMasterKey } from ${JSON.stringify(resolve('src/master-key.ts'))};
      const [root, me, ...others] = process.argv.slice(1);
      for (let round = 0; round < ${rounds}; round += 1) {
        writeFileSync(root + '/' + me + round, '');
        while (!others.every((one) => existsSync(root + '/' + one + round)));
        const dataDir = root + '/data' + round;
        console.log(readOrCreateMasterKey(dataDir).toString('base64'));
        mkdirSync(dataDir + '/postgres/base', { recursive: true });
      }`;
    const run = async (...names: string[]): Promise<string[]> => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '-e', program, '--', root, ...names],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
      expect(errors).toBe('');
      return out.trim().split('\n');
    };
    const [one, two] = await Promise.all([run('a', 'b'), run('b', 'a')]);
    expect(one).toHaveLength(rounds);
    expect(new Set(one).size).toBe(rounds);
    expect(two).toEqual(one);
    expect(readdirSync(join(root, 'data0')).sort()).toEqual(['master.key', 'postgres']);
  }, 30_000);
});

describe('a later start', () => {
  test('reads the key, with or without a line break after it, beside a database too', () => {
    for (const content of [keyText, `${keyText}\n`, `${keyText}\r\n`]) {
      rmSync(dataDir, { recursive: true, force: true });
      plant(content);
      mkdirSync(join(dataDir, 'postgres', 'base'), { recursive: true });
      expect(readOrCreateMasterKey(dataDir)).toEqual(key);
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  test.each([
    ['empty', ''],
    ['cut off', keyText.slice(0, 20)],
    ['followed by more', `${keyText}\n${keyText}\n`],
    ['of 31 bytes', Buffer.alloc(31, 7).toString('base64')],
    ['of zero bytes, as after a power cut', Buffer.alloc(44)],
  ])('a file that is %s stops it, stays as it is and is not printed', (_case, content) => {
    plant(content);
    expect(() => readOrCreateMasterKey(dataDir)).toThrow(
      new OperatorError(
        `${path} is damaged: it should hold 32 bytes in base64 and nothing else. Restore it from a backup.`,
      ),
    );
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
    expect(readdirSync(dataDir)).toEqual(['master.key']);
  });

  test('a database whose key is missing stops it, and no key is created', () => {
    const database = join(dataDir, 'postgres');
    mkdirSync(database, { recursive: true });
    writeFileSync(join(database, 'PG_VERSION'), '18\n');
    expect(() => readOrCreateMasterKey(dataDir)).toThrow(
      new OperatorError(
        `${path} is missing, but ${database} holds a database whose documents are sealed with that key. ` +
          'A new key could not open them. Restore the file from a backup, or set MASTER_KEY if the key is kept elsewhere. ' +
          `Only if nothing in the database matters, move ${database} away.`,
      ),
    );
    expect(readdirSync(dataDir)).toEqual(['postgres']);
  });

  test('a directory in place of the file, and a file in place of the directory, are named', () => {
    mkdirSync(path, { recursive: true });
    expect(() => readOrCreateMasterKey(dataDir)).toThrow(`${path} can't be read: EISDIR`);
    rmSync(dataDir, { recursive: true });
    writeFileSync(dataDir, '');
    expect(() => readOrCreateMasterKey(dataDir)).toThrow(
      `DATA_DIR: found ${dataDir}, which can't be written to`,
    );
  });

  test('a link is followed, and a link to a missing file is not replaced', () => {
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(dataDir);
    symlinkSync(elsewhere, path);
    expect(() => readOrCreateMasterKey(dataDir)).toThrow(
      `${path} can't be created: a link to a missing file is in its place.`,
    );
    expect(readdirSync(dataDir)).toEqual(['master.key']);
    writeFileSync(elsewhere, keyText);
    expect(readOrCreateMasterKey(dataDir)).toEqual(key);
  });
});

describe('the end of a rotation', () => {
  test('keeps the former key under its number, however often it is repeated after a crash', () => {
    plant(`${keyText}\n`);
    const next = readOrCreateNextKey(dataDir);
    expect(readOrCreateNextKey(dataDir)).toEqual(next);
    // The crash came between the two names.
    linkSync(path, `${path}.1`);
    expect(promoteNextKey(dataDir, 1)).toBe(`${path}.1`);
    expect(readOrCreateMasterKey(dataDir)).toEqual(next);
    expect(readFormerKeys(dataDir)).toEqual([key]);
  });

  test('never loses it to a key that another database has left under that number', () => {
    plant(`${keyText}\n`);
    const other = Buffer.from('another key of 32 bytes, as it is');
    writeFileSync(`${path}.1`, other.subarray(0, 32).toString('base64'));
    const next = readOrCreateNextKey(dataDir);
    expect(promoteNextKey(dataDir, 1)).toBe(`${path}.2`);
    expect(readOrCreateMasterKey(dataDir)).toEqual(next);
    expect(readFormerKeys(dataDir)).toEqual([other.subarray(0, 32), key]);
  });
});
