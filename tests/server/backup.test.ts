import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { keepApplying, makeDocuments } from '../support/applicant.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { collect, feder, federHere, startFeder } from '../support/feder.ts';
import { startServer } from '../support/server-process.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

it('backs up while people apply and restores elsewhere: every receipt from before is there, whole', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-backup-'));
  undo.push(() => rmSync(home, { recursive: true, force: true }));
  const [dataDir, elsewhere] = [path.join(home, 'data'), path.join(home, 'elsewhere')];
  const file = path.join(home, 'backup');
  const env = { DATA_DIR: dataDir, RATE_LIMITS: 'off' };
  await copyDataDir(dataDir);
  const server = await startServer(env);
  undo.push(() => server.child.kill('SIGKILL'));
  const documents = makeDocuments(600_000);
  const { receipts, refused, stop } = keepApplying(server.url, documents, {
    people: 2,
    pauseMs: 100,
  });
  undo.push(stop);
  while (receipts.length < 5) await new Promise((resolve) => setTimeout(resolve, 20));

  // One that is killed leaves no file that could be taken for a backup, and the next one clears up.
  const killed = startFeder(['backup', file], env);
  const ended = collect(killed);
  while (!readdirSync(home).includes('backup.part')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  killed.kill('SIGKILL');
  await ended;
  expect(readdirSync(home)).not.toContain('backup');

  const before = [...receipts];
  const backup = await federHere(['backup', file], env);
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  await stop();
  expect(refused).toEqual([]);
  expect(await server.end('SIGTERM')).toBe(0);
  expect(readdirSync(home).sort()).toEqual(['backup', 'backup.keys', 'data']);

  const there = { ...env, DATA_DIR: elsewhere };
  const keyless = await federHere(['restore', file], there);
  expect([keyless.code, keyless.stderr]).toEqual([
    1,
    `MASTER_KEY is not set and there is no master.key in ${elsewhere}. Set the key of this database.\n`,
  ]);
  mkdirSync(elsewhere, { mode: 0o711 });
  copyFileSync(path.join(dataDir, 'master.key'), path.join(elsewhere, 'master.key'));
  const restore = await feder(['restore', file, '--json'], there);
  expect([restore.code, restore.stderr]).toEqual([
    0,
    'Creating the embedded PostgreSQL database\n',
  ]);
  const verify = await federHere(['verify', '--json'], there);
  const { violations, checked } = JSON.parse(verify.stdout);
  expect(violations).toEqual([]);
  expect(checked.applications).toBeGreaterThanOrEqual(before.length);

  const again = await startServer(there);
  undo.push(() => again.child.kill('SIGKILL'));
  for (const receipt of before) {
    const page = await (await fetch(`${again.url}${receipt}`)).text();
    for (const { sha256 } of documents) expect(page).toContain(sha256);
  }
  expect(await again.end('SIGTERM')).toBe(0);
}, 180_000);
