import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { eventually, processesNaming } from '../support/embedded.ts';
import { collect, feder, federHere, startFeder } from '../support/feder.ts';

const home = mkdtempSync(path.join(tmpdir(), 'feder-cli-embedded-'));
// Open to all, so that PostgreSQL is told the real path, by which we find its processes.
chmodSync(home, 0o755);
const dataDir = path.join(home, 'data');
const env = { DATA_DIR: dataDir };
const isRunning = (): boolean => processesNaming(dataDir).length > 0;

afterAll(async () => {
  await eventually(() => !isRunning());
  rmSync(home, { recursive: true, force: true });
});

test('verify before the first start says so, and creates nothing', async () => {
  expect(await federHere(['verify'], env)).toEqual({
    code: 1,
    stdout: '',
    stderr: `DATA_DIR: found ${dataDir}, where there is no database yet; expected the DATA_DIR of the server. The first start makes one, "feder migrate" too.\n`,
  });
  expect(readdirSync(home)).toEqual([]);
});

test.each([
  [['staff', 'list']],
  [['staff', 'add', 'ana@example.org', '--name', 'Ana Example', '--role', 'admin']],
  [['staff', 'reset', 'ana@example.org']],
  [['staff', 'disable', 'ana@example.org']],
  [['seed', '--applications', '1']],
  [['erase', 'F-7K3M9Q', '--yes']],
])('%j with a mistyped DATA_DIR creates nothing there', async (args) => {
  const { code, stdout, stderr } = await federHere(args, env);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`DATA_DIR: found ${dataDir}, where there is no database yet`);
  expect(readdirSync(home)).toEqual([]);
});

test('migrate before the first start makes database and key', async () => {
  const { code, stderr } = await feder(['migrate'], env);
  expect([code, stderr]).toEqual([0, 'Creating the embedded PostgreSQL database\n']);
});

test('doctor finds no fault in what was just made', async () => {
  const ran = await federHere(['doctor', '--json'], env);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  const { ok, findings } = JSON.parse(ran.stdout) as {
    ok: boolean;
    findings: { about: string; state: string }[];
  };
  expect(ok).toBe(true);
  expect(new Set(findings.map(({ about }) => about))).toEqual(
    new Set(['database', 'clock', 'smtp', 'dns', 'storage']),
  );
});

test('staff add before the first start prints a link for the usual port', async () => {
  const args = ['staff', 'add', 'ana@example.org', '--name', 'Ana Example', '--role', 'admin'];
  const { code, stdout, stderr } = await feder(args, env);
  expect([code, stderr]).toEqual([
    0,
    'ana@example.org can choose a password here, once, within 24 hours:\n',
  ]);
  expect(stdout).toMatch(/^http:\/\/localhost:3000\/admin\/enrol\/[\w-]{43}\n$/);
  expect(statSync(path.join(dataDir, 'master.key')).mode & 0o777).toBe(0o600);
  expect(isRunning()).toBe(false);
});

test('Ctrl-C in the middle of a command stops the database and leaves everything whole', async () => {
  const child = startFeder(['seed', '--applications', '100000'], env);
  const ended = collect(child);
  await eventually(() => existsSync(path.join(dataDir, 'postgres.holder')));
  // A second command visits the database that the first one runs, until there is something in it.
  let seen = '';
  await eventually(async () => {
    seen = (await federHere(['verify'], env)).stdout;
    return /^Clean: [1-9]\d* applications/.test(seen);
  });
  expect(isRunning()).toBe(true);
  child.kill('SIGINT');
  expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
  await eventually(() => !isRunning());
  expect(existsSync(path.join(dataDir, 'postgres.holder'))).toBe(false);

  const { code, stdout } = await federHere(['verify'], env);
  expect(code).toBe(0);
  const count = (line: string): number => Number(/^Clean: (\d+) applications/.exec(line)?.[1]);
  expect(count(stdout)).toBeGreaterThanOrEqual(count(seen));
  expect(count(stdout) % 50).toBe(0);
});

test('a key that was lost stops every command, and no other one is made', async () => {
  rmSync(path.join(dataDir, 'master.key'));
  const { code, stderr } = await federHere(['staff', 'list'], env);
  expect([code, stderr.split('. ')[0]]).toEqual([
    1,
    `${path.join(dataDir, 'master.key')} is missing, but ${path.join(dataDir, 'postgres')} holds a database whose documents are sealed with that key`,
  ]);
  expect(existsSync(path.join(dataDir, 'master.key'))).toBe(false);
});
