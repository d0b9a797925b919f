import { lockApplication } from '../db/applications.ts';
import { type Consent, findConsent, storeConsent, storeKeepOnFile } from '../db/consents.ts';
import { recordEvents } from '../db/events.ts';
import type { Deps } from '../deps.ts';
import type { ConsentAct } from '../domain/consent.ts';
import { AppError } from '../errors.ts';
import { notifyHandler } from './notify-staff.ts';
import type { PrivatePage } from './open-private-page.ts';

/** A year that began less than this ago is not begun anew: the button was pressed twice. */
const repeatMs = 5 * 60_000;

/** Who was declined is kept for as long as they agreed to, and no longer. */
export const mayRenew = ({ decision }: Pick<Consent, 'decision'>): boolean =>
  decision !== 'declined';

/**
 * Gives the agreement to be kept in the directory for a year from now, or ends it; whoever handles the
 * application is told of an end. Throws `gone`, and `conflict` where there is nothing to agree to.
 */
export async function changeConsent(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id } }: Pick<PrivatePage, 'application'>,
  act: ConsentAct,
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    const consent = await findConsent(trx, id, now);
    if (!consent || (act === 'renew' && !mayRenew(consent))) throw new AppError('conflict');
    const event = { applicationId: id, actor: 'applicant', at: now } as const;
    if (act === 'withdraw') {
      if (consent.state === 'withdrawn') return;
      await storeConsent(trx, id, { withdrawnAt: now });
      await storeKeepOnFile(trx, id, false);
      await recordEvents(trx, [{ ...event, type: 'consent-withdrawn' }]);
      await notifyHandler(trx, deps, { event: 'applicant-changed', application });
      return;
    }
    const { state, agreedAt } = consent;
    const isRepeated = agreedAt !== null && now.getTime() - agreedAt.getTime() < repeatMs;
    if (state === 'given' && isRepeated) return;
    await storeConsent(trx, id, { agreedAt: now, withdrawnAt: null });
    if (consent.decision === 'kept-on-file') await storeKeepOnFile(trx, id, true);
    await recordEvents(trx, [{ ...event, type: 'consent-renewed' }]);
  });
}
