import { lockApplication } from '../db/applications.ts';
import { type EndingConsent, findConsent, storeConsent } from '../db/consents.ts';
import { recordEvents } from '../db/events.ts';
import { findHold } from '../db/retention.ts';
import type { Deps } from '../deps.ts';
import { askDays } from '../domain/consent.ts';
import { renderConsentReminder } from '../mail/templates/consent-reminder.ts';
import { writeToApplicant } from './write-mail.ts';

type Needs = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

const askMs = askDays * 86_400_000;

/**
 * Asks somebody in the directory, once a year, whether they want to stay. The lock and a second look
 * keep the mail from those who have answered, left or been decided about anew meanwhile. False when
 * there was nothing to do.
 */
export async function askForConsent(
  deps: Needs,
  { id, wrapped }: Pick<EndingConsent, 'id' | 'wrapped'>,
): Promise<boolean> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    const consent = application && (await findConsent(trx, id, now));
    if (!application || consent?.state !== 'given' || consent.pending) return false;
    const { decision, until } = consent;
    if (decision === 'declined' || until.getTime() - now.getTime() > askMs) return false;
    const subject = { application, key: deps.keys.unwrapKey(id, wrapped), now };
    const accepted = decision === 'accepted';
    const deleted = !accepted && (await findHold(trx, id)) === undefined;
    await writeToApplicant(trx, deps, subject, {
      template: 'consent-reminder',
      render: (language, facts) =>
        renderConsentReminder(language, { ...facts, accepted, until, deleted }),
    });
    await storeConsent(trx, id, { askedAt: now });
    await recordEvents(trx, [
      { applicationId: id, actor: 'system', type: 'consent-asked', at: now },
    ]);
    return true;
  });
}

/** Records that somebody who was accepted has left the directory, since they did not answer. */
export async function endConsent(
  { db, clock }: Pick<Needs, 'db' | 'clock'>,
  { id }: Pick<EndingConsent, 'id'>,
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    if (!(await lockApplication(trx, id))) return false;
    const consent = await findConsent(trx, id, now);
    if (consent?.state !== 'ended' || consent.decision !== 'accepted') return false;
    await storeConsent(trx, id, { endedAt: now });
    await recordEvents(trx, [
      { applicationId: id, actor: 'system', type: 'consent-ended', at: now },
    ]);
    return true;
  });
}
