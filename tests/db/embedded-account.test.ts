import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { copyCluster } from '../support/data-dir.ts';
import {
  asRoot,
  buildInstallation,
  endChildren,
  makeFolder,
  makeUsedDataDir,
  nativeOf,
  postmasterOf,
  query,
  removeFolders,
  startChild,
  type User,
  users,
} from '../support/embedded.ts';

const root = users[0] as User;
let installation: string;

beforeAll(async () => {
  installation = makeFolder(root, 0o755);
  await buildInstallation(installation);
});
afterEach(endChildren);
afterAll(removeFolders);

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe.runIf(asRoot)('the embedded PostgreSQL, started by root,', () => {
  const start = (dataDir: string, from = installation) =>
    startChild(from, root, { dataDir, holder: 'server' });

  test('works with the installation and DATA_DIR below a private folder, whose mode stays', async () => {
    const home = makeFolder(root);
    await buildInstallation(home);
    const dataDir = path.join(home, 'data');
    const copies = () =>
      ['/var/cache', '/var/tmp', tmpdir()].flatMap((parent) =>
        readdirSync(parent)
          .filter((name) => name.startsWith('feder-postgres-'))
          .map((name) => path.join(parent, name)),
      );
    await copyCluster(path.join(home, 'beside'));
    const before = copies();
    try {
      // Two that start at once make one copy of the programs.
      const beside = start(path.join(home, 'beside'), home);
      const first = start(dataDir, home);
      await query(await first.ready(), 'create table kept as select 1 as n');
      await beside.ready();
      await beside.stop();
      expect(copies().length).toBe(before.length + 1);
      await first.kill('SIGKILL');
      const second = start(dataDir, home);
      await query(await second.ready(), 'update kept set n = 2');
      await second.stop();
      const third = start(dataDir, home);
      expect(await query(await third.ready(), 'select n from kept')).toEqual([{ n: 2 }]);
      await third.stop();
      expect(mode(home)).toBe('700');
    } finally {
      for (const copy of copies()) {
        if (!before.includes(copy)) rmSync(copy, { recursive: true });
      }
    }
  });

  test('runs as the owner of the cluster that is there, who can go on after a crash', async () => {
    const owner = { name: 'daemon', uid: 1, gid: 1 };
    const dataDir = await makeUsedDataDir(owner);
    const options = { dataDir, holder: 'server' } as const;
    rmSync(path.join(dataDir, 'postgres.password'));
    const child = start(dataDir);
    await child.ready();
    expect(statSync(`/proc/${postmasterOf(dataDir)}`).uid).toBe(1);
    await child.kill('SIGKILL');
    const again = startChild(installation, owner, options);
    await again.ready();
    await again.stop();
  });

  test('says how to give away a cluster that belongs to root', async () => {
    const dataDir = makeFolder(root);
    mkdirSync(path.join(dataDir, 'postgres'));
    writeFileSync(path.join(dataDir, 'postgres/PG_VERSION'), '18\n');
    expect((await start(dataDir).line('error')).error).toEqual({
      code: 'data-dir-unreachable',
      message: `${dataDir}/postgres belongs to root, and PostgreSQL does not run as root. Give it away with: chown -R 65534:65534 ${dataDir}/postgres`,
    });
  });

  test('says that a user without an entry in the user list cannot create a database', async () => {
    const nameless = { name: 'nameless', uid: 54321, gid: 54321 };
    const dataDir = makeFolder(nameless);
    const child = startChild(installation, nameless, { dataDir, holder: 'server' });
    expect((await child.line('error')).error).toEqual({
      code: 'no-passwd-entry',
      message:
        'PostgreSQL cannot create its database, because uid 54321 has no entry in the user list (/etc/passwd). Add one, run Feder as a user that has one, or set DATABASE_URL to a PostgreSQL server.',
    });
  });

  test('says that a DATA_DIR of somebody else cannot be used', async () => {
    const dataDir = makeFolder(root);
    const child = startChild(installation, users[1] as User, { dataDir, holder: 'server' });
    expect((await child.line('error')).error).toEqual({
      code: 'data-dir-unreachable',
      message: `DATA_DIR ${dataDir} cannot be used (EACCES). Start Feder as its owner, or set DATA_DIR to a folder that it may write to.`,
    });
  });
});

test('an installation that cannot be written to and lacks its library links is copied', async () => {
  const user = users.at(-1) as User;
  const bare = makeFolder(root, 0o755);
  await buildInstallation(bare);
  const lib = path.join(nativeOf(bare), 'lib');
  const before = readdirSync(lib);
  chmodSync(lib, 0o555);
  const dataDir = makeFolder(user);
  const child = startChild(bare, user, { dataDir, holder: 'server' });
  expect(await query(await child.ready(), 'select 1 as n')).toEqual([{ n: 1 }]);
  await child.stop();
  chmodSync(lib, 0o755);
  expect(readdirSync(lib)).toEqual(before);
});
