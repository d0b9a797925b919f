import type { DocumentKind, DocumentOrigin } from '../../domain/documents.ts';
import { cleanLine } from '../../domain/text.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { clipText, type RenderedMail, renderMail } from './layout.tsx';

export type MailedDocument = {
  kind: DocumentKind;
  origin: DocumentOrigin;
  name: string;
  /** Bytes. */
  size: number;
};

/** What the receipt tells; the receipt code is not among it and never may be. */
export type ReceiptFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  reference: string;
  /** The applicant's name as written. */
  fullName: string;
  /** In the applicant's language, like `readers`. */
  callTitle: string;
  submittedAt: Date;
  replyBy: Date;
  /** Who reads it, as a sentence. */
  readers: string;
  /** The address for questions. */
  contactEmail: string;
  documents: MailedDocument[];
  /** The whole address of the private page. */
  link: string;
};

/** Tells the applicant that everything has arrived: the words and the order of the receipt page. */
export function renderReceipt(language: Language, facts: ReceiptFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, timeZone, contactEmail } = facts;
  const replyBy = t.date(facts.replyBy, timeZone);
  return renderMail({
    language,
    publication,
    subject: cleanLine(
      t('mail.receipt.subject', { reference, call: clipText(cleanLine(callTitle), 120) }),
    ),
    title: t('status.received.title'),
    blocks: [
      { paragraph: t('mail.receipt.greeting', { name: facts.fullName }) },
      { paragraph: t('mail.receipt.intro', { publication, call: callTitle }) },
      {
        facts: [
          { label: t('status.status'), value: t('status.received') },
          { label: t('status.replyBy'), value: replyBy },
          { label: t('status.submittedAt'), value: t.dateTime(facts.submittedAt, timeZone) },
          { label: t('status.reference'), value: reference },
          { label: t('status.readers'), value: facts.readers },
        ],
      },
      { heading: t('status.next') },
      { paragraph: t('status.received.next', { replyBy }) },
      { paragraph: t('mail.receipt.questions', { contact: contactEmail, reference }) },
      { heading: t('status.materials') },
      {
        documents: facts.documents.map(({ kind, origin, name, size }) => ({
          name: origin === 'text' ? t('status.pastedText') : name,
          details: `${t(`document.${kind}`)}, ${t.size(size)}`,
        })),
      },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.receipt.pageNote') },
      { link: facts.link },
      { quiet: t('mail.receipt.why', { publication, contact: contactEmail }) },
    ],
  });
}
