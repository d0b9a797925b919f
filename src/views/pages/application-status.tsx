import type { ReceivedDocument } from '../../db/documents.ts';
import type { PublicStatus } from '../../domain/stages.ts';
import type { Language } from '../../i18n.ts';
import { type Frame, PublicPage } from '../layout.tsx';

type StatusPageProps = {
  frame: Frame;
  reference: string;
  receiptCode: string;
  status: PublicStatus;
  email: string;
  submittedAt: Date;
  replyBy: Date;
  /** That day is over and the reply is still owed. */
  lapsed: boolean;
  timeZone: string;
  readers: string;
  contactEmail: string;
  documents: Pick<ReceivedDocument, 'kind' | 'name' | 'size' | 'sha256' | 'origin'>[];
  languages: { language: Language; name: string; href: string }[];
};

/** The applicant's private page; right after submitting it is the receipt. */
export const ApplicationStatusPage = (props: StatusPageProps) => {
  const { frame, status, timeZone, documents } = props;
  const { t } = frame;
  const replyBy = t.date(props.replyBy, timeZone);
  return (
    <PublicPage frame={frame} title={t(`status.${status}.title`)} languages={props.languages}>
      <h1>{t(`status.${status}.title`)}</h1>
      <div class="receipt flow">
        <p>{t('status.receiptCode')}</p>
        <p>
          <strong data-receipt-code>{props.receiptCode}</strong>
        </p>
        <p class="small">{t('status.receiptHint')}</p>
      </div>
      <dl class="facts">
        <div>
          <dt>{t('status.status')}</dt>
          <dd>{t(`status.${status}`)}</dd>
        </div>
        {(status === 'received' || status === 'being-read') && !props.lapsed && (
          <div>
            <dt>{t('status.replyBy')}</dt>
            <dd>{replyBy}</dd>
          </div>
        )}
        <div>
          <dt>{t('status.submittedAt')}</dt>
          <dd>{t.dateTime(props.submittedAt, timeZone)}</dd>
        </div>
        <div>
          <dt>{t('status.reference')}</dt>
          <dd>{props.reference}</dd>
        </div>
        <div>
          <dt>{t('status.readers')}</dt>
          <dd>{props.readers}</dd>
        </div>
      </dl>
      <h2>{t('status.next')}</h2>
      <p>{t(props.lapsed ? 'status.lapsed.next' : `status.${status}.next`, { replyBy })}</p>
      {status === 'received' && !props.lapsed && (
        <p>{t('status.mailSent', { email: props.email })}</p>
      )}
      <p>
        {t.rich('call.questions', {
          address: () => <a href={`mailto:${props.contactEmail}`}>{props.contactEmail}</a>,
        })}
      </p>
      <h2>{t('status.materials')}</h2>
      {documents.map(({ kind, name, size, sha256, origin }) => (
        <div class="doc">
          <div class="row">
            <strong>{origin === 'text' ? t('status.pastedText') : name}</strong>
            <span class="soft">{t(`document.${kind}`)}</span>
            <span class="soft num">{t.size(size)}</span>
          </div>
          <p class="soft small">
            SHA-256 <span class="code">{sha256.toString('hex')}</span>
          </p>
        </div>
      ))}
      <p class="soft small">{t('status.hashHint')}</p>
      <p class="notice">{t('status.privatePage')}</p>
    </PublicPage>
  );
};
