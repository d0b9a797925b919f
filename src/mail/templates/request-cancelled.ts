import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';
import type { MessageToApplicantFacts } from './message-to-applicant.tsx';

/** Tells an applicant that what they were asked for is not needed any more. */
export function renderRequestCancelled(
  language: Language,
  facts: Omit<MessageToApplicantFacts, 'message'>,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, link } = facts;
  return renderMail({
    ...{ language, publication },
    subject: t('mail.requestCancelled.subject', { reference }),
    title: t('mail.requestCancelled.title'),
    blocks: [
      { paragraph: t('mail.messageToApplicant.intro', { call: callTitle, reference }) },
      { paragraph: t('mail.requestCancelled.text') },
      { heading: t('mail.receipt.page') },
      { link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
