import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type EnrolmentFacts = {
  /** The publication's name. */
  publication: string;
  /** Who is invited. */
  name: string;
  /** The whole address that lets them choose a password, once. */
  link: string;
};

/** Brings one of the staff the link with which they choose a password. */
export function renderEnrolment(language: Language, facts: EnrolmentFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, name, link } = facts;
  const title = t('mail.enrolment.title', { publication });
  return renderMail({
    ...{ language, publication, title, subject: title },
    blocks: [
      { paragraph: t('mail.enrolment.intro', { name, publication }) },
      { link },
      { paragraph: t('mail.enrolment.once') },
      { quiet: t('mail.enrolment.why') },
    ],
  });
}
