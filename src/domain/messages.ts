import type { Problem } from './application-check.ts';
import { lengthOf } from './text.ts';

/** Code points that one message may have. Longer is refused, never cut. */
export const messageLimit = 5000;

/** What keeps a cleaned message from being sent. */
export function findMessageProblem(body: string): Problem | undefined {
  const field = 'message';
  if (body === '') return { field, key: 'problem.message.missing' };
  return lengthOf(body) > messageLimit
    ? { field, key: 'problem.message.tooLong', values: { limit: messageLimit } }
    : undefined;
}
