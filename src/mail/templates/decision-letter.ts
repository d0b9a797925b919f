import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type DecisionLetterFacts = {
  /** The publication's name. */
  publication: string;
  reference: string;
  /** As an editor wrote it, in the applicant's language. */
  letter: { subject: string; body: string };
  /** The whole address of the private page. */
  link: string;
};

/** Tells the applicant of a decision or of its reversal, in an editor's words. */
export function renderDecisionLetter(
  language: Language,
  { publication, reference, letter, link }: DecisionLetterFacts,
): RenderedMail {
  const t = translatorFor(language);
  return renderMail({
    language,
    publication,
    subject: letter.subject,
    title: letter.subject,
    blocks: [
      { letter: letter.body, language },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.decisionLetter.page') },
      { link },
      { quiet: t('mail.decisionLetter.why', { publication, reference }) },
    ],
  });
}
