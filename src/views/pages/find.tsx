import { Alert, ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { type Frame, type LanguageLink, PublicPage } from '../layout.tsx';

type FindPageProps = {
  frame: Frame;
  code: string;
  email: string;
  errors: FieldError[];
  alert?: string | undefined;
  /** A reference was sent, right or wrong. */
  sent: boolean;
  languages: LanguageLink[];
};

/** The two ways back to the private page: by the receipt code at once, by the reference through a mail. */
export const FindPage = (props: FindPageProps) => {
  const { frame, code, email, errors, alert, sent, languages } = props;
  const { t } = frame;
  const title = t('find.title');
  const failed = errors.length > 0 || alert !== undefined;
  return (
    <PublicPage
      frame={frame}
      title={title}
      failed={failed}
      scripts={['form.js']}
      languages={languages}
    >
      {alert && <Alert text={alert} focused={errors.length === 0} />}
      <ErrorSummary t={t} errors={errors} />
      <h1>{title}</h1>
      {sent && (
        <p class="notice" role="status">
          {t('find.sent')}
        </p>
      )}
      <p>{t('find.intro')}</p>
      <form class="flow" method="post" action={`/${t.language}/find`} novalidate>
        <TextField
          t={t}
          name="code"
          label={t('find.code')}
          hint={t('find.code.hint')}
          value={code}
          autocomplete="off"
          errors={errors}
        />
        <TextField
          t={t}
          name="email"
          type="email"
          label={t('field.email')}
          hint={t('find.email.hint')}
          value={email}
          autocomplete="email"
          errors={errors}
        />
        <p>
          <button type="submit" class="button">
            {t('find.button')}
          </button>
        </p>
      </form>
    </PublicPage>
  );
};
