import { CamelCasePlugin, Kysely, type Migration, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import { OperatorError } from '../errors.ts';
import { type Connection, createListener, type Trx } from './client.ts';
import { copyIn } from './copy-stream.ts';
import { type BackedUpTable, type CopyFormat, listTables, nameIn, tableName } from './snapshot.ts';

/** What a restore does inside its one transaction, in this order. */
export type Restoring = {
  /** Makes the tables as they were after these migrations, and empty. */
  makeTables(migrations: Record<string, Migration>, names: readonly string[]): Promise<void>;
  /** Fills one of them and returns how many rows it has got; undefined when there is no such table. */
  fill(
    table: Pick<BackedUpTable, 'schema' | 'name' | 'columns'>,
    format: CopyFormat,
    rows: AsyncIterable<Buffer>,
  ): Promise<number | undefined>;
  /** Has the database keep its rules again, over all that came in. */
  settle(): Promise<void>;
  /** Brings it to the newest version; the names of what was run. */
  migrate(migrations: Record<string, Migration>): Promise<string[]>;
  /** For what else belongs to it. */
  trx: Trx;
};

const schemas = ['public', 'keys'] as const;

/**
 * Does `work` in one transaction on an empty database: all of it is there afterwards, or nothing, also
 * after a crash. Throws an OperatorError when the database is not empty.
 */
export async function restoreInto<T>(
  connection: Connection,
  work: (restoring: Restoring) => Promise<T>,
): Promise<T> {
  const client = createListener(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    // Of two at once the second one finds what the first has made.
    await client.query("select pg_advisory_xact_lock(hashtext('feder restore'))");
    await expectEmpty(client);
    const result = await work(createRestoring(client));
    await client.query('commit');
    // Or the first plans would be made for empty tables.
    await client.query('analyze');
    return result;
  } finally {
    // Without a commit the server undoes everything.
    await client.end();
  }
}

async function expectEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in (current_schema(), 'keys') and c.relkind in ('r', 'p', 'v', 'm') limit 1`,
  );
  if (rows.length === 0) return;
  throw new OperatorError(
    `The database is not empty (it has the table ${rows[0]!.name}), and a backup is restored into an empty one only. Name another: a new DATABASE_URL, or a new DATA_DIR with a copy of master.key in it. Nothing was changed.`,
  );
}

function createRestoring(client: pg.Client): Restoring {
  const trx = kyselyOver(client);
  let foreignKeys: { table: string; name: string; definition: string }[] = [];
  let tables: BackedUpTable[] = [];
  return {
    trx: trx as unknown as Trx,
    async makeTables(migrations, names) {
      // As Kysely makes them; what is in them is in the backup.
      await client.query(
        'create table kysely_migration (name varchar(255) not null primary key, timestamp varchar(255) not null)',
      );
      await client.query(
        'create table kysely_migration_lock (id varchar(255) not null primary key, is_locked integer default 0 not null)',
      );
      for (const name of names) {
        const migration = migrations[name];
        if (!migration) {
          throw new OperatorError(
            `The backup was made by a newer version: this one does not know the migration ${name}. Restore it with that version. Nothing was changed.`,
          );
        }
        await migration.up(trx);
      }
      tables = (await Promise.all(schemas.map((schema) => listTables(client, schema)))).flat();
      foreignKeys = await listForeignKeys(client);
      for (const { table, name } of foreignKeys) {
        await client.query(`alter table ${table} drop constraint ${name}`);
      }
      for (const table of tables) {
        await client.query(`truncate ${tableName(table)}`);
        await client.query(`alter table ${tableName(table)} disable trigger user`);
      }
    },
    async fill(table, format, rows) {
      if (!tables.some(({ schema, name }) => schema === table.schema && name === table.name)) {
        return undefined;
      }
      return await copyIn(client, `copy ${nameIn(table)} from stdin (format ${format})`, rows);
    },
    async settle() {
      for (const table of tables) {
        await client.query(`alter table ${tableName(table)} enable trigger user`);
      }
      for (const { table, name, definition } of foreignKeys) {
        await client.query(`alter table ${table} add constraint ${name} ${definition}`);
      }
      await settleSequences(client);
    },
    async migrate(migrations) {
      const { rows } = await client.query<{ name: string }>('select name from kysely_migration');
      const had = new Set(rows.map(({ name }) => name));
      const pending = Object.keys(migrations)
        .filter((name) => !had.has(name))
        .sort();
      for (const name of pending) {
        await migrations[name]!.up(trx);
        await client.query('insert into kysely_migration (name, timestamp) values ($1, $2)', [
          name,
          new Date().toISOString(),
        ]);
      }
      return pending;
    },
  };
}

/** What our own functions and migrations work with, over the connection that is in the transaction. */
function kyselyOver(client: pg.Client): Kysely<unknown> {
  const one = { query: client.query.bind(client), release() {} };
  const pool = { connect: async () => one as unknown as pg.PoolClient, end: async () => {} };
  return new Kysely({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

async function listForeignKeys(
  client: pg.Client,
): Promise<{ table: string; name: string; definition: string }[]> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint as c join pg_namespace as n on n.oid = c.connamespace
    where contype = 'f' and n.nspname in (current_schema(), 'keys') order by c.oid`,
  );
  return rows;
}

/** Numbers that the database gives go on after those that came in. */
async function settleSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; sequence: string }>(
    `select c.oid::regclass::text as table, quote_ident(a.attname) as column,
      pg_get_serial_sequence(c.oid::regclass::text, a.attname) as sequence
    from pg_attribute as a join pg_class as c on c.oid = a.attrelid join pg_namespace as n on n.oid = c.relnamespace
    where a.attidentity <> '' and n.nspname in (current_schema(), 'keys')`,
  );
  for (const { table, column, sequence } of rows) {
    await client.query(
      `select setval($1::regclass, coalesce(max(${column}), 0) + 1, false) from ${table}`,
      [sequence],
    );
  }
}

/** Ends what was begun in a browser or a mail at the time of the backup: who signed out since must stay so. */
export async function endSessions(trx: Trx): Promise<void> {
  await sql`delete from staff_sessions`.execute(trx);
  await sql`delete from staff_challenges`.execute(trx);
  await sql`delete from staff_enrolments`.execute(trx);
}

/** Applications whose key is not there, since it was taken out of the backup after their erasure. */
export async function listKeyless(trx: Trx): Promise<string[]> {
  const rows = await trx
    .selectFrom('applications as a')
    .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .select('a.id')
    .where('k.applicationId', 'is', null)
    .orderBy('a.id')
    .execute();
  return rows.map(({ id }) => id);
}
