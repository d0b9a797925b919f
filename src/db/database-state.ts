import { type Migration, Migrator, sql } from 'kysely';
import { type Db, findNewerVersion } from './client.ts';

/** The names of migrations that the database has not had yet, in their order; changes nothing. Throws an OperatorError where it has had one of a newer version. */
export async function listPendingMigrations(
  db: Db,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const newer = await findNewerVersion(db, migrations);
  if (newer) throw newer;
  const known = await migrator.getMigrations();
  return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

/** False while no key was ever used with this database. */
export async function hasMasterProbe(db: Db): Promise<boolean> {
  const row = await db.selectFrom('keys.masterVersions').select('version').executeTakeFirst();
  return row !== undefined;
}

/** What an operator wants to know of the server, of no use to anything else. */
export type DatabaseFacts = {
  version: string;
  major: number;
  /** What the database takes on the disk. */
  bytes: number;
  /** Our connection to it is. */
  encrypted: boolean;
};

export async function readDatabaseFacts(db: Db): Promise<DatabaseFacts> {
  const { rows } = await sql<DatabaseFacts>`
    select split_part(current_setting('server_version'), ' ', 1) as version,
      current_setting('server_version_num')::int / 10000 as major,
      pg_database_size(current_database()) as bytes,
      coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as encrypted`.execute(
    db,
  );
  return rows[0]!;
}
