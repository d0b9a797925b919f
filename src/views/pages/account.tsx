import type { Role } from '../../domain/permissions.ts';
import type { Language } from '../../i18n.ts';
import {
  AccountSection as Section,
  type SecurityProps,
  SecuritySections,
} from '../components/account-security.tsx';
import { Choice, ErrorSummary, SelectField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

/** What was just done, told on the page that follows. */
export const accountChanges = [
  'language',
  'reading',
  'password',
  'factor',
  'codes',
  'recovery',
  'session',
  'sessions',
] as const;
export type AccountChange = (typeof accountChanges)[number];

type Option = { value: string; label: string; chosen: boolean };

type AccountPageProps = SecurityProps & {
  frame: Frame;
  staff: { name: string; email: string; role: Role };
  languages: readonly { code: Language; name: string }[];
  /** What they read and the places that they cover, among all that there are. */
  reading: { languages: Option[]; places: Option[] };
  done?: AccountChange | undefined;
};

/** One's own account: who one is, and a small form for each thing that can be changed. */
export const AccountPage = (props: AccountPageProps) => {
  const { frame, staff, done, errors } = props;
  const { t } = frame;
  const heading = t('account.title');
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={staff}
      current="account"
      width="narrow"
    >
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
      <SecuritySections {...props} />
      <form method="post" action="/admin/sign-out">
        <button type="submit" class="button quiet">
          {t('account.signOut')}
        </button>
      </form>
    </DeskPage>
  );
};

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
