import type { Logger } from 'pino';
import { returnStaleClaim } from '../actions/return-stale-claim.ts';
import { type ClaimedJob, type JobHandler, secondsAfter } from '../db/jobs.ts';
import { listStaleAssignments } from '../db/review-assignments.ts';
import { staleClaimDays } from '../domain/reviews.ts';
import { leapSince } from './clock-leap.ts';
import type { Schedule } from './schedules.ts';

/** Looks once an hour for claims that nobody works on. */
export const staleClaimsSchedule: Schedule = {
  name: 'return-stale-claims',
  kind: 'return-stale-claims',
  everySeconds: 3600,
};

/** One run returns so many at most; the next goes on. */
const batchSize = 500;

/** Returns stale claims to the pool, each in a transaction of its own; after a leap of the clock none. */
export function createStaleClaimsHandler(
  deps: Parameters<typeof returnStaleClaim>[0] & { log: Logger },
): JobHandler {
  return async (job: ClaimedJob, signal: AbortSignal) => {
    const { db, clock, log } = deps;
    const now = clock.now();
    const leap = leapSince(job, staleClaimsSchedule.everySeconds, now);
    if (leap !== undefined) {
      log.error(
        { kind: job.kind, sinceLastSeconds: leap },
        'the clock has leapt by more than a day: no claims are returned in this run',
      );
      return;
    }
    const before = secondsAfter(now, -staleClaimDays * 24 * 3600);
    let count = 0;
    for (const stale of await listStaleAssignments(db, before, batchSize)) {
      if (signal.aborted) break;
      if (await returnStaleClaim(deps, stale, before)) count += 1;
    }
    if (count > 0) log.info({ kind: job.kind, count }, 'stale claims returned');
  };
}
