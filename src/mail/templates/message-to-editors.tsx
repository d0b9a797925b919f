import { type Language, translatorFor } from '../../i18n.ts';
import { type EditorsFacts, editorsSubject, replyHint } from './editors-thread.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type MessageToEditorsFacts = EditorsFacts & {
  message: { body: string; language: string };
};

/** Brings the editors what an applicant wrote on the private page. */
export function renderMessageToEditors(
  language: Language,
  facts: MessageToEditorsFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, name, link, message } = facts;
  return renderMail({
    language,
    publication,
    subject: editorsSubject(facts),
    title: t('mail.messageToEditors.title', { name }),
    blocks: [
      { paragraph: t('mail.messageToEditors.intro', { name, reference }) },
      { message: message.body, language: message.language },
      { heading: t('mail.messageToEditors.answer') },
      { link },
      { quiet: t(replyHint(facts)) },
    ],
  });
}
