import type { Stage } from './stages.ts';

const dayMs = 86_400_000;

/** Whole days between two moments, never less than 0. */
export function daysBetween(since: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - since.getTime()) / dayMs));
}

const days = new Map<string, Intl.DateTimeFormat>();

function dayOf(date: Date, timeZone: string): string {
  let format = days.get(timeZone);
  if (!format) {
    // Swedish writes 2026-12-04, which sorts as text.
    format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone });
    days.set(timeZone, format);
  }
  return format.format(date);
}

/** True once the whole day that was promised is over, where the publication is, and nothing is decided. */
export function isLate(
  { stage, replyBy }: { stage: Stage; replyBy: Date },
  { now, timeZone }: { now: Date; timeZone: string },
): boolean {
  const open = stage === 'screening' || stage === 'review' || stage === 'shortlist';
  return open && dayOf(now, timeZone) > dayOf(replyBy, timeZone);
}
