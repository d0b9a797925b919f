import type { DocumentReading } from '../../db/document-texts.ts';
import type { Closure } from '../../db/scanning.ts';
import type { Role } from '../../domain/permissions.ts';
import {
  ActiveContentNotice,
  listReadingFacts,
  ReadingState,
} from '../components/document-reading.tsx';
import { ClosureNotice } from '../components/document-safety.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type DocumentTextPageProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  application: { reference: string };
  /** Of its applicant, as written. */
  fullName: string;
  /** The reader may not know who it is: there is no original for them. */
  hidden: boolean;
  document: {
    id: string;
    name: string;
    kindName: string;
    language: string | null;
    closure: Closure | null;
  };
  /** Undefined while it waits to be read. */
  reading: (DocumentReading & { text: string }) | undefined;
  /** The list's filters as a query string. */
  filters: string;
};

/** What a document says, as text alone; nothing of it is more than text. */
export const DocumentTextPage = (props: DocumentTextPageProps) => {
  const { frame, staff, application, fullName, hidden, document, reading, filters } = props;
  const { t } = frame;
  const { id, name, kindName, language, closure } = document;
  const page = `/admin/applications/${application.reference}`;
  const facts = [kindName, ...listReadingFacts({ t, reading }, null)];
  return (
    <DeskPage
      frame={frame}
      title={`${name} · ${application.reference}`}
      staff={staff}
      current="applications"
    >
      <nav class="walk small" aria-label={t('admin.application.documents')}>
        <a href={`${page}${filters}`}>{t('reading.back')}</a>
        {!hidden && closure === null && (
          <a href={`${page}/documents/${id}`}>{t('admin.application.downloadNamed', { name })}</a>
        )}
      </nav>
      <div class="head">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <p class="soft">
          {!hidden && (
            <>
              <bdi>{fullName}</bdi> ·{' '}
            </>
          )}
          <span class="reference">{application.reference}</span> ·{' '}
          <span class="num">{facts.join(' · ')}</span>
        </p>
      </div>
      {hidden && <p class="soft small">{t('blind.hidden')}</p>}
      {closure !== null && <ClosureNotice t={t} closure={closure} finding={null} />}
      {!hidden && closure === null && <ActiveContentNotice t={t} reading={reading} />}
      {closure === null && <ReadingState t={t} reading={reading} />}
      {reading?.state === 'read' && (
        <>
          <p class="soft small">{t(reading.cut ? 'reading.cut' : 'reading.hint')}</p>
          <article class="paper reading" lang={reading.language ?? language ?? undefined}>
            {reading.text.split(/\n{2,}/).map((paragraph) => (
              <p dir="auto">{paragraph}</p>
            ))}
          </article>
        </>
      )}
    </DeskPage>
  );
};
