import { lockApplication } from '../db/applications.ts';
import { isIdentityHidden, setRevealed } from '../db/blind-access.ts';
import { recordEvents } from '../db/events.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { found } from '../errors.ts';

/**
 * Tells all reviewers of a blind call who sent an application, for good: what was seen can't be hidden
 * again. False, and nothing done, when they may know already.
 */
export async function revealIdentity(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, staffId }: { id: string; staffId: string },
): Promise<boolean> {
  return await db.transaction().execute(async (trx) => {
    found(await lockApplication(trx, id));
    if (!(await isIdentityHidden(trx, id))) return false;
    const at = clock.now();
    await setRevealed(trx, id, at);
    const event = { type: 'identity-revealed', actor: 'staff', staffId, at } as const;
    await recordEvents(trx, [{ ...event, applicationId: id }]);
    await indexApplication(trx, id);
    return true;
  });
}
