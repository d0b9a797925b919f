import type { Insertable, Selectable } from 'kysely';
import type { Role } from '../domain/permissions.ts';
import type { Db, Trx } from './client.ts';
import type { StaffSessionTable } from './schema.ts';

export type SessionRow = {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: string;
  keyboard: boolean;
  lastSeenAt: Date;
};

type LivingSince = {
  now: Date;
  /** Sessions last used at this time or before have ended. */
  idleSince: Date;
};

/** The person behind a living session: one query, which asks about disabling as well. */
export function findSessionRow(
  db: Db,
  tokenHash: Buffer,
  { now, idleSince, factorRequired }: LivingSince & { factorRequired: boolean },
): Promise<SessionRow | undefined> {
  return db
    .selectFrom('staffSessions')
    .innerJoin('staff', 'staff.id', 'staffSessions.staffId')
    .select(['staff.id', 'email', 'name', 'role', 'staff.language', 'keyboard', 'lastSeenAt'])
    .where('tokenHash', '=', tokenHash)
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', idleSince)
    .where('disabledAt', 'is', null)
    .$if(factorRequired, (query) =>
      query.where((where) =>
        where.or([where('totpConfirmedAt', 'is not', null), where('factorElsewhere', '=', true)]),
      ),
    )
    .executeTakeFirst();
}

/** True for a session that the single sign-on has opened with a second factor of its own. */
export async function isFactorElsewhere(trx: Trx, tokenHash: Buffer): Promise<boolean> {
  const row = await trx
    .selectFrom('staffSessions')
    .select('factorElsewhere')
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
  return row?.factorElsewhere ?? false;
}

/** Records that a session was used, unless somebody did so after `before`. */
export async function touchSessionRow(
  db: Db,
  tokenHash: Buffer,
  { now, before }: { now: Date; before: Date },
): Promise<void> {
  await db
    .updateTable('staffSessions')
    .set({ lastSeenAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('lastSeenAt', '<=', before)
    .execute();
}

/** Adds a session and removes those that have ended, so that the table stays small. */
export async function insertSessionRow(
  trx: Trx,
  row: Insertable<StaffSessionTable>,
  { now, idleSince }: LivingSince,
): Promise<void> {
  await trx
    .deleteFrom('staffSessions')
    .where((where) =>
      where.or([where('expiresAt', '<=', now), where('lastSeenAt', '<=', idleSince)]),
    )
    .execute();
  await trx.insertInto('staffSessions').values(row).execute();
}

const listedColumns = ['tokenHash', 'id', 'browser', 'createdAt', 'lastSeenAt'] as const;
type ListedColumn = (typeof listedColumns)[number];

/** The living sessions of one person, the newest first. */
export function listSessionRows(
  db: Db,
  staffId: string,
  { now, idleSince }: LivingSince,
): Promise<Pick<Selectable<StaffSessionTable>, ListedColumn>[]> {
  return db
    .selectFrom('staffSessions')
    .select(listedColumns)
    .where('staffId', '=', staffId)
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', idleSince)
    .orderBy('createdAt', 'desc')
    .orderBy('tokenHash')
    .execute();
}

export async function deleteSessionRow(db: Db | Trx, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('staffSessions').where('tokenHash', '=', tokenHash).execute();
}

/** The same by what a page calls it, if it is this person's. */
export async function deleteSessionRowById(db: Db, staffId: string, id: string): Promise<void> {
  await db
    .deleteFrom('staffSessions')
    .where('id', '=', id)
    .where('staffId', '=', staffId)
    .execute();
}

/** Ends the sessions of one person, all of them or all but one. */
export async function deleteSessionRows(
  db: Db | Trx,
  staffId: string,
  except?: Buffer,
): Promise<void> {
  await db
    .deleteFrom('staffSessions')
    .where('staffId', '=', staffId)
    .$if(except !== undefined, (query) => query.where('tokenHash', '!=', except!))
    .execute();
}
