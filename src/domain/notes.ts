import type { Problem } from './application-check.ts';
import { lengthOf } from './text.ts';

/** Code points that one note may have. Longer is refused, never cut. */
export const noteLimit = 5000;

/** How long authors can change what they wrote: after that others may have acted on it. */
export const noteEditMinutes = 60;

/** What keeps a cleaned note from being kept. */
export function findNoteProblem(body: string): Problem | undefined {
  const field = 'note';
  if (body === '') return { field, key: 'problem.note.missing' };
  return lengthOf(body) > noteLimit
    ? { field, key: 'problem.note.tooLong', values: { limit: noteLimit } }
    : undefined;
}

/** True while the author may still change a note. */
export function canEditNote(createdAt: Date, now: Date): boolean {
  return now.getTime() - createdAt.getTime() < noteEditMinutes * 60_000;
}
