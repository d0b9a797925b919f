import type { Logger } from 'pino';
import { queueDigests } from '../actions/queue-digests.ts';
import { queueWeeklyLists } from '../actions/queue-weekly-lists.ts';
import { tellMailTrouble } from '../actions/tell-mail-trouble.ts';
import { getPublication } from '../db/calls.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks every quarter of an hour for mails that got stuck, and whether the hour of the digest, or of the list of the week, has come. */
export const digestSchedule: Schedule = {
  name: 'queue-digests',
  kind: 'queue-digests',
  everySeconds: 900,
};

/** Queues what is due; after a leap of the clock nothing, since a mail can't be called back. */
export function createDigestHandler(
  deps: Parameters<typeof tellMailTrouble>[0] & { log: Logger },
): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const leap = leapSince(job, digestSchedule.everySeconds, clock.now());
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: no digests and lists in this run',
      );
      return;
    }
    const troubles = await tellMailTrouble(deps, signal);
    if (troubles > 0) log.info({ kind: job.kind, count: troubles }, 'mail trouble told');
    const { timeZone } = await getPublication(db);
    const count = await queueDigests(deps, { timeZone, signal });
    if (count > 0) log.info({ kind: job.kind, count }, 'digests queued');
    const lists = await queueWeeklyLists(deps, { timeZone, signal });
    if (lists > 0) log.info({ kind: job.kind, count: lists }, 'weekly lists queued');
  };
}
