import { lockApplication } from '../db/applications.ts';
import { findLiveAct } from '../db/decision-acts.ts';
import { recordEvents } from '../db/events.ts';
import { isMerged, listMergedInto, lockPair, setMergedInto, updatePair } from '../db/pairs.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { type PairAct, pairStateAfter } from '../domain/pairs.ts';
import { AppError, found } from '../errors.ts';

const eventOf = {
  link: 'pair-linked',
  merge: 'pair-merged',
  'set-apart': 'pair-set-apart',
  undo: 'pair-undone',
} as const satisfies Record<PairAct, string>;

/**
 * Decides about two applications that may be one person's, as `staffId`. Merging keeps `id` in the
 * list and takes the other one out of it; undo puts it back. Logged with both. `letter-held`, and
 * nothing done, while a letter about the one that would be merged has not left. Throws `conflict`
 * when the pair does not stand where it was `seen`, when one of both is merged already, and when the
 * other one stands for others.
 */
export async function decidePair(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  decision: { id: string; otherId: string; act: PairAct; seen: string; staffId: string },
): Promise<'done' | 'letter-held'> {
  const { id, otherId, act, seen, staffId } = decision;
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    // Always in one order, so that two decisions wait for each other instead of for ever.
    for (const one of [id, otherId].sort()) found(await lockApplication(trx, one));
    const pair = found(await lockPair(trx, id, otherId));
    const state = pairStateAfter(pair.state, act);
    if (pair.state !== seen || state === undefined) throw new AppError('conflict');
    if (state === 'merged') {
      // One may stand for many, but no one for somebody who stands for others.
      const isChain =
        (await isMerged(trx, id)) ||
        (await isMerged(trx, otherId)) ||
        (await listMergedInto(trx, otherId)).length > 0;
      if (isChain) throw new AppError('conflict');
      // It could be recalled, and would move what is to stand still.
      if ((await findLiveAct(trx, otherId))?.jobState === 'queued') return 'letter-held';
      await setMergedInto(trx, otherId, id);
      await indexApplication(trx, otherId);
    } else if (pair.keptId !== null) {
      const released = pair.keptId === id ? otherId : id;
      await setMergedInto(trx, released, null);
      await indexApplication(trx, released);
    }
    await updatePair(trx, pair, {
      state,
      keptId: state === 'merged' ? id : null,
      staffId,
      decidedAt: now,
    });
    const event = { actor: 'staff', staffId, type: eventOf[act], at: now } as const;
    await recordEvents(trx, [
      { ...event, applicationId: id, toValue: otherId },
      { ...event, applicationId: otherId, toValue: id },
    ]);
    return 'done';
  });
}
