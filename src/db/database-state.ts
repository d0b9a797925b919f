import { type Migration, Migrator } from 'kysely';
import type { Db } from './client.ts';

/** The names of migrations that the database has not had yet, in their order; changes nothing. */
export async function listPendingMigrations(
  db: Db,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const known = await migrator.getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/** False while no key was ever used with this database. */
export async function hasMasterProbe(db: Db): Promise<boolean> {
  const row = await db.selectFrom('keys.masterVersions').select('version').executeTakeFirst();
  return row !== undefined;
}
