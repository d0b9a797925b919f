import { roles } from '../../domain/permissions.ts';
import type { StaffEventType } from '../../domain/staff-events.ts';
import type { Translator } from '../../i18n.ts';

/** One thing that was done to an account; names are null where there is none. */
export type ShownStaffEvent = {
  type: StaffEventType;
  staffName: string;
  actorName: string | null;
  from: string | null;
  to: string | null;
  toName: string | null;
  at: Date;
};

function describe(t: Translator, event: ShownStaffEvent): string {
  const { type, from, to, toName } = event;
  const role = (word: string | null): string => {
    const known = roles.find((one) => one === word);
    return known ? t(`staff.role.${known}`) : '–';
  };
  const values = {
    name: event.actorName ?? t('staffLog.commandLine'),
    person: event.staffName,
    from: role(from),
    to: type === 'handed-over' ? (toName ?? t('event.someone')) : role(to),
  };
  return t(`staffLog.${type}`, values);
}

/** What was done to accounts, in plain words, the newest first. */
export const StaffEvents = (props: {
  t: Translator;
  events: ShownStaffEvent[];
  timeZone: string;
}) => (
  <ol class="timeline">
    {props.events.map((event) => (
      <li>
        {describe(props.t, event)}
        <time class="under num" datetime={event.at.toISOString()}>
          {props.t.dateTime(event.at, props.timeZone)}
        </time>
      </li>
    ))}
  </ol>
);
