import { updateStaff } from '../db/staff.ts';
import { putSettings } from '../db/staff-notifications.ts';
import type { Deps } from '../deps.ts';
import type { Delivery, NotificationEvent } from '../domain/notifications.ts';

/** Stores what one of the staff wants to be told of, and how they sign. */
export async function saveNotificationSettings(
  { db }: Pick<Deps, 'db'>,
  staffId: string,
  wanted: {
    settings: ReadonlyMap<NotificationEvent, Delivery>;
    signature: string;
    weeklyList: boolean;
  },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await updateStaff(trx, staffId, { signature: wanted.signature, weeklyList: wanted.weeklyList });
    await putSettings(trx, staffId, wanted.settings);
  });
}
