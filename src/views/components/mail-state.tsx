import type { MessageKey, Translator } from '../../i18n.ts';

/** A mail as far as its delivery goes. */
export type MailOnItsWay = {
  id: string;
  reference: string;
  template: string;
  state: 'queued' | 'retrying' | 'parked' | 'sent';
  attempts: number;
  lastError: string | null;
  notBefore: Date | null;
  sentAt: Date | null;
};

const tones: Record<MailOnItsWay['state'], string> = {
  queued: 'new',
  retrying: 'warn',
  parked: 'bad',
  sent: 'good',
};

const templates: Record<string, MessageKey> = {
  receipt: 'outbox.template.receipt',
  'editorial-notification': 'outbox.template.editorial-notification',
};

/** What people call a kind of mail. */
export function templateName(t: Translator, template: string): string {
  const key = templates[template];
  return key ? t(key) : template;
}

type StateProps = { t: Translator; mail: MailOnItsWay; timeZone: string };

/** How far a mail has come, and why not further. */
export const MailStateCell = ({ t, mail, timeZone }: StateProps) => {
  const { state, attempts, lastError, notBefore, sentAt } = mail;
  const details = [
    ...(sentAt ? [t('outbox.sentAt', { when: t.dateTime(sentAt, timeZone) })] : []),
    ...(attempts > 0 && !sentAt ? [t('outbox.attempts', { attempts })] : []),
    ...(lastError && !sentAt ? [t('outbox.lastError', { error: lastError })] : []),
    ...(state === 'retrying' && notBefore
      ? [t('outbox.nextTry', { when: t.dateTime(notBefore, timeZone) })]
      : []),
  ];
  return (
    <>
      <span class={`chip ${tones[state]}`}>{t(`outbox.state.${state}`)}</span>
      {details.length > 0 && <span class="under num">{details.join(' · ')}</span>}
    </>
  );
};

/** Gives a parked mail its tries again. */
export const TryAgain = ({ t, mail }: { t: Translator; mail: MailOnItsWay }) => (
  <form class="retry" method="post" action={`/admin/outbox/${mail.id}/retry`}>
    <button
      type="submit"
      class="button quiet small"
      aria-label={t('outbox.tryAgainNamed', {
        name: templateName(t, mail.template),
        reference: mail.reference,
      })}
    >
      {t('outbox.tryAgain')}
    </button>
  </form>
);
