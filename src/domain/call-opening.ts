import type { EditProblem, Values } from './call-sections/section.ts';
import { type CallState, callStateAt, type Period } from './calls.ts';
import { parseZonedTime } from './zoned-time.ts';

/** What an admin can do about when a call is open. */
export const callActs = ['open', 'schedule', 'close', 'reopen'] as const;
export type CallAct = (typeof callActs)[number];

const actsFrom: Record<CallState, readonly CallAct[]> = {
  'in-preparation': ['open', 'schedule'],
  'not-yet-open': ['open', 'schedule'],
  open: ['schedule', 'close'],
  closed: ['reopen'],
};

/** What can be done about a call at `now`: the buttons, and what the server takes. */
export function listCallActs(call: Period, now: Date): readonly CallAct[] {
  return actsFrom[callStateAt(call, now)];
}

export const callEventTypes = ['created', 'opened', 'scheduled', 'closed', 'reopened'] as const;
/** What the history of a call tells, beside its versions. */
export type CallEventType = (typeof callEventTypes)[number];

export const eventOfAct: Record<CallAct, CallEventType> = {
  open: 'opened',
  schedule: 'scheduled',
  close: 'closed',
  reopen: 'reopened',
};

/** A word for the period that a page showed, so that a later act can tell whether it still holds. */
export function stampOf({ opensAt, closesAt }: Period): string {
  return `${opensAt?.getTime() ?? ''}-${closesAt?.getTime() ?? ''}`;
}

/** The dates that an act asks for: a call that has opened keeps the day it did. */
export function datesOfAct(act: CallAct, call: Period, now: Date): ('opensAt' | 'closesAt')[] {
  if (act === 'reopen') return ['closesAt'];
  if (act !== 'schedule') return [];
  return callStateAt(call, now) === 'open' ? ['closesAt'] : ['opensAt', 'closesAt'];
}

/** The period after an act; `dates` are those it asked for. */
export function periodAfter(act: CallAct, call: Period, dates: Partial<Period>, now: Date): Period {
  const { opensAt, closesAt } = call;
  if (act === 'open') {
    return { opensAt: now, closesAt: closesAt !== null && closesAt > now ? closesAt : null };
  }
  if (act === 'close') return { opensAt, closesAt: now };
  return { opensAt, closesAt, ...dates };
}

/** What has to be mended in the dates that were typed for an act, as a field of a form has them. */
export function judgeDates(
  values: Values,
  call: Period,
  { now, timeZone }: { now: Date; timeZone: string },
): EditProblem[] {
  const dates = readDates(values, timeZone);
  const unread = (['opensAt', 'closesAt'] as const).filter(
    (name) => values[name] && dates[name] === undefined,
  );
  if (unread.length > 0) return unread.map((field) => ({ field, key: 'editProblem.moment' }));
  if (values.opensAt === '') return [{ field: 'opensAt', key: 'editProblem.missing' }];
  const { closesAt } = dates;
  if (!closesAt) return [];
  const opensAt = dates.opensAt ?? call.opensAt;
  if (closesAt <= now) return [{ field: 'closesAt', key: 'editProblem.past' }];
  const isBefore = opensAt !== null && closesAt <= opensAt;
  return isBefore ? [{ field: 'closesAt', key: 'editProblem.closesFirst' }] : [];
}

/** The dates that were typed; one that can't be read is missing, an empty closing date is null. */
export function readDates(values: Values, timeZone: string): Partial<Period> {
  const { opensAt, closesAt } = values;
  const opens = opensAt ? parseZonedTime(opensAt, timeZone) : undefined;
  const closes = closesAt ? parseZonedTime(closesAt, timeZone) : undefined;
  return {
    ...(opens && { opensAt: opens }),
    ...(closesAt === '' ? { closesAt: null } : closes && { closesAt: closes }),
  };
}
