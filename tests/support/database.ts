import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { type Connection, connect, type Db } from '../../src/db/client.ts';
import { connectionTo, runOnServer } from './database-server.ts';

export type TestDatabase = { db: Db; connection: Connection; drop(): Promise<void> };

/** A migrated database of its own, cloned from the run's template. Drop it when the file is done. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('server');
  const name = `feder_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await runOnServer(server, `create database ${name} template ${inject('template')}`);
  const connection = connectionTo(server, name);
  const db = connect(connection);
  return {
    db,
    connection,
    async drop() {
      await db.destroy();
      await runOnServer(server, `drop database ${name} with (force)`);
    },
  };
}
