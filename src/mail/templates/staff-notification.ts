import type { NotificationEvent } from '../../domain/notifications.ts';
import type { Stage } from '../../domain/stages.ts';
import { cleanLine } from '../../domain/text.ts';
import { type Language, translatorFor } from '../../i18n.ts';
import { editorsSubject, replyHint } from './editors-thread.ts';
import { type Block, type RenderedMail, renderMail } from './layout.tsx';

export type StaffNotificationFacts = {
  /** The publication's name. */
  publication: string;
  timeZone: string;
  event: NotificationEvent;
  reference: string;
  stage: Stage;
  /** The colleague who did it, where one did. */
  actor: string | undefined;
  /** Undefined where the reader may not know, or no mail may say, who applied. */
  applicant: { name: string; places: string[] } | undefined;
  /** In the reader's language. */
  callTitle: string;
  replyBy: Date | null;
  /** What a colleague wrote. */
  quote: { body: string; language: string } | undefined;
  /** The whole address of the application's page for staff. */
  link: string;
  /** Where the reader says what they want mails of. */
  settings: string;
  repliesReachApplicant: boolean;
};

/** Tells one of the staff what has happened to an application, in their language. */
export function renderStaffNotification(
  language: Language,
  facts: StaffNotificationFacts,
): RenderedMail {
  const t = translatorFor(language);
  const { publication, event, reference, applicant, actor, quote, replyBy } = facts;
  const places = (applicant?.places ?? []).map(cleanLine).filter((one) => one !== '');
  const rows = [
    { label: t('mail.notify.by'), value: actor ?? '' },
    { label: t('list.column.applicant'), value: applicant?.name ?? '' },
    { label: t('mail.notification.places'), value: places.join(', ') },
    { label: t('admin.application.call'), value: facts.callTitle },
    { label: t('list.column.stage'), value: t(`stage.${facts.stage}`) },
    {
      label: t('mail.notification.replyBy'),
      value: replyBy ? t.date(replyBy, facts.timeZone) : '',
    },
  ];
  const blocks: Block[] = [
    { paragraph: t(`mail.notify.${event}`, { reference }) },
    ...(quote ? [{ message: quote.body, language: quote.language }] : []),
    { facts: rows.filter(({ value }) => value !== '') },
    { heading: t('mail.notification.read') },
    { link: facts.link },
    {
      quiet: [t(replyHint(facts)), t('mail.notify.settings', { address: facts.settings })].join(
        ' ',
      ),
    },
  ];
  return renderMail({
    ...{ language, publication, blocks },
    subject: applicant ? editorsSubject({ reference, name: applicant.name }) : `[${reference}]`,
    title: t(`notify.event.${event}`),
  });
}
