import type { Child } from 'hono/jsx';
import type { BrowserFamily } from '../../domain/browser-families.ts';
import type { Translator } from '../../i18n.ts';
import type { Frame } from '../layout.tsx';
import { type FieldError, TextField } from './form.tsx';

/** How one gets into one's account, and where one is in. */
export type SecurityProps = {
  frame: Frame;
  staff: { email: string };
  minPasswordLength: number;
  /** By what one gets in. */
  ways: { password: boolean; secondFactor: boolean; singleSignOn: boolean };
  /** What the single sign-on is called, where there is one. */
  provider: string | undefined;
  recoveryCodes: { left: number; of: number };
  sessions: readonly {
    id: string;
    current: boolean;
    browser: BrowserFamily;
    createdAt: Date;
    lastSeenAt: Date;
  }[];
  timeZone: string;
  errors: FieldError[];
};

/** So few codes left are worth a warning. */
const fewCodes = 3;

/** Password, second factor, recovery codes and sessions of one's account. */
export const SecuritySections = (props: SecurityProps) => (
  <>
    {props.ways.password ? <PasswordSection {...props} /> : <NoPassword {...props} />}
    {props.provider !== undefined && <IdentitySection {...props} provider={props.provider} />}
    {(props.ways.password || props.ways.secondFactor) && <FactorSection {...props} />}
    {props.ways.password && props.ways.secondFactor && <CodesSection {...props} />}
    <SessionsSection {...props} />
  </>
);

type SectionProps = { title: string; action: string; submit: string; children?: Child };

/** A heading, and a small form below it that changes one thing. */
export const AccountSection = ({ title, action, submit, children }: SectionProps) => (
  <>
    <h2>{title}</h2>
    <form class="flow" method="post" action={`/admin/account/${action}`} novalidate>
      {children}
      <p class="actions">
        <button type="submit" class="button quiet">
          {submit}
        </button>
      </p>
    </form>
  </>
);

type ProofProps = Pick<SecurityProps, 'errors'> & { t: Translator; name: string };

const CurrentPassword = ({
  t,
  name,
  label = t('account.currentPassword'),
  errors,
}: ProofProps & { label?: string }) => (
  <TextField {...{ t, name, label, errors }} type="password" autocomplete="current-password" />
);

const CurrentCode = ({ t, name, label, errors }: ProofProps & { label: string }) => (
  <TextField
    {...{ t, name, label, errors }}
    hint={t('account.factorCodeHint')}
    autocomplete="one-time-code"
  />
);

const PasswordSection = ({ frame: { t }, staff, minPasswordLength, errors }: SecurityProps) => (
  <AccountSection
    title={t('account.passwordTitle')}
    action="password"
    submit={t('account.passwordSubmit')}
  >
    <input type="hidden" name="email" value={staff.email} autocomplete="username" />
    <CurrentPassword {...{ t, errors }} name="currentPassword" />
    <TextField
      t={t}
      name="password"
      type="password"
      label={t('account.newPassword')}
      hint={t('staff.passwordHint', { min: minPasswordLength })}
      autocomplete="new-password"
      errors={errors}
    />
  </AccountSection>
);

const NoPassword = ({ frame: { t } }: SecurityProps) => (
  <>
    <h2>{t('account.passwordTitle')}</h2>
    <p>{t('account.noPassword')}</p>
  </>
);

const IdentitySection = ({
  frame: { t },
  ways,
  provider,
}: SecurityProps & { provider: string }) => (
  <>
    <h2>{t('account.identityTitle')}</h2>
    <p>{t(ways.singleSignOn ? 'account.identityBound' : 'account.identityNone', { provider })}</p>
  </>
);

const FactorSection = ({
  frame: { t },
  ways: { secondFactor: hasSecondFactor },
  errors,
}: SecurityProps) => (
  <AccountSection
    title={t('account.factorTitle')}
    action="second-factor"
    submit={t(hasSecondFactor ? 'account.factorReplace' : 'account.factorSetUp')}
  >
    <p>{t(hasSecondFactor ? 'account.factorOn' : 'account.factorOff')}</p>
    {hasSecondFactor ? (
      <CurrentCode {...{ t, errors }} name="proof" label={t('account.factorCode')} />
    ) : (
      <CurrentPassword {...{ t, errors }} name="proof" label={t('account.factorPassword')} />
    )}
  </AccountSection>
);

const CodesSection = ({ frame: { t }, staff, recoveryCodes, errors }: SecurityProps) => (
  <AccountSection
    title={t('recoveryCodes.title')}
    action="recovery-codes"
    submit={t('account.codesSubmit')}
  >
    <p class={recoveryCodes.left <= fewCodes ? 'notice warn' : undefined} id="codes-left">
      {t('account.codesLeft', { left: recoveryCodes.left, of: recoveryCodes.of })}
    </p>
    <p class="soft">{t('account.codesNote')}</p>
    <input type="hidden" name="email" value={staff.email} autocomplete="username" />
    <CurrentPassword {...{ t, errors }} name="codesPassword" />
    <CurrentCode {...{ t, errors }} name="codesProof" label={t('account.codesProof')} />
  </AccountSection>
);

const SessionsSection = ({ frame: { t }, sessions, timeZone }: SecurityProps) => (
  <>
    <h2>{t('account.sessionsTitle')}</h2>
    <ul class="timeline">
      {sessions.map(({ id, current, browser, createdAt, lastSeenAt }) => {
        const when = t.dateTime(createdAt, timeZone);
        return (
          <li>
            <strong>{t(`browser.${browser}`)}</strong>{' '}
            {current && <span class="chip good">{t('account.sessionCurrent')}</span>}
            <span class="under num">
              {t('account.session', { since: when, lastSeen: t.dateTime(lastSeenAt, timeZone) })}
            </span>
            {!current && (
              <form method="post" action="/admin/account/sessions">
                <input type="hidden" name="session" value={id} />
                <button
                  type="submit"
                  class="button quiet small"
                  aria-label={t('account.sessionEndNamed', {
                    browser: t(`browser.${browser}`),
                    since: when,
                  })}
                >
                  {t('account.sessionEnd')}
                </button>
              </form>
            )}
          </li>
        );
      })}
    </ul>
    <p class="soft">{t('account.sessionsNote')}</p>
    {sessions.length > 1 && (
      <form method="post" action="/admin/account/sessions">
        <button type="submit" class="button quiet">
          {t('account.sessionsSubmit')}
        </button>
      </form>
    )}
  </>
);
