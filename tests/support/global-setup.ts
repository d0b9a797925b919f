import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { migrations } from '../../migrations/index.ts';
import { type Connection, connect, migrateToLatest } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { connectionTo, runOnServer } from './database-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run; its user may create databases. */
    server: Connection;
    /** A migrated database to clone, and how, as `create database … template` takes it. */
    template: string;
  }
}

const silent = { info() {}, warn() {}, error() {} };

/** Starts one PostgreSQL for the run, or uses TEST_DATABASE_URL, and migrates a template database. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const template = `feder_template_${process.pid}`;
  await runOnServer(server.connection, `create database ${template}`);
  const db = connect(connectionTo(server.connection, template));
  await migrateToLatest(db, migrations);
  // From 15 on PostgreSQL writes all of the template to its log as well, which takes twice the time.
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int as version`.execute(db);
  const strategy = rows[0]!.version >= 150_000 ? ' strategy file_copy' : '';
  await db.destroy();
  project.provide('server', server.connection);
  project.provide('template', template + strategy);
  return async () => {
    await runOnServer(server.connection, `drop database ${template} with (force)`);
    await server.stop();
  };
}

async function startServer(): Promise<{ connection: Connection; stop(): Promise<void> }> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { connection: { url }, stop: async () => {} };
  const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-test-'));
  const server = await startEmbedded({
    dataDir,
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
  return {
    connection: server.connection,
    async stop() {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
