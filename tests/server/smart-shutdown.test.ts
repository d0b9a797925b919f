import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startEmbedded } from '../../src/db/embedded.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { eventually } from '../support/embedded.ts';
import { databaseUrl } from '../support/feder.ts';
import { silent } from '../support/log.ts';
import { postmasterOf, type ServerProcess, startServer } from '../support/server-process.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const makeHome = (): string => {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-smart-'));
  undo.push(() => rmSync(home, { recursive: true, force: true }));
  return home;
};

const makeDataDir = async (): Promise<string> => {
  const dataDir = path.join(makeHome(), 'data');
  await copyDataDir(dataDir);
  return dataDir;
};

/** Asks a PostgreSQL to stop once everybody has left, and waits until another one is there for Feder. */
async function stopAndWait(server: ServerProcess, dataDir: string): Promise<void> {
  const before = postmasterOf(dataDir);
  process.kill(before, 'SIGTERM');
  await eventually(() => {
    try {
      return postmasterOf(dataDir) !== before;
    } catch {
      return false;
    }
  });
  await eventually(async () => (await fetch(`${server.url}/readyz`)).status === 200);
  expect((await fetch(`${server.url}/en/calls/regional-experts`)).status).toBe(200);
}

it('a database of its own that is asked to stop is started again', async () => {
  const dataDir = await makeDataDir();
  const server = await startServer({ DATA_DIR: dataDir });
  undo.push(() => server.end('SIGTERM'));
  await stopAndWait(server, dataDir);
});

it('a database of others that is asked to stop can stop, and is used again', async () => {
  const theirs = await makeDataDir();
  // Their service manager starts it again.
  const { connection, stop } = await startEmbedded({
    dataDir: theirs,
    holder: 'command',
    log: silent,
  });
  undo.push(stop);
  const server = await startServer({
    DATA_DIR: makeHome(),
    DATABASE_URL: databaseUrl(connection),
  });
  undo.push(() => server.end('SIGTERM'));
  await stopAndWait(server, theirs);
});
