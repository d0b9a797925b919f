import type { DocumentKind } from '../../domain/documents.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type EditorsFacts, editorsSubject, replyHint } from './editors-thread.ts';
import { type RenderedMail, renderMail } from './layout.tsx';
import type { MailedDocument } from './receipt.tsx';

export type DocumentChange = {
  kind: DocumentKind;
  change: 'document-added' | 'document-replaced' | 'document-removed';
};

export type DocumentsChangedFacts = EditorsFacts & {
  changes: DocumentChange[];
  /** Everything that the application holds now. */
  documents: MailedDocument[];
};

/** Tells the editors that an applicant has changed documents which nobody had opened. */
export function renderDocumentsChanged(
  language: Language,
  facts: DocumentsChangedFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, name, link, changes, documents } = facts;
  return renderMail({
    language,
    publication,
    subject: editorsSubject(facts),
    title: t('mail.documentsChanged.title'),
    blocks: [
      { paragraph: t('mail.documentsChanged.intro', { name, reference }) },
      {
        facts: changes.map(({ kind, change }) => ({
          label: t(`document.${kind}`),
          value: t(`change.${change}`),
        })),
      },
      { heading: t('mail.documentsChanged.now') },
      {
        documents: documents.map(({ kind, origin, name: fileName, size }) => ({
          name: origin === 'text' ? t('status.pastedText') : fileName,
          details: `${t(`document.${kind}`)}, ${t.size(size)}`,
        })),
      },
      { link },
      { quiet: t(replyHint(facts)) },
    ],
  });
}
