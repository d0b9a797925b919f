import { type Application, type HeldApplication, lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import {
  type ActEntry,
  changeAct,
  findLiveAct,
  openActContent,
  reviveAct,
} from '../db/decision-acts.ts';
import { recordEvents } from '../db/events.ts';
import { hurryLetter, takeBackLetter } from '../db/held-mails.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import { standingAfter, standingOf } from '../domain/stages.ts';
import { AppError } from '../errors.ts';
import { sendLetter } from './write-letter.ts';

type Core = Pick<Deps, 'db' | 'clock'>;
type Wanted = { id: string; actId: string; staffId: string };

const recordLetter = async (
  trx: Trx,
  { id, staffId }: Wanted,
  type: 'letter-recalled' | 'letter-hurried' | 'letter-resent',
  at: Date,
): Promise<void> =>
  await recordEvents(trx, [{ applicationId: id, actor: 'staff', staffId, type, at }]);

/** The act that stands, if it is the one that the page showed. */
async function findWanted(trx: Trx, { id, actId }: Wanted): Promise<ActEntry | undefined> {
  const live = await findLiveAct(trx, id);
  return live?.id === actId ? live : undefined;
}

/** True while the application stands where the act has put it; to `review` it can also come by a move. */
const standsByAct = (application: Application, act: ActEntry): boolean =>
  standingOf(application) === standingAfter(act.act) &&
  (act.act !== 'reopen' || application.stageSince.getTime() === act.decidedAt?.getTime());

/**
 * Takes a decision or its reversal back before the applicant is told: the application goes back to where
 * it stood, and the text of the letter is kept. `left`, and nothing done, when the letter was faster;
 * `letter-only` when the application has been moved on since, and stays where it is.
 */
export async function recallDecision(
  { db, clock }: Core,
  wanted: Wanted,
): Promise<'recalled' | 'letter-only' | 'left'> {
  const { id } = wanted;
  return await db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    return await takeDecisionBack(trx, application, { ...wanted, now: clock.now() });
  });
}

/** `recallDecision` of a locked application. */
export async function takeDecisionBack(
  trx: Trx,
  application: Application,
  { now, ...wanted }: Wanted & { now: Date },
): Promise<'recalled' | 'letter-only' | 'left'> {
  const { id, staffId } = wanted;
  const act = await findWanted(trx, wanted);
  const isClosed = application.stage === 'withdrawn' || application.mergedInto !== null;
  if (!act || isClosed) return 'left';
  if (act.withLetter) {
    if (!act.mailId || !(await takeBackLetter(trx, act.mailId, { parked: false }))) return 'left';
  } else if (act.toldAt === null || act.toldAt <= now) {
    return 'left';
  }
  const isBack = standsByAct(application, act);
  await changeAct(trx, act.id, { state: 'recalled' });
  await recordLetter(trx, wanted, 'letter-recalled', now);
  if (!isBack) return 'letter-only';
  await recordTransition(trx, application, { name: 'recall', actor: 'staff', staffId, now });
  await reviveAct(trx, id);
  return 'recalled';
}

/** Lets a held letter leave now; false when it has left, or is not there any more. */
export async function hurryDecision({ db, clock }: Core, wanted: Wanted): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    if (!(await lockApplication(trx, wanted.id))) throw new AppError('gone');
    const now = clock.now();
    const act = await findWanted(trx, wanted);
    if (!act?.mailId || !(await hurryLetter(trx, act.mailId, now))) return false;
    await recordLetter(trx, wanted, 'letter-hurried', now);
    return true;
  });
}

type Sender = Core & Pick<Deps, 'keys' | 'config' | 'publicUrl'>;

/**
 * Writes the letter of the act that stands once more, to the address that the applicant has now, and
 * takes back the one that could not be delivered. False when there is no such letter.
 */
export async function renewStuckLetter(
  trx: Trx,
  deps: Pick<Deps, 'config' | 'publicUrl'>,
  { application, key, now }: { application: Application; key: Buffer; now: Date },
): Promise<boolean> {
  const act = await findLiveAct(trx, application.id);
  if (act?.jobState !== 'parked' || act.mailId === null) return false;
  const { letter } = openActContent(key, act);
  if (!letter || !(await takeBackLetter(trx, act.mailId, { parked: true }))) return false;
  const mailId = await sendLetter(trx, deps, { application, key, now }, { act: act.act, letter });
  await changeAct(trx, act.id, { mailId });
  return true;
}

/** Sends a letter again that could not be delivered; false when it is not so any more. */
export async function resendLetter(
  deps: Sender,
  { wrapped }: Pick<HeldApplication, 'wrapped'>,
  wanted: Wanted,
): Promise<boolean> {
  const { id } = wanted;
  const key = deps.keys.unwrapKey(id, wrapped);
  return await deps.db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const now = deps.clock.now();
    if (application.stage === 'withdrawn' || !(await findWanted(trx, wanted))) return false;
    if (!(await renewStuckLetter(trx, deps, { application, key, now }))) return false;
    await recordLetter(trx, wanted, 'letter-resent', now);
    return true;
  });
}
