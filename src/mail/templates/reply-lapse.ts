import type { PublicStatus } from '../../domain/stages.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type LapseFacts = {
  publication: string;
  timeZone: string;
  reference: string;
  /** The applicant's name as written. */
  fullName: string;
  /** In the applicant's language. */
  callTitle: string;
  status: PublicStatus;
  submittedAt: Date;
  /** The day that was promised, and is over. */
  replyBy: Date;
  contactEmail: string;
  /** The whole address of the private page. */
  link: string;
};

/**
 * Tells the applicant that the promise was not kept: how it stands, in the words of their page, what
 * comes next, and whom to ask. No new date, since nobody could vouch for it.
 */
export function renderReplyLapse(language: Language, facts: LapseFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, timeZone, reference, contactEmail } = facts;
  const replyBy = t.date(facts.replyBy, timeZone);
  return renderMail({
    language,
    publication,
    subject: t('mail.lapse.subject', { reference }),
    title: t('mail.lapse.title'),
    blocks: [
      { paragraph: t('mail.receipt.greeting', { name: facts.fullName }) },
      { paragraph: t('mail.lapse.intro', { call: facts.callTitle, replyBy }) },
      {
        facts: [
          { label: t('status.status'), value: t(`status.${facts.status}`) },
          { label: t('mail.lapse.promised'), value: replyBy },
          { label: t('status.submittedAt'), value: t.dateTime(facts.submittedAt, timeZone) },
          { label: t('status.reference'), value: reference },
        ],
      },
      { heading: t('status.next') },
      { paragraph: t('mail.lapse.next') },
      { paragraph: t('mail.receipt.questions', { contact: contactEmail, reference }) },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.receipt.pageNote') },
      { link: facts.link },
      { quiet: t('mail.receipt.why', { publication, contact: contactEmail }) },
    ],
  });
}
