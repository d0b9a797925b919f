import { describe, expect, it } from 'vitest';
import { listBuckets, percentOf } from '../../src/domain/overview.ts';

const timeZone = 'Europe/Berlin';
const at = (text: string) => new Date(text);
const cut = (
  ...[period, now, first = now]: [Parameters<typeof listBuckets>[0], string, string?]
) => {
  const { unit, bounds } = listBuckets(period, { now: at(now), timeZone }, at(first));
  return {
    unit,
    parts: bounds.length - 1,
    first: bounds[0],
    last: bounds.at(-2),
    end: bounds.at(-1),
  };
};

describe('the parts of a period', () => {
  it('are thirty days that end with today, where the publication is', () => {
    // In Berlin it is the 25th already.
    expect(cut('30-days', '2026-11-24T23:30:00Z')).toEqual({
      ...{ unit: 'day', parts: 30, first: at('2026-10-26T23:00:00Z') },
      ...{ last: at('2026-11-24T23:00:00Z'), end: at('2026-11-25T23:00:00Z') },
    });
  });

  it('are weeks from Monday on, the hour of the clock change kept', () => {
    expect(cut('12-weeks', '2026-11-29T12:00:00Z')).toEqual({
      ...{ unit: 'week', parts: 12, first: at('2026-09-06T22:00:00Z') },
      ...{ last: at('2026-11-22T23:00:00Z'), end: at('2026-11-29T23:00:00Z') },
    });
  });

  it('are twelve months across the end of a year', () => {
    expect(cut('12-months', '2026-03-31T12:00:00Z')).toEqual({
      ...{ unit: 'month', parts: 12, first: at('2025-03-31T22:00:00Z') },
      ...{ last: at('2026-02-28T23:00:00Z'), end: at('2026-03-31T22:00:00Z') },
    });
  });

  it('are months from the first application on, years once it is longer than three of them', () => {
    expect(cut('all', '2026-11-24T12:00:00Z')).toMatchObject({ unit: 'month', parts: 1 });
    expect(cut('all', '2026-11-24T12:00:00Z', '2023-12-31T23:30:00Z')).toEqual({
      ...{ unit: 'month', parts: 35, first: at('2023-12-31T23:00:00Z') },
      ...{ last: at('2026-10-31T23:00:00Z'), end: at('2026-11-30T23:00:00Z') },
    });
    expect(cut('all', '2026-11-24T12:00:00Z', '2023-11-24T12:00:00Z')).toEqual({
      ...{ unit: 'year', parts: 4, first: at('2022-12-31T23:00:00Z') },
      ...{ last: at('2025-12-31T23:00:00Z'), end: at('2026-12-31T23:00:00Z') },
    });
  });

  it('are one when the clock stands before the first application', () => {
    expect(cut('all', '2026-11-24T12:00:00Z', '2027-02-01T12:00:00Z').parts).toBe(1);
  });
});

it('a share is rounded, and nothing of nothing', () => {
  expect([percentOf(1, 3), percentOf(2, 3), percentOf(3, 3), percentOf(0, 0)]).toEqual([
    33, 67, 100, 0,
  ]);
});
