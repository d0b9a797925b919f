import type { AccountNotice } from '../../domain/staff-events.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

export type AccountNoticeFacts = {
  /** The publication's name, and the time zone in which it tells the time. */
  publication: string;
  timeZone: string;
  notice: AccountNotice;
  at: Date;
  /** The address of one's own account. */
  link: string;
};

/** Tells one of the staff that how they get in was changed, or that a recovery code was used. */
export function renderAccountNotice(language: Language, facts: AccountNoticeFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, timeZone, notice, at, link } = facts;
  const title = t('mail.account.title', { publication });
  return renderMail({
    ...{ language, publication, title, subject: title },
    blocks: [
      { paragraph: t(`mail.account.${notice}`, { at: t.dateTime(at, timeZone) }) },
      { paragraph: t('mail.account.mind') },
      { link },
      { quiet: t('mail.account.why') },
    ],
  });
}
