import { describe, expect, it } from 'vitest';
import { findTimeZone, parseZonedTime, writeZonedTime } from '../../src/domain/zoned-time.ts';

describe('a time in a zone', () => {
  it.each([
    ['2027-01-31T18:00', 'Europe/Berlin', '2027-01-31T17:00:00.000Z'],
    ['2027-07-31 18:00', 'Europe/Berlin', '2027-07-31T16:00:00.000Z'],
    ['2027-07-31T18:00:00', 'Asia/Tbilisi', '2027-07-31T14:00:00.000Z'],
    ['2027-01-01T00:00', 'Pacific/Kiritimati', '2026-12-31T10:00:00.000Z'],
    // The hour that comes twice: the first of the two.
    ['2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
    ['2027-10-31T03:00', 'Europe/Berlin', '2027-10-31T02:00:00.000Z'],
    ['2027-03-28T03:00', 'Europe/Berlin', '2027-03-28T01:00:00.000Z'],
  ])('%s in %s is %s', (text, timeZone, moment) => {
    expect(parseZonedTime(text, timeZone)?.toISOString()).toBe(moment);
  });

  it.each([
    '',
    'tomorrow',
    '2027-02-29T10:00',
    '2027-13-01T10:00',
    '2027-01-01T24:00',
    '2027-01-01',
    '31.01.2027 18:00',
    // The clocks skip it.
    '2027-03-28T02:30',
  ])('%j is none in Berlin', (text) => {
    expect(parseZonedTime(text, 'Europe/Berlin')).toBe(undefined);
  });

  it('is written as a form’s field takes it', () => {
    const moment = new Date('2027-01-31T17:00:59Z');
    expect(writeZonedTime(moment, 'Europe/Berlin')).toBe('2027-01-31T18:00');
    expect(writeZonedTime(moment, 'Asia/Yerevan')).toBe('2027-01-31T21:00');
  });
});

describe('a time zone', () => {
  it('is found by its name in any case', () => {
    expect(findTimeZone('europe/berlin')).toBe('Europe/Berlin');
    expect(['', 'Berlin', '+01:00', 'Europe/Berlin '].map(findTimeZone)).toEqual(
      Array(4).fill(undefined),
    );
  });
});
