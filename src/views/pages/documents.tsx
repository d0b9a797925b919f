import type { PastedTexts } from '../../domain/application-form.ts';
import type { DocumentKind } from '../../domain/documents.ts';
import { DocumentFields, type HeldDocument } from '../components/document-fields.tsx';
import { Alert, ErrorSummary, type FieldError } from '../components/form.tsx';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

type DocumentsPageProps = {
  frame: Frame;
  /** The address of the private page. */
  base: string;
  asked: { kind: DocumentKind; required: boolean }[];
  /** Nothing but what the virus scanner has stopped can be changed. */
  infectedOnly: boolean;
  held: HeldDocument[];
  /** What was pasted before is not shown: an empty box leaves it as it is. */
  discreet: boolean;
  texts: PastedTexts;
  maxFileBytes: number;
  errors: FieldError[];
  alert?: string | undefined;
  /** A part of what was sent is stored already. */
  partly: boolean;
  languages: LanguageLink[];
};

const documentsForm = 'documents-form';

/** Where an applicant changes what can be changed of the documents of an application. */
export const DocumentsPage = (props: DocumentsPageProps) => {
  const { frame, base, asked, held, texts, maxFileBytes, errors, alert } = props;
  const { t } = frame;
  const title = t('documents.title');
  const failed = errors.length > 0 || alert !== undefined;
  return (
    <PublicPage
      frame={frame}
      title={title}
      failed={failed}
      scripts={['form.js']}
      languages={props.languages}
      form={{ id: documentsForm, submit: t('documents.save') }}
    >
      {alert && <Alert text={alert} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} />
      <h1>{title}</h1>
      {props.partly && (
        <p class="notice good" role="status">
          {t('documents.partly')}
        </p>
      )}
      <p>{t(props.infectedOnly ? 'documents.infectedOnly' : 'documents.intro')}</p>
      {props.discreet && <p>{t('documents.discreet')}</p>}
      <p class="hint">{t('apply.documents.hint', { size: t.size(maxFileBytes) })}</p>
      <p class="hint">{t('apply.documents.safest')}</p>
      <form
        class="flow"
        id={documentsForm}
        method="post"
        action={`${base}/documents`}
        enctype="multipart/form-data"
        novalidate
      >
        {asked.map(({ kind, required }) => (
          <DocumentFields
            t={t}
            kind={kind}
            required={required}
            held={held.filter((one) => one.kind === kind)}
            half={[]}
            replacing
            text={texts[kind]}
            maxFileBytes={maxFileBytes}
            errors={errors}
          />
        ))}
        <p class="actions">
          <button type="submit" class="button">
            {t('documents.save')}
          </button>
          <a class="button quiet" href={base}>
            {t('documents.back')}
          </a>
        </p>
      </form>
    </PublicPage>
  );
};

/** Too late for changes: somebody has opened it. What was pasted can be copied from here. */
export const DocumentsClosedPage = (props: {
  frame: Frame;
  base: string;
  texts: { kind: DocumentKind; text: string }[];
  languages: LanguageLink[];
}) => {
  const { frame, base, texts, languages } = props;
  const { t } = frame;
  return (
    <PublicPage frame={frame} title={t('documents.title')} failed languages={languages}>
      <Alert text={t('documents.closed')} focused />
      <h1>{t('documents.title')}</h1>
      {texts.map(({ kind, text }) => {
        const label = t('apply.pasteLabel', { name: t(`document.${kind}`) });
        return (
          <>
            <h2>{label}</h2>
            {/* It scrolls, so the keyboard has to reach it. */}
            <section class="clip" aria-label={label} tabindex={0}>
              {text}
            </section>
          </>
        );
      })}
      <p class="actions">
        <a class="button" href={`${base}#messages`}>
          {t('status.message.body')}
        </a>
        <a class="button quiet" href={base}>
          {t('documents.back')}
        </a>
      </p>
    </PublicPage>
  );
};
