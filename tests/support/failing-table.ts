import { sql } from 'kysely';
import type { Db } from '../../src/db/client.ts';

/** Makes every change of a row of one table fail that is of one kind, as a full disk would. Returns what mends it. */
export async function breakTable(
  db: Db,
  act: 'insert' | 'update' | 'delete',
  table: string,
): Promise<() => Promise<void>> {
  await sql`create or replace function fail_here() returns trigger language plpgsql as $$
    begin raise exception 'planted' using errcode = '23514'; end $$`.execute(db);
  await sql`create trigger planted before ${sql.raw(act)} on ${sql.table(table)}
    for each row execute function fail_here()`.execute(db);
  return async () => {
    await sql`drop trigger planted on ${sql.table(table)}`.execute(db);
  };
}
