import type { MailAddress, MailContent } from '../../db/mails.ts';
import type { OutboxMail } from '../../db/outbox.ts';
import type { Role } from '../../domain/permissions.ts';
import type { Translator } from '../../i18n.ts';
import { MailFrame } from '../components/mail-frame.tsx';
import {
  MailActions,
  type MailOnItsWay,
  MailStateCell,
  templateName,
} from '../components/mail-state.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type CapturedMailPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  mail: OutboxMail & Pick<MailOnItsWay, 'refusals'>;
  /** Its text with the applicant's private link masked. */
  content: MailContent;
  /** Something in the text was masked. */
  masked: boolean;
  /** It lies as a file on this machine that may be downloaded. */
  captured: boolean;
  mayRetry: boolean;
  mayDecide: boolean;
  timeZone: string;
};

const formatRecipient = (t: Translator, to: MailAddress | null): string => {
  if (to === null) return t('outbox.toEditors');
  return to.name === '' ? to.address : `${to.name} <${to.address}>`;
};

/** One mail as it was written, its links no links and the applicant's secret left out. */
export const CapturedMailPage = (props: CapturedMailPageProps) => {
  const { frame, staff, mail, content, masked, captured, timeZone } = props;
  const { t } = frame;
  const name = templateName(t, mail.template);
  const facts: { label: string; value: string }[] = [
    { label: t('outbox.mail.subject'), value: content.subject },
    { label: t('outbox.mail.to'), value: formatRecipient(t, content.to) },
    { label: t('outbox.mail.written'), value: t.dateTime(mail.createdAt, timeZone) },
    { label: t('outbox.mail.language'), value: t.languageName(mail.language) },
    { label: t('outbox.mail.messageId'), value: mail.messageId },
  ];
  return (
    <DeskPage
      frame={frame}
      title={`${name} · ${mail.reference}`}
      staff={staff}
      current="outbox"
      width="narrow"
    >
      <p class="walk small">
        <a href="/admin/outbox">{t('outbox.title')}</a>
        <a href={`/admin/applications/${mail.reference}`}>{mail.reference}</a>
      </p>
      <h1>{name}</h1>
      <div>
        <MailStateCell t={t} mail={mail} timeZone={timeZone} />
        <MailActions {...{ t, mail, mayRetry: props.mayRetry, mayDecide: props.mayDecide }} />
      </div>
      <dl class="answers">
        {facts.map(({ label, value }) => (
          <div>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {captured && (
        <p class="notice">
          {t('outbox.mail.captured')}{' '}
          <a href={`/admin/outbox/${mail.id}/eml`}>{t('outbox.mail.download')}</a>
        </p>
      )}
      <h2>{t('outbox.mail.text')}</h2>
      {masked && <p class="soft">{t('outbox.mail.masked')}</p>}
      <div class="paper" lang={mail.language}>
        {content.text}
      </div>
      <h2>{t('letter.html')}</h2>
      <MailFrame t={t} src={`/admin/outbox/${mail.id}/html`} />
    </DeskPage>
  );
};
