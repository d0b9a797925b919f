import { lockApplication } from '../db/applications.ts';
import { recordEvents } from '../db/events.ts';
import { deleteHold, insertHold } from '../db/retention.ts';
import type { Deps } from '../deps.ts';
import { AppError, found } from '../errors.ts';

type Needs = Pick<Deps, 'db' | 'clock'>;

/** Keeps an application from being deleted, by whomever. Throws `conflict` when it is on hold already. */
export async function placeHold(
  { db, clock }: Needs,
  { id, reason, staffId }: { id: string; reason: string; staffId: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    found(await lockApplication(trx, id));
    const placed = await insertHold(trx, { applicationId: id, reason, staffId, since: now });
    if (!placed) throw new AppError('conflict');
    const event = { type: 'hold-placed', actor: 'staff', staffId, at: now } as const;
    await recordEvents(trx, [{ ...event, applicationId: id }]);
  });
}

/** Lifts the hold: it is deleted as announced again. Throws `conflict` when there is none. */
export async function liftHold(
  { db, clock }: Needs,
  { id, staffId }: { id: string; staffId: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    found(await lockApplication(trx, id));
    if (!(await deleteHold(trx, id))) throw new AppError('conflict');
    const event = { type: 'hold-lifted', actor: 'staff', staffId, at: clock.now() } as const;
    await recordEvents(trx, [{ ...event, applicationId: id }]);
  });
}
