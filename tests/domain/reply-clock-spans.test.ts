import { describe, expect, test } from 'vitest';
import {
  clockHistory,
  isReplyOwed,
  isWithin,
  lapseSpan,
  nudgeLead,
  nudgeSpan,
} from '../../src/domain/reply-clock.ts';

const timeZone = 'Europe/Berlin';
// Promised until 4 December, 14 days after.
const submittedAt = new Date('2026-11-20T13:02:00Z');
const at = (now: string, zone = timeZone) => ({ now: new Date(now), timeZone: zone });

describe('the editors are reminded', () => {
  const due = (now: string): boolean => isWithin(nudgeSpan(14, at(now)), submittedAt);

  test('from eight in the morning, three days before the promised one', () => {
    expect(due('2026-12-01T06:59:59Z')).toBe(false);
    expect(due('2026-12-01T07:00:00Z')).toBe(true);
  });

  test('until the promised day is over, and no longer', () => {
    expect(due('2026-12-04T22:59:59Z')).toBe(true);
    expect(due('2026-12-04T23:00:00Z')).toBe(false);
  });

  test('later before a short promise, at the latest on its day', () => {
    expect([1, 2, 3, 6, 9, 14, 60].map(nudgeLead)).toEqual([0, 0, 1, 2, 3, 3, 3]);
    expect(isWithin(nudgeSpan(1, at('2026-11-20T22:00:00Z')), submittedAt)).toBe(false);
    expect(isWithin(nudgeSpan(1, at('2026-11-21T07:00:00Z')), submittedAt)).toBe(true);
  });
});

describe('the applicant is told', () => {
  const due = (now: string, zone = timeZone): boolean =>
    isWithin(lapseSpan(14, at(now, zone)), submittedAt);

  test('from eight in the morning after the promised day, where the publication is', () => {
    expect(due('2026-12-05T06:59:59Z')).toBe(false);
    expect(due('2026-12-05T07:00:00Z')).toBe(true);
    expect(due('2026-12-05T03:59:59Z', 'Asia/Tbilisi')).toBe(false);
    expect(due('2026-12-05T04:00:00Z', 'Asia/Tbilisi')).toBe(true);
  });

  test('not of a promise that was broken more than thirty days ago', () => {
    expect(due('2027-01-03T12:00:00Z')).toBe(true);
    expect(due('2027-01-04T12:00:00Z')).toBe(false);
  });

  test('over the change to summer time too', () => {
    const spring = new Date('2027-03-14T12:00:00Z');
    const isDue = (now: string): boolean => isWithin(lapseSpan(14, at(now)), spring);
    expect(isDue('2027-03-29T05:59:59Z')).toBe(false);
    expect(isDue('2027-03-29T06:00:00Z')).toBe(true);
  });

  test('of a promise whose day begins at one o’clock', () => {
    // In Beirut 28 March 2027 has no midnight.
    const { before } = lapseSpan(14, at('2027-03-28T12:00:00Z', 'Asia/Beirut'));
    expect(before).toEqual(new Date('2027-03-13T22:00:00Z'));
  });
});

test('a reply is owed until it is decided, and until the letter has left where there is one', () => {
  const owed = (['draft', 'screening', 'review', 'shortlist', 'decided', 'withdrawn'] as const).map(
    (stage) => [stage, isReplyOwed({ stage }), isReplyOwed({ stage, letterSent: false })],
  );
  expect(owed).toEqual([
    ['draft', false, false],
    ['screening', true, true],
    ['review', true, true],
    ['shortlist', true, true],
    ['decided', false, true],
    ['withdrawn', false, false],
  ]);
});

test('what the clock would have written so far is known without it', () => {
  const history = (now: string) => clockHistory({ submittedAt, replyDays: 14 }, at(now));
  const replyNudgedAt = new Date('2026-12-01T07:00:00Z');
  const replyLapseToldAt = new Date('2026-12-05T07:00:00Z');
  expect(history('2026-12-01T06:59:59Z')).toEqual({ replyNudgedAt: null, replyLapseToldAt: null });
  expect(history('2026-12-05T06:59:59Z')).toEqual({ replyNudgedAt, replyLapseToldAt: null });
  expect(history('2026-12-05T07:00:00Z')).toEqual({ replyNudgedAt, replyLapseToldAt });
});
