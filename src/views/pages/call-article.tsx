import type { Role } from '../../domain/permissions.ts';
import { ErrorSummary, type FieldError, SelectField, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type CallArticleProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** Where this page is. */
  path: string;
  back: { href: string; text: string };
  /** True while the link leads nowhere. */
  inPreparation: boolean;
  language: string;
  languages: { value: string; label: string }[];
  via: string;
  errors: FieldError[];
  link: string;
  snippet: string;
  /** Where the code is as a file of its own. */
  download: string;
  qr: { size: number; path: string };
};

/** A field that holds something to be copied: select all, copy. */
const CopyField = (props: {
  id: string;
  label: string;
  hint: string;
  text: string;
  rows: number;
}) => (
  <div class="field">
    <label for={props.id}>{props.label}</label>
    <p class="hint" id={`${props.id}-hint`}>
      {props.hint}
    </p>
    <textarea
      id={props.id}
      class="code copy"
      rows={props.rows}
      aria-describedby={`${props.id}-hint`}
      readonly
      spellcheck={false}
    >
      {props.text}
    </textarea>
  </div>
);

/** What goes into the article that calls to apply: link, button, QR code. */
export const CallArticlePage = (props: CallArticleProps) => {
  const { frame, back, path, errors, qr } = props;
  const { t } = frame;
  const heading = t('callArticle.title');
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={props.staff}
      current="calls"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <p class="walk">
        <a href={back.href}>{back.text}</a>
      </p>
      <h1>{heading}</h1>
      {props.inPreparation && <p class="notice">{t('callArticle.inPreparation')}</p>}
      <form class="flow" method="get" action={path} novalidate>
        <SelectField
          t={t}
          name="language"
          label={t('account.languageTitle')}
          value={props.language}
          options={props.languages}
          errors={errors}
        />
        <TextField
          t={t}
          name="via"
          type="url"
          inputmode="url"
          label={t('callArticle.via')}
          hint={t('callArticle.via.hint')}
          optional
          value={props.via}
          errors={errors}
        />
        <p class="actions">
          <button type="submit" class="button">
            {t('callArticle.submit')}
          </button>
        </p>
      </form>
      <h2>{t('callArticle.ready')}</h2>
      <CopyField
        id="link"
        label={t('callArticle.link')}
        hint={t('callArticle.copy')}
        text={props.link}
        rows={2}
      />
      <CopyField
        id="snippet"
        label={t('callArticle.snippet')}
        hint={t('callArticle.snippet.hint')}
        text={props.snippet}
        rows={6}
      />
      <h3>{t('callArticle.qr')}</h3>
      {/* Readers need dark on light, in dark mode too. */}
      <svg
        class="qr"
        role="img"
        aria-label={t('callArticle.qr')}
        width="240"
        height="240"
        viewBox={`0 0 ${qr.size} ${qr.size}`}
        shape-rendering="crispEdges"
      >
        <rect width={qr.size} height={qr.size} fill="#fff" />
        <path d={qr.path} fill="#000" />
      </svg>
      <p>
        <a href={props.download} download>
          {t('callArticle.download')}
        </a>
      </p>
    </DeskPage>
  );
};
