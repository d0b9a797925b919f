import type { Logger } from 'pino';
import { queueDigests } from '../actions/queue-digests.ts';
import { getPublication } from '../db/calls.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks every quarter of an hour whether the hour of the digest has come. */
export const digestSchedule: Schedule = {
  name: 'queue-digests',
  kind: 'queue-digests',
  everySeconds: 900,
};

/** Queues what is due; after a leap of the clock nothing, since a mail can't be called back. */
export function createDigestHandler(
  deps: Parameters<typeof queueDigests>[0] & { log: Logger },
): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const leap = leapSince(job, digestSchedule.everySeconds, clock.now());
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: no digests in this run',
      );
      return;
    }
    const { timeZone } = await getPublication(db);
    const count = await queueDigests(deps, { timeZone, signal });
    if (count > 0) log.info({ kind: job.kind, count }, 'digests queued');
  };
}
