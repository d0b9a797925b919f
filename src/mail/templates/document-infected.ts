import type { DocumentKind } from '../../domain/documents.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';
import type { MessageToApplicantFacts } from './message-to-applicant.tsx';

/** Tells an applicant that the virus scanner has stopped a file, and how to send another one. */
export function renderDocumentInfected(
  language: Language,
  facts: Omit<MessageToApplicantFacts, 'message'> & { kind: DocumentKind },
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, link, kind } = facts;
  return renderMail({
    ...{ language, publication },
    subject: t('mail.infected.subject', { reference }),
    title: t('mail.infected.title'),
    blocks: [
      { paragraph: t('mail.messageToApplicant.intro', { call: callTitle, reference }) },
      { paragraph: t('mail.infected.text', { kind: t(`document.${kind}`) }) },
      { heading: t('mail.receipt.page') },
      { link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
