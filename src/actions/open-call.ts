import { lockCall, recordCallEvent, updatePeriod } from '../db/call-versions.ts';
import { getPublication } from '../db/calls.ts';
import type { Deps } from '../deps.ts';
import { listObstacles } from '../domain/call-content.ts';
import {
  type CallAct,
  eventOfAct,
  listCallActs,
  periodAfter,
  stampOf,
} from '../domain/call-opening.ts';
import type { Period } from '../domain/calls.ts';
import { AppError, found } from '../errors.ts';

/**
 * Opens, schedules, closes or reopens a call and records who did. `stamp` is the period that the
 * page showed (`stampOf`): throws `conflict` when it has changed since, when the act is not one of
 * those that the call's state has, and when an unfinished call would open. Throws `not-found`.
 */
export async function changeOpening(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  change: { slug: string; act: CallAct; stamp: string; dates: Partial<Period>; staffId: string },
): Promise<void> {
  const { slug, act, stamp, dates, staffId } = change;
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const call = found(await lockCall(trx, slug));
    const { language } = await getPublication(trx);
    const fits = stampOf(call) === stamp && listCallActs(call, now).includes(act);
    if (!fits || listObstacles(call, language).length > 0) throw new AppError('conflict');
    const period = periodAfter(act, call, dates, now);
    await updatePeriod(trx, call.id, period);
    await recordCallEvent(trx, {
      ...{ callId: call.id, staffId, type: eventOfAct[act], ...period, at: now },
    });
  });
}
