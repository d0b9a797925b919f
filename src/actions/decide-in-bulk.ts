import { createId } from '../crypto.ts';
import type { Application } from '../db/applications.ts';
import { listHeldApplications } from '../db/bulk-acts.ts';
import type { Trx } from '../db/client.ts';
import { findLiveAct, insertAct, sealActContent } from '../db/decision-acts.ts';
import type { Deps } from '../deps.ts';
import type { Obstacle } from '../domain/bulk-acts.ts';
import type { DeclineReason } from '../domain/decisions.ts';
import type { DecisionAct } from '../domain/stages.ts';
import { standingOf } from '../domain/stages.ts';
import { found } from '../errors.ts';
import { enactDecision } from './decide-application.ts';
import { fillLetters } from './fill-letters.ts';
import { digestLetter } from './write-letter.ts';

type Needs = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

/**
 * Decides about one of many, whose lock the caller holds and who may be decided about: the letter is
 * held on its own. Nothing is done where it would not be the letter that was shown. What its author may
 * have begun to write to that applicant stays.
 */
export async function decideInBulk(
  trx: Trx,
  deps: Needs,
  asked: {
    application: Application;
    act: Exclude<DecisionAct, 'reopen'>;
    reason: DeclineReason | null;
    /** The digest of the letter that was shown, and the newest event. */
    shown: string | null;
    seen: number;
    author: { id: string; name: string };
  },
): Promise<{ actId: string } | { obstacle: Obstacle }> {
  const { application, act, reason, shown, seen, author } = asked;
  const { id: applicationId, language } = application;
  const now = deps.clock.now();
  const held = found((await listHeldApplications(trx, [applicationId])).get(applicationId));
  const [one] = await fillLetters(trx, deps, { applications: [held], act, author, now });
  const { filled, source, refused } = found(one);
  if (refused) return { obstacle: 'refused' };
  if ('problems' in filled) return { obstacle: 'letter' };
  const { letter } = filled;
  if (digestLetter(letter) !== shown) return { obstacle: 'differs' };
  const key = deps.keys.unwrapKey(applicationId, held.wrapped);
  const live = await findLiveAct(trx, applicationId);
  const fromStanding = standingOf(application);
  const step = { application, key, act, letter, author, now, live };
  const enacted = await enactDecision(trx, deps, step);
  if (!enacted) return { obstacle: 'letter-held' };
  const id = createId(now);
  await insertAct(trx, {
    ...{ id, applicationId, act, state: 'live', authorId: author.id, editsId: null },
    ...{ fromStanding, seen, reason, withLetter: true, language, mailId: enacted.mailId },
    contentSealed: sealActContent(key, id, { reasonWords: '', source, letter }),
    ...{ toldAt: null, createdAt: now, decidedAt: now },
  });
  return { actId: id };
}
