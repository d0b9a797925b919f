import { listOpenAssignments } from '../db/review-assignments.ts';
import type { Deps } from '../deps.ts';
import { returnStaleClaim } from './return-stale-claim.ts';

/**
 * Gives back what somebody who was disabled was to review, each in a transaction of its own. What a
 * process that ends in between leaves, the job for stale claims finds. Returns how many there were.
 */
export async function returnClaims(
  deps: Pick<Deps, 'db' | 'clock'>,
  reviewerId: string,
): Promise<number> {
  let count = 0;
  for (const applicationId of await listOpenAssignments(deps.db, reviewerId)) {
    const returned = await returnStaleClaim(deps, { applicationId, reviewerId }, new Date(0));
    if (returned) count += 1;
  }
  return count;
}
