import type { Insertable } from 'kysely';
import type { Db } from './client.ts';
import type { Schema } from './schema.ts';

/** Keeps the first probe of a master key and returns it; whoever comes later gets the first one's. */
export async function keepMasterProbe(
  db: Db,
  row: Insertable<Schema['keys.masterVersions']>,
): Promise<Buffer> {
  await db
    .insertInto('keys.masterVersions')
    .values(row)
    .onConflict((conflict) => conflict.column('version').doNothing())
    .execute();
  const kept = await db
    .selectFrom('keys.masterVersions')
    .select('probe')
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow();
  return kept.probe;
}
