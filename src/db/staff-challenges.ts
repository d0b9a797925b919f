import type { Insertable, Selectable } from 'kysely';
import type { Db, Trx } from './client.ts';
import type { StaffChallengeTable } from './schema.ts';

export type ChallengeKind = Selectable<StaffChallengeTable>['kind'];
export type ChallengeRow = Selectable<StaffChallengeTable> & { email: string };

type Wanted = { tokenHash: Buffer; kinds: readonly ChallengeKind[]; now: Date };

/** A challenge that can still be answered. */
export function findChallengeRow(
  db: Db | Trx,
  { tokenHash, kinds, now }: Wanted,
): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('staffChallenges')
    .innerJoin('staff', 'staff.id', 'staffChallenges.staffId')
    .selectAll('staffChallenges')
    .select('staff.email')
    .where('tokenHash', '=', tokenHash)
    .where('kind', 'in', kinds)
    .where('expiresAt', '>', now)
    .where('disabledAt', 'is', null)
    .executeTakeFirst();
}

/** Adds a challenge and removes those whose time is over. */
export async function insertChallengeRow(
  trx: Trx,
  row: Insertable<StaffChallengeTable>,
): Promise<void> {
  await trx.deleteFrom('staffChallenges').where('expiresAt', '<=', row.createdAt).execute();
  await trx.insertInto('staffChallenges').values(row).execute();
}

/** Uses a challenge up; false when somebody else did. */
export async function deleteChallengeRow(trx: Trx, tokenHash: Buffer): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('staffChallenges')
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** Ends everything that one person began. */
export async function deleteChallengeRows(trx: Trx, staffId: string): Promise<void> {
  await trx.deleteFrom('staffChallenges').where('staffId', '=', staffId).execute();
}
