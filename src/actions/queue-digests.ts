import { enqueueStaffMail, fillDigest, listDigestReaders } from '../db/staff-mails.ts';
import type { Deps } from '../deps.ts';
import { digestHour } from '../domain/notifications.ts';
import { parseZonedTime, writeZonedTime } from '../domain/zoned-time.ts';

/**
 * Queues the one mail of the day for everybody who has something waiting from before its hour, where the
 * publication is. However often and by however many it is called, it is one mail a day; returns how many
 * it queued.
 */
export async function queueDigests(
  { db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>,
  { timeZone, signal }: { timeZone: string; signal: AbortSignal },
): Promise<number> {
  const now = clock.now();
  const day = writeZonedTime(now, timeZone).slice(0, 10);
  const until = parseZonedTime(`${day}T${String(digestHour).padStart(2, '0')}:00`, timeZone);
  if (until === undefined || now < until) return 0;
  let count = 0;
  for (const staffId of await listDigestReaders(db, until)) {
    if (signal.aborted) break;
    await db.transaction().execute(async (trx) => {
      const digestId = await enqueueStaffMail(trx, {
        ...{ staffId, template: 'digest', period: day, from: config.mailFrom.address, now },
      });
      if (digestId === undefined) return;
      await fillDigest(trx, { digestId, staffId, until });
      count += 1;
    });
  }
  return count;
}
