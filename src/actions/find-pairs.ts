import { advancePairBacklog, endPairBacklog, listPairBacklog } from '../db/pair-backlog.ts';
import {
  compareTwins,
  findSuspects,
  listSuspected,
  lockTwins,
  saveSuspicions,
} from '../db/suspicions.ts';
import type { Deps } from '../deps.ts';

type Core = Pick<Deps, 'db' | 'clock'>;

/**
 * Looks for other applications that may be the same person's, and drops suspicions that hold no longer.
 * May be called again at any time: what an editor has decided about a pair stays. Nothing is done for
 * a draft or a discreet application.
 */
export async function findPairs({ db, clock }: Core, id: string): Promise<void> {
  const suspects = await db.transaction().execute(async (trx) => {
    const [own] = await lockTwins(trx, [id]);
    return own && (await findSuspects(trx, own));
  });
  if (!suspects) return;
  // Locked anew with the others, in one order, and compared as all of them stand then.
  await db.transaction().execute(async (trx) => {
    const suspected = await listSuspected(trx, id);
    const twins = await lockTwins(trx, [...new Set([id, ...suspects, ...suspected])]);
    const own = twins.find((one) => one.id === id);
    if (!own) return;
    const others = twins.filter((one) => one.id !== id);
    await saveSuspicions(trx, id, await compareTwins(trx, own, others), clock.now());
  });
}

/**
 * Looks at the next applications from before the upgrade, each once; how many they were. Fewer than
 * `limit` were the last.
 */
export async function findEarlierPairs(core: Core, limit: number): Promise<number> {
  const { db } = core;
  const ids = await listPairBacklog(db, limit);
  for (const id of ids) {
    await findPairs(core, id);
    await advancePairBacklog(db, id);
  }
  if (ids.length < limit) await endPairBacklog(db);
  return ids.length;
}
