import type { StaffMailState, StaffOutboxMail } from '../../db/staff-outbox.ts';
import type { Role } from '../../domain/permissions.ts';
import type { MessageKey, Translator } from '../../i18n.ts';
import { MailPages, MailTable, StateTabs } from '../components/outbox-parts.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

type StaffOutboxProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** Undefined: all. */
  state: StaffMailState | undefined;
  mails: StaffOutboxMail[];
  counts: Record<StaffMailState, number>;
  /** Cursor of the page that follows. */
  older: string | undefined;
  paged: boolean;
  mayRetry: boolean;
  done: 'queued' | 'notParked' | 'dealtWith' | undefined;
  timeZone: string;
};

const path = '/admin/outbox/staff';
const states = ['queued', 'retrying', 'parked', 'sent', 'captured', 'skipped'] as const;
/** Shown only where there are any. */
const rare: readonly StaffMailState[] = ['captured', 'skipped'];
const tones: Record<StaffMailState, string> = {
  ...{ queued: 'new', retrying: 'warn', parked: 'bad', sent: 'good', captured: '', skipped: '' },
};

const names: Partial<Record<string, MessageKey>> = {
  digest: 'outbox.staff.digest',
  weekly: 'outbox.staff.weekly',
  enrolment: 'outbox.staff.enrolment',
};
const nameOf = (t: Translator, template: string): string =>
  t(names[template] ?? 'outbox.staff.notice');

const hrefOf = (state: StaffMailState | undefined, before?: string): string => {
  const parameters = new URLSearchParams({ ...(state && { state }), ...(before && { before }) });
  return parameters.size === 0 ? path : `${path}?${parameters}`;
};

const Row = (props: StaffOutboxProps & { mail: StaffOutboxMail }) => {
  const { mail, mayRetry, timeZone } = props;
  const { t } = props.frame;
  const { id, state, attempts, lastError, sentAt, notBefore, dealtWithAt, troubled } = mail;
  const name = nameOf(t, mail.template);
  const isOpen = sentAt === null;
  const at = (when: Date) => ({ when: t.dateTime(when, timeZone) });
  const details = [
    ...(sentAt && state === 'sent' ? [t('outbox.sentAt', at(sentAt))] : []),
    ...(sentAt && state === 'captured' ? [t('outbox.capturedAt', at(sentAt))] : []),
    ...(isOpen && attempts > 0 ? [t('outbox.attempts', { attempts })] : []),
    ...(isOpen && lastError ? [t('outbox.lastError', { error: lastError })] : []),
    ...(state === 'retrying' && notBefore ? [t('outbox.nextTry', at(notBefore))] : []),
    ...(state === 'parked' && dealtWithAt && !troubled
      ? [t('outbox.dealtWithAt', at(dealtWithAt))]
      : []),
  ];
  const named = { name, reference: mail.name };
  return (
    <tr>
      <th scope="row">
        {name}
        <span class="under num">{t.dateTime(mail.createdAt, timeZone)}</span>
      </th>
      <td>
        <bdi>{mail.name}</bdi>
      </td>
      <td>
        <span class={`chip ${tones[state]}`}>{t(`outbox.state.${state}`)}</span>
        {details.length > 0 && <span class="under num">{details.join(' · ')}</span>}
        {state === 'parked' && mayRetry && (
          <form class="retry" method="post" action={`${path}/${id}/retry`}>
            <button
              type="submit"
              class="button quiet small"
              aria-label={spokenName(t, t('outbox.tryAgain'), t('outbox.tryAgainNamed', named))}
            >
              {t('outbox.tryAgain')}
            </button>
          </form>
        )}
        {troubled && mayRetry && (
          <form class="retry" method="post" action={`${path}/${id}/dealt-with`}>
            <button
              type="submit"
              class="button quiet small"
              aria-label={spokenName(t, t('outbox.dealWith'), t('outbox.dealWithNamed', named))}
            >
              {t('outbox.dealWith')}
            </button>
          </form>
        )}
      </td>
    </tr>
  );
};

/** Mails to single members of staff, the newest first: how far they have come, not what they say. */
export const StaffOutboxPage = (props: StaffOutboxProps) => {
  const { frame, staff, state, mails, counts, older, done } = props;
  const { t } = frame;
  const title = t('outbox.staff.title');
  return (
    <DeskPage frame={frame} title={title} staff={staff} current="outbox">
      {done && (
        <p class={done === 'notParked' ? 'notice' : 'notice good'} role="status">
          {t(`outbox.${done}`)}
        </p>
      )}
      <p class="walk small">
        <a href="/admin/outbox">{t('outbox.staff.back')}</a>
      </p>
      <h1>{title}</h1>
      <p class="soft">{t('outbox.staff.intro')}</p>
      <StateTabs {...{ t, states, rare, state, counts, hrefOf }} counted />
      {mails.length === 0 ? (
        <p class="empty">{t('outbox.staff.empty')}</p>
      ) : (
        <MailTable
          t={t}
          columns={['outbox.column.mail', 'outbox.column.to', 'outbox.column.state']}
        >
          {mails.map((mail) => (
            <Row {...props} mail={mail} />
          ))}
        </MailTable>
      )}
      <MailPages
        t={t}
        older={older && hrefOf(state, older)}
        start={props.paged ? hrefOf(state) : undefined}
      />
    </DeskPage>
  );
};
