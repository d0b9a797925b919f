import type { Application } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { listActs, standingActs } from '../db/decision-acts.ts';
import { secondsAfter } from '../db/jobs.ts';
import { isDecisionTold } from '../domain/decisions.ts';
import { isReplyOwed } from '../domain/reply-clock.ts';

/** A letter that leaves before this moment comes sooner than the clock looks again. */
export const soonAfter = (now: Date): Date => secondsAfter(now, 3600);

/**
 * True while the applicant waits for the promised reply and nothing is about to tell them: a decision
 * counts once its letter has left, not at the click. The caller holds the application's lock.
 */
export async function awaitsReply(trx: Trx, application: Application, now: Date): Promise<boolean> {
  const { id, stage, mergedInto } = application;
  if (mergedInto !== null) return false;
  if (stage !== 'decided') return isReplyOwed({ stage });
  const acts = await listActs(trx, id);
  const letterSent = isDecisionTold(application, standingActs(acts), now);
  if (!isReplyOwed({ stage, letterSent })) return false;
  const live = acts.find(({ state }) => state === 'live');
  if (!live?.withLetter) return false;
  const isHeld = live.jobState === 'queued' && live.attempts === 0;
  return !(isHeld && live.notBefore !== null && live.notBefore < soonAfter(now));
}
