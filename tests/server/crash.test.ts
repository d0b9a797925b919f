import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { applyOverHttp, makeDocuments, makeForm } from '../support/applicant.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { federHere } from '../support/feder.ts';
import { postmasterOf, startServer } from '../support/server-process.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const rounds = 2;

it('keeps every application whose receipt was seen when app and database are killed under load', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-crash-'));
  undo.push(() => rmSync(home, { recursive: true, force: true }));
  const dataDir = path.join(home, 'data');
  await copyDataDir(dataDir);
  const env = { DATA_DIR: dataDir, RATE_LIMITS: 'off' };
  const documents = makeDocuments(300_000);
  const receipts: string[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let reached = (): void => {};
  const reaching = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = count;
      reached = resolve;
    });
  for (let round = 0; round < rounds; round += 1) {
    const server = await startServer(env);
    undo.push(() => server.child.kill('SIGKILL'));
    let alive = true;
    const applicant = async (): Promise<void> => {
      while (alive) {
        const receipt = await applyOverHttp(server.url, makeForm(documents)).catch(() => undefined);
        if (receipt && alive) receipts.push(receipt);
        if (receipts.length >= wanted) reached();
      }
    };
    const applicants = [applicant(), applicant(), applicant(), applicant()];
    // At once after a receipt was seen, and the postmaster first: what was not on disk by then is lost.
    const postmaster = postmasterOf(dataDir);
    await reaching(receipts.length + 4 + round);
    process.kill(postmaster, 'SIGKILL');
    alive = false;
    await server.end('SIGKILL');
    await Promise.all(applicants);
  }

  const server = await startServer(env);
  undo.push(() => server.end('SIGTERM'));
  for (const receipt of receipts) {
    const page = await (await fetch(`${server.url}${receipt}`)).text();
    for (const { sha256 } of documents) expect(page).toContain(sha256);
  }
  const verify = await federHere(['verify', '--json'], env);
  expect(JSON.parse(verify.stdout)).toMatchObject({ violations: [] });
  // It starts the server again and again, beside whatever else runs.
}, 180_000);
