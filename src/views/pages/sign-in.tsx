import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type SignInPageProps = {
  frame: Frame;
  /** What the single sign-on is called, where there is one. */
  provider: string | undefined;
  email: string;
  /** Where to go afterwards. */
  next: string | undefined;
  errors: FieldError[];
};

const queryOf = (next: string | undefined): string =>
  next === undefined ? '' : `?next=${encodeURIComponent(next)}`;

/** The first step: e-mail address and password. */
export const SignInPage = ({ frame, provider, email, next, errors }: SignInPageProps) => {
  const { t } = frame;
  const heading = t('signIn.title');
  return (
    <DeskPage frame={frame} title={heading} failed={errors.length > 0} width="narrow">
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      {provider !== undefined && (
        <div class="flow">
          <p class="actions">
            <a class="button" href={`/admin/sign-in/oidc${queryOf(next)}`}>
              {t('oidc.button', { provider })}
            </a>
          </p>
          <p>{t('oidc.or')}</p>
        </div>
      )}
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

/** What is asked for: a code of the authenticator app, or one of those for when it is gone. */
export type CodeSort = 'app' | 'recovery';

type CodePageProps = {
  frame: Frame;
  sort: CodeSort;
  next: string | undefined;
  errors: FieldError[];
};

/** The second step: a code. */
export const CodePage = ({ frame, sort, next, errors }: CodePageProps) => {
  const { t } = frame;
  const isApp = sort === 'app';
  const heading = t(isApp ? 'signIn.codeTitle' : 'signIn.recoveryTitle');
  const other = isApp ? 'recovery' : 'code';
  return (
    <DeskPage frame={frame} title={heading} failed={errors.length > 0} width="narrow">
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <form class="flow" method="post" action="/admin/sign-in" novalidate>
        {next && <input type="hidden" name="next" value={next} />}
        {isApp ? (
          <TextField
            t={t}
            name="code"
            label={t('signIn.code')}
            hint={t('signIn.codeHint')}
            inputmode="numeric"
            autocomplete="one-time-code"
            errors={errors}
          />
        ) : (
          <>
            <input type="hidden" name="sort" value={sort} />
            <TextField
              t={t}
              name="code"
              label={t('signIn.recovery')}
              hint={t('signIn.recoveryHint')}
              autocomplete="off"
              errors={errors}
            />
          </>
        )}
        <p class="actions">
          <button type="submit" class="button">
            {t('signIn.submit')}
          </button>
          <a href="/admin/sign-in">{t('signIn.again')}</a>
        </p>
        <p class="soft">
          <a href={`/admin/sign-in/${other}${queryOf(next)}`}>
            {t(isApp ? 'signIn.toRecovery' : 'signIn.toCode')}
          </a>
        </p>
      </form>
    </DeskPage>
  );
};
