import type { Db, Trx } from './db/client.ts';
import { clearTokens, peekToken, returnToken, takeToken } from './db/rate-limits.ts';
import type { Deps } from './deps.ts';

/** One rule: so many uses in so many seconds. The bucket is its name in the table. */
export type Limit = { bucket: string; limit: number; windowSeconds: number };
/** A rule and whom it is applied to. */
export type Limited = { rule: Limit; subject: string };
/** What counts, in a transaction or by itself. */
export type Counting = Pick<Deps, 'clock' | 'config'> & { db: Db | Trx };

/**
 * Counts one use under each rule, in order, up to the first that refuses. Returns the seconds to
 * wait, 0 when all allow it. With RATE_LIMITS off nothing is counted.
 */
export async function takeFromEach(deps: Counting, limits: readonly Limited[]): Promise<number> {
  if (!deps.config.rateLimits) return 0;
  for (const { rule, subject } of limits) {
    const taken = await takeToken(deps.db, { ...rule, subject, now: deps.clock.now() });
    if (!taken.allowed) return taken.retryAfter;
  }
  return 0;
}

/** Seconds to wait after a rule refused somebody, 0 when it has not; counts nothing. */
export async function secondsToWait(deps: Counting, { rule, subject }: Limited): Promise<number> {
  if (!deps.config.rateLimits) return 0;
  return (await peekToken(deps.db, { ...rule, subject, now: deps.clock.now() })).retryAfter;
}

/** Gives back one use under each rule. */
export async function returnToEach(deps: Counting, limits: readonly Limited[]): Promise<void> {
  if (!deps.config.rateLimits) return;
  for (const { rule, subject } of limits) {
    await returnToken(deps.db, { bucket: rule.bucket, subject, now: deps.clock.now() });
  }
}

/** Starts counting anew under each rule. */
export async function clearEach(deps: Counting, limits: readonly Limited[]): Promise<void> {
  if (!deps.config.rateLimits) return;
  for (const { rule, subject } of limits) {
    await clearTokens(deps.db, { bucket: rule.bucket, subject, now: deps.clock.now() });
  }
}
