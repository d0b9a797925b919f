import { type Language, translatorFor } from '../../i18n.ts';
import { type EditorsFacts, editorsSubject, replyHint } from './editors-thread.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

/** Tells the editors that an applicant has withdrawn. */
export function renderWithdrawalNotice(language: Language, facts: EditorsFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, name, link } = facts;
  return renderMail({
    language,
    publication,
    subject: editorsSubject(facts),
    title: t('mail.withdrawalNotice.title'),
    blocks: [
      { paragraph: t('mail.withdrawalNotice.intro', { name, reference }) },
      { link },
      { quiet: t(replyHint(facts)) },
    ],
  });
}
