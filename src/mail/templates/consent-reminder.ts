import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type ConsentReminderFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  reference: string;
  /** The applicant's name as written. */
  fullName: string;
  /** The whole address of the private page. */
  link: string;
  /** They were accepted; else they are on file. */
  accepted: boolean;
  /** The day on which the agreement ends. */
  until: Date;
  /** What they sent is deleted then. */
  deleted: boolean;
};

/** Asks somebody in the directory, some weeks before, whether they want to stay for another year. */
export function renderConsentReminder(
  language: Language,
  facts: ConsentReminderFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, timeZone, reference, accepted, deleted } = facts;
  const date = t.date(facts.until, timeZone);
  return renderMail({
    ...{ language, publication },
    subject: t('mail.consent.subject', { reference, date }),
    title: t('mail.consent.title', { date }),
    blocks: [
      { paragraph: t('mail.receipt.greeting', { name: facts.fullName }) },
      {
        paragraph: t(accepted ? 'mail.consent.accepted' : 'mail.consent.onFile', {
          ...{ publication, date },
        }),
      },
      { paragraph: t('mail.consent.stay') },
      { paragraph: t(deleted ? 'mail.consent.deleted' : 'mail.consent.leaves') },
      { heading: t('mail.receipt.page') },
      { link: facts.link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
