import { ErrorSummary, type FieldError, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type EnrolPageProps = {
  frame: Frame;
  /** The page's own address: the form goes back to it. */
  action: string;
  /** Whose account it is; null for the first admin, who says so in the form. */
  account: string | null;
  /** The first admin's own, as typed. */
  name: string;
  email: string;
  minPasswordLength: number;
  errors: FieldError[];
};

/** Where an enrolment link leads: choose a password; the first admin says who they are. */
export const EnrolPage = (props: EnrolPageProps) => {
  const { frame, action, account, name, email, minPasswordLength, errors } = props;
  const { t } = frame;
  const heading = t(account === null ? 'enrol.firstTitle' : 'enrol.title');
  return (
    <DeskPage frame={frame} title={heading} failed={errors.length > 0} width="narrow">
      <div class="flow">
        <ErrorSummary t={t} errors={errors} />
        <h1>{heading}</h1>
        <p>{account === null ? t('enrol.firstIntro') : t('enrol.intro', { email: account })}</p>
        <form class="flow" method="post" action={action} novalidate>
          {account === null ? (
            <>
              <TextField
                t={t}
                name="name"
                label={t('enrol.name')}
                hint={t('enrol.nameHint')}
                value={name}
                autocomplete="name"
                errors={errors}
              />
              <TextField
                t={t}
                name="email"
                type="email"
                label={t('enrol.email')}
                value={email}
                autocomplete="username"
                errors={errors}
              />
            </>
          ) : (
            // Password managers file the new password under it.
            <input type="hidden" name="email" value={account} autocomplete="username" />
          )}
          <TextField
            t={t}
            name="password"
            type="password"
            label={t('enrol.password')}
            hint={t('staff.passwordHint', { min: minPasswordLength })}
            autocomplete="new-password"
            errors={errors}
          />
          <p class="actions">
            <button type="submit" class="button">
              {t('enrol.submit')}
            </button>
          </p>
        </form>
      </div>
    </DeskPage>
  );
};

/** A link that was used or is over. */
export const EnrolEndedPage = ({ frame }: { frame: Frame }) => {
  const { t } = frame;
  return (
    <DeskPage frame={frame} title={t('enrol.goneTitle')} width="narrow">
      <div class="flow">
        <h1>{t('enrol.goneTitle')}</h1>
        <p>{t('enrol.goneText')}</p>
        <p>
          <a href="/admin/sign-in">{t('enrol.goneSignIn')}</a>
        </p>
      </div>
    </DeskPage>
  );
};
