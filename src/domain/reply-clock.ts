import type { Stage } from './stages.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Whole days between two moments, never less than 0. */
export function daysBetween(since: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - since.getTime()) / dayMs));
}

/** The moment that a rule is asked for, and the zone of the publication, which names the day. */
export type ClockTime = { now: Date; timeZone: string };

const days = new Map<string, Intl.DateTimeFormat>();

/** The day of a moment where the publication is, as `2026-12-04`. */
export function dayOf(date: Date, timeZone: string): string {
  let format = days.get(timeZone);
  if (!format) {
    // Swedish writes 2026-12-04, which sorts as text.
    format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone });
    days.set(timeZone, format);
  }
  return format.format(date);
}

/** The day so many days later, before for negative ones. */
export const shiftDay = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);

/** The first moment of a day where the publication is, to the millisecond: that need not be midnight. */
export function startOfDay(day: string, timeZone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Clocks are at most 14 hours before or 12 behind UTC.
  let [before, at] = [midnight - 15 * hourMs, midnight + 15 * hourMs];
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayOf(new Date(middle), timeZone) >= day) at = middle;
    else before = middle;
  }
  return new Date(at);
}

/** The stages in which nothing is decided yet. */
export const undecidedStages = ['screening', 'review', 'shortlist'] as const satisfies Stage[];

/** True while nothing is decided yet, and nothing withdrawn. */
export const isUndecided = (stage: Stage): boolean => undecidedStages.some((one) => one === stage);

/**
 * True while the applicant waits for the promised reply: like everything public it follows the
 * departure of the decision letter, not the click (contract.md, States). A decision counts as
 * told unless the caller knows better.
 */
export function isReplyOwed({
  stage,
  letterSent = true,
}: {
  stage: Stage;
  letterSent?: boolean;
}): boolean {
  return isUndecided(stage) || (stage === 'decided' && !letterSent);
}

/** True once the whole promised day is over, where the publication is, and the reply is still owed. */
export function isLate(
  { replyBy, ...standing }: { stage: Stage; letterSent?: boolean; replyBy: Date },
  { now, timeZone }: ClockTime,
): boolean {
  return isReplyOwed(standing) && dayOf(now, timeZone) > dayOf(replyBy, timeZone);
}

/** Applications that were submitted at `from` or later and before `before`. */
export type Span = { from: Date; before: Date };

/** Mails of the clock leave from this hour of the day on, not in the night in which a day begins. */
const morningHour = 8;
/** A note about a promise that was broken longer ago than this would only be odd. */
const noteDays = 30;
const longestLead = 3;

/**
 * How many days before the promised one the editors are reminded: three, fewer for a short promise,
 * so that the reminder does not come with the application itself.
 */
export function nudgeLead(replyDays: number): number {
  return Math.min(longestLead, Math.floor(replyDays / 3));
}

const workingDay = ({ now, timeZone }: ClockTime): string =>
  dayOf(new Date(now.getTime() - morningHour * hourMs), timeZone);

/** The applications whose promised day is one of these, the last one left out. */
function promisedWithin(
  replyDays: number,
  timeZone: string,
  [first, end]: [first: string, end: string],
): Span {
  const submitted = (day: string): Date =>
    new Date(startOfDay(day, timeZone).getTime() - replyDays * dayMs);
  return { from: submitted(first), before: submitted(end) };
}

/** When they were submitted of whom the editors are to be reminded: the day is near, and not over. */
export function nudgeSpan(replyDays: number, time: ClockTime): Span {
  const today = workingDay(time);
  const end = shiftDay(today, nudgeLead(replyDays) + 1);
  // The day that began a few hours ago, not the working day: what is late is told to the applicant.
  return promisedWithin(replyDays, time.timeZone, [dayOf(time.now, time.timeZone), end]);
}

/** When they were submitted who are to be told that the promise was not kept. */
export function lapseSpan(replyDays: number, time: ClockTime): Span {
  const today = workingDay(time);
  return promisedWithin(replyDays, time.timeZone, [shiftDay(today, -noteDays), today]);
}

export function isWithin({ from, before }: Span, submittedAt: Date): boolean {
  return submittedAt >= from && submittedAt < before;
}

/** What the clock would have written by now for an undecided application, had it run all the time. */
export function clockHistory(
  promise: { submittedAt: Date; replyDays: number },
  { now, timeZone }: ClockTime,
): { replyNudgedAt: Date | null; replyLapseToldAt: Date | null } {
  const { submittedAt, replyDays } = promise;
  const promised = dayOf(new Date(submittedAt.getTime() + replyDays * dayMs), timeZone);
  const since = (day: string): Date | null => {
    const morning = startOfDay(day, timeZone).getTime() + morningHour * hourMs;
    return morning <= now.getTime() ? new Date(Math.max(morning, submittedAt.getTime())) : null;
  };
  return {
    replyNudgedAt: since(shiftDay(promised, -nudgeLead(replyDays))),
    replyLapseToldAt: since(shiftDay(promised, 1)),
  };
}
