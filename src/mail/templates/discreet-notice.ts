import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';

/** Why a discreet applicant gets a mail; everything else is read on their page. */
export type DiscreetNews = 'received' | 'news' | 'page' | 'draft';

/**
 * A mail about a discreet application: the reference, and the bare link where its applicant chose
 * links. No name, no publication, no call, no word of what it is about: whoever looks over a shoulder
 * or reads the mailbox learns of none.
 */
export function renderDiscreetNotice(
  language: Language,
  { reference, news, link }: { reference: string; news: DiscreetNews; link: string | undefined },
): RenderedMail {
  const t = translatorFor(language);
  return renderMail({
    language,
    publication: reference,
    subject: reference,
    title: t(`mail.discreet.${news}`, { reference }),
    blocks: [
      ...(link === undefined ? [{ paragraph: t('mail.discreet.code') }] : [{ link }]),
      { quiet: t('mail.discreet.noReply') },
    ],
  });
}

/** Tells the editors that something happened about a discreet application, and nothing else. */
export function renderDiscreetToEditors(
  language: Language,
  facts: { publication: string; reference: string; link: string; isNew: boolean },
): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, link, isNew } = facts;
  return renderMail({
    language,
    publication,
    subject: `[${reference}]`,
    title: reference,
    blocks: [
      { paragraph: t(isNew ? 'mail.discreet.editorsNew' : 'mail.discreet.editorsNews') },
      { link },
      { quiet: t('mail.notification.replyNowhere') },
    ],
  });
}
