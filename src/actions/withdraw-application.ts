import { lockApplication } from '../db/applications.ts';
import { cancelHeldMails } from '../db/held-mails.ts';
import { forgetNotifications } from '../db/staff-notifications.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import { notificationTemplate } from '../domain/notifications.ts';
import { canUndo, undoUntil } from '../domain/withdrawal.ts';
import { AppError } from '../errors.ts';
import { renderWithdrawal } from '../mail/templates/withdrawal.tsx';
import { renderWithdrawalNotice } from '../mail/templates/withdrawal-notice.tsx';
import { cancelLetter, restoreLetter } from './cancel-letter.ts';
import { notifyHandler } from './notify-staff.ts';
import type { PrivatePage } from './open-private-page.ts';
import { writeToApplicant, writeToEditors } from './write-mail.ts';

type Needs = Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>;

const event = 'applicant-withdrew';

/**
 * Withdraws an application for its applicant, and takes back what was still held for them, such as a
 * decision letter. The editors are told when it can't be undone any more: what was undone never was.
 * The applicant is told at once, since whoever else may have the link should not do this unnoticed.
 * However often it is called, it is one withdrawal. `mailWithheld`: the mailbox has had its
 * confirmations of the day.
 */
export async function withdrawApplication(
  deps: Needs,
  { application: { id }, key }: PrivatePage,
  { mailWithheld = false }: { mailWithheld?: boolean } = {},
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    if (application.stage === 'withdrawn') return;
    await recordTransition(trx, application, { name: 'withdraw', actor: 'applicant', now });
    await cancelLetter(trx, application, now);
    await cancelHeldMails(trx, { applicationId: id, thread: 'applicant', now });
    const subject = { application, key, now };
    const until = undoUntil(now);
    await writeToApplicant(trx, deps, subject, {
      template: 'withdrawal',
      withheld: mailWithheld,
      render: (language, facts) => renderWithdrawal(language, { ...facts, undoUntil: until }),
    });
    await writeToEditors(trx, deps, subject, {
      template: 'withdrawal-notice',
      notBefore: until,
      render: renderWithdrawalNotice,
    });
    await notifyHandler(trx, deps, { event, application, notBefore: until });
  });
}

/**
 * Puts a withdrawn application back to where it stood; the editors never hear of it, and a letter that the
 * withdrawal had taken back is held anew. Nothing happens
 * to one that is not withdrawn. Throws `conflict` once the time for it is over.
 */
export async function undoWithdrawal(
  deps: Needs,
  { application: { id }, key }: PrivatePage,
): Promise<void> {
  const { db, clock } = deps;
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    if (application.stage !== 'withdrawn') return;
    if (!canUndo(application.stageSince, now)) throw new AppError('conflict');
    await recordTransition(trx, application, { name: 'undo-withdrawal', actor: 'applicant', now });
    await restoreLetter(trx, deps, { application, key, now });
    for (const template of ['withdrawal-notice', notificationTemplate(event)]) {
      await cancelHeldMails(trx, { applicationId: id, thread: 'editors', template, now });
    }
    await forgetNotifications(trx, { applicationId: id, event, now });
  });
}
