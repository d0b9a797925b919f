import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';
import { listRequestFacts, type RequestFacts } from './request-to-applicant.ts';

/** Reminds an applicant, some days before, of what the editors asked for. */
export function renderRequestReminder(language: Language, facts: RequestFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, message, link } = facts;
  return renderMail({
    ...{ language, publication },
    subject: t('mail.requestReminder.subject', { reference }),
    title: t('mail.requestReminder.title'),
    blocks: [
      { paragraph: t('mail.messageToApplicant.intro', { call: callTitle, reference }) },
      { facts: listRequestFacts(language, facts) },
      { message: message.body, language: message.language },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.request.answer') },
      { link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
