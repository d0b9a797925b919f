import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Delivery, NotificationEvent } from '../domain/notifications.ts';
import type { AccountNotice, StaffEventType } from '../domain/staff-events.ts';

type Once<T> = ColumnType<T, T, never>;

export type StaffNotificationSettingTable = {
  staffId: Once<string>;
  event: Once<NotificationEvent>;
  delivery: Delivery;
};

export type StaffNotificationTable = {
  staffId: Once<string>;
  applicationId: Once<string>;
  event: Once<NotificationEvent>;
  /** The id of what happened, such as an event's or a note's. */
  about: Once<string>;
  delivery: Once<Exclude<Delivery, 'off'>>;
  at: Once<Date>;
  /** The mail that told of it together with others. */
  digestId: ColumnType<string | null, null | undefined, string>;
};

export type StaffMailTemplate = 'digest' | 'weekly' | 'enrolment' | AccountNotice;

/** A mail to one of the staff that is about no single application. */
export type StaffMailTable = {
  id: Once<string>;
  staffId: Once<string>;
  template: Once<StaffMailTemplate>;
  /** A digest's day, a weekly list's Monday, another mail's own id: there is one mail for each. */
  period: Once<string>;
  messageId: Once<string>;
  /** What can't be put together when it leaves; emptied once it has left. */
  contentSealed: Buffer | null;
  createdAt: Once<Date>;
  sentAt: Date | null;
  /** It became a file: nothing left the machine. */
  captured: ColumnType<boolean, undefined, boolean>;
  /** It had nothing to say any more, or its reader was disabled. */
  skipped: ColumnType<boolean, undefined, boolean>;
  /** When somebody said that its trouble needs no more care. */
  dealtWithAt: ColumnType<Date | null, undefined, Date | null>;
};

export type StaffEventTable = {
  id: GeneratedAlways<number>;
  staffId: Once<string>;
  /** Null when it was done on the command line. */
  actorId: Once<string | null>;
  type: Once<StaffEventType>;
  fromValue: Once<string | null>;
  toValue: Once<string | null>;
  at: Once<Date>;
};

export type StaffMailSchema = {
  staffNotificationSettings: StaffNotificationSettingTable;
  staffNotifications: StaffNotificationTable;
  staffMails: StaffMailTable;
  staffEvents: StaffEventTable;
};
