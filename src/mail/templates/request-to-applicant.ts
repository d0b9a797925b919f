import type { DocumentKind } from '../../domain/documents.ts';
import { momentOfDay } from '../../domain/requests.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { type RenderedMail, renderMail } from './layout.tsx';
import type { MessageToApplicantFacts } from './message-to-applicant.tsx';

export type RequestFacts = MessageToApplicantFacts & {
  timeZone: string;
  kinds: readonly DocumentKind[];
  /** The last day on which it is in time, as `2026-12-04`. */
  dueOn: string;
};

/** What all mails about a request say of it. */
export function listRequestFacts(
  language: Language,
  { kinds, dueOn, timeZone }: Pick<RequestFacts, 'kinds' | 'dueOn' | 'timeZone'>,
): { label: string; value: string }[] {
  const t = translatorFor(language);
  const moment = momentOfDay(dueOn, timeZone);
  const day = t('request.dueOn.zoned', {
    date: t.date(moment, timeZone),
    zone: t.zone(moment, timeZone),
  });
  const files = t.list(kinds.map((kind) => t(`document.${kind}`)));
  return [
    { label: t('request.dueOn'), value: day },
    ...(files === '' ? [] : [{ label: t('request.kinds'), value: files }]),
  ];
}

/** Asks the applicant for something by a day: in an editor's words, in a frame of their language. */
export function renderRequest(language: Language, facts: RequestFacts): RenderedMail {
  const t = translatorFor(language);
  const { publication, reference, callTitle, subject, message, link } = facts;
  return renderMail({
    ...{ language, publication },
    subject: `[${reference}] ${subject ?? t('template.request-more.subject', { call: callTitle })}`,
    title: t('mail.request.title', { publication }),
    blocks: [
      { paragraph: t('mail.messageToApplicant.intro', { call: callTitle, reference }) },
      { message: message.body, language: message.language },
      { facts: listRequestFacts(language, facts) },
      { heading: t('mail.receipt.page') },
      { paragraph: t('mail.request.answer') },
      { link },
      { quiet: t('mail.messageToApplicant.why', { publication }) },
    ],
  });
}
