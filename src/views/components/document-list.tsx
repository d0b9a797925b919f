import type { DocumentCopy } from '../../db/document-copies.ts';
import type { DocumentReading } from '../../db/document-texts.ts';
import type { Closure } from '../../db/scanning.ts';
import { deskKeys } from '../../domain/desk-keys.ts';
import type { DocumentType } from '../../domain/document-types.ts';
import { type DocumentKind, documentKinds } from '../../domain/documents.ts';
import type { Translator } from '../../i18n.ts';
import { spokenName } from '../spoken-name.ts';
import { keyed } from './desk-keys.tsx';
import {
  ActiveContentNotice,
  isReadable,
  listReadingFacts,
  ReadingState,
} from './document-reading.tsx';
import { ClosureNotice, CopyNotice, hasCopy } from './document-safety.tsx';
import { PdfView } from './pdf-view.tsx';

/** A document as the editors see it. */
export type ShownDocument = {
  id: string;
  kind: DocumentKind;
  name: string;
  type: DocumentType;
  size: number;
  sha256: Buffer;
  language: string | null;
  /** What was pasted; null when it can't be opened, undefined for files. */
  text: string | null | undefined;
  /** This reader has downloaded or read it. */
  viewed: boolean;
  /** What is known of its text; undefined while it waits to be read. */
  reading: DocumentReading | undefined;
  /** Its copy without what tells of its making; undefined while it waits to be made. */
  copy: DocumentCopy | undefined;
  closure: Closure | null;
  scanFinding: string | null;
};

type DocumentProps = {
  t: Translator;
  document: ShownDocument;
  base: string;
  /** The list's, as a query string. */
  filters: string;
  /** Where the script that draws a PDF is. */
  pdfLibrary: string;
  /** The reader gets the masked text and nothing else. */
  hidden: boolean;
  /** The reader may open originals. */
  opensOriginals: boolean;
};

const shortHash = 12;
// The sample decides most, so that it stands first.
const rank = (kind: DocumentKind): number => -documentKinds.indexOf(kind);

const Fingerprint = ({ t, sha256 }: { t: Translator; sha256: Buffer }) => {
  const hex = sha256.toString('hex');
  return (
    <details class="fingerprint">
      <summary class="soft small">
        {t('admin.application.fingerprint', { start: hex.slice(0, shortHash) })}
      </summary>
      <span class="code">{hex}</span>
    </details>
  );
};

const DocumentBlock = (props: DocumentProps) => {
  const { t, document, base, filters, pdfLibrary, hidden, opensOriginals } = props;
  const { id, kind, type, size, language, sha256, text, viewed, reading, copy, closure } = document;
  const isOpen = closure === null;
  const isDrawn = type === 'pdf' && !hidden && isOpen && hasCopy(copy);
  const isText = text !== undefined;
  // The name of a discreet applicant's file stays sealed: then its kind is its name.
  const isUnnamed = isText || hidden || document.name === '';
  const name = isUnnamed ? t(`document.${kind}`) : document.name;
  const facts = [
    ...(isUnnamed ? [] : [t(`document.${kind}`)]),
    isText ? t('admin.application.pasted') : type.toUpperCase(),
    t.size(size),
    ...(language ? [t.languageName(language)] : []),
    ...listReadingFacts({ t, reading }, language),
  ];
  return (
    <article class="document">
      <div class="line">
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <span class="ways">
          {!isText && isOpen && isReadable(reading) && (
            <a
              href={`${base}/documents/${id}/text${filters}`}
              aria-label={t('reading.readNamed', { name })}
              {...keyed(isDrawn ? undefined : deskKeys.document)}
            >
              {t('reading.read')}
            </a>
          )}
          {!hidden && isOpen && hasCopy(copy) && (
            <a
              href={`${base}/documents/${id}`}
              aria-label={spokenName(
                t,
                t('admin.application.download'),
                t('admin.application.downloadNamed', { name }),
              )}
            >
              {t('admin.application.download')}
            </a>
          )}
          {!hidden && !isText && opensOriginals && (
            <a
              href={`${base}/documents/${id}/original`}
              aria-label={spokenName(t, t('original.link'), t('original.title', { name }))}
            >
              {t('original.link')}
            </a>
          )}
        </span>
      </div>
      <p class="soft small num">
        {facts.join(' · ')} {viewed && <span class="chip">{t('admin.application.viewed')}</span>}
      </p>
      <ClosureNotice t={t} closure={closure} finding={document.scanFinding} />
      {!isText && isOpen && <ReadingState t={t} reading={reading} />}
      {!isText && !hidden && isOpen && <CopyNotice t={t} copy={copy} />}
      <ActiveContentNotice t={t} reading={isText || hidden ? undefined : reading} />
      {isDrawn && (
        <PdfView t={t} id={id} name={name} url={`${base}/documents/${id}`} library={pdfLibrary} />
      )}
      {!hidden && <Fingerprint t={t} sha256={sha256} />}
      {text === null && <p class="notice bad">{t('admin.application.unreadable')}</p>}
      {typeof text === 'string' && isOpen && (
        <div class="paper" lang={language ?? undefined} dir="auto">
          {text}
        </div>
      )}
    </article>
  );
};

/** The documents of an application, pasted texts ready to read. */
export const DocumentList = (props: {
  t: Translator;
  documents: ShownDocument[];
  base: string;
  filters: string;
  pdfLibrary: string;
  hidden: boolean;
  opensOriginals: boolean;
}) => {
  const { documents, ...rest } = props;
  const { t } = rest;
  if (documents.length === 0) return <p class="soft">{t('admin.application.noDocuments')}</p>;
  const sorted = [...documents].sort((a, b) => rank(a.kind) - rank(b.kind));
  return (
    <>
      {!rest.hidden && <p class="soft small">{t('copy.hint')}</p>}
      {sorted.map((document) => (
        <DocumentBlock document={document} {...rest} />
      ))}
    </>
  );
};
