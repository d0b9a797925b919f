import { sql } from 'kysely';
import type { Db } from '../../src/db/client.ts';

/** Every row of every table as text, as a dump has it; bytes stand in hexadecimal digits. */
export async function dumpTables(db: Db): Promise<{ table: string; row: string }[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_schema) || '.' || quote_ident(table_name) as name
    from information_schema.tables
    where table_type = 'BASE TABLE'
      and table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const all: { table: string; row: string }[] = [];
  for (const { name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.raw(name)} as t`.execute(db);
    all.push(...rows.map(({ row }) => ({ table: name, row })));
  }
  return all;
}
