import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, Trx } from './client.ts';
import type { Schema } from './schema.ts';

export type MasterVersion = { version: number; probe: Buffer };
export type InstallationKey = Selectable<Schema['keys.installationKeys']>;

/** Every master key that something may be wrapped by, the newest first. */
export async function listMasterVersions(db: Db | Trx): Promise<MasterVersion[]> {
  return await db
    .selectFrom('keys.masterVersions')
    .select(['version', 'probe'])
    .orderBy('version', 'desc')
    .execute();
}

/** False when there is one of that number already. */
export async function insertMasterVersion(
  db: Db | Trx,
  row: Insertable<Schema['keys.masterVersions']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('keys.masterVersions')
    .values(row)
    .onConflict((conflict) => conflict.column('version').doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Empty before the first start. */
export async function listInstallationKeys(db: Db | Trx): Promise<InstallationKey[]> {
  return await db.selectFrom('keys.installationKeys').selectAll().execute();
}

/** Keeps those that are there already. */
export async function insertInstallationKeys(
  db: Db | Trx,
  rows: readonly InstallationKey[],
): Promise<void> {
  await db
    .insertInto('keys.installationKeys')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export type WrappedKey = { id: string; wrapped: Buffer };

/** Locks the next keys, by application, that another master key than `version` wraps. */
export async function lockKeysOfOthers(
  trx: Trx,
  { version, after, limit }: { version: number; after: string | undefined; limit: number },
): Promise<WrappedKey[]> {
  return await trx
    .selectFrom('keys.applicationKeys')
    .select(['applicationId as id', 'wrapped'])
    .where('masterVersion', '<>', version)
    .$if(after !== undefined, (query) => query.where('applicationId', '>', after!))
    .orderBy('applicationId')
    .limit(limit)
    .forUpdate()
    .execute();
}

/** Puts other wrapped forms in the place of those that `lockKeysOfOthers` has locked. */
export async function storeRewrapped(
  trx: Trx,
  version: number,
  rows: readonly WrappedKey[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`update keys.application_keys as k set master_version = ${version}::int, wrapped = v.wrapped
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ wrapped }) => wrapped)}::bytea[])
      as v (id, wrapped) where k.application_id = v.id`.execute(trx);
}

/** The same for those of the installation. */
export async function storeInstallationKey(trx: Trx, row: InstallationKey): Promise<void> {
  const { purpose, masterVersion, wrapped } = row;
  await trx
    .updateTable('keys.installationKeys')
    .set({ masterVersion, wrapped })
    .where('purpose', '=', purpose)
    .execute();
}

/** Does `work` while nobody else does such work on this database; undefined when somebody does. */
export async function rotateAlone<T>(db: Db, work: () => Promise<T>): Promise<T | undefined> {
  const name = sql`hashtext('feder keys rotate')`;
  return await db.connection().execute(async (held) => {
    const { rows } = await sql<{ ours: boolean }>`
      select pg_try_advisory_lock(${name}) as ours`.execute(held);
    if (!rows[0]?.ours) return undefined;
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${name})`.execute(held);
    }
  });
}

/** How many application keys another master key wraps, and how many there are. */
export async function countKeys(
  db: Db,
  version: number,
): Promise<{ waiting: number; total: number }> {
  const { rows } = await sql<{ waiting: number; total: number }>`
    select count(*) filter (where master_version <> ${version}::int) as waiting, count(*) as total
    from keys.application_keys`.execute(db);
  return rows[0]!;
}

/**
 * Forgets the master keys before `version`; from then on nothing can be stored under them. False, and
 * nothing is forgotten, while one of them still wraps something.
 */
export async function retireMasterVersions(db: Db, version: number): Promise<boolean> {
  try {
    await db.deleteFrom('keys.masterVersions').where('version', '<', version).execute();
    return true;
  } catch (error) {
    // SQLSTATE 23503, foreign_key_violation.
    if (error instanceof Error && 'code' in error && error.code === '23503') return false;
    throw error;
  }
}

/** The names of the connections that servers of ours have to this database, each once. */
export async function listServerNames(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and application_name like 'feder%' and application_name not like '%command'`.execute(db);
  return rows.map(({ name }) => name);
}
