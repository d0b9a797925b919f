import type { Application } from '../db/applications.ts';
import { getCallVersion, getPublication } from '../db/calls.ts';
import type { Trx } from '../db/client.ts';
import { openPerson } from '../db/discreet.ts';
import { enqueueMail } from '../db/mails.ts';
import type { Deps } from '../deps.ts';
import { pickText } from '../domain/calls.ts';
import { cleanLine } from '../domain/text.ts';
import { isLanguage, type Language } from '../i18n.ts';
import { composeMail } from '../mail/compose.ts';
import {
  type DiscreetNews,
  renderDiscreetNotice,
  renderDiscreetToEditors,
} from '../mail/templates/discreet-notice.ts';
import type { EditorsFacts } from '../mail/templates/editors-thread.ts';
import type { RenderedMail } from '../mail/templates/layout.tsx';
import { findPrivateToken } from './open-private-page.ts';

type Needs = Pick<Deps, 'config' | 'publicUrl'>;

/** The locked application that a mail is about, and when it is written. */
export type MailSubject = { application: Application; key: Buffer; now: Date };

/** The language that a row names; English when it is none of ours. */
export const languageOf = (value: string): Language => (isLanguage(value) ? value : 'en');

/** What mails to an applicant are made of. */
export type ApplicantFacts = {
  publication: string;
  timeZone: string;
  reference: string;
  fullName: string;
  /** In the applicant's language. */
  callTitle: string;
  contactEmail: string;
  /** The whole address of the private page. */
  link: string;
};

const mailName = ({ latinName, fullName }: Application): string =>
  cleanLine(latinName) || cleanLine(fullName);

/** The link of a private page, where mails about a discreet application may carry it. */
export const discreetLink = (
  { mailLinks }: Pick<Application, 'mailLinks'>,
  link: string,
): string | undefined => (mailLinks ? link : undefined);

/**
 * Queues a mail in the applicant's thread, in their language. Returns its id. Whatever it is to say, a
 * discreet applicant is told the reference and that there is news: they read the rest on their page.
 */
export async function writeToApplicant(
  trx: Trx,
  { config, publicUrl }: Needs,
  { application, key, now }: MailSubject,
  mail: {
    template: string;
    withheld?: boolean;
    /** Until when it can be recalled; it leaves then. */
    heldUntil?: Date;
    /** What a discreet applicant is told instead. */
    news?: DiscreetNews;
    render(language: Language, facts: ApplicantFacts): RenderedMail;
  },
): Promise<string> {
  const { id, reference, fullName, email, discreet } = openPerson(key, application);
  const language = languageOf(application.language);
  const publication = await getPublication(trx);
  const call = await getCallVersion(trx, application.callVersionId);
  const token = await findPrivateToken({ db: trx }, application, key);
  const link = `${publicUrl}/${language}/applications/${token}`;
  const { news = 'news' } = mail;
  const rendered = discreet
    ? renderDiscreetNotice(language, { reference, news, link: discreetLink(application, link) })
    : mail.render(language, {
        publication: publication.name,
        timeZone: publication.timeZone,
        reference,
        fullName,
        callTitle: pickText(call.texts, language, publication.language).title,
        contactEmail: call.contactEmail,
        link,
      });
  const to = { name: mailName(application), address: email };
  return await enqueueMail(trx, {
    ...{ applicationId: id, key, language, now, template: mail.template },
    thread: 'applicant',
    content: composeMail(rendered, { to, replyTo: null }),
    from: config.mailFrom.address,
    ...(mail.withheld && { withheld: true }),
    ...(mail.heldUntil && { held: true, notBefore: mail.heldUntil }),
  });
}

/**
 * Queues a mail in the editors' thread, in the publication's language. Returns its id. Of a discreet
 * application it says the reference and nothing else.
 */
export async function writeToEditors(
  trx: Trx,
  { config, publicUrl }: Needs,
  { application, key, now }: MailSubject,
  mail: {
    template: string;
    /** When it may leave; at once when absent. */
    notBefore?: Date;
    render(language: Language, facts: EditorsFacts): RenderedMail;
  },
): Promise<string> {
  const { id, reference, email, discreet } = application;
  const publication = await getPublication(trx);
  const language = languageOf(publication.language);
  const name = mailName(application);
  const link = `${publicUrl}/admin/applications/${reference}`;
  const rendered = discreet
    ? renderDiscreetToEditors(language, {
        publication: publication.name,
        ...{ reference, link, isNew: false },
      })
    : mail.render(language, {
        publication: publication.name,
        ...{ reference, name, link, repliesReachApplicant: true },
      });
  const replyTo = discreet ? null : { name, address: email };
  return await enqueueMail(trx, {
    ...{ applicationId: id, key, language, now, template: mail.template },
    thread: 'editors',
    content: composeMail(rendered, { to: null, replyTo }),
    from: config.mailFrom.address,
    ...(mail.notBefore && { notBefore: mail.notBefore }),
  });
}
