import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type SignInPageProps = {
  frame: Frame;
  email: string;
  /** Where to go afterwards. */
  next: string | undefined;
  errors: FieldError[];
};

/** The first step: e-mail address and password. */
export const SignInPage = ({ frame, email, next, errors }: SignInPageProps) => {
  const { t } = frame;
  const heading = t('signIn.title');
  const title = errors.length > 0 ? t('form.errorTitle', { title: heading }) : heading;
  return (
    <DeskPage frame={frame} title={title} width="narrow">
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <form class="flow" method="post" action="/admin/sign-in" novalidate>
        {next && <input type="hidden" name="next" value={next} />}
        <TextField
          t={t}
          name="email"
          type="email"
          label={t('signIn.email')}
          value={email}
          autocomplete="username"
          errors={errors}
        />
        <TextField
          t={t}
          name="password"
          type="password"
          label={t('signIn.password')}
          autocomplete="current-password"
          errors={errors}
        />
        <p class="actions">
          <button type="submit" class="button">
            {t('signIn.submit')}
          </button>
        </p>
        <p class="soft">{t('signIn.help')}</p>
      </form>
    </DeskPage>
  );
};

type CodePageProps = { frame: Frame; next: string | undefined; errors: FieldError[] };

/** The second step: a code of the authenticator app. */
export const CodePage = ({ frame, next, errors }: CodePageProps) => {
  const { t } = frame;
  const heading = t('signIn.codeTitle');
  const title = errors.length > 0 ? t('form.errorTitle', { title: heading }) : heading;
  return (
    <DeskPage frame={frame} title={title} width="narrow">
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <form class="flow" method="post" action="/admin/sign-in" novalidate>
        {next && <input type="hidden" name="next" value={next} />}
        <TextField
          t={t}
          name="code"
          label={t('signIn.code')}
          hint={t('signIn.codeHint')}
          inputmode="numeric"
          autocomplete="one-time-code"
          errors={errors}
        />
        <p class="actions">
          <button type="submit" class="button">
            {t('signIn.submit')}
          </button>
          <a href="/admin/sign-in">{t('signIn.again')}</a>
        </p>
      </form>
    </DeskPage>
  );
};
