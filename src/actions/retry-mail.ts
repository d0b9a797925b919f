import { lockApplication } from '../db/applications.ts';
import { unparkJob } from '../db/jobs.ts';
import { findMail } from '../db/outbox.ts';
import type { Deps } from '../deps.ts';

/**
 * Gives a parked mail its tries again. `outdated`, and nothing done, for the letter of a decision that does
 * not stand any more: under the application's lock, so that nobody decides anew meanwhile.
 */
export async function retryMail(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id, applicationId }: { id: string; applicationId: string },
): Promise<'queued' | 'notParked' | 'outdated'> {
  return await db.transaction().execute(async (trx) => {
    await lockApplication(trx, applicationId);
    const mail = await findMail(trx, id);
    if (!mail?.jobId) return 'notParked';
    if (mail.outdated) return 'outdated';
    return (await unparkJob(trx, mail.jobId, clock.now())) ? 'queued' : 'notParked';
  });
}
