import type { Application } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { changeAct, findLiveAct, listActs, openActContent } from '../db/decision-acts.ts';
import { recordEvents } from '../db/events.ts';
import { takeBackLetter } from '../db/held-mails.ts';
import type { Deps } from '../deps.ts';
import { heldUntil, sendLetter } from './write-letter.ts';

/**
 * Takes back the letter that is still held when its applicant withdraws (contract.md, States), and one
 * that could not be delivered. The caller holds the application's lock.
 */
export async function cancelLetter(
  trx: Trx,
  { id }: Pick<Application, 'id'>,
  now: Date,
): Promise<void> {
  const act = await findLiveAct(trx, id);
  if (!act?.mailId || !(await takeBackLetter(trx, act.mailId, { parked: true }))) return;
  await changeAct(trx, act.id, { state: 'cancelled' });
  await recordEvents(trx, [
    { applicationId: id, actor: 'system', type: 'letter-cancelled', at: now },
  ]);
}

/** Holds the letter anew that a withdrawal had taken back, when that is undone. */
export async function restoreLetter(
  trx: Trx,
  deps: Pick<Deps, 'config' | 'publicUrl'>,
  subject: { application: Application; key: Buffer; now: Date },
): Promise<void> {
  const { application, key, now } = subject;
  const [act] = await listActs(trx, application.id);
  if (act?.state !== 'cancelled') return;
  const { letter } = openActContent(key, act);
  if (!letter) return;
  const until = heldUntil(deps, now);
  const mailId = await sendLetter(trx, deps, subject, { act: act.act, letter, until });
  await changeAct(trx, act.id, { state: 'live', mailId, decidedAt: now });
}
