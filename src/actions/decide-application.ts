import { type Application, type HeldApplication, lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import {
  type ActEntry,
  changeAct,
  deleteAct,
  findAct,
  findLiveAct,
  openActContent,
  sealActContent,
} from '../db/decision-acts.ts';
import { listEventsSince, recordEvents } from '../db/events.ts';
import { takeBackLetter } from '../db/held-mails.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import type { LetterProblem } from '../domain/letter-check.ts';
import type { Role } from '../domain/permissions.ts';
import { type DecisionAct, listTransitions, standingOf } from '../domain/stages.ts';
import type { TemplateText } from '../domain/standard-templates.ts';
import { AppError } from '../errors.ts';
import { digestLetter, fillLetter, heldUntil, sendLetter } from './write-letter.ts';

type Needs = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

/**
 * Why nothing was decided. `moved`: somebody else was faster. `merged`: another application stands for it. `letter-held`: the letter of the act that
 * stands can still be recalled. `letter-leaving`: it is on its way, and may have arrived. `letter-left`:
 * it left before it could be changed. `not-asked`: nobody is kept on file who did not agree to it.
 * `differs`: the letter would not be the one that was shown.
 */
export type DecisionObstacle =
  | 'moved'
  | 'merged'
  | 'withdrawn'
  | 'letter-held'
  | 'letter-leaving'
  | 'letter-left'
  | 'not-asked'
  | 'differs';

export type DecisionOutcome =
  | { outcome: 'done' }
  | { outcome: 'obstacle'; why: DecisionObstacle }
  | { outcome: 'problems'; problems: LetterProblem[] };

const obstacle = (why: DecisionObstacle): DecisionOutcome => ({ outcome: 'obstacle', why });

type Author = { id: string; name: string; role: Role };

/** Why nothing is decided about an application any more, nor a letter of it changed. */
export function findClosure({
  stage,
  mergedInto,
}: Pick<Application, 'stage' | 'mergedInto'>): DecisionObstacle | undefined {
  if (stage === 'withdrawn') return 'withdrawn';
  return mergedInto === null ? undefined : 'merged';
}

/** Why an act can't be done about an application that is open for it; `live` is the act that stands. */
export function findObstacle(
  application: Application,
  act: DecisionAct,
  { live, role }: { live: ActEntry | undefined; role: Role },
): DecisionObstacle | undefined {
  if (!listTransitions(standingOf(application), role).some((one) => one === act)) return 'moved';
  if (act === 'keep-on-file' && !application.keepOnFile) return 'not-asked';
  if (live?.jobState === 'queued') return live.attempts === 0 ? 'letter-held' : 'letter-leaving';
  return undefined;
}

/** True once an application is not as its author saw it when they drafted the act. */
async function hasMoved(trx: Trx, application: Application, draft: ActEntry): Promise<boolean> {
  if (standingOf(application) !== draft.fromStanding) return true;
  const { seen } = draft;
  return (await listEventsSince(trx, application.id, { seen, subject: 'stage' })).length > 0;
}

/**
 * Decides by a draft that its author has confirmed: stage, event, and the letter, which is held so that
 * it can be recalled. `shown`: the digest of the letter that the author was shown. A draft that was
 * confirmed already is done. Throws `gone`, and `not-found` for a draft that is none of the author's.
 */
export async function decideApplication(
  deps: Needs,
  { id, wrapped }: Pick<HeldApplication, 'id' | 'wrapped'>,
  { draftId, shown, author }: { draftId: string; shown: string; author: Author },
): Promise<DecisionOutcome> {
  const key = deps.keys.unwrapKey(id, wrapped);
  return await deps.db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const draft = await findAct(trx, id, draftId);
    if (draft?.authorId !== author.id) throw new AppError('not-found');
    if (draft.state !== 'draft') return { outcome: 'done' };
    const now = deps.clock.now();
    const content = openActContent(key, draft);
    const subject = { application, act: draft.act, author, now };
    const filled = draft.withLetter
      ? await fillLetter(trx, deps, subject, content.source)
      : { letter: null };
    if ('problems' in filled) return { outcome: 'problems', ...filled };
    const { letter } = filled;
    if (letter && digestLetter(letter) !== shown) return obstacle('differs');
    const step = { application, key, draft, letter, author, now };
    return draft.editsId === null ? await decide(trx, deps, step) : await edit(trx, deps, step);
  });
}

type Step = {
  application: Application;
  key: Buffer;
  draft: ActEntry;
  letter: TemplateText | null;
  author: Author;
  now: Date;
};

async function decide(trx: Trx, deps: Needs, step: Step): Promise<DecisionOutcome> {
  const { application, key, draft, letter, author, now } = step;
  const live = await findLiveAct(trx, application.id);
  const { act, id, withLetter } = draft;
  const why =
    findClosure(application) ??
    ((await hasMoved(trx, application, draft))
      ? 'moved'
      : findObstacle(application, act, { live, role: author.role }));
  if (why) return obstacle(why);
  const enacted = await enactDecision(trx, deps, { ...step, act, live });
  if (!enacted) return obstacle('letter-leaving');
  const content = { ...openActContent(key, draft), letter };
  await changeAct(trx, id, {
    ...{ state: 'live', mailId: enacted.mailId, decidedAt: now },
    toldAt: withLetter ? null : enacted.until,
    contentSealed: sealActContent(key, id, content),
  });
  return { outcome: 'done' };
}

/**
 * What deciding does beside keeping the act: the stage, the event, the letter, held, and the end of the
 * act that stood. Undefined, and nothing done, when a letter of that one is on its way.
 */
export async function enactDecision(
  trx: Trx,
  deps: Needs,
  step: Pick<Step, 'application' | 'key' | 'letter' | 'now'> & {
    act: DecisionAct;
    author: { id: string };
    live: ActEntry | undefined;
  },
): Promise<{ mailId: string | null; until: Date } | undefined> {
  const { application, act, letter, author, now, live } = step;
  if (live) {
    // What could not be delivered must not arrive after all, once it is not true any more.
    const isStuck = live.jobState === 'parked' && live.dealtWithAt === null && live.mailId !== null;
    if (isStuck && !(await takeBackLetter(trx, live.mailId!, { parked: true }))) return undefined;
    await changeAct(trx, live.id, { state: 'superseded' });
  }
  await recordTransition(trx, application, {
    ...{ name: act, actor: 'staff', staffId: author.id, now },
  });
  const until = heldUntil(deps, now);
  const mailId = letter && (await sendLetter(trx, deps, step, { act, letter, until }));
  if (letter) {
    const event = {
      applicationId: application.id,
      staffId: author.id,
      type: 'letter-held' as const,
    };
    await recordEvents(trx, [{ ...event, actor: 'staff', toValue: act, at: now }]);
  }
  return { mailId, until };
}

/** Puts another letter in the place of one that is still held; its time begins anew. */
async function edit(trx: Trx, deps: Needs, step: Step): Promise<DecisionOutcome> {
  const { application, key, draft, letter, author, now } = step;
  const closure = findClosure(application);
  if (closure) return obstacle(closure);
  const live = await findLiveAct(trx, application.id);
  if (live?.id !== draft.editsId || !letter) return obstacle('moved');
  const since = await listEventsSince(trx, application.id, {
    ...{ seen: draft.seen, subject: 'letter' as const },
  });
  if (since.length > 0) return obstacle('moved');
  if (live.mailId === null || !(await takeBackLetter(trx, live.mailId, { parked: false }))) {
    return obstacle('letter-left');
  }
  const until = heldUntil(deps, now);
  const mailId = await sendLetter(trx, deps, step, { act: live.act, letter, until });
  const { reasonWords } = openActContent(key, live);
  const { source } = openActContent(key, draft);
  await changeAct(trx, live.id, {
    mailId,
    contentSealed: sealActContent(key, live.id, { reasonWords, source, letter }),
  });
  await deleteAct(trx, draft.id);
  await recordEvents(trx, [
    {
      ...{ applicationId: application.id, actor: 'staff', staffId: author.id, at: now },
      type: 'letter-edited',
    },
  ]);
  return { outcome: 'done' };
}
