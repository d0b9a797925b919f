import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

/** What an applicant is told who has withdrawn. */
export type WithdrawalFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  reference: string;
  /** The applicant's name as written. */
  fullName: string;
  /** In the applicant's language. */
  callTitle: string;
  undoUntil: Date;
  /** The address for questions. */
  contactEmail: string;
  /** The whole address of the private page. */
  link: string;
};

/** Tells the applicant that they have withdrawn, and until when they can think better of it. */
export function renderWithdrawal(language: Language, facts: WithdrawalFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, fullName, callTitle, contactEmail } = facts;
  const time = t.dateTime(facts.undoUntil, facts.timeZone);
  return renderMail({
    language,
    publication,
    subject: t('mail.withdrawal.subject', { reference }),
    title: t('status.withdrawn.title'),
    blocks: [
      { paragraph: t('mail.receipt.greeting', { name: fullName }) },
      { paragraph: t('mail.withdrawal.intro', { publication, call: callTitle }) },
      { paragraph: t('mail.withdrawal.undo', { time }) },
      { link: facts.link },
      { quiet: t('mail.withdrawal.why', { contact: contactEmail, reference }) },
    ],
  });
}
