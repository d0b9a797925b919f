import { open } from '../crypto.ts';
import { getSealedToken, isOpened, lockApplication } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import { openPerson } from '../db/discreet.ts';
import { enqueueMail } from '../db/mails.ts';
import { type DueApplication, recordClockMail } from '../db/reply-clock.ts';
import type { Deps } from '../deps.ts';
import { pickText, replyByDate } from '../domain/calls.ts';
import { isWithin, lapseSpan } from '../domain/reply-clock.ts';
import { publicStatusOf } from '../domain/stages.ts';
import { cleanLine } from '../domain/text.ts';
import { found } from '../errors.ts';
import { isLanguage } from '../i18n.ts';
import { composeMail } from '../mail/compose.ts';
import { renderDiscreetNotice } from '../mail/templates/discreet-notice.ts';
import { renderReplyLapse } from '../mail/templates/reply-lapse.ts';
import { awaitsReply } from './await-reply.ts';
import { notifyHandler } from './notify-staff.ts';
import { tokenContext } from './open-private-page.ts';
import { discreetLink } from './write-mail.ts';

/**
 * Tells the applicant, once, that the promised day is over and no reply has left, and whoever handles it. The lock and a
 * second look keep the note from those who have withdrawn, were decided or erased meanwhile, and
 * from going twice. False when there was nothing to do.
 */
export async function tellReplyLapse(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { id, wrapped }: DueApplication,
): Promise<boolean> {
  const { db, keys, clock, config, publicUrl } = deps;
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = await lockApplication(trx, id);
    if (!application || application.replyLapseToldAt) return false;
    const { stage, submittedAt, reference, discreet, fullName } = application;
    if (submittedAt === null || !(await awaitsReply(trx, application, now))) return false;
    const { timeZone, ...publication } = await getPublication(trx);
    const call = await getCallVersion(trx, application.callVersionId);
    if (!isWithin(lapseSpan(call.replyDays, { now, timeZone }), submittedAt)) return false;
    const key = keys.unwrapKey(id, wrapped);
    const sealed = found(await getSealedToken(trx, id, 'private'));
    const token = open(key, sealed, tokenContext('private', id)).toString();
    const language = isLanguage(application.language) ? application.language : 'en';
    const link = `${publicUrl}/${language}/applications/${token}`;
    const notice = { reference, news: 'news', link: discreetLink(application, link) } as const;
    const rendered = discreet
      ? renderDiscreetNotice(language, notice)
      : renderReplyLapse(language, {
          publication: publication.name,
          callTitle: pickText(call.texts, language, publication.language).title,
          status: publicStatusOf(stage, await isOpened(trx, id), false),
          replyBy: replyByDate(submittedAt, call.replyDays),
          contactEmail: call.contactEmail,
          ...{ timeZone, reference, fullName, submittedAt, link },
        });
    const name = cleanLine(application.latinName) || cleanLine(fullName);
    const { email } = openPerson(key, application);
    await enqueueMail(trx, {
      applicationId: id,
      key,
      thread: 'applicant',
      template: 'reply-lapse',
      language,
      content: composeMail(rendered, { to: { name, address: email }, replyTo: null }),
      from: config.mailFrom.address,
      now,
    });
    await recordClockMail(trx, { applicationId: id, mail: 'lapse', now });
    await notifyHandler(trx, deps, { event: 'reply-late', application });
    return true;
  });
}
