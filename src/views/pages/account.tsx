import type { Child } from 'hono/jsx';
import type { Role } from '../../domain/permissions.ts';
import type { Language } from '../../i18n.ts';
import {
  Choice,
  ErrorSummary,
  type FieldError,
  SelectField,
  TextField,
} from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What was just done, told on the page that follows. */
export const accountChanges = ['language', 'reading', 'password', 'factor', 'sessions'] as const;
export type AccountChange = (typeof accountChanges)[number];

type Option = { value: string; label: string; chosen: boolean };

type AccountPageProps = {
  frame: Frame;
  staff: { name: string; email: string; role: Role };
  languages: readonly { code: Language; name: string }[];
  /** What they read and the places that they cover, among all that there are. */
  reading: { languages: Option[]; places: Option[] };
  minPasswordLength: number;
  hasSecondFactor: boolean;
  sessions: readonly { current: boolean; createdAt: Date; lastSeenAt: Date }[];
  timeZone: string;
  done?: AccountChange | undefined;
  errors: FieldError[];
};

/** One's own account: who one is, and a small form for each thing that can be changed. */
export const AccountPage = (props: AccountPageProps) => {
  const { frame, staff, done, errors } = props;
  const { t } = frame;
  const heading = t('account.title');
  const title = errors.length > 0 ? t('form.errorTitle', { title: heading }) : heading;
  return (
    <DeskPage frame={frame} title={title} staff={staff} current="account" width="narrow">
      {done && (
        <p class="notice good" role="status">
          {t(`account.${done}Done`)}
        </p>
      )}
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <dl class="facts">
        <div>
          <dt>{t('account.name')}</dt>
          <dd>{staff.name}</dd>
        </div>
        <div>
          <dt>{t('account.email')}</dt>
          <dd>{staff.email}</dd>
        </div>
        <div>
          <dt>{t('account.role')}</dt>
          <dd>{t(`staff.role.${staff.role}`)}</dd>
        </div>
      </dl>
      <LanguageSection {...props} />
      <ReadingSection {...props} />
      <h2>{t('account.notifyTitle')}</h2>
      <p>
        <a href="/admin/account/notifications">{t('account.notifyLink')}</a>
      </p>
      <PasswordSection {...props} />
      <FactorSection {...props} />
      <SessionsSection {...props} />
      <form method="post" action="/admin/sign-out">
        <button type="submit" class="button quiet">
          {t('account.signOut')}
        </button>
      </form>
    </DeskPage>
  );
};

type SectionProps = { title: string; action: string; submit: string; children?: Child };

const Section = ({ title, action, submit, children }: SectionProps) => (
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

const LanguageSection = ({ frame: { t }, languages, errors }: AccountPageProps) => (
  <Section
    title={t('account.languageTitle')}
    action="language"
    submit={t('account.languageSubmit')}
  >
    <SelectField
      t={t}
      name="language"
      label={t('account.language')}
      value={t.language}
      options={languages.map(({ code, name }) => ({ value: code, label: name }))}
      errors={errors}
    />
  </Section>
);

const Boxes = (props: { name: string; legend: string; hint: string; options: Option[] }) => (
  <fieldset>
    <legend>{props.legend}</legend>
    <p class="hint">{props.hint}</p>
    <div class="boxes">
      {props.options.map(({ value, label, chosen }) => (
        <Choice
          name={props.name}
          id={`${props.name}-${value}`}
          label={label}
          value={value}
          checked={chosen}
        />
      ))}
    </div>
  </fieldset>
);

const ReadingSection = ({ frame: { t }, reading }: AccountPageProps) => (
  <Section title={t('account.readingTitle')} action="reading" submit={t('account.readingSubmit')}>
    <Boxes
      name="reads"
      legend={t('account.reads')}
      hint={t('account.reads.hint')}
      options={reading.languages}
    />
    {reading.places.length > 0 && (
      <Boxes
        name="covers"
        legend={t('account.covers')}
        hint={t('account.covers.hint')}
        options={reading.places}
      />
    )}
  </Section>
);

const PasswordSection = ({ frame: { t }, staff, minPasswordLength, errors }: AccountPageProps) => (
  <Section
    title={t('account.passwordTitle')}
    action="password"
    submit={t('account.passwordSubmit')}
  >
    <input type="hidden" name="email" value={staff.email} autocomplete="username" />
    <TextField
      t={t}
      name="currentPassword"
      type="password"
      label={t('account.currentPassword')}
      autocomplete="current-password"
      errors={errors}
    />
    <TextField
      t={t}
      name="password"
      type="password"
      label={t('account.newPassword')}
      hint={t('staff.passwordHint', { min: minPasswordLength })}
      autocomplete="new-password"
      errors={errors}
    />
  </Section>
);

const FactorSection = ({ frame: { t }, hasSecondFactor, errors }: AccountPageProps) => (
  <Section
    title={t('account.factorTitle')}
    action="second-factor"
    submit={t(hasSecondFactor ? 'account.factorReplace' : 'account.factorSetUp')}
  >
    <p>{t(hasSecondFactor ? 'account.factorOn' : 'account.factorOff')}</p>
    {hasSecondFactor ? (
      <TextField
        t={t}
        name="proof"
        label={t('account.factorCode')}
        inputmode="numeric"
        autocomplete="one-time-code"
        errors={errors}
      />
    ) : (
      <TextField
        t={t}
        name="proof"
        type="password"
        label={t('account.factorPassword')}
        autocomplete="current-password"
        errors={errors}
      />
    )}
  </Section>
);

const SessionsSection = ({ frame: { t }, sessions, timeZone }: AccountPageProps) => (
  <>
    <h2>{t('account.sessionsTitle')}</h2>
    <ul class="timeline">
      {sessions.map(({ current, createdAt, lastSeenAt }) => (
        <li>
          {t('account.session', {
            since: t.dateTime(createdAt, timeZone),
            lastSeen: t.dateTime(lastSeenAt, timeZone),
          })}{' '}
          {current && <span class="chip good">{t('account.sessionCurrent')}</span>}
        </li>
      ))}
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
