import type { Problem } from './application-check.ts';
import { lengthOf } from './text.ts';

/** Code points that a reason for opening an original may have. Longer is refused, never cut. */
export const originalReasonLimit = 500;

/** What keeps a cleaned reason from being enough. */
export function findReasonProblem(reason: string): Problem | undefined {
  const field = 'reason';
  if (lengthOf(reason) < 3) return { field, key: 'problem.originalReason.missing' };
  return lengthOf(reason) > originalReasonLimit
    ? { field, key: 'problem.originalReason.tooLong', values: { limit: originalReasonLimit } }
    : undefined;
}
