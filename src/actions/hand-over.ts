import { lockApplication } from '../db/applications.ts';
import { recordEvents } from '../db/events.ts';
import { listHandled, updateHandling } from '../db/handling.ts';
import { findStaff } from '../db/staff.ts';
import { recordStaffEvent } from '../db/staff-events.ts';
import type { Deps } from '../deps.ts';
import { may } from '../domain/permissions.ts';
import { found } from '../errors.ts';
import { notifyStaff } from './notify-staff.ts';

/** So many applications change hands at once. */
export const handOverLimit = 200;

/**
 * Makes somebody the handling editor of what another person handles and is not decided, each application
 * in a transaction of its own, so that what somebody else took meanwhile stays theirs. They are told of
 * it in the digest of the day, not by a mail for each. Throws `not-found` for somebody who can't handle
 * anything. Returns how many changed hands.
 */
export async function handOver(
  deps: Pick<Deps, 'db' | 'clock' | 'keys' | 'config' | 'publicUrl'>,
  { fromId, toId, actorId }: { fromId: string; toId: string; actorId: string },
): Promise<number> {
  const { db, clock } = deps;
  let count = 0;
  for (const { id } of await listHandled(db, fromId, handOverLimit)) {
    await db.transaction().execute(async (trx) => {
      const application = await lockApplication(trx, id);
      if (application?.handlingEditorId !== fromId) return;
      const taker = found(await findStaff(trx, toId));
      if (taker.disabledAt || !may(taker.role, 'assign')) found(undefined);
      const now = clock.now();
      await updateHandling(trx, id, { handlingEditorId: toId });
      await recordEvents(trx, [
        {
          ...{ applicationId: id, actor: 'staff', staffId: actorId, type: 'handling-changed' },
          ...{ fromValue: fromId, toValue: toId, at: now },
        },
      ]);
      await notifyStaff(trx, deps, {
        ...{ event: 'handling-assigned', applicationId: id, actorId, staffIds: [toId] },
        together: true,
      });
      count += 1;
    });
  }
  if (count > 0) {
    await db.transaction().execute(
      async (trx) =>
        await recordStaffEvent(trx, {
          ...{ staffId: fromId, actorId, type: 'handed-over', toValue: toId, at: clock.now() },
        }),
    );
  }
  return count;
}
