import pg from 'pg';
import type { Connection } from '../../src/db/client.ts';

/** The same server, another database. */
export function connectionTo(server: Connection, database: string): Connection {
  if (!('url' in server)) return { ...server, database };
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return { url: url.href };
}

/** Runs one statement that a transaction block would refuse, such as `create database`. */
export async function runOnServer(server: Connection, statement: string): Promise<void> {
  const client = new pg.Client('url' in server ? server.url : server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
