import type { Problem } from './application-check.ts';
import { messageLimit } from './messages.ts';
import { type ClockTime, dayOf, shiftDay } from './reply-clock.ts';
import { lengthOf } from './text.ts';
import { parseZonedTime } from './zoned-time.ts';

/** What became of something that an applicant was asked for. */
export const requestStates = ['open', 'answered', 'cancelled'] as const;
export type RequestState = (typeof requestStates)[number];

/** Days that an applicant can be given at most, and those that a form begins with. */
export const requestDays = { most: 90, usual: 7 };

/** Days before its last one on which a request is recalled. */
export const reminderDays = 3;

/** The day that a new form shows. */
export const usualDueOn = ({ now, timeZone }: ClockTime): string =>
  shiftDay(dayOf(now, timeZone), requestDays.usual);

/** A moment of the day where the publication is, for writing it out. */
export const momentOfDay = (day: string, timeZone: string): Date =>
  parseZonedTime(`${day}T12:00`, timeZone) ?? new Date(`${day}T12:00:00Z`);

/** True once the whole day is over, where the publication is. */
export const isOverdue = (
  { state, dueOn }: { state: RequestState; dueOn: string },
  { now, timeZone }: ClockTime,
): boolean => state === 'open' && dayOf(now, timeZone) > dueOn;

const isDay = (text: string): boolean => {
  const moment = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && new Date(moment || 0).toISOString().startsWith(text);
};

/** What keeps a cleaned request from being sent. */
export function listRequestProblems(
  { body, dueOn }: { body: string; dueOn: string },
  time: ClockTime,
): Problem[] {
  const today = dayOf(time.now, time.timeZone);
  const problems: Problem[] = [];
  if (body === '') problems.push({ field: 'request', key: 'problem.request.missing' });
  else if (lengthOf(body) > messageLimit) {
    const values = { limit: messageLimit };
    problems.push({ field: 'request', key: 'problem.message.tooLong', values });
  }
  if (!isDay(dueOn)) problems.push({ field: 'dueOn', key: 'problem.dueOn.missing' });
  else if (dueOn < today) problems.push({ field: 'dueOn', key: 'problem.dueOn.past' });
  else if (dueOn > shiftDay(today, requestDays.most)) {
    problems.push({ field: 'dueOn', key: 'problem.dueOn.far', values: { days: requestDays.most } });
  }
  return problems;
}

/** What keeps a cleaned answer from being sent: it is words, files or both. */
export function findAnswerProblem(body: string, files: number): Problem | undefined {
  const field = 'answer';
  if (body === '' && files === 0) return { field, key: 'problem.answer.missing' };
  return lengthOf(body) > messageLimit
    ? { field, key: 'problem.message.tooLong', values: { limit: messageLimit } }
    : undefined;
}
