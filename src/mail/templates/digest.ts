import type { NotificationEvent } from '../../domain/notifications.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type Block, type RenderedMail, renderMail } from './layout.tsx';

export type DigestFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  day: Date;
  /** `name` is empty where the reader may not know, or no mail may say, who applied. */
  entries: { reference: string; name: string; events: NotificationEvent[] }[];
  /** The whole address of the list. */
  link: string;
  /** Where the reader says what they want mails of. */
  settings: string;
};

/** So many applications stand in one mail; of more it says how many. */
const shown = 40;

/** Tells one of the staff what happened since the digest before. */
export function renderDigest(language: Language, facts: DigestFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, entries } = facts;
  const title = t('mail.digest.title', { day: t.date(facts.day, facts.timeZone) });
  const rest = entries.length - shown;
  const blocks: Block[] = [
    { paragraph: t('mail.digest.intro', { count: entries.length }) },
    {
      documents: entries.slice(0, shown).map(({ reference, name, events }) => ({
        name: name === '' ? reference : `${reference} ${name}`,
        details: [...new Set(events)].map((event) => t(`notify.event.${event}`)).join('; '),
      })),
    },
    ...(rest > 0 ? [{ paragraph: t('mail.digest.more', { count: rest }) }] : []),
    { heading: t('mail.notification.read') },
    { link: facts.link },
    { quiet: t('mail.notify.settings', { address: facts.settings }) },
  ];
  return renderMail({ ...{ language, publication, title, blocks }, subject: title });
}
