import type { PublicStatus } from '../../domain/stages.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type Block, type RenderedMail, renderMail } from './layout.tsx';

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
  /** Then it names nobody and leads nowhere: the reference is all. */
  discreet: boolean;
};

/**
 * Tells the applicant that the promise was not kept: how it stands, in the words of their page, what
 * comes next, and whom to ask. No new date, since nobody could vouch for it.
 */
export function renderReplyLapse(language: Language, facts: LapseFacts): RenderedMail {
  const t = translatorFor(language);
  const { timeZone, reference, contactEmail, discreet } = facts;
  // A discreet mail has no sender in its words: whoever looks over a shoulder learns of none.
  const publication = discreet ? reference : facts.publication;
  const replyBy = t.date(facts.replyBy, timeZone);
  const opening: Block[] = discreet
    ? [{ paragraph: t('mail.lapse.introDiscreet', { reference, replyBy }) }]
    : [
        { paragraph: t('mail.receipt.greeting', { name: facts.fullName }) },
        { paragraph: t('mail.lapse.intro', { call: facts.callTitle, replyBy }) },
      ];
  const closing: Block[] = discreet
    ? [{ paragraph: t('mail.lapse.pageDiscreet') }]
    : [
        { paragraph: t('mail.receipt.questions', { contact: contactEmail, reference }) },
        { heading: t('mail.receipt.page') },
        { paragraph: t('mail.receipt.pageNote') },
        { link: facts.link },
        { quiet: t('mail.receipt.why', { publication, contact: contactEmail }) },
      ];
  return renderMail({
    language,
    publication,
    subject: t('mail.lapse.subject', { reference }),
    title: t('mail.lapse.title'),
    blocks: [
      ...opening,
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
      ...closing,
    ],
  });
}
