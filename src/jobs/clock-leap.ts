import type { ClaimedJob } from '../db/jobs.ts';

/** A leap of the clock beyond this stops what can't be undone. */
const trustedLeapSeconds = 24 * 3600;

/**
 * The seconds since the last run when they say that the clock has leapt since, else undefined. A
 * server that was off for more than a day looks the same from here.
 */
export function leapSince(
  job: Pick<ClaimedJob, 'finishedAt' | 'createdAt'>,
  everySeconds: number,
  now: Date,
): number | undefined {
  const seconds = (now.getTime() - (job.finishedAt ?? job.createdAt).getTime()) / 1000;
  return seconds > everySeconds + trustedLeapSeconds || seconds < -trustedLeapSeconds
    ? Math.round(seconds)
    : undefined;
}
