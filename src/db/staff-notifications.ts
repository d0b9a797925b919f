import { type Insertable, sql } from 'kysely';
import type { Delivery, NotificationEvent } from '../domain/notifications.ts';
import type { Role } from '../domain/permissions.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import type { StaffNotificationTable } from './schema-staff-mails.ts';

/** Somebody who may be told of an event, with what they have chosen for it. */
export type Recipient = {
  id: string;
  name: string;
  email: string;
  role: Role;
  language: string;
  chosen: Delivery | null;
};

/** Those of these people who work here, in the order of their ids, so that locks have one as well. */
export async function listRecipients(
  db: Db | Trx,
  staffIds: readonly string[],
  event: NotificationEvent,
): Promise<Recipient[]> {
  if (staffIds.length === 0) return [];
  return await db
    .selectFrom('staff as s')
    .leftJoin('staffNotificationSettings as n', (join) =>
      join.onRef('n.staffId', '=', 's.id').on('n.event', '=', event),
    )
    .select(['s.id', 's.name', 's.email', 's.role', 's.language', 'n.delivery as chosen'])
    .where('s.id', 'in', [...new Set(staffIds)])
    .where('s.disabledAt', 'is', null)
    .orderBy('s.id')
    .execute();
}

const selectWanting = prepare((db, slots: { event: NotificationEvent }) =>
  db
    .selectFrom('staffNotificationSettings')
    .select('staffId')
    .where('event', '=', slots.event)
    .where('delivery', '<>', sql.lit('off'))
    .compile(),
);

/** Those who have chosen to be told of an event that others are not told of. */
export async function listWanting(trx: Trx, event: NotificationEvent): Promise<string[]> {
  const { rows } = await selectWanting(trx, { event });
  return rows.map(({ staffId }) => staffId);
}

/** Keeps who is told of what; returns the ids of those who were not told before. */
export async function insertNotifications(
  trx: Trx,
  rows: readonly Insertable<StaffNotificationTable>[],
): Promise<string[]> {
  if (rows.length === 0) return [];
  const inserted = await trx
    .insertInto('staffNotifications')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['applicationId', 'event', 'about', 'staffId']).doNothing(),
    )
    .returning('staffId')
    .execute();
  return inserted.map(({ staffId }) => staffId);
}

/** The id of the newest event of an application, as text; "0" before the first one. */
export async function findNewestEventId(trx: Trx, applicationId: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(max(id), 0)::text as id from events
    where application_id = ${applicationId}`.execute(trx);
  return rows[0]!.id;
}

/** Forgets what nobody was told of yet, as if it had not happened. */
export async function forgetNotifications(
  trx: Trx,
  { applicationId, event, now }: { applicationId: string; event: NotificationEvent; now: Date },
): Promise<void> {
  await trx
    .deleteFrom('staffNotifications')
    .where('applicationId', '=', applicationId)
    .where('event', '=', event)
    .where('at', '>', now)
    .execute();
}

/** What a person has chosen, by event. */
export async function listSettings(
  db: Db | Trx,
  staffId: string,
): Promise<Map<NotificationEvent, Delivery>> {
  const rows = await db
    .selectFrom('staffNotificationSettings')
    .select(['event', 'delivery'])
    .where('staffId', '=', staffId)
    .execute();
  return new Map(rows.map(({ event, delivery }) => [event, delivery]));
}

/** Stores what a person has chosen. */
export async function putSettings(
  trx: Trx,
  staffId: string,
  settings: ReadonlyMap<NotificationEvent, Delivery>,
): Promise<void> {
  if (settings.size === 0) return;
  await trx
    .insertInto('staffNotificationSettings')
    .values([...settings].map(([event, delivery]) => ({ staffId, event, delivery })))
    .onConflict((conflict) =>
      conflict
        .columns(['staffId', 'event'])
        .doUpdateSet((row) => ({ delivery: row.ref('excluded.delivery') })),
    )
    .execute();
}
