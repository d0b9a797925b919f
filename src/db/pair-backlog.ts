import type { Db } from './client.ts';

/**
 * The next submitted applications from before the upgrade that nobody has compared with others, by id;
 * fewer than `limit` when these are the last.
 */
export async function listPairBacklog(db: Db, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('pairBacklog as b')
    .innerJoin('applications as a', (join) => join.onRef('a.id', '<=', 'b.untilId'))
    .select('a.id')
    .where('a.submittedAt', 'is not', null)
    .where((eb) => eb.or([eb('b.lastId', 'is', null), eb('a.id', '>', eb.ref('b.lastId'))]))
    .orderBy('a.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Keeps that the applications up to this one were compared. */
export async function advancePairBacklog(db: Db, lastId: string): Promise<void> {
  await db.updateTable('pairBacklog').set({ lastId }).execute();
}

/** Nothing from before the upgrade is left. */
export async function endPairBacklog(db: Db): Promise<void> {
  await db.deleteFrom('pairBacklog').execute();
}
