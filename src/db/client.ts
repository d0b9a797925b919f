import {
  CamelCasePlugin,
  Kysely,
  type Migration,
  Migrator,
  PostgresDialect,
  sql,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

/** The database outside of a transaction. Functions that only read take this or a `Trx`. */
export type Db = Kysely<Schema>;
/** Inside a transaction. Functions that must be part of one take this; passing a `Db` does not compile. */
export type Trx = Transaction<Schema>;

export type Connection =
  | { url: string }
  | { host: string; port: number; user: string; password: string; database: string };

// int8 holds our sizes, counts and log positions, all far below 2^53; dates without time stay text.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.DATE, (value) => value);

const configOf = (connection: Connection): pg.ClientConfig => ({
  ...('url' in connection ? { connectionString: connection.url } : connection),
  types,
  application_name: 'feder',
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
});

/** Opens a pool lazily. `onIdleError` hears of connections that break while nobody uses them. */
export function connect(
  connection: Connection,
  options: { max?: number; onIdleError?: (error: Error) => void } = {},
): Db {
  const pool = new pg.Pool({
    ...configOf(connection),
    max: options.max ?? 10,
    idleTimeoutMillis: 30_000,
  });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', options.onIdleError ?? (() => {}));
  // The pool does not listen to a connection that is in use; whoever uses it hears from the query.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** One connection of its own, for LISTEN. The caller connects and ends it. */
export function createListener(connection: Connection): pg.Client {
  return new pg.Client(configOf(connection));
}

/**
 * Brings the database to the newest migration under an advisory lock: of two instances that
 * start together one migrates and the other waits. Returns the names of what was run.
 */
export async function migrateToLatest(
  db: Db,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** The database's time, and which of the settings that durability rests on are switched off. */
export async function readDatabaseState(db: Db): Promise<{ now: Date; unsafe: string[] }> {
  const { rows } = await sql<{ now: Date; unsafe: string[] }>`
    select clock_timestamp() as now, coalesce((
      select array_agg(name order by name) from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'
    ), '{}') as unsafe`.execute(db);
  return rows[0]!;
}

/**
 * For a `with` clause: the statement does not wait for the disk at its end. A later transaction that
 * does wait makes it durable too, since the log is flushed in order. The clause must be selected
 * from, or PostgreSQL leaves it out.
 */
export const withoutWaiting = sql<{
  quick: string;
}>`(select set_config('synchronous_commit', 'off', true) as quick)`;

/** True when a trivial query answers. */
export async function isWell(db: Db): Promise<boolean> {
  try {
    await sql`select 1`.execute(db);
    return true;
  } catch {
    return false;
  }
}

// SQLSTATE classes: 08 connection, 53 resources, 57P shutting down; Node's codes for a lost socket.
const lostConnection =
  /^(08...|53...|57P..|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** True when the database did not answer, as opposed to having refused a statement. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return lostConnection.test(error.code);
  // pg has no codes for a connection that ends under a query or can't be had in time.
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  );
}
