import { listWeeklyReaders } from '../db/staff.ts';
import { enqueueStaffMail } from '../db/staff-mails.ts';
import { listWaitingFor } from '../db/waiting.ts';
import type { Deps } from '../deps.ts';
import { listWaitingRules, weekly } from '../domain/waiting.ts';
import { parseZonedTime, writeZonedTime } from '../domain/zoned-time.ts';

/**
 * Queues the list of the week for everybody who wants it and for whom something waits, on its day from
 * its hour on, where the publication is. However often it is called, it is one a week; returns how many
 * it queued.
 */
export async function queueWeeklyLists(
  { db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>,
  { timeZone, signal }: { timeZone: string; signal: AbortSignal },
): Promise<number> {
  const now = clock.now();
  const day = writeZonedTime(now, timeZone).slice(0, 10);
  const hour = `${String(weekly.hour).padStart(2, '0')}:00`;
  const from = parseZonedTime(`${day}T${hour}`, timeZone);
  const isDay = new Date(`${day}T12:00:00Z`).getUTCDay() === weekly.day;
  if (!isDay || from === undefined || now < from) return 0;
  let count = 0;
  for (const { id: staffId, role } of await listWeeklyReaders(db)) {
    if (signal.aborted) break;
    const rules = listWaitingRules(role, 'all');
    const asked = { staffId, role, time: { now, timeZone }, rules, limit: 1 };
    if ((await listWaitingFor(db, asked)).length === 0) continue;
    await db.transaction().execute(async (trx) => {
      const id = await enqueueStaffMail(trx, {
        ...{ staffId, template: 'weekly', period: day, from: config.mailFrom.address, now },
      });
      if (id !== undefined) count += 1;
    });
  }
  return count;
}
