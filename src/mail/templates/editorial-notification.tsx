import { cleanLine } from '../../domain/text.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type Block, clipText, type RenderedMail, renderMail } from './layout.tsx';
import type { MailedDocument } from './receipt.tsx';

/** What the editors are told of a new application; empty texts and lists are left out. */
export type NotificationFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  reference: string;
  /** In the publication's language, like `places`. */
  callTitle: string;
  fullName: string;
  latinName: string;
  penName: string;
  places: string[];
  placesOther: string;
  basedIn: string;
  /** ISO 639 codes. */
  languages: string[];
  topics: string;
  links: string[];
  /** What was answered to the call's own questions. */
  answers: { label: string; value: string }[];
  documents: (MailedDocument & { language: string | null })[];
  /** The article that the applicant came from. */
  via: string | null;
  replyBy: Date;
  /** The whole address of the application's page for staff. */
  link: string;
  /** Whether Reply-To leads to the applicant. */
  repliesReachApplicant: boolean;
};

const nameLimit = 80;
const placesLimit = 100;

/** Tells the editors who has applied, in the publication's language. */
export function renderEditorialNotification(
  language: Language,
  facts: NotificationFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle: call, latinName, fullName } = facts;
  const name = cleanLine(latinName) || cleanLine(fullName);
  const rows: { label: string; value: string }[] = [
    { label: t('mail.notification.fullName'), value: fullName },
    { label: t('mail.notification.latinName'), value: latinName },
    { label: t('mail.notification.penName'), value: facts.penName },
    { label: t('mail.notification.places'), value: facts.places.join(', ') },
    { label: t('mail.notification.placesOther'), value: facts.placesOther },
    { label: t('mail.notification.basedIn'), value: facts.basedIn },
    {
      label: t('mail.notification.languages'),
      value: facts.languages.map(t.languageName).join(', '),
    },
    { label: t('mail.notification.topics'), value: facts.topics },
    // One value each: a long one must not push the others out of sight.
    ...facts.links.map((value) => ({ label: t('mail.notification.link'), value })),
    ...facts.answers,
    { label: t('mail.notification.via'), value: facts.via ?? '' },
    { label: t('mail.notification.replyBy'), value: t.date(facts.replyBy, facts.timeZone) },
  ];
  const documents = facts.documents.map(
    ({ kind, origin, name: fileName, size, language: code }) => ({
      name: origin === 'text' ? t('status.pastedText') : fileName,
      details: [t(`document.${kind}`), ...(code ? [t.languageName(code)] : []), t.size(size)].join(
        ', ',
      ),
    }),
  );
  const blocks: Block[] = [
    { paragraph: t('mail.notification.intro', { reference, call }) },
    { facts: rows.filter(({ value }) => value.trim() !== '') },
    { heading: t('mail.notification.documents') },
    documents.length > 0 ? { documents } : { paragraph: t('mail.notification.noDocuments') },
    { heading: t('mail.notification.read') },
    { link: facts.link },
    {
      quiet: t(
        facts.repliesReachApplicant
          ? 'mail.notification.replyGoes'
          : 'mail.notification.replyNowhere',
      ),
    },
  ];
  return renderMail({
    language,
    publication,
    subject: subjectOf(facts, name),
    title: name,
    blocks,
  });
}

/** `[F-7K3M9Q] name – places` (contract.md); the same in every language, so that threads hold. */
function subjectOf(facts: NotificationFacts, name: string): string {
  const places = [...facts.places, facts.placesOther].map(cleanLine).filter((one) => one !== '');
  const where = places.length > 0 ? ` – ${clipText(places.join(', '), placesLimit)}` : '';
  return `[${facts.reference}] ${clipText(name, nameLimit)}${where}`;
}
