import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type MessageToApplicantFacts = {
  /** The publication's name. */
  publication: string;
  reference: string;
  /** In the applicant's language. */
  callTitle: string;
  /** As the call's template says; the standard one when absent. The reference stands before it. */
  subject?: string | undefined;
  message: { body: string; language: string };
  /** The whole address of the private page. */
  link: string;
};

/** Brings the applicant what an editor wrote, in a frame of the applicant's language. */
export function renderMessageToApplicant(
  language: Language,
  facts: MessageToApplicantFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, subject, message, link } = facts;
  return renderMail({
    language,
    publication,
    subject: `[${reference}] ${subject ?? t('template.message.subject', { publication })}`,
    title: t('mail.messageToApplicant.title', { publication }),
    blocks: [
      { paragraph: t('mail.messageToApplicant.intro', { call: callTitle, reference }) },
      { message: message.body, language: message.language },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.messageToApplicant.answer') },
      { link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
