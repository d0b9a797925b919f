import type { DocumentCopy } from '../../db/document-copies.ts';
import type { DocumentReading } from '../../db/document-texts.ts';
import type { OriginalOpening } from '../../db/original-openings.ts';
import type { Closure } from '../../db/scanning.ts';
import type { Role } from '../../domain/permissions.ts';
import { ActiveContentNotice } from '../components/document-reading.tsx';
import { ClosureNotice, CopyNotice, hasCopy } from '../components/document-safety.tsx';
import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type OriginalPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  application: { reference: string };
  document: {
    id: string;
    name: string;
    kindName: string;
    size: number;
    sha256: Buffer;
    closure: Closure | null;
    scanFinding: string | null;
  };
  copy: DocumentCopy | undefined;
  reading: DocumentReading | undefined;
  openings: OriginalOpening[];
  timeZone: string;
  typed: string;
  errors: FieldError[];
};

/** What it means to open a document as it was received, who did, and the form that asks for the reason. */
export const OriginalPage = (props: OriginalPageProps) => {
  const { frame, staff, application, document, copy, reading, openings, errors } = props;
  const { t } = frame;
  const { id, name, kindName, size, sha256, closure, scanFinding } = document;
  const page = `/admin/applications/${application.reference}`;
  const title = t('original.title', { name });
  return (
    <DeskPage
      frame={frame}
      title={title}
      failed={errors.length > 0}
      staff={staff}
      current="applications"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <nav class="walk small" aria-label={t('admin.application.documents')}>
        <a href={page}>{t('reading.back')}</a>
        {hasCopy(copy) && <a href={`${page}/documents/${id}`}>{t('original.takeCopy')}</a>}
      </nav>
      <h1>
        <bdi>{title}</bdi>
      </h1>
      <p class="soft num">{[kindName, t.size(size)].join(' · ')}</p>
      <p class="soft small">
        SHA-256 <span class="code">{sha256.toString('hex')}</span>
      </p>
      <ClosureNotice t={t} closure={closure} finding={scanFinding} />
      {closure === null && (
        <>
          <CopyNotice t={t} copy={copy} />
          <p>{t('original.tells')}</p>
          <ActiveContentNotice t={t} reading={reading} />
          <p>{t('original.dangerzone')}</p>
          <form method="post" action={`${page}/documents/${id}/original`} novalidate>
            <TextField
              t={t}
              name="reason"
              label={t('original.reason')}
              hint={t('original.reasonHint')}
              value={props.typed}
              rows={3}
              errors={errors}
            />
            <p>
              <button type="submit" class="button">
                {t('original.open')}
              </button>
            </p>
          </form>
        </>
      )}
      <h2>{t('original.log')}</h2>
      {openings.length === 0 ? (
        <p class="soft">{t('original.nobody')}</p>
      ) : (
        <ol class="timeline">
          {openings.map(({ staffName, reason, at }) => (
            <li>
              <bdi>{staffName ?? t('event.someone')}</bdi>: <span dir="auto">{reason}</span>
              <time class="under num" datetime={at.toISOString()}>
                {t.dateTime(at, props.timeZone)}
              </time>
            </li>
          ))}
        </ol>
      )}
    </DeskPage>
  );
};
