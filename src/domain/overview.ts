import { type ClockTime, dayOf, shiftDay, startOfDay } from './reply-clock.ts';

export const overviewPeriods = ['30-days', '12-weeks', '12-months', 'all'] as const;
export type OverviewPeriod = (typeof overviewPeriods)[number];

/** What the overview shows as tables of their own. */
export const overviewTables = [
  'received',
  'progress',
  'promise',
  'times',
  'sources',
  'reviewers',
] as const;
export type OverviewTable = (typeof overviewTables)[number];

export type BucketUnit = 'day' | 'week' | 'month' | 'year';

/** A period cut into equal parts of the calendar, where the publication is. */
export type Buckets = {
  unit: BucketUnit;
  /** When each part begins, the earliest first, and when the last one ends. */
  bounds: Date[];
};

/** Longer than this, months would be too many to tell apart. */
const mostMonths = 36;

const monthOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

const firstOfMonth = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;

/** The Monday on or before a day (ISO 8601). */
const mondayOf = (day: string): string =>
  shiftDay(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7));

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function listStarts(
  period: OverviewPeriod,
  today: string,
  first: string,
): { unit: BucketUnit; days: string[] } {
  const month = monthOf(today);
  switch (period) {
    case '30-days':
      return { unit: 'day', days: range(31).map((index) => shiftDay(today, index - 29)) };
    case '12-weeks': {
      const monday = mondayOf(today);
      return { unit: 'week', days: range(13).map((index) => shiftDay(monday, (index - 11) * 7)) };
    }
    case '12-months':
      return { unit: 'month', days: range(13).map((index) => firstOfMonth(month - 11 + index)) };
    case 'all': {
      const begin = Math.min(monthOf(first), month);
      const months = month - begin + 1;
      if (months <= mostMonths)
        return { unit: 'month', days: range(months + 1).map((one) => firstOfMonth(begin + one)) };
      const january = begin - (begin % 12);
      const years = Math.floor(month / 12) - january / 12 + 1;
      return {
        unit: 'year',
        days: range(years + 1).map((one) => firstOfMonth(january + one * 12)),
      };
    }
  }
}

/**
 * The parts of a period that ends with today. Weeks begin on Monday; "all" begins with the month of the
 * `first` application and takes years once it is longer than three of them.
 */
export function listBuckets(
  period: OverviewPeriod,
  { now, timeZone }: ClockTime,
  first: Date,
): Buckets {
  const { unit, days } = listStarts(period, dayOf(now, timeZone), dayOf(first, timeZone));
  return { unit, bounds: days.map((day) => startOfDay(day, timeZone)) };
}

/** A part of a whole in per cent, rounded; 0 of nothing. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 100);
}
