import type pg from 'pg';
import { type Connection, createListener } from './client.ts';
import { copyOut } from './copy-stream.ts';

/** `public` stands for the schema in which we are, whatever it is called. */
export type BackedUpTable = {
  schema: 'public' | 'keys';
  name: string;
  columns: string[];
  /** Its size on the disk, in bytes. */
  size: number;
};

export type Snapshot = {
  /** To be called first: false, and nothing more can be read, while another snapshot has claimed that name. */
  claim(name: string): Promise<boolean>;
  /** Tables of one schema, without those that no backup keeps (unlogged ones: rate limits and their key). */
  list(schema: BackedUpTable['schema']): Promise<BackedUpTable[]>;
  /** Names of the migrations that the database has had, in their order. */
  listMigrations(): Promise<string[]>;
  /** Rows as `copy` writes them, and at last their number. */
  read(table: BackedUpTable, format: CopyFormat): AsyncGenerator<Buffer, number, void>;
  close(): Promise<void>;
};

/** `text` has one row a line, `binary` takes half the room where there are bytes. */
export type CopyFormat = 'text' | 'binary';

/** So long somebody who was killed may still hold what they worked on. */
const lockPatienceMs = 5_000;

/** What everything is read from that has to agree: the database at one moment, however long it takes. */
export async function openSnapshot(connection: Connection): Promise<Snapshot> {
  const client = createListener(connection);
  client.on('error', () => {});
  await client.connect();
  await client.query('begin isolation level repeatable read read only');
  return {
    async claim(name) {
      try {
        await client.query(`set local lock_timeout = ${lockPatienceMs}`);
        const lock = "select pg_advisory_xact_lock(hashtext('feder backup'), hashtext($1))";
        await client.query(lock, [name]);
        return true;
      } catch (error) {
        // SQLSTATE 55P03, lock_not_available.
        if (error instanceof Error && 'code' in error && error.code === '55P03') return false;
        throw error;
      }
    },
    list: (schema) => listTables(client, schema),
    async listMigrations() {
      const { rows } = await client.query<{ name: string }>(
        'select name from kysely_migration order by name',
      );
      return rows.map(({ name }) => name);
    },
    read: (table, format) => copyOut(client, `copy ${nameIn(table)} to stdout (format ${format})`),
    close: () => client.end(),
  };
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A table with its columns, as `copy` names them. */
export function nameIn({
  schema,
  name,
  columns,
}: Pick<BackedUpTable, 'schema' | 'name' | 'columns'>): string {
  return `${tableName({ schema, name })} (${columns.map(quote).join(', ')})`;
}

/** A table as statements name it. */
export const tableName = ({ schema, name }: Pick<BackedUpTable, 'schema' | 'name'>): string =>
  schema === 'keys' ? `keys.${quote(name)}` : quote(name);

/** The ordinary, logged tables of a schema with the columns that are stored as they are given. */
export async function listTables(
  client: pg.Client,
  schema: BackedUpTable['schema'],
): Promise<BackedUpTable[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; size: number }>(
    `select c.relname::text as name, pg_table_size(c.oid) as size,
      array(select a.attname::text from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0
        and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = case when $1 = 'keys' then 'keys' else current_schema() end
      and c.relkind = 'r' and c.relpersistence = 'p'
    order by c.relname`,
    [schema],
  );
  return rows.map((row) => ({ schema, ...row }));
}
