import type { Role } from '../../domain/permissions.ts';
import { type ShownStaffEvent, StaffEvents } from '../components/staff-events.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type StaffLogProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  events: ShownStaffEvent[];
  timeZone: string;
};

/** What was done to the accounts of the staff, by whom and when. */
export const StaffLogPage = ({ frame, staff, events, timeZone }: StaffLogProps) => {
  const { t } = frame;
  return (
    <DeskPage
      frame={frame}
      title={t('staffLog.title')}
      staff={staff}
      current="staff"
      width="narrow"
    >
      <p class="walk small">
        <a href="/admin/staff">{t('staffList.title')}</a>
      </p>
      <h1>{t('staffLog.title')}</h1>
      {events.length === 0 ? (
        <p class="soft">{t('staffLog.none')}</p>
      ) : (
        <StaffEvents t={t} events={events} timeZone={timeZone} />
      )}
    </DeskPage>
  );
};
