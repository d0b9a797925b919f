import type { Insertable, Selectable } from 'kysely';
import type { Db, Trx } from './client.ts';
import type { StaffEnrolmentTable } from './schema.ts';

export type EnrolmentRow = Selectable<StaffEnrolmentTable>;

/** The row of a link, used and outdated ones too: those are told apart from links that never were. */
export function findEnrolmentRow(db: Db, tokenHash: Buffer): Promise<EnrolmentRow | undefined> {
  return db
    .selectFrom('staffEnrolments')
    .selectAll()
    .where('tokenHash', '=', tokenHash)
    .executeTakeFirst();
}

export async function insertEnrolmentRow(
  db: Db | Trx,
  row: Insertable<StaffEnrolmentTable>,
): Promise<void> {
  await db.insertInto('staffEnrolments').values(row).execute();
}

/** Uses a link up; false when it was used already or its time is over. */
export async function useEnrolmentRow(trx: Trx, tokenHash: Buffer, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('staffEnrolments')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Ends the open links of one person; with null those that create the first admin. */
export async function endEnrolmentRows(trx: Trx, staffId: string | null, now: Date): Promise<void> {
  await trx
    .updateTable('staffEnrolments')
    .set({ usedAt: now })
    .where('staffId', 'is not distinct from', staffId)
    .where('usedAt', 'is', null)
    .execute();
}
