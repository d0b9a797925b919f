import { type Application, lockApplication } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import { enqueueMail, type MailAddress } from '../db/mails.ts';
import { type DueApplication, recordClockMail } from '../db/reply-clock.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { pickText, replyByDate } from '../domain/calls.ts';
import { may } from '../domain/permissions.ts';
import { isWithin, nudgeSpan } from '../domain/reply-clock.ts';
import { cleanLine } from '../domain/text.ts';
import { isLanguage, type Language } from '../i18n.ts';
import { composeMail } from '../mail/compose.ts';
import { renderReplyNudge } from '../mail/templates/reply-nudge.ts';
import { awaitsReply } from './await-reply.ts';
import { admitNotification } from './notify-staff.ts';

/**
 * Reminds whoever handles an application, once, that the promised reply is near. The lock and a
 * second look make it so however often and by however many it is called. False when there was
 * nothing to do.
 *
 * It goes to the handling editor, as they have chosen. Where there is none it goes to the call's inbox, not to every
 * admin and editor: the inbox had the notification, whoever reads it hands the work out, and ten
 * people who are each told alone each wait for another. And it is a mail per application, not one
 * about all that are due: it belongs into that application's thread, is sealed with its key and
 * erased with it, and a reply to it reaches that applicant.
 */
export async function nudgeEditors(
  {
    db,
    keys,
    clock,
    config,
    publicUrl,
  }: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { id, wrapped }: DueApplication,
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = await lockApplication(trx, id);
    if (!application || application.replyNudgedAt || application.replyLapseToldAt) return false;
    const { stage, submittedAt, reference, discreet } = application;
    if (submittedAt === null || !(await awaitsReply(trx, application, now))) return false;
    const { timeZone, ...publication } = await getPublication(trx);
    const call = await getCallVersion(trx, application.callVersionId);
    if (!isWithin(nudgeSpan(call.replyDays, { now, timeZone }), submittedAt)) return false;
    const handler = await findHandler(trx, application);
    if (handler && !(await wantsMail(trx, { id, staffId: handler.id, now }))) {
      await recordClockMail(trx, { applicationId: id, mail: 'nudge', now });
      return true;
    }
    const language = languageOf(handler?.language, publication.language);
    const name = cleanLine(application.latinName) || cleanLine(application.fullName);
    const rendered = renderReplyNudge(language, {
      publication: publication.name,
      callTitle: pickText(call.texts, language, publication.language).title,
      replyBy: replyByDate(submittedAt, call.replyDays),
      link: `${publicUrl}/admin/applications/${reference}`,
      repliesReachApplicant: !discreet,
      handled: handler !== undefined,
      ...{ timeZone, reference, name, stage, submittedAt, discreet },
    });
    await enqueueMail(trx, {
      applicationId: id,
      key: keys.unwrapKey(id, wrapped),
      thread: 'editors',
      template: 'reply-nudge',
      language,
      content: composeMail(rendered, {
        to: handler ?? null,
        replyTo: discreet ? null : { name, address: application.email },
      }),
      from: config.mailFrom.address,
      now,
    });
    await recordClockMail(trx, { applicationId: id, mail: 'nudge', now });
    return true;
  });
}

/** The handling editor while they work here. */
async function findHandler(
  trx: Trx,
  { handlingEditorId }: Application,
): Promise<(MailAddress & { id: string; language: string }) | undefined> {
  const staff = handlingEditorId === null ? undefined : await findStaff(trx, handlingEditorId);
  // Somebody who became a reviewer since no longer decides anything.
  if (!staff || staff.disabledAt !== null || !may(staff.role, 'assign')) return undefined;
  return { id: staff.id, name: staff.name, address: staff.email, language: staff.language };
}

/** Whether the handling editor wants a mail of their own; for the day's digest it is kept. */
async function wantsMail(
  trx: Trx,
  { id, staffId, now }: { id: string; staffId: string; now: Date },
): Promise<boolean> {
  const admitted = await admitNotification(
    trx,
    {
      ...{ event: 'reply-near', applicationId: id, staffIds: [staffId], actorId: null },
      about: 'reply-near',
    },
    now,
  );
  return admitted.length > 0;
}

const languageOf = (...wanted: (string | undefined)[]): Language =>
  (wanted.find((one) => one !== undefined && isLanguage(one)) as Language | undefined) ?? 'en';
