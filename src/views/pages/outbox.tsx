import type { MailState, OutboxMail } from '../../db/outbox.ts';
import type { Role } from '../../domain/permissions.ts';
import { MailStateCell, TryAgain, templateName } from '../components/mail-state.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What became of "try again", told on the page that follows. */
export const mailOutcomes = ['queued', 'notParked'] as const;
export type MailOutcome = (typeof mailOutcomes)[number];

const states: readonly MailState[] = ['queued', 'retrying', 'parked', 'sent'];

type OutboxPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** Undefined: all. */
  state: MailState | undefined;
  mails: OutboxMail[];
  counts: Record<MailState, number>;
  /** Cursor of the page that follows. */
  older: string | undefined;
  paged: boolean;
  /** May open mails and try again. */
  mayRead: boolean;
  done: MailOutcome | undefined;
  timeZone: string;
};

const hrefOf = (state: MailState | undefined, before?: string): string => {
  const parameters = new URLSearchParams({ ...(state && { state }), ...(before && { before }) });
  return parameters.size === 0 ? '/admin/outbox' : `/admin/outbox?${parameters}`;
};

const Tabs = ({ frame: { t }, state, counts }: OutboxPageProps) => (
  <nav class="tabs" aria-label={t('outbox.states')}>
    <a href={hrefOf(undefined)} aria-current={state === undefined ? 'page' : undefined}>
      {t('outbox.state.all')}
    </a>
    {states.map((one) => (
      <a href={hrefOf(one)} aria-current={state === one ? 'page' : undefined}>
        {t(`outbox.state.${one}`)} <span class="num">{t.number(counts[one])}</span>
      </a>
    ))}
  </nav>
);

const Row = ({ frame: { t }, mail, mayRead, timeZone }: OutboxPageProps & { mail: OutboxMail }) => {
  const { id, reference, template, thread } = mail;
  const name = templateName(t, template);
  return (
    <tr>
      <th scope="row">
        {mayRead ? (
          <a
            class="person"
            href={`/admin/outbox/${id}`}
            aria-label={t('outbox.open', { name, reference })}
          >
            {name}
          </a>
        ) : (
          name
        )}
        <span class="under num">{t.dateTime(mail.createdAt, timeZone)}</span>
      </th>
      <td class="reply">
        <a class="reference" href={`/admin/applications/${reference}`}>
          {reference}
        </a>
      </td>
      <td>{t(`outbox.thread.${thread}`)}</td>
      <td>
        <MailStateCell t={t} mail={mail} timeZone={timeZone} />
        {mail.state === 'parked' && mayRead && <TryAgain t={t} mail={mail} />}
      </td>
    </tr>
  );
};

const ParkedNote = ({ frame: { t }, state, counts }: OutboxPageProps) =>
  counts.parked > 0 && state !== 'parked' ? (
    <p class="notice bad">
      {t('outbox.parkedNote', { count: counts.parked })}{' '}
      <a href={hrefOf('parked')}>{t('outbox.parkedShow')}</a>
    </p>
  ) : null;

/** Every mail of the installation, the newest first. */
export const OutboxPage = (props: OutboxPageProps) => {
  const { frame, staff, state, mails, older, done } = props;
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('outbox.title')} staff={staff} current="outbox">
      {done && (
        <p class={done === 'queued' ? 'notice good' : 'notice'} role="status">
          {t(`outbox.${done}`)}
        </p>
      )}
      <ParkedNote {...props} />
      <h1>{t('outbox.title')}</h1>
      <Tabs {...props} />
      {mails.length === 0 ? (
        <div class="empty flow">
          <h2>{t('outbox.empty.title')}</h2>
          <p>{t('outbox.empty.text')}</p>
        </div>
      ) : (
        <div class="frame">
          <table class="cards">
            <caption class="unseen">{t('outbox.caption')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('outbox.column.mail')}</th>
                <th scope="col">{t('outbox.column.application')}</th>
                <th scope="col">{t('outbox.column.to')}</th>
                <th scope="col">{t('outbox.column.state')}</th>
              </tr>
            </thead>
            <tbody>
              {mails.map((mail) => (
                <Row {...props} mail={mail} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(props.paged || older) && (
        <nav class="pages" aria-label={t('list.pages')}>
          {older && (
            <a class="button quiet small" href={hrefOf(state, older)}>
              {t('list.older')}
            </a>
          )}
          {props.paged && <a href={hrefOf(state)}>{t('list.start')}</a>}
        </nav>
      )}
    </DeskPage>
  );
};
