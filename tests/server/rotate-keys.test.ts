import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

it('changes the master key while people apply, killed in the middle and run again, and loses nobody', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-rotate-'));
  undo.push(() => rmSync(home, { recursive: true, force: true }));
  const dataDir = path.join(home, 'data');
  await copyDataDir(dataDir);
  const env = { DATA_DIR: dataDir, RATE_LIMITS: 'off' };
  const keyFile = path.join(dataDir, 'master.key');
  const server = await startServer(env);
  undo.push(() => server.child.kill('SIGKILL'));
  const former = readFileSync(keyFile, 'utf8');
  const seeded = await federHere(['seed', '--applications', '40'], env);
  expect(seeded.stderr).toBe('');

  const documents = makeDocuments();
  const { receipts, refused, stop } = keepApplying(server.url, documents, {
    people: 2,
    pauseMs: 400,
  });
  undo.push(stop);

  // It waits for the server after its first pass, so that it is killed with everything but the end done.
  const killed = startFeder(['keys', 'rotate'], env);
  const ended = collect(killed);
  const begun = async (): Promise<boolean> =>
    readdirSync(dataDir).includes('master.key.next') && receipts.length > 0;
  while (!(await begun())) await new Promise((resolve) => setTimeout(resolve, 20));
  killed.kill('SIGKILL');
  await ended;
  expect(readFileSync(keyFile, 'utf8')).toBe(former);

  const { code, stdout, stderr } = await feder(['keys', 'rotate', '--json'], env);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ version: 2, unopened: [], finished: true, kept: `${keyFile}.1` },
  });
  const seen = receipts.length;
  while (receipts.length < seen + 2 && refused.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  expect(refused).toEqual([]);
  expect(readFileSync(keyFile, 'utf8')).not.toBe(former);
  expect(readFileSync(`${keyFile}.1`, 'utf8')).toBe(former);

  expect(await server.end('SIGTERM')).toBe(0);
  rmSync(`${keyFile}.1`);
  const again = await startServer(env);
  undo.push(() => again.child.kill('SIGKILL'));
  for (const receipt of receipts) {
    const page = await (await fetch(`${again.url}${receipt}`)).text();
    for (const { sha256 } of documents) expect(page).toContain(sha256);
  }
  const verify = await federHere(['verify', '--json'], env);
  expect(JSON.parse(verify.stdout).violations).toEqual([]);
  expect(await again.end('SIGTERM')).toBe(0);
}, 180_000);
