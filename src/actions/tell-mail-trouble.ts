import { lockApplication } from '../db/applications.ts';
import { listUntoldTrouble } from '../db/mail-trouble.ts';
import type { Deps } from '../deps.ts';
import { notifyHandler } from './notify-staff.ts';

/** One run tells of so many at most; the next goes on. */
const batchSize = 100;

/**
 * Tells whoever handles an application of a mail to its applicant that is parked or was refused, once
 * for each, in transactions of their own. Returns how many there were.
 */
export async function tellMailTrouble(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (const { id, applicationId } of await listUntoldTrouble(deps.db, batchSize)) {
    if (signal.aborted) break;
    await deps.db.transaction().execute(async (trx) => {
      const application = await lockApplication(trx, applicationId);
      if (!application) return;
      await notifyHandler(trx, deps, { event: 'mail-trouble', application, about: id });
      count += 1;
    });
  }
  return count;
}
