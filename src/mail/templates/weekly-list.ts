import type { WaitingRule } from '../../domain/waiting.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type Block, type RenderedMail, renderMail } from './layout.tsx';

export type WeeklyFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  /** By why they wait; `name` is empty where the reader may not know who applied. */
  groups: { rule: WaitingRule; rows: { reference: string; name: string; since: Date }[] }[];
  /** The whole address of the page with all of it. */
  link: string;
  /** Where the reader says what they want mails of. */
  settings: string;
};

/** Tells one of the staff once a week what waits for them. */
export function renderWeeklyList(language: Language, facts: WeeklyFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, groups, timeZone } = facts;
  const title = t('waiting.title.all');
  const blocks: Block[] = [
    { paragraph: t('mail.weekly.intro') },
    ...groups.flatMap(({ rule, rows }): Block[] => [
      { heading: t(`waiting.rule.${rule}`) },
      {
        documents: rows.map(({ reference, name, since }) => ({
          name: name === '' ? reference : `${reference} ${name}`,
          details: t('waiting.since', { day: t.date(since, timeZone) }),
        })),
      },
    ]),
    { heading: t('mail.notification.read') },
    { link: facts.link },
    { quiet: t('mail.notify.settings', { address: facts.settings }) },
  ];
  return renderMail({ ...{ language, publication, title, blocks }, subject: title });
}
