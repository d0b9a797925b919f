import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type PrivateLinkFacts = {
  /** The publication's name. */
  publication: string;
  reference: string;
  /** The applicant's name as written. */
  fullName: string;
  /** In the applicant's language. */
  callTitle: string;
  /** The whole address of the private page. */
  link: string;
};

/** Brings an applicant who has lost it the address of the private page; never the receipt code. */
export function renderPrivateLink(language: Language, facts: PrivateLinkFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, fullName, callTitle, link } = facts;
  return renderMail({
    language,
    publication,
    subject: t('mail.privateLink.subject', { reference }),
    title: t('mail.privateLink.title'),
    blocks: [
      { paragraph: t('mail.receipt.greeting', { name: fullName }) },
      { paragraph: t('mail.privateLink.intro', { publication, call: callTitle }) },
      { link },
      { paragraph: t('mail.receipt.pageNote') },
      { quiet: t('mail.privateLink.why') },
    ],
  });
}
