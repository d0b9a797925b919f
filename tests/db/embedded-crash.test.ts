import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedConnection } from '../../src/db/embedded.ts';
import {
  asRoot,
  buildInstallation,
  type Child,
  endChildren,
  eventually,
  isAlive,
  logged,
  makeFolder,
  makeUsedDataDir,
  postmasterOf,
  processesNaming,
  query,
  removeFolders,
  startChild,
  type User,
  users,
} from '../support/embedded.ts';

let installation: string;

beforeAll(async () => {
  installation = makeFolder(users[0] as User, 0o755);
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

describe.each(users)('the embedded PostgreSQL of $name', (user) => {
  let dataDir: string;
  let last: Child | undefined;
  const startIn = (dir: string) =>
    startChild(installation, user, { dataDir: dir, holder: 'server' });
  const start = (): Child => {
    last = startIn(dataDir);
    return last;
  };
  /** The server that the test before has left, or a new one. */
  const serve = (): Child => (last && isAlive(last) ? last : start());
  const write = (connection: EmbeddedConnection, word: string) =>
    query(connection, `insert into written values ('${word}')`);
  const written = async (connection: EmbeddedConnection) =>
    (await query<{ word: string }>(connection, 'select word from written')).map((row) => row.word);

  beforeAll(async () => {
    dataDir = await makeUsedDataDir(user);
    await query(await serve().ready(), 'create table written (word text)');
  });

  test('stops when the app is killed, and every row that was committed is there again', async () => {
    const killed = serve();
    const connection = await killed.ready();
    const committed: string[] = [];
    const writing = (async () => {
      for (let count = 0; ; count += 1) {
        await write(connection, `row ${count}`);
        committed.push(`row ${count}`);
      }
    })().catch(() => undefined);
    await eventually(() => committed.length >= 10);
    await killed.kill('SIGKILL');
    await writing;
    await eventually(() => processesNaming(connection.host).length === 0);
    expect(existsSync(connection.host)).toBe(false);

    const child = start();
    expect(await written(await child.ready())).toEqual(expect.arrayContaining(committed));
  });

  test('waits for the old PostgreSQL when it is started at once after a kill', async () => {
    const killed = serve();
    await write(await killed.ready(), 'before a quick restart');
    const postmaster = postmasterOf(dataDir);
    process.kill(postmaster, 'SIGSTOP');
    await killed.kill('SIGKILL');
    const child = start();
    const holder = path.join(dataDir, 'postgres.holder/holder.json');
    const pid = `"pid":${child.process.pid}`;
    await eventually(() => existsSync(holder) && readFileSync(holder, 'utf8').includes(pid));
    // Time in which it would start wrongly; what is asserted does not depend on how long it is.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(child.lines).toEqual([]);
    expect(postmasterOf(dataDir)).toBe(postmaster);
    process.kill(postmaster, 'SIGCONT');
    expect(await written(await child.ready())).toContain('before a quick restart');
  });

  test('recovers when the app, the wrapper and PostgreSQL are all killed at once', async () => {
    const killed = serve();
    const connection = await killed.ready();
    await write(connection, 'before the end of everything');
    const pids = processesNaming(connection.host).map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await killed.kill('SIGKILL');
    const child = start();
    expect(await written(await child.ready())).toContain('before the end of everything');
    expect(existsSync(connection.host)).toBe(false);
  });

  test('ends a PostgreSQL that nobody watches any more before it starts its own', async () => {
    const killed = serve();
    const connection = await killed.ready();
    const postmaster = postmasterOf(dataDir);
    const wrappers = processesNaming(connection.host).filter(({ pid }) => pid !== postmaster);
    for (const { pid } of wrappers) process.kill(pid, 'SIGSTOP');
    await killed.kill('SIGKILL');
    for (const { pid } of wrappers) process.kill(pid, 'SIGKILL');
    await eventually(() => processesNaming(connection.host).length === 1);
    expect(processesNaming(connection.host)[0]?.pid).toBe(postmaster);

    const child = start();
    await child.ready();
    expect(processesNaming(connection.host)).toEqual([]);
  });

  test('is not stopped by a Ctrl-C that the whole process group gets', async () => {
    const child = serve();
    const connection = await child.ready();
    const before = logged(child);
    const postmaster = postmasterOf(dataDir);
    process.kill(-(child.process.pid as number), 'SIGINT');
    await eventually(() => logged(child).includes('SIGINT'));
    expect(await query(connection, 'select pg_sleep(0.2)::text as slept')).toEqual([{ slept: '' }]);
    expect(postmasterOf(dataDir)).toBe(postmaster);
    expect(logged(child)).toEqual([...before, 'SIGINT']);
  });

  test('comes back behind the same connection when PostgreSQL or its wrapper is killed', async () => {
    const child = serve();
    const connection = await child.ready();
    await write(connection, 'before PostgreSQL was killed');
    const returns = () =>
      logged(child).filter((text) => text === 'The embedded PostgreSQL is up again').length;

    process.kill(postmasterOf(dataDir), 'SIGKILL');
    await eventually(() => returns() === 1);
    expect(await written(connection)).toContain('before PostgreSQL was killed');

    const wrappers = processesNaming(connection.host).filter(({ command }) =>
      command.includes('trap'),
    );
    process.kill(Math.min(...wrappers.map(({ pid }) => pid)), 'SIGKILL');
    await eventually(() => returns() === 2);
    await eventually(() => processesNaming(connection.host).length === 3);
    expect(await written(connection)).toContain('before PostgreSQL was killed');
    await child.stop();
    await eventually(() => processesNaming(connection.host).length === 0);
  });

  test('believes no process id that an earlier life left in postmaster.pid', async () => {
    const first = serve();
    await first.ready();
    const file = path.join(dataDir, 'postgres/postmaster.pid');
    const text = readFileSync(file, 'utf8');
    await first.stop();
    const account = asRoot ? { uid: 65534, gid: 65534 } : {};
    const stranger = spawn('sleep', ['60'], { ...account, cwd: '/', stdio: 'ignore' });
    writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));
    const child = start();
    await child.ready();
    await child.stop();
    expect(stranger.exitCode).toBe(null);
    stranger.kill();
  });

  test('begins anew when it was killed while it created the database', async () => {
    const fresh = makeFolder(user);
    const killed = startIn(fresh);
    await eventually(() => readdirSync(fresh).some((name) => name.startsWith('postgres.init-')));
    await killed.kill('SIGKILL');
    expect(existsSync(path.join(fresh, 'postgres'))).toBe(false);
    const child = startIn(fresh);
    expect(await query(await child.ready(), 'select current_user as me')).toEqual([
      { me: 'feder' },
    ]);
    await child.stop();
    expect(readdirSync(fresh).sort()).toEqual(['postgres', 'postgres.password']);
  });
});
