import pg from 'pg';
import { SUPERUSER } from './embedded-cluster.ts';
import { EmbeddedError } from './embedded-error.ts';

export const DATABASE = 'feder';

/** What `pg` needs to connect; `host` is the folder of the unix socket. */
export type EmbeddedConnection = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
};

export function connectionTo(
  socketDir: string,
  port: number,
  password: string,
): EmbeddedConnection {
  return { host: socketDir, port, user: DATABASE, password, database: DATABASE };
}

/** The word for why no connection came about (a SQLSTATE or a system error); undefined when it did. */
export async function tryConnection(connection: EmbeddedConnection): Promise<string | undefined> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}

/**
 * Makes the role and the database `feder` when they are missing. The role may create databases and
 * owns this one, but is no superuser: so nothing depends on rights that a DATABASE_URL would not
 * give, and no injected SQL reads files or starts programs.
 */
export async function ensureDatabase(
  connection: EmbeddedConnection,
  fresh: boolean,
): Promise<void> {
  if (!fresh && (await tryConnection(connection)) === undefined) return;
  const client = new pg.Client({ ...connection, user: SUPERUSER, database: 'postgres' });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new EmbeddedError(
      'start-failed',
      `The password in postgres.password does not open the database (${(error as Error).message}). Remove that file and start again: the database then gets a new password.`,
      error,
    );
  }
  try {
    const role = client.escapeIdentifier(connection.user);
    const database = client.escapeIdentifier(connection.database);
    const roles = await client.query('select 1 from pg_roles where rolname = $1', [
      connection.user,
    ]);
    await client.query(
      `${roles.rowCount ? 'alter' : 'create'} role ${role} login createdb password ${client.escapeLiteral(connection.password)}`,
    );
    const databases = await client.query('select 1 from pg_database where datname = $1', [
      connection.database,
    ]);
    if (!databases.rowCount) await client.query(`create database ${database} owner ${role}`);
  } finally {
    await client.end();
  }
}
