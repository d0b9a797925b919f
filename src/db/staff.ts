import { type Insertable, type Selectable, sql, type Updateable } from 'kysely';
import { foldEmailAddress } from '../domain/email-address.ts';
import type { Db, Trx } from './client.ts';
import type { StaffTable } from './schema.ts';

export type StaffRow = Selectable<StaffTable>;

const whereEmail = (email: string) => sql<boolean>`lower(email) = ${foldEmailAddress(email)}`;

/** The person with this address, in any spelling, disabled ones too. */
export function findStaffByEmail(db: Db | Trx, email: string): Promise<StaffRow | undefined> {
  return db.selectFrom('staff').selectAll().where(whereEmail(email)).executeTakeFirst();
}

/** The person with this id, disabled ones too. */
export function findStaff(db: Db | Trx, id: string): Promise<StaffRow | undefined> {
  return db.selectFrom('staff').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Like `findStaffByEmail`, holding the row until the transaction ends. */
export function lockStaffByEmail(trx: Trx, email: string): Promise<StaffRow | undefined> {
  return trx
    .selectFrom('staff')
    .selectAll()
    .where(whereEmail(email))
    .forUpdate()
    .executeTakeFirst();
}

type Identity = { issuer: string; subject: string };

const selectByIdentity = (db: Db | Trx, { issuer, subject }: Identity) =>
  db
    .selectFrom('staff')
    .selectAll()
    .where('oidcIssuer', '=', issuer)
    .where('oidcSubject', '=', subject);

/** The person whom this account at the single sign-on opens. */
export function findStaffByIdentity(db: Db, identity: Identity): Promise<StaffRow | undefined> {
  return selectByIdentity(db, identity).executeTakeFirst();
}

/** Like `findStaffByIdentity`, holding the row until the transaction ends. */
export function lockStaffByIdentity(trx: Trx, identity: Identity): Promise<StaffRow | undefined> {
  return selectByIdentity(trx, identity).forUpdate().executeTakeFirst();
}

/** Holds the row of somebody who is not disabled, so that sign-in and what ends it take turns. */
export function lockStaff(trx: Trx, id: string): Promise<StaffRow | undefined> {
  return trx
    .selectFrom('staff')
    .selectAll()
    .where('id', '=', id)
    .where('disabledAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Everybody, in the order in which they were added. */
export function listStaffRows(db: Db | Trx): Promise<StaffRow[]> {
  return db.selectFrom('staff').selectAll().orderBy('createdAt').orderBy('id').execute();
}

/** Those who work here and want the list of the week. */
export function listWeeklyReaders(db: Db): Promise<Pick<StaffRow, 'id' | 'role'>[]> {
  return db
    .selectFrom('staff')
    .select(['id', 'role'])
    .where('weeklyList', '=', true)
    .where('disabledAt', 'is', null)
    .orderBy('id')
    .execute();
}

/** The ids of those who can handle nothing any more: they are disabled, or review only. */
export async function listAway(db: Db | Trx): Promise<string[]> {
  const rows = await db
    .selectFrom('staff')
    .select('id')
    .where((eb) => eb.or([eb('disabledAt', 'is not', null), eb('role', '=', 'reviewer')]))
    .execute();
  return rows.map(({ id }) => id);
}

/** True when there is anybody, disabled or not enrolled yet included. */
export async function hasStaff(db: Db | Trx): Promise<boolean> {
  const row = await db.selectFrom('staff').select('id').limit(1).executeTakeFirst();
  return row !== undefined;
}

/**
 * Lets nobody else add staff until the transaction ends. A unique index can't say "only one first
 * admin", since two of them would have two addresses.
 */
export async function lockStaffTable(trx: Trx): Promise<void> {
  await sql`lock table staff in share row exclusive mode`.execute(trx);
}

export async function insertStaff(trx: Trx, row: Insertable<StaffTable>): Promise<StaffRow> {
  return await trx.insertInto('staff').values(row).returningAll().executeTakeFirstOrThrow();
}

/** Changes a row and returns it; throws when it is gone. */
export async function updateStaff(
  db: Db | Trx,
  id: string,
  changes: Updateable<StaffTable>,
): Promise<StaffRow> {
  return await db
    .updateTable('staff')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
