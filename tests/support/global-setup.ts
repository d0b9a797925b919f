import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrations } from '../../migrations/index.ts';
import { type Connection, connect, migrateToLatest } from '../../src/db/client.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { connectionTo, runOnServer } from './database-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The server of this run; its user may create databases. */
    server: Connection;
    /** A migrated database to clone. */
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
  await db.destroy();
  project.provide('server', server.connection);
  project.provide('template', template);
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
