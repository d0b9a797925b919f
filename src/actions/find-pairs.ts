import { findSuspects, getNames, saveSuspects } from '../db/pairs.ts';
import { transact } from '../db/pipeline.ts';
import type { Deps } from '../deps.ts';
import { foldName } from '../domain/names.ts';
import { shortestTellingName } from '../domain/pairs.ts';

/**
 * Looks for other applications that may be the same person's. May be called again at any time: what
 * an editor has decided about a pair stays. Nothing is done for a draft or a discreet application.
 */
export async function findPairs(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  id: string,
): Promise<void> {
  await transact(db, async (trx) => {
    const application = await getNames(trx, id);
    if (!application) return;
    const { fullName, latinName, penName } = application;
    const names = [...new Set([fullName, latinName, penName].map(foldName))].filter(
      (name) => name.length >= shortestTellingName && name.includes(' '),
    );
    await saveSuspects(trx, id, await findSuspects(trx, { id, names }), clock.now());
  });
}
