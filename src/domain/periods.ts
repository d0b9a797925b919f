export type Period = { count: number; unit: 'days' | 'months' };

const daysOfMonth = 365.25 / 12;

/**
 * A number of days as people would name it: whole months where it is as long as so many of them are
 * in the mean (183 days are six months), else days. 30, 60 and 90 days stay days.
 */
export function namePeriod(days: number): Period {
  const months = Math.round(days / daysOfMonth);
  const isNear = Math.abs(days - months * daysOfMonth) < 0.75;
  return months >= 2 && isNear ? { count: months, unit: 'months' } : { count: days, unit: 'days' };
}
