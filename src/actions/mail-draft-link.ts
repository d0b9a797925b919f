import { lockApplication } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import { markLinkMailed } from '../db/drafts.ts';
import { enqueueMail, findLastMail, openContent } from '../db/mails.ts';
import type { Deps } from '../deps.ts';
import { draftExpiry, pickText } from '../domain/calls.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { composeMail } from '../mail/compose.ts';
import { renderDiscreetNotice } from '../mail/templates/discreet-notice.ts';
import { renderDraftLink } from '../mail/templates/draft-link.tsx';
import { assertOpen, type OpenDraft } from './open-draft.ts';

const template = 'draft-link';

/**
 * Queues a mail with the draft's private link to an address that somebody entered; the applicant's
 * thread begins with the first one that leaves. Throws `already-submitted`, `gone`, and `conflict` where a
 * discreet applicant wants no links in mails.
 */
export async function mailDraftLink(
  { db, clock, config, publicUrl }: Pick<Deps, 'db' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id }, key, token }: OpenDraft,
  {
    address,
    language,
    withheld = false,
  }: { address: string; language: Language; withheld?: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    assertOpen({ application }, now);
    const publication = await getPublication(trx);
    const call = await getCallVersion(trx, application.callVersionId);
    const { reference, discreet, mailLinks } = application;
    // Its page does not offer that; whoever asks all the same chose that no mail has a link.
    if (discreet && !mailLinks) throw new AppError('conflict');
    const link = `${publicUrl}/${language}/drafts/${token}`;
    const rendered = discreet
      ? renderDiscreetNotice(language, { reference, news: 'draft', link })
      : renderDraftLink(language, {
          publication: publication.name,
          timeZone: publication.timeZone,
          callTitle: pickText(call.texts, language, publication.language).title,
          keptUntil: draftExpiry(application.updatedAt, application.draftDays),
          contactEmail: call.contactEmail,
          link,
        });
    await enqueueMail(trx, {
      ...{ applicationId: id, key, language, template, now },
      thread: 'applicant',
      // No name: whose draft it is stands nowhere outside of it.
      content: composeMail(rendered, { to: { name: '', address }, replyTo: null }),
      from: config.mailFrom.address,
      withheld,
    });
    await markLinkMailed(trx, id, now);
  });
}

/** Where the draft's link was mailed last; undefined when it never was. */
export async function findLinkAddress(
  { db }: Pick<Deps, 'db'>,
  { application: { id }, key }: OpenDraft,
): Promise<string | undefined> {
  const mail = await findLastMail(db, id, template);
  return mail && openContent(key, mail).to?.address;
}
