import type { Db, Trx } from './client.ts';

/** Gives a person new codes in the place of all that they had. */
export async function replaceRecoveryCodeRows(
  trx: Trx,
  staffId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await deleteRecoveryCodeRows(trx, staffId);
  await trx
    .insertInto('staffRecoveryCodes')
    .values(codeHashes.map((codeHash) => ({ codeHash, staffId, usedAt: null })))
    .execute();
}

export async function deleteRecoveryCodeRows(trx: Trx, staffId: string): Promise<void> {
  await trx.deleteFrom('staffRecoveryCodes').where('staffId', '=', staffId).execute();
}

/** Uses a code up; false when it is not this person's or was used already. */
export async function useRecoveryCodeRow(
  trx: Trx,
  { staffId, codeHash, now }: { staffId: string; codeHash: Buffer; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('staffRecoveryCodes')
    .set({ usedAt: now })
    .where('codeHash', '=', codeHash)
    .where('staffId', '=', staffId)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** How many codes of a person can still be used. */
export async function countRecoveryCodeRows(db: Db, staffId: string): Promise<number> {
  const { count } = await db
    .selectFrom('staffRecoveryCodes')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('staffId', '=', staffId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
