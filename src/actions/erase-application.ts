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
 * Throws `on-hold` while it is on legal hold. What it stands for is in the list again, or goes with it
 * where `withMerged`.
 */
export async function eraseApplication(
  { db, clock, config: { dataDir } }: Pick<Deps, 'db' | 'clock' | 'config'>,
  {
    id,
    actor,
    isDue = async () => true,
    withMerged = false,
  }: {
    id: string;
    actor: 'applicant' | 'system';
    isDue?: (trx: Trx) => Promise<boolean>;
    withMerged?: boolean;
  },
): Promise<boolean> {
  const mailIds = await db.transaction().execute(async (trx) => {
    const followers = withMerged ? await listMergedInto(trx, id) : [];
    const held = new Set<string>();
    // In the order in which everybody locks them.
    for (const one of [id, ...followers].sort()) {
      if (await lockApplication(trx, one)) held.add(one);
    }
    if (!held.has(id) || !(await isDue(trx))) return undefined;
    const merged = await listMergedInto(trx, id);
    const going = [id, ...merged.filter((one) => held.has(one))];
    const ids: string[] = [];
    for (const one of going) {
      if (await findHold(trx, one)) throw new AppError('on-hold');
      ids.push(...(await listMailIds(trx, one)));
    }
    const event = { actor, type: 'erased' as const, at: clock.now() };
    await recordEvents(
      trx,
      going.map((applicationId) => ({ ...event, applicationId })),
    );
    for (const one of going) await deleteApplication(trx, one);
    for (const one of merged.filter((one) => !held.has(one))) await indexApplication(trx, one);
    // Before the commit, so that "erased" is never said while a file is there.
    await removeCaptured(dataDir, ids);
    return ids;
  });
  if (mailIds === undefined) return false;
  // Once more for one that was on its way; from now on the delivery sees that its mail is gone.
  await removeCaptured(dataDir, mailIds);
  return true;
}
