import { lockApplication } from '../db/applications.ts';
import { listEventsSince } from '../db/events.ts';
import { recordTransition } from '../db/stages.ts';
import type { Deps } from '../deps.ts';
import type { Role } from '../domain/permissions.ts';
import { isDecisionAct, listTransitions, standingOf } from '../domain/stages.ts';
import { AppError, found } from '../errors.ts';

/**
 * Moves an application for a staff member; decisions have steps of their own (decide-application.ts). `from` is where they saw it stand and `seen` the newest
 * event that they saw: throws `conflict` when somebody else has moved it since, even back again,
 * when their role has no such act from there, and while another application stands for this one.
 */
export async function moveApplication(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  {
    id,
    name,
    from,
    seen,
    staff,
  }: {
    id: string;
    name: string;
    from: string;
    seen?: number | undefined;
    staff: { id: string; role: Role };
  },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const application = found(await lockApplication(trx, id));
    const standing = standingOf(application);
    const transition = listTransitions(standing, staff.role).find((one) => one === name);
    const since =
      seen === undefined ? [] : await listEventsSince(trx, id, { seen, subject: 'stage' });
    const isMerged = application.mergedInto !== null;
    if (
      isMerged ||
      standing !== from ||
      since.length > 0 ||
      !transition ||
      isDecisionAct(transition)
    )
      throw new AppError('conflict');
    await recordTransition(trx, application, {
      name: transition,
      actor: 'staff',
      staffId: staff.id,
      now: clock.now(),
    });
  });
}
