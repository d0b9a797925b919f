import { type Delivery, deliveries, type NotificationEvent } from '../../domain/notifications.ts';
import type { Role } from '../../domain/permissions.ts';
import {
  Choice,
  ErrorSummary,
  type FieldError,
  SelectField,
  TextField,
} from '../components/form.tsx';
import { DeskPage, type Frame } from '../layout.tsx';

type NotificationSettingsProps = {
  frame: Frame;
  staff: { name: string; role: Role };
  /** What this role can be told of, and how it is. */
  events: { event: NotificationEvent; delivery: Delivery }[];
  signature: string;
  weeklyList: boolean;
  /** When the mail of the day leaves, and where it is that hour. */
  digestHour: number;
  timeZone: string;
  errors: FieldError[];
  done: boolean;
};

/** What one gets mails of: at once, in one mail a day, or not at all. */
export const NotificationSettingsPage = (props: NotificationSettingsProps) => {
  const { frame, staff, events, signature, errors, done } = props;
  const { t } = frame;
  const heading = t('notify.title');
  const options = deliveries.map((value) => ({ value, label: t(`notify.delivery.${value}`) }));
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
          {t('notify.done')}
        </p>
      )}
      <ErrorSummary t={t} errors={errors} />
      <p class="walk small">
        <a href="/admin/account">{t('account.title')}</a>
      </p>
      <h1>{heading}</h1>
      <form class="flow" method="post" action="/admin/account/notifications" novalidate>
        <h2>{t('notify.mails')}</h2>
        <p>
          {t('notify.intro', {
            hour: `${String(props.digestHour).padStart(2, '0')}:00`,
            zone: props.timeZone,
          })}
        </p>
        <div class="choices">
          {events.map(({ event, delivery }) => (
            <SelectField
              t={t}
              name={event}
              label={t(`notify.event.${event}`)}
              value={delivery}
              options={options}
              errors={errors}
            />
          ))}
        </div>
        <Choice
          name="weekly-list"
          id="weekly-list"
          label={t('notify.weekly')}
          value="yes"
          checked={props.weeklyList}
        />
        <h2>{t('notify.signature.title')}</h2>
        <TextField
          t={t}
          name="signature"
          label={t('notify.signature')}
          hint={t('notify.signature.hint', { name: staff.name })}
          rows={3}
          value={signature}
          optional
          errors={errors}
        />
        <p class="actions">
          <button type="submit" class="button">
            {t('notify.save')}
          </button>
        </p>
      </form>
    </DeskPage>
  );
};
