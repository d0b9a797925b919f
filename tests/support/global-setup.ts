import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { migrations } from '../../migrations/index.ts';
import { type Connection, connect, migrateToLatest } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { connectionTo, runOnServer } from './database-server.ts';
import { silent } from './log.ts';
import { copyFolder, makeDataDir } from './original-data-dir.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run; its user may create databases. */
    server: Connection;
    /** A migrated database to clone, and how, as `create database … template` takes it. */
    template: string;
    /** Where the DATA_DIR is, or will be once it is asked for, that `copyDataDir` copies. */
    dataDir: string;
  }
}

/** Starts one PostgreSQL for the run, or uses TEST_DATABASE_URL, and makes a migrated template database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = mkdtempSync(path.join(tmpdir(), 'feder-test-'));
  // PostgreSQL, which root starts as somebody else, has to get through.
  chmodSync(home, 0o711);
  const dataDir = path.join(home, 'original');
  const template = `feder_template_${process.pid}`;
  const url = process.env.TEST_DATABASE_URL;
  const server = url
    ? await useServer(url, template)
    : await startServer(dataDir, { as: path.join(home, 'run'), template });
  project.provide('server', server.connection);
  project.provide('template', template + (await strategyOf(server.connection)));
  project.provide('dataDir', dataDir);
  return async () => {
    await runOnServer(server.connection, `drop database ${template} with (force)`);
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
}

type Server = { connection: Connection; stop(): Promise<void> };

async function useServer(url: string, template: string): Promise<Server> {
  const connection = { url };
  await runOnServer(connection, `create database ${template}`);
  const db = connect(connectionTo(connection, template));
  await migrateToLatest(db, migrations);
  await db.destroy();
  return { connection, stop: async () => {} };
}

/** The DATA_DIR that tests copy is made on the way: a server of ours costs as much again otherwise. */
async function startServer(
  dataDir: string,
  { as, template }: { as: string; template: string },
): Promise<Server> {
  await makeDataDir(dataDir);
  copyFolder(dataDir, as);
  const { connection, stop } = await startEmbedded({
    dataDir: as,
    holder: 'command',
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      // A database that its worker looks at could not be dropped but by a superuser.
      autovacuum: 'off',
      max_connections: '300',
    },
    log: silent,
  });
  // Nobody may be connected to what is copied.
  const beside = connectionTo(connection, 'postgres');
  await runOnServer(beside, `create database ${template} template ${connection.database}`);
  return { connection, stop };
}

/** From 15 on PostgreSQL writes all of the template to its log as well, which takes twice the time. */
async function strategyOf(server: Connection): Promise<string> {
  const db = connect(server);
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int as version`.execute(db);
  await db.destroy();
  return rows[0]!.version >= 150_000 ? ' strategy file_copy' : '';
}
