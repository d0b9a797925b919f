import type { Logger } from 'pino';
import { keepRetention } from '../actions/keep-retention.ts';
import type { ClaimedJob, JobHandler } from '../db/jobs.ts';
import { findPause, pauseRetention } from '../db/retention.ts';
import { describeError } from '../describe-error.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks once an hour for applications whose day has come. */
export const retentionSchedule: Schedule = {
  name: 'keep-retention',
  kind: 'keep-retention',
  everySeconds: 3600,
};

/**
 * Deletes what is due. After a leap of the clock nothing is deleted until somebody confirms that it
 * is right: an application can't be brought back.
 */
export function createRetentionHandler(
  deps: Parameters<typeof keepRetention>[0] & { log: Logger },
): JobHandler {
  const { db, clock, log } = deps;
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { kind } = job;
    const now = clock.now();
    const leap = leapSince(job, retentionSchedule.everySeconds, now);
    if (leap !== undefined) await pauseRetention(db, now, leap);
    const pause = await findPause(db);
    if (pause) {
      log.error(
        { kind, since: pause.since, leapSeconds: pause.leapSeconds },
        'the clock has leapt by more than a day: no application is deleted until an admin confirms',
      );
      return;
    }
    const count = await keepRetention(deps, {
      signal,
      tell: (applicationId, error) =>
        log.error({ kind, applicationId, error: describeError(error) }, 'not deleted'),
    });
    if (count > 0) log.info({ kind, count }, 'applications deleted');
  };
}
