import { expect, test } from 'vitest';
import { daysBetween, isLate } from '../../src/domain/reply-clock.ts';

const timeZone = 'Europe/Berlin';
const replyBy = new Date('2026-12-04T13:02:00Z');

test('a reply is late once the promised day is over where the publication is', () => {
  const late = (now: string) =>
    isLate({ stage: 'review', replyBy }, { now: new Date(now), timeZone });
  expect(late('2026-11-30T09:00:00Z')).toBe(false);
  expect(late('2026-12-04T22:59:59Z')).toBe(false);
  expect(late('2026-12-04T23:00:00Z')).toBe(true);
});

test('only what is open can be late', () => {
  const now = new Date('2027-01-01T00:00:00Z');
  const late = (['screening', 'review', 'shortlist', 'decided', 'withdrawn'] as const).filter(
    (stage) => isLate({ stage, replyBy }, { now, timeZone }),
  );
  expect(late).toEqual(['screening', 'review', 'shortlist']);
});

test('days are whole and never negative', () => {
  const since = new Date('2026-11-24T09:00:00Z');
  expect(daysBetween(since, new Date('2026-11-25T08:59:59Z'))).toBe(0);
  expect(daysBetween(since, new Date('2026-11-25T09:00:00Z'))).toBe(1);
  expect(daysBetween(since, new Date('2026-11-23T09:00:00Z'))).toBe(0);
});
