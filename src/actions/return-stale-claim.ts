import { lockApplication } from '../db/applications.ts';
import { findAssignment } from '../db/review-assignments.ts';
import { findStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { recordAct } from './change-assignment.ts';

/**
 * Gives an assignment back that nobody works on: a claim untouched since `before`, or one of somebody
 * who can't sign in any more. What was written stays. False when somebody was at it meanwhile.
 */
export async function returnStaleClaim(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  whose: { applicationId: string; reviewerId: string },
  before: Date,
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    if (!(await lockApplication(trx, whose.applicationId))) return false;
    const assignment = await findAssignment(trx, whose);
    if (assignment?.state !== 'open') return false;
    const isStale = assignment.origin === 'claimed' && assignment.touchedAt < before;
    const reviewer = await findStaff(trx, whose.reviewerId);
    if (!isStale && !reviewer?.disabledAt) return false;
    await recordAct(trx, 'return', {
      ...{ ...whose, before: assignment, staffId: null, now: clock.now() },
    });
    return true;
  });
}
