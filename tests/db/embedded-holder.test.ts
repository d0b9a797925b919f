import { existsSync, writeFileSync } from 'node:fs';
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
  postmasterOf,
  query,
  removeFolders,
  startChild,
  type User,
  users,
} from '../support/embedded.ts';

const user = users[0] as User;
const settings = { fsync: 'off' };
const WAITS = 'Waiting for another Feder process to leave the database';
let installation: string;

beforeAll(async () => {
  installation = makeFolder(user, 0o755);
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

/** Waits until each start has come to its end; says which succeeded and why the others did not. */
async function raceOf(starters: Child[]) {
  const winners: Child[] = [];
  const refusals: (string | undefined)[] = [];
  for (const starter of starters) {
    const end = await Promise.any([starter.line('ready'), starter.line('error')]);
    if (end.ready) winners.push(starter);
    else refusals.push(end.error?.code);
  }
  return { winners, refusals };
}

describe('one DATA_DIR', () => {
  let dataDir: string;
  const server = (dir = dataDir) =>
    startChild(installation, user, { dataDir: dir, holder: 'server', settings });
  const command = (dir = dataDir) =>
    startChild(installation, user, { dataDir: dir, holder: 'command', settings });
  let last: Child | undefined;
  /** The server that the test before has left, or a new one. */
  const serve = (): Child => {
    if (!last || !isAlive(last)) last = server();
    return last;
  };

  beforeAll(async () => {
    dataDir = await makeUsedDataDir(user);
    await query(await serve().ready(), 'create table kept as select 1 as n');
  });

  test('refuses a second server, names the first, and does it no harm', async () => {
    const first = serve();
    const connection = await first.ready();
    const second = server();
    expect((await second.line('error')).error).toEqual({
      code: 'already-running',
      message: `Another Feder server (process ${first.process.pid}) already uses the database in ${dataDir}. Stop it first, or give this one a DATA_DIR of its own.`,
    });
    expect(await query(connection, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('lets a command attach to the server that runs, and leaves that one running', async () => {
    const running = serve();
    const connection = await running.ready();
    const attached = command();
    expect(await attached.line('ready')).toEqual({ ready: connection, attached: true });
    expect(await query(await attached.ready(), 'select 1 as n')).toEqual([{ n: 1 }]);
    await attached.stop();
    expect(await query(connection, 'select 2 as n')).toEqual([{ n: 2 }]);
  });

  test('lets a command attach to a server that is only just starting', async () => {
    const fresh = makeFolder(user);
    const starting = server(fresh);
    await starting.line('log');
    const attached = command(fresh);
    expect(await attached.line('ready')).toEqual({ ready: await starting.ready(), attached: true });
    await attached.stop();
    await starting.stop();
  });

  test('does not make a server wait for the commands that are attached to it', async () => {
    const running = serve();
    await running.ready();
    const attached = command();
    const connection = await attached.ready();
    await running.stop();
    await expect(query(connection, 'select 1')).rejects.toThrow();
    await attached.stop();
  });

  test('keeps a command from taking the database away from another that uses it', async () => {
    const first = command();
    const connection = await first.ready();
    const second = command();
    expect((await second.line('ready')).attached).toBe(true);
    const stopping = first.stop();
    await eventually(() => logged(first).includes('Waiting for other feder commands to finish'));
    expect(await query(connection, 'select 1 as n')).toEqual([{ n: 1 }]);
    await second.stop();
    await stopping;
    await expect(query(connection, 'select 1')).rejects.toThrow();
  });

  test('makes a server wait for a command, and tells so once', async () => {
    const busy = command();
    const connection = await busy.ready();
    const postmaster = postmasterOf(dataDir);
    const waiting = server();
    last = waiting;
    await waiting.line('log');
    expect(await query(connection, 'select 1 as n')).toEqual([{ n: 1 }]);
    await busy.stop();
    await waiting.ready();
    expect(logged(waiting)).toEqual([WAITS]);
    expect(postmasterOf(dataDir)).not.toBe(postmaster);
  });

  test('makes a server wait for one that is leaving already', async () => {
    const leaving = serve();
    await leaving.ready();
    const postmaster = postmasterOf(dataDir);
    process.kill(postmaster, 'SIGSTOP');
    const stopping = leaving.stop();
    await eventually(() => existsSync(path.join(dataDir, 'postgres.holder/guests.closed')));
    const next = server();
    await next.line('log');
    process.kill(postmaster, 'SIGCONT');
    await stopping;
    expect(await query(await next.ready(), 'select n from kept')).toEqual([{ n: 1 }]);
    expect(logged(next)).toEqual([WAITS]);
    last = next;
  });

  test('lets one of four servers win that start together in an empty folder', async () => {
    const fresh = makeFolder(user);
    const starters = [1, 2, 3, 4].map(() => server(fresh));
    const { winners, refusals } = await raceOf(starters);
    expect(refusals).toEqual(['already-running', 'already-running', 'already-running']);
    expect(winners.length).toBe(1);
    await winners[0]?.stop();
  });

  test('lets one of four servers win that start together after the holder was killed', async () => {
    const killed = serve();
    await killed.ready();
    await killed.kill('SIGKILL');
    const starters = [1, 2, 3, 4].map(() => server());
    const { winners, refusals } = await raceOf(starters);
    expect(refusals).toEqual(['already-running', 'already-running', 'already-running']);
    expect(winners.length).toBe(1);
    const connection = await (winners[0] as Child).ready();
    expect(await query(connection, 'select n from kept')).toEqual([{ n: 1 }]);
    last = winners[0];
  });

  test('serves three commands that start together, from one PostgreSQL', async () => {
    const used = await makeUsedDataDir(user);
    const starters = [1, 2, 3].map(() => command(used));
    const ends = await Promise.all(starters.map((starter) => starter.line('ready')));
    expect(ends.map((end) => end.attached).sort()).toEqual([false, true, true]);
    expect(new Set(ends.map((end) => end.ready?.host)).size).toBe(1);
    await Promise.all(starters.map((starter) => starter.stop()));
  });

  test('is free again after its holder was killed, whatever process has its id now', async () => {
    const killed = serve();
    await killed.ready();
    await killed.kill('SIGKILL');
    await eventually(() => !existsSync(path.join(dataDir, 'postgres/postmaster.pid')));
    const mine = JSON.stringify({ kind: 'server', pid: process.pid });
    writeFileSync(path.join(dataDir, 'postgres.holder/holder.json'), mine);
    const next = server();
    await next.ready();
    await next.stop();
  });
});
