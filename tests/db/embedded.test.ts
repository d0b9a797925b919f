import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  buildInstallation,
  type Child,
  endChildren,
  eventually,
  isAlive,
  logged,
  makeFolder,
  makeUsedDataDir,
  processesNaming,
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
// A test leaves its server to the next one.
afterEach(({ task }) => {
  if (task.result?.state === 'fail') endChildren();
});
afterAll(async () => {
  endChildren();
  await removeFolders();
});

const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe.each(users)('the embedded PostgreSQL, started by $name', (user) => {
  let dataDir: string;
  let last: Child | undefined;
  const start = (): Child => {
    last = startChild(installation, user, { dataDir, holder: 'server' });
    return last;
  };

  beforeAll(() => {
    dataDir = makeFolder(user);
  });

  test('keeps its rows over a clean stop, and nothing of it runs or lies about afterwards', async () => {
    const first = start();
    const connection = await first.ready();
    await query(connection, 'create table kept as select 42 as answer');
    await first.stop();
    expect(existsSync(connection.host)).toBe(false);
    expect(processesNaming(connection.host)).toEqual([]);
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.password']);

    const second = start();
    const again = await second.ready();
    expect(await query(again, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(again.password).toBe(connection.password);
  });

  test('is durable, listens on a protected socket only, and its role is no superuser', async () => {
    const child = last && isAlive(last) ? last : start();
    const connection = await child.ready();
    const [settings] = await query(
      connection,
      `select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
        current_setting('synchronous_commit') as commits, current_setting('data_checksums') as checksums,
        current_setting('listen_addresses') as addresses, current_setting('is_superuser') as superuser,
        current_setting('server_encoding') as encoding, current_setting('TimeZone') as zone`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      pages: 'on',
      commits: 'on',
      checksums: 'on',
      addresses: '',
      superuser: 'off',
      encoding: 'UTF8',
      zone: 'UTC',
    });
    expect(mode(connection.host)).toBe('700');
    expect(mode(path.join(dataDir, 'postgres.password'))).toBe('600');
    expect(mode(path.join(dataDir, 'postgres'))).toBe('700');
    expect(statSync(path.join(dataDir, 'postgres')).uid).toBe(user.uid || 65534);
    await expect(query({ ...connection, password: 'wrong' }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
  });
});

describe('the embedded PostgreSQL', () => {
  const user = users.at(-1) as User;
  let dataDir: string;
  let last: Child | undefined;
  const start = (settings: Record<string, string> = {}, dir = dataDir): Child => {
    last = startChild(installation, user, {
      dataDir: dir,
      holder: 'server',
      settings: { fsync: 'off', ...settings },
    });
    return last;
  };
  const serve = (): Child => (last && isAlive(last) ? last : start());

  beforeAll(() => {
    dataDir = makeFolder(user);
  });

  test('finds words, similar words and capitals in all scripts, and sorts by code point', async () => {
    const child = start();
    const connection = await child.ready();
    await query(connection, 'create extension pg_trgm');
    await query(connection, 'create extension unaccent');
    const rows = await query(
      connection,
      `select upper(word) as upper, similarity(word, upper(word)) as alike,
        to_tsvector('simple', word) @@ to_tsquery('simple', upper(word)) as found
        from unnest(array['თბილისი', 'հայաստան', 'баку', 'gəncə']) with ordinality as given (word, place)
        order by place`,
    );
    expect(rows).toEqual([
      { upper: 'ᲗᲑᲘᲚᲘᲡᲘ', alike: 1, found: true },
      { upper: 'ՀԱՅԱՍՏԱՆ', alike: 1, found: true },
      { upper: 'БАКУ', alike: 1, found: true },
      { upper: 'GƏNCƏ', alike: 1, found: true },
    ]);
    const sorted = await query(
      connection,
      `select string_agg(word, '' order by word) as sorted from unnest(array['b', 'A', 'ä', 'a', 'Z', 'б']) as word`,
    );
    expect(sorted).toEqual([{ sorted: 'AZabäб' }]);
  });

  test('gives the database a new password when the file with the old one is lost', async () => {
    const first = serve();
    await query(await first.ready(), 'create table kept as select 1 as n');
    await first.stop();
    rmSync(path.join(dataDir, 'postgres.password'));
    const child = start();
    expect(await query(await child.ready(), 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('logs a crash of PostgreSQL, and nothing that a statement or a row held', async () => {
    const child = serve();
    const connection = await child.ready();
    await query(connection, 'create table people (email text unique)');
    await query(connection, `insert into people values ('nino@example.org')`);
    const failing = [
      `insert into people values ('nino@example.org')`,
      `select 'nino@example.org'::uuid`,
      `select pg_terminate_backend(pg_backend_pid()), 'nino@example.org'`,
    ];
    for (const sql of failing) await expect(query(connection, sql)).rejects.toThrow();
    const [backend] = await query<{ pid: number }>(connection, 'select pg_backend_pid() as pid');
    const busy = query(connection, `select pg_sleep(60), 'nino@example.org'`).catch(
      () => undefined,
    );
    let pid: number | undefined;
    await eventually(async () => {
      const [found] = await query<{ pid: number }>(
        connection,
        `select pid from pg_stat_activity where query like 'select pg_sleep(60)%'`,
      );
      pid = found?.pid;
      return pid !== undefined && pid !== backend?.pid;
    });
    process.kill(pid as number, 'SIGKILL');
    await busy;
    await eventually(() => logged(child).some((text) => text?.includes('terminated by signal')));
    await child.stop();
    expect(JSON.stringify(child.lines)).not.toContain('nino@example.org');
  });

  test('says which folder holds a database of another PostgreSQL version', async () => {
    const other = await makeUsedDataDir(user);
    writeFileSync(path.join(other, 'postgres/PG_VERSION'), '17\n');
    const { error } = await start({}, other).line('error');
    expect(error).toEqual({
      code: 'wrong-version',
      message: `The database in ${other}/postgres was written by PostgreSQL 17, and this Feder brings PostgreSQL 18. Move it away, start Feder, and restore a backup made by the Feder that wrote it.`,
    });
  });

  test('says what PostgreSQL said when it cannot start, and leaves nothing behind', async () => {
    const other = await makeUsedDataDir(user);
    const { error } = await start({ shared_buffers: 'plenty' }, other).line('error');
    expect(error?.code).toBe('start-failed');
    expect(error?.message).toContain('invalid value for parameter "shared_buffers": "plenty"');
    expect(readdirSync(other).sort()).toEqual(['postgres', 'postgres.password']);
    const child = start({}, other);
    await child.ready();
    await child.stop();
  });
});
