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
import { OperatorError } from '../errors.ts';
import { comesByCopy, queryByCopy } from './by-copy.ts';
import { countLost } from './crash-watch.ts';
import { cut } from './cut.ts';
import { hasPieces, queryPieces } from './pieces.ts';
import { nameOf } from './prepared.ts';
import type { Schema } from './schema.ts';
import { allowLettingGo } from './shutdown-watch.ts';

/** The database outside of a transaction. Functions that only read take this or a `Trx`. */
export type Db = Kysely<Schema>;
/** Inside a transaction. Functions that must be part of one take this; passing a `Db` does not compile. */
export type Trx = Transaction<Schema>;

export type Connection = (
  | { url: string }
  | { host: string; port: number; user: string; password: string; database: string }
) & {
  /** What the server is told of who is connected: `feder` and the master keys that it holds. */
  name?: string;
};

// int8 holds our sizes, counts and log positions, all far below 2^53; dates without time stay text.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.DATE, (value) => value);

const connectWithinMs = 5_000;
const configOf = ({ name = 'feder', ...connection }: Connection): pg.ClientConfig => ({
  ...('url' in connection ? { connectionString: connection.url } : connection),
  types,
  application_name: name,
  connectionTimeoutMillis: connectWithinMs,
  keepAlive: true,
});

type PoolOptions = {
  max?: number;
  /** Hears of connections that break while nobody uses them. */
  onIdleError?: (error: Error) => void;
  /**
   * How long one statement may take, in milliseconds; then it fails with a connection error. For
   * those who would rather be told than wait: migrations and reports leave it out.
   */
  answerWithinMs?: number;
};

/** Opens a pool lazily. */
export function connect(connection: Connection, options: PoolOptions = {}): Db {
  const { answerWithinMs } = options;
  const pool = new pg.Pool({
    ...configOf(connection),
    ...(answerWithinMs && {
      query_timeout: answerWithinMs,
      connectionTimeoutMillis: Math.min(answerWithinMs, connectWithinMs),
    }),
    max: options.max ?? 10,
    idleTimeoutMillis: 30_000,
    // Statements of one connection don't wait for each other's answers (`transact`).
    pipeline: true,
  } as pg.PoolConfig);
  // Without a listener a broken idle connection would end the process.
  pool.on('error', options.onIdleError ?? (() => {}));
  // The pool does not listen to a connection that is in use; whoever uses it hears from the query.
  pool.on('connect', (client) => client.on('error', () => losses.note()));
  pool.on('connect', useNames);
  if (answerWithinMs) hurry(pool, answerWithinMs, () => losses.note());
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  const losses = countLost(db);
  allowLettingGo(db, pool);
  return db;
}

type Query = (text: string, values: unknown[]) => Promise<unknown>;

/** What we know of pg's client, whose version is pinned. */
type Stream = { cork(): void; uncork(): void };
const streamOf = (client: pg.PoolClient): Stream =>
  (client as unknown as { connection: { stream: Stream } }).connection.stream;

/** Where its packages can, PostgreSQL compiles what it guesses to take long, which takes longer than ours do. */
const withoutJit = 'set jit = off';

/** Lets a connection remember the statements that are prepared, and send those of one moment together. */
function useNames(client: pg.PoolClient): void {
  const query = client.query.bind(client) as typeof client.query;
  const stream = streamOf(client);
  const queryByName: Query = async (text, values) => {
    const name = nameOf(text);
    stream.cork();
    process.nextTick(() => stream.uncork());
    try {
      if (comesByCopy(values)) return await queryByCopy(query, text, values);
      const config = name ? { name, text, values } : { text, values };
      return await (hasPieces(values) ? queryPieces(query, config) : query(config));
    } catch (error) {
      if (!name || !(error instanceof Error && 'code' in error && error.code === '0A000'))
        throw error;
      // Another instance has migrated: what this connection remembers is of no use any more.
      cut(client);
      throw new Error('Connection terminated: a table has changed', { cause: error });
    }
  };
  // Nobody waits for it: what is asked first goes after it on the same connection.
  query(withoutJit).catch(() => {});
  client.query = queryByName as typeof client.query;
}

const notAnswered = 'Query read timeout';

/**
 * A server that is slow gives a statement up itself, shortly before we stop waiting for it. One that
 * hangs can't: that connection is done for, or whatever was sent on it next would wait for as long,
 * and so are those that lie idle beside it.
 */
function hurry(pool: pg.Pool, answerWithinMs: number, onCut: () => void): void {
  const idle = new Set<pg.PoolClient>();
  pool.on('release', (_, client) => idle.add(client));
  pool.on('acquire', (client) => idle.delete(client));
  pool.on('remove', (client) => idle.delete(client));
  pool.on('connect', (client) => {
    const query = client.query as Query;
    // Not in the start of the session, where poolers between us and the server refuse it.
    const setting = `set statement_timeout = ${Math.round(answerWithinMs * 0.9)}`;
    let isSet: Promise<unknown> | undefined;
    const queryInTime: Query = async (text, values) => {
      try {
        isSet ??= query(setting, []);
        await isSet;
        return await query(text, values);
      } catch (error) {
        if (error instanceof Error && error.message === notAnswered) {
          onCut();
          for (const one of [client, ...idle]) cut(one);
        }
        throw error;
      }
    };
    client.query = queryInTime as typeof client.query;
  });
}

/** One connection of its own, for LISTEN. The caller connects and ends it. */
export function createListener(connection: Connection): pg.Client {
  return new pg.Client(configOf(connection));
}

/**
 * Brings the database to the newest migration under an advisory lock: of two instances that
 * start together one migrates and the other waits. Returns the names of what was run. Of migrations
 * that were written side by side a lower number may reach a database after a higher one; restoring a
 * backup (`restoring.ts`) takes them in the same way. Throws an OperatorError for a database that has
 * had a migration of a newer version.
 */
export async function migrateToLatest(
  db: Db,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  const provider = { getMigrations: async () => migrations };
  const migrator = new Migrator({ db, provider, allowUnorderedMigrations: true });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw (await findNewerVersion(db, migrations)) ?? error;
  return (results ?? []).map((result) => result.migrationName);
}

/** Why this version must not touch a database that a newer one has migrated; undefined where none has. */
export async function findNewerVersion(
  db: Db,
  migrations: Record<string, Migration>,
): Promise<OperatorError | undefined> {
  // Where the table can't be read, the error itself says why.
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`
    .execute(db)
    .catch(() => ({ rows: [] }));
  const unknown = rows.findLast(({ name }) => !Object.hasOwn(migrations, name));
  return (
    unknown &&
    new OperatorError(
      `The database belongs to a newer version of Feder: this one does not know the migration ${unknown.name}. Start that version, or restore a backup from before it. Nothing was changed.`,
    )
  );
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

// SQLSTATE classes: 08 connection, 53 resources, 57P shutting down, 57014 out of time; Node's codes for a lost socket.
const lostConnection =
  /^(08...|53...|57P..|57014|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** True when the database did not answer, as opposed to having refused a statement. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string') return lostConnection.test(error.code);
  // pg has no codes for a connection that ends under a query or is not there in time.
  return /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  );
}
