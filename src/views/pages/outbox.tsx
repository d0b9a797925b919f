import type { MailState, OutboxMail } from '../../db/outbox.ts';
import type { Role } from '../../domain/permissions.ts';
import {
  MailActions,
  type MailOnItsWay,
  MailStateCell,
  templateName,
} from '../components/mail-state.tsx';
import { MailPages, MailTable, StateTabs } from '../components/outbox-parts.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { spokenName } from '../spoken-name.ts';

/** What became of a button, told on the page that follows. */
export const mailOutcomes = [
  ...(['queued', 'notParked', 'outdated', 'dealtWith'] as const),
  ...(['recalled', 'letter-only', 'left', 'hurried'] as const),
] as const;
export type MailOutcome = (typeof mailOutcomes)[number];

/** Nothing came of them. */
const unchanged: readonly MailOutcome[] = ['notParked', 'outdated', 'left'];

const states: readonly MailState[] = [
  ...(['held', 'queued', 'retrying', 'parked', 'refused', 'sent', 'captured', 'withheld'] as const),
];
/** Shown only where there are any. */
const rare: readonly MailState[] = ['held', 'refused', 'captured', 'withheld'];

const columns = [
  ...(['outbox.column.mail', 'outbox.column.application'] as const),
  ...(['outbox.column.to', 'outbox.column.state'] as const),
];

type ShownMail = OutboxMail & Pick<MailOnItsWay, 'refusals'>;

type OutboxPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** Undefined: all. */
  state: MailState | undefined;
  /** Only the mails of this application. */
  reference: string | undefined;
  mails: ShownMail[];
  counts: Record<MailState, number>;
  /** A mail to a colleague is parked, and nobody has dealt with it. */
  staffTrouble: boolean;
  /** Cursor of the page that follows. */
  older: string | undefined;
  paged: boolean;
  mayRetry: boolean;
  mayDecide: boolean;
  done: MailOutcome | undefined;
  timeZone: string;
};

type Shown = Pick<OutboxPageProps, 'reference'>;

const hrefOf = ({ reference }: Shown, state: MailState | undefined, before?: string): string => {
  const parameters = new URLSearchParams({
    ...(reference && { application: reference }),
    ...(state && { state }),
    ...(before && { before }),
  });
  return parameters.size === 0 ? '/admin/outbox' : `/admin/outbox?${parameters}`;
};

const Row = ({
  frame: { t },
  mail,
  mayRetry,
  mayDecide,
  timeZone,
}: OutboxPageProps & { mail: ShownMail }) => {
  const { id, reference, template, thread } = mail;
  const name = templateName(t, template);
  return (
    <tr>
      <th scope="row">
        <a
          class="person"
          href={`/admin/outbox/${id}`}
          aria-label={t('outbox.open', { name, reference })}
        >
          {name}
        </a>
        <span class="under num">{t.dateTime(mail.createdAt, timeZone)}</span>
      </th>
      <td class="reply">
        {mail.submitted ? (
          <a class="reference" href={`/admin/applications/${reference}`}>
            {reference}
          </a>
        ) : (
          t('stage.draft')
        )}
      </td>
      <td class="thread">{t(`outbox.thread.${thread}`)}</td>
      <td>
        <MailStateCell t={t} mail={mail} timeZone={timeZone} />
        {mail.state === 'captured' && (
          <a
            class="under"
            href={`/admin/outbox/${id}`}
            aria-label={spokenName(t, t('outbox.read'), t('outbox.open', { name, reference }))}
          >
            {t('outbox.read')}
          </a>
        )}
        <MailActions {...{ t, mail, mayRetry, mayDecide }} />
      </td>
    </tr>
  );
};

const TroubleNote = ({ frame: { t, mailTrouble = 0 }, state, counts }: OutboxPageProps) => {
  const shown = (['parked', 'refused'] as const).filter((one) => counts[one] > 0 && one !== state);
  return mailTrouble === 0 ? null : (
    <p class="notice bad">
      {t('outbox.trouble', { count: mailTrouble })}
      {shown.map((one, index) => (
        <>
          {index === 0 ? ' ' : ' · '}
          <a href={hrefOf({ reference: undefined }, one)}>{t(`outbox.show.${one}`)}</a>
        </>
      ))}
    </p>
  );
};

/** Every mail of the installation, the newest first. */
export const OutboxPage = (props: OutboxPageProps) => {
  const { frame, staff, state, mails, counts, older, done } = props;
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('outbox.title')} staff={staff} current="outbox">
      {done && (
        <p class={unchanged.includes(done) ? 'notice' : 'notice good'} role="status">
          {t(`outbox.${done}`)}
        </p>
      )}
      <TroubleNote {...props} />
      <h1>{t('outbox.title')}</h1>
      {props.reference && (
        <p class="parted">
          {t.rich('outbox.ofApplication', {
            reference: <a href={`/admin/applications/${props.reference}`}>{props.reference}</a>,
          })}
          <a href="/admin/outbox">{t('outbox.ofAll')}</a>
        </p>
      )}
      {!props.reference && (
        <p class="small">
          <a href={`/admin/outbox/staff${props.staffTrouble ? '?state=parked' : ''}`}>
            {t('outbox.staff.title')}
          </a>
          {props.staffTrouble && (
            <>
              {' '}
              <span class="chip bad">{t('outbox.state.parked')}</span>
            </>
          )}
        </p>
      )}
      <StateTabs
        {...{ t, states, rare, state, counts }}
        counted={!props.reference}
        hrefOf={(one) => hrefOf(props, one)}
      />
      {mails.length === 0 ? (
        <div class="empty flow">
          <h2>{t('outbox.empty.title')}</h2>
          <p>{t('outbox.empty.text')}</p>
        </div>
      ) : (
        <MailTable t={t} columns={columns}>
          {mails.map((mail) => (
            <Row {...props} mail={mail} />
          ))}
        </MailTable>
      )}
      <MailPages
        t={t}
        older={older && hrefOf(props, state, older)}
        start={props.paged ? hrefOf(props, state) : undefined}
      />
    </DeskPage>
  );
};
