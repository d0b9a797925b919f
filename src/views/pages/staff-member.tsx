import { type Role, roles } from '../../domain/permissions.ts';
import type { StaffAct } from '../../domain/staff-acts.ts';
import type { Stage } from '../../domain/stages.ts';
import { ErrorSummary, type FieldError, SelectField } from '../components/form.tsx';
import { type ShownStaffEvent, StaffEvents } from '../components/staff-events.tsx';
import { DeskPage, type Frame } from '../layout.tsx';
import { type ShownMember, StaffState, sayDay } from './staff-list.tsx';

type Handled = {
  reference: string;
  fullName: string;
  latinName: string;
  stage: Stage;
  submittedAt: Date;
};

type StaffMemberProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  member: ShownMember;
  /** What can be done to the account now. */
  acts: StaffAct[];
  sessions: { createdAt: Date; lastSeenAt: Date }[];
  /** The longest waiting of what they handle. */
  handled: Handled[];
  handledCount: number;
  events: ShownStaffEvent[];
  timeZone: string;
  /** What was just done, with the link that is shown this one time. */
  done?: StaffAct | 'invited';
  link?: string | undefined;
  /** Why what was asked for was not done. */
  refusal?: 'self' | 'lastAdmin' | 'changed';
};

/** One of the staff: who they are, what can be done to their account, and what they hold. */
export const StaffMemberPage = (props: StaffMemberProps) => {
  const { frame, staff, member, acts, sessions, handled, handledCount, events, timeZone } = props;
  const { t } = frame;
  const { done, link, refusal } = props;
  const name = (one: Handled): string => one.latinName || one.fullName;
  return (
    <DeskPage frame={frame} title={member.name} staff={staff} current="staff" width="narrow">
      {refusal && (
        <p class="notice bad" role="alert" tabindex={-1} autofocus id="refusal">
          {t(`staffAct.refused.${refusal}`, { name: member.name })}
        </p>
      )}
      {done && (
        <div class="notice good" role="status">
          <p>{t(`staffAct.done.${done}`, { name: member.name })}</p>
          {link && (
            <>
              <p>{t('staffAct.link', { name: member.name })}</p>
              <p>
                <code class="once">{link}</code>
              </p>
            </>
          )}
        </div>
      )}
      <p class="walk small">
        <a href="/admin/staff">{t('staffList.title')}</a>
      </p>
      <h1>
        <bdi>{member.name}</bdi> <StaffState t={t} state={member.state} />
      </h1>
      <dl class="facts">
        <div>
          <dt>{t('account.email')}</dt>
          <dd>{member.email}</dd>
        </div>
        <div>
          <dt>{t('account.role')}</dt>
          <dd>{t(`staff.role.${member.role}`)}</dd>
        </div>
        <div>
          <dt>{t('account.factorTitle')}</dt>
          <dd>{t(member.secondFactor ? 'staffList.factorOn' : 'staffList.factorOff')}</dd>
        </div>
        {member.singleSignOn && (
          <div>
            <dt>{t('account.identityTitle')}</dt>
            <dd>{t('staffList.identityOn')}</dd>
          </div>
        )}
        <div>
          <dt>{t('staffList.lastSignIn')}</dt>
          <dd class="num">
            {member.lastSignInOn === null ? t('staffList.never') : sayDay(t, member.lastSignInOn)}
          </dd>
        </div>
      </dl>
      {acts.length > 0 && (
        <ul class="acts">
          {acts.map((act) => (
            <li>
              <a class="button quiet small" href={`/admin/staff/${member.id}/${act}`}>
                {t(`staffAct.${act}.title`, { name: member.name })}
              </a>
            </li>
          ))}
        </ul>
      )}
      <h2>{t('staffMember.handled', { count: handledCount })}</h2>
      {handled.length === 0 ? (
        <p class="soft">{t('staffMember.handlesNothing')}</p>
      ) : (
        <ul class="timeline">
          {handled.map((one) => (
            <li>
              <a href={`/admin/applications/${one.reference}`}>
                <bdi>{name(one)}</bdi>
              </a>{' '}
              <span class="chip">{t(`stage.${one.stage}`)}</span>
              <span class="under num">
                {one.reference}, {t.date(one.submittedAt, timeZone)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {handledCount > handled.length && (
        <p class="soft">{t('retention.more', { count: handledCount - handled.length })}</p>
      )}
      <h2>{t('staffMember.sessions')}</h2>
      {sessions.length === 0 ? (
        <p class="soft">{t('staffMember.noSessions')}</p>
      ) : (
        <ul class="timeline">
          {sessions.map(({ createdAt, lastSeenAt }) => (
            <li>
              {t('account.session', {
                since: t.dateTime(createdAt, timeZone),
                lastSeen: t.dateTime(lastSeenAt, timeZone),
              })}
            </li>
          ))}
        </ul>
      )}
      <h2>{t('staffLog.title')}</h2>
      {events.length === 0 ? (
        <p class="soft">{t('staffLog.none')}</p>
      ) : (
        <StaffEvents t={t} events={events} timeZone={timeZone} />
      )}
    </DeskPage>
  );
};

type StaffActProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  member: ShownMember;
  act: StaffAct;
  /** Who can handle applications instead. */
  takers: { value: string; label: string }[];
  /** So many applications change hands at once. */
  limit: number;
  errors: FieldError[];
};

const Controls = ({ frame: { t }, member, act, takers, errors }: StaffActProps) => {
  if (act === 'role') {
    return (
      <>
        <input type="hidden" name="from" value={member.role} />
        <SelectField
          t={t}
          name="role"
          label={t('account.role')}
          value={member.role}
          options={roles.map((role) => ({ value: role, label: t(`staff.role.${role}`) }))}
          errors={errors}
        />
      </>
    );
  }
  if (act === 'hand-over') {
    return (
      <SelectField
        t={t}
        name="to"
        label={t('staffAct.to')}
        value=""
        options={[{ value: '', label: t('staffAct.toNobody') }, ...takers]}
        errors={errors}
      />
    );
  }
  return null;
};

/** Says what an act means before it is done. */
export const StaffActPage = (props: StaffActProps) => {
  const { frame, staff, member, act, errors, limit } = props;
  const { t } = frame;
  const { name } = member;
  const heading = t(`staffAct.${act}.title`, { name });
  return (
    <DeskPage
      frame={frame}
      title={heading}
      failed={errors.length > 0}
      staff={staff}
      current="staff"
      width="narrow"
    >
      <ErrorSummary t={t} errors={errors} />
      <p class="walk small">
        <a href={`/admin/staff/${member.id}`}>
          <bdi>{name}</bdi>
        </a>
      </p>
      <h1>{heading}</h1>
      <p>{t(`staffAct.${act}.text`, { name, limit })}</p>
      <form class="flow" method="post" action={`/admin/staff/${member.id}/${act}`} novalidate>
        <Controls {...props} />
        <p class="actions">
          <button type="submit" class="button">
            {t(`staffAct.${act}.button`)}
          </button>
          <a class="button quiet" href={`/admin/staff/${member.id}`}>
            {t('staffAct.cancel')}
          </a>
        </p>
      </form>
    </DeskPage>
  );
};
