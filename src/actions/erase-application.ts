import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { deleteApplication, listMailIds } from '../db/erasure.ts';
import { recordEvents } from '../db/events.ts';
import { listMergedInto } from '../db/pairs.ts';
import { findHold } from '../db/retention.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { removeCaptured } from '../mail/captured.ts';

/**
 * Erases an application or a draft with everything that we hold about its person: rows, documents,
 * key, mails sent or not, their captured files, jobs, messages. What stays are bare hashes of its
 * links and a log of ids and times, to which the erasure is added. False when it was gone already, or `isDue`, asked under its lock, says that it is to stay.
 * Throws `on-hold` while it is on legal hold.
 */
export async function eraseApplication(
  { db, clock, config: { dataDir } }: Pick<Deps, 'db' | 'clock' | 'config'>,
  {
    id,
    actor,
    isDue = async () => true,
  }: { id: string; actor: 'applicant' | 'system'; isDue?: (trx: Trx) => Promise<boolean> },
): Promise<boolean> {
  const mailIds = await db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, id);
    if (!application || !(await isDue(trx))) return undefined;
    if (await findHold(trx, id)) throw new AppError('on-hold');
    const ids = await listMailIds(trx, id);
    await recordEvents(trx, [{ applicationId: id, actor, type: 'erased', at: clock.now() }]);
    const released = await listMergedInto(trx, id);
    await deleteApplication(trx, id);
    // What it stood for is in the list again.
    for (const one of released) await indexApplication(trx, one);
    // Before the commit, so that "erased" is never said while a file is there.
    await removeCaptured(dataDir, ids);
    return ids;
  });
  if (mailIds === undefined) return false;
  // Once more for one that was on its way; from now on the delivery sees that its mail is gone.
  await removeCaptured(dataDir, mailIds);
  return true;
}
