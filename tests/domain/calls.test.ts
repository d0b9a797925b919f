import { describe, expect, it } from 'vitest';
import { callStateAt, draftExpiry, pickText, replyByDate } from '../../src/domain/calls.ts';

const at = (text: string): Date => new Date(text);

describe('callStateAt', () => {
  const call = { opensAt: at('2026-11-01T00:00:00Z'), closesAt: at('2026-12-01T00:00:00Z') };

  it.each([
    ['2026-10-31T23:59:59.999Z', 'not-yet-open'],
    ['2026-11-01T00:00:00.000Z', 'open'],
    ['2026-11-30T23:59:59.999Z', 'open'],
    ['2026-12-01T00:00:00.000Z', 'closed'],
  ])('is at %s %s', (now, state) => {
    expect(callStateAt(call, at(now))).toBe(state);
  });

  it('never closes without a closing date', () => {
    expect(callStateAt({ ...call, closesAt: null }, at('2126-01-01T00:00:00Z'))).toBe('open');
  });
});

describe('dates', () => {
  it('promises an answer after whole days', () => {
    expect(replyByDate(at('2026-11-24T09:00:00Z'), 14)).toEqual(at('2026-12-08T09:00:00Z'));
  });

  it('keeps an untouched draft for the days that the publication gives it', () => {
    expect(draftExpiry(at('2026-11-24T09:00:00Z'), 30)).toEqual(at('2026-12-24T09:00:00Z'));
    expect(draftExpiry(at('2026-11-24T09:00:00Z'), 7)).toEqual(at('2026-12-01T09:00:00Z'));
  });
});

describe('pickText', () => {
  it('falls back to the publication’s language, then to any', () => {
    expect(pickText({ en: 1, de: 2 }, 'de', 'en')).toBe(2);
    expect(pickText({ en: 1, de: 2 }, 'ka', 'de')).toBe(2);
    expect(pickText({ ru: 3 }, 'ka', 'de')).toBe(3);
  });

  it('throws when there is none at all', () => {
    expect(() => pickText({}, 'en', 'de')).toThrow();
  });
});
