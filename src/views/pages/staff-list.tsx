import { type Role, roles } from '../../domain/permissions.ts';
import type { Language, Translator } from '../../i18n.ts';
import { ErrorSummary, type FieldError, SelectField, TextField } from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

export type ShownMember = {
  id: string;
  name: string;
  email: string;
  role: Role;
  state: 'invited' | 'active' | 'disabled';
  secondFactor: boolean;
  singleSignOn: boolean;
  /** A day, as in 2026-12-04. */
  lastSignInOn: string | null;
};

export type TypedInvitation = { name: string; email: string; role: Role; language: Language };

type StaffListProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  members: ShownMember[];
  typed: TypedInvitation;
  languages: { value: string; label: string }[];
  errors: FieldError[];
  /** Mail stays on this machine. */
  captured: boolean;
};

const tones = { invited: 'warn', active: 'good', disabled: '' } as const;

/** Whether somebody can sign in. */
export const StaffState = ({ t, state }: { t: Translator; state: ShownMember['state'] }) => (
  <span class={`chip ${tones[state]}`}>{t(`staffState.${state}`)}</span>
);

/** A day that was kept without its hour. */
export const sayDay = (t: Translator, day: string): string =>
  t.date(new Date(`${day}T12:00:00Z`), 'UTC');

/** Everybody who works here, and the form that invites somebody. */
export const StaffListPage = (props: StaffListProps) => {
  const { frame, staff, members, typed, errors, languages, captured } = props;
  const { t } = frame;
  const heading = t('staffList.title');
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={staff}
      current="staff"
    >
      <ErrorSummary t={t} errors={errors} />
      <h1>{heading}</h1>
      <p class="asides">
        <a href="/admin/staff/permissions">{t('permissions.title')}</a>{' '}
        <a href="/admin/staff/log">{t('staffLog.title')}</a>{' '}
        <a href="/admin/looks">{t('looks.title')}</a>
      </p>
      <div class="frame">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">{t('account.name')}</th>
              <th scope="col">{t('account.role')}</th>
              <th scope="col">{t('staffList.state')}</th>
              <th scope="col">{t('account.factorTitle')}</th>
              <th scope="col">{t('staffList.lastSignIn')}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((one) => (
              <tr>
                <th scope="row">
                  <a href={`/admin/staff/${one.id}`}>
                    <bdi>{one.name}</bdi>
                  </a>
                  <span class="under">{one.email}</span>
                </th>
                <td>{t(`staff.role.${one.role}`)}</td>
                <td>
                  <StaffState t={t} state={one.state} />
                </td>
                <td>{t(one.secondFactor ? 'staffList.factorOn' : 'staffList.factorOff')}</td>
                <td class="num">
                  {one.lastSignInOn === null ? t('staffList.never') : sayDay(t, one.lastSignInOn)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <section class="invite" aria-labelledby="invite">
        <h2 id="invite">{t('staffList.invite')}</h2>
        <p>{t(captured ? 'staffList.inviteCaptured' : 'staffList.inviteMailed')}</p>
        <form class="flow" method="post" action="/admin/staff" novalidate>
          <TextField
            t={t}
            name="name"
            label={t('account.name')}
            value={typed.name}
            autocomplete="off"
            errors={errors}
          />
          <TextField
            t={t}
            name="email"
            type="email"
            label={t('account.email')}
            value={typed.email}
            autocomplete="off"
            errors={errors}
          />
          <SelectField
            t={t}
            name="role"
            label={t('account.role')}
            hint={t('staffList.roleHint')}
            value={typed.role}
            options={roles.map((role) => ({ value: role, label: t(`staff.role.${role}`) }))}
            errors={errors}
          />
          <SelectField
            t={t}
            name="language"
            label={t('account.language')}
            value={typed.language}
            options={languages}
            errors={errors}
          />
          <p class="actions">
            <button type="submit" class="button">
              {t('staffList.inviteButton')}
            </button>
          </p>
        </form>
      </section>
    </DeskPage>
  );
};
