import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { applyOverHttp, makeDocuments, makeForm } from '../support/applicant.ts';
import { cleanEnv, postmasterOf, startServer } from '../support/server-process.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const rounds = 3;

it('keeps every application whose receipt was seen when app and database are killed under load', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-crash-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { DATA_DIR: dataDir, RATE_LIMITS: 'off' };
  const documents = makeDocuments(600_000);
  const receipts: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(env);
    undo.push(() => server.child.kill('SIGKILL'));
    let alive = true;
    const applicant = async (): Promise<void> => {
      while (alive) {
        const receipt = await applyOverHttp(server.url, makeForm(documents)).catch(() => undefined);
        if (receipt) receipts.push(receipt);
      }
    };
    const applicants = [applicant(), applicant(), applicant(), applicant()];
    const before = receipts.length;
    while (receipts.length < before + 4) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    // The postmaster first: it must not get the time to write anything down.
    process.kill(postmasterOf(dataDir), 'SIGKILL');
    await server.end('SIGKILL');
    alive = false;
    await Promise.all(applicants);
  }

  const server = await startServer(env);
  undo.push(() => server.end('SIGTERM'));
  for (const receipt of receipts) {
    const page = await (await fetch(`${server.url}${receipt}`)).text();
    for (const { sha256 } of documents) expect(page).toContain(sha256);
  }
  const verify = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src/cli.ts', 'verify', '--json'],
    { env: cleanEnv(env) },
  );
  expect(JSON.parse(verify.stdout)).toMatchObject({ violations: [] });
});
