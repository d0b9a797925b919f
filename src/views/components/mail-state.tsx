import { notificationEvents, notificationTemplate } from '../../domain/notifications.ts';
import type { DecisionAct } from '../../domain/stages.ts';
import type { MessageKey, Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';
import { LetterActions } from './letter-actions.tsx';

/** A mail as far as its delivery goes. */
export type MailOnItsWay = {
  id: string;
  reference: string;
  template: string;
  /** The decision or reversal that it tells. */
  actId: string | null;
  act: DecisionAct | null;
  /** It tells of a decision that does not stand any more. */
  outdated: boolean;
  state: 'held' | 'queued' | 'retrying' | 'parked' | 'refused' | 'sent' | 'captured' | 'withheld';
  /** It needs a person. */
  troubled: boolean;
  dealtWithAt: Date | null;
  /** Who never gets it, and what their servers said. */
  refusals: readonly { address: string; reply: string }[];
  attempts: number;
  lastError: string | null;
  notBefore: Date | null;
  sentAt: Date | null;
};

/** The colour of each state. */
export const mailTones: Record<MailOnItsWay['state'], string> = {
  held: 'new',
  queued: 'new',
  retrying: 'warn',
  parked: 'bad',
  refused: 'bad',
  sent: 'good',
  captured: '',
  withheld: '',
};

const templates: Record<string, MessageKey> = {
  'draft-link': 'outbox.template.draft-link',
  receipt: 'outbox.template.receipt',
  'receipt-again': 'outbox.template.receipt-again',
  'editorial-notification': 'outbox.template.editorial-notification',
  'request-to-applicant': 'outbox.template.request-to-applicant',
  'request-cancelled': 'outbox.template.request-cancelled',
  'request-reminder': 'outbox.template.request-reminder',
  'consent-reminder': 'outbox.template.consent-reminder',
  'reply-nudge': 'outbox.template.reply-nudge',
  'reply-lapse': 'outbox.template.reply-lapse',
  'decision-letter': 'outbox.template.decision-letter',
  'reversal-letter': 'outbox.template.reversal-letter',
  'message-to-applicant': 'outbox.template.message-to-applicant',
  'message-to-editors': 'outbox.template.message-to-editors',
  withdrawal: 'outbox.template.withdrawal',
  'withdrawal-notice': 'outbox.template.withdrawal-notice',
  'documents-changed': 'outbox.template.documents-changed',
  'document-infected': 'outbox.template.document-infected',
  'private-link': 'outbox.template.private-link',
  ...Object.fromEntries(
    notificationEvents.map((event) => [
      notificationTemplate(event),
      `notify.event.${event}` as const,
    ]),
  ),
};

/** What people call a kind of mail. */
export function templateName(t: Translator, template: string): string {
  const key = templates[template];
  return key ? t(key) : template;
}

type StateProps = { t: Translator; mail: MailOnItsWay; timeZone: string };

/** How far a mail has come, and why not further. */
export const MailStateCell = ({ t, mail, timeZone }: StateProps) => {
  const { state, attempts, lastError, notBefore, sentAt, dealtWithAt, troubled } = mail;
  const sent = state === 'captured' ? 'outbox.capturedAt' : 'outbox.sentAt';
  const isOver = dealtWithAt !== null && !troubled && (state === 'parked' || state === 'refused');
  const details = [
    ...(sentAt ? [t(sent, { when: t.dateTime(sentAt, timeZone) })] : []),
    ...(state === 'withheld' ? [t('outbox.withheld')] : []),
    ...(attempts > 0 && !sentAt ? [t('outbox.attempts', { attempts })] : []),
    ...(lastError && !sentAt ? [t('outbox.lastError', { error: lastError })] : []),
    ...(state === 'held' && notBefore
      ? [t('outbox.leaves', { when: t.dateTime(notBefore, timeZone) })]
      : []),
    ...(state === 'retrying' && notBefore
      ? [t('outbox.nextTry', { when: t.dateTime(notBefore, timeZone) })]
      : []),
    ...(isOver ? [t('outbox.dealtWithAt', { when: t.dateTime(dealtWithAt, timeZone) })] : []),
  ];
  return (
    <>
      <span class={`chip ${mailTones[state]}`}>{t(`outbox.state.${state}`)}</span>
      {details.length > 0 && <span class="under num">{details.join(' · ')}</span>}
      {mail.refusals.map((refusal) => (
        <span class="under">{t('outbox.refusal', refusal)}</span>
      ))}
    </>
  );
};

type ActionProps = {
  t: Translator;
  mail: MailOnItsWay;
  /** Those who look after mails, and those who decide. */
  mayRetry: boolean;
  mayDecide: boolean;
};

const namesOf = ({ t, mail }: Pick<ActionProps, 't' | 'mail'>) => ({
  name: templateName(t, mail.template),
  reference: mail.reference,
});

/**
 * What can be done about a mail: a letter recalled, changed or let go while it is held; tries again
 * when it is parked, its trouble laid to rest.
 */
export const MailActions = ({ t, mail, mayRetry, mayDecide }: ActionProps) => (
  <>
    {mail.state === 'held' && mail.actId && mail.act && mayDecide && (
      <LetterActions
        t={t}
        base={`/admin/applications/${mail.reference}`}
        filters=""
        act={{ id: mail.actId, act: mail.act }}
        named={namesOf({ t, mail })}
        fromOutbox
      />
    )}
    {mail.state === 'parked' && !mail.outdated && mayRetry && (
      <form class="retry" method="post" action={`/admin/outbox/${mail.id}/retry`}>
        <button
          type="submit"
          class="button quiet small"
          aria-label={spokenName(
            t,
            t('outbox.tryAgain'),
            t('outbox.tryAgainNamed', namesOf({ t, mail })),
          )}
        >
          {t('outbox.tryAgain')}
        </button>
      </form>
    )}
    {mail.troubled && mayRetry && (
      <form class="retry" method="post" action={`/admin/outbox/${mail.id}/dealt-with`}>
        <button
          type="submit"
          class="button quiet small"
          aria-label={spokenName(
            t,
            t('outbox.dealWith'),
            t('outbox.dealWithNamed', namesOf({ t, mail })),
          )}
        >
          {t('outbox.dealWith')}
        </button>
      </form>
    )}
  </>
);
