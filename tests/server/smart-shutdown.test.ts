import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startEmbedded } from '../../src/db/embedded.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { eventually } from '../support/embedded.ts';
import { databaseUrl } from '../support/feder.ts';
import { silent } from '../support/log.ts';
import { postmasterOf, type ServerProcess, startServer } from '../support/server-process.ts';

type Later = (step: () => void | Promise<void>) => void;

const makeHome = (later: Later): string => {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-smart-'));
  later(() => rmSync(home, { recursive: true, force: true }));
  return home;
};

async function makeDataDir(later: Later): Promise<string> {
  const dataDir = path.join(makeHome(later), 'data');
  await copyDataDir(dataDir);
  return dataDir;
}

async function start(env: Record<string, string>, later: Later): Promise<ServerProcess> {
  const server = await startServer(env);
  later(async () => {
    await server.end('SIGTERM');
  });
  return server;
}

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

// Side by side: most of each is the time until a lost connection is made anew.
it.concurrent('a database of its own that is asked to stop is started again', async ({
  onTestFinished: later,
}) => {
  const dataDir = await makeDataDir(later);
  await stopAndWait(await start({ DATA_DIR: dataDir }, later), dataDir);
});

it.concurrent('a database of others that is asked to stop can stop, and is used again', async ({
  onTestFinished: later,
}) => {
  const theirs = await makeDataDir(later);
  // Their service manager starts it again.
  const { connection, stop } = await startEmbedded({
    dataDir: theirs,
    holder: 'command',
    log: silent,
  });
  later(stop);
  const env = { DATA_DIR: makeHome(later), DATABASE_URL: databaseUrl(connection) };
  await stopAndWait(await start(env, later), theirs);
});
