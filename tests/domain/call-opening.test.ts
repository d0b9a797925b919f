import { describe, expect, it } from 'vitest';
import {
  datesOfAct,
  judgeDates,
  listCallActs,
  periodAfter,
  stampOf,
} from '../../src/domain/call-opening.ts';
import { callStateAt } from '../../src/domain/calls.ts';

const at = (text: string): Date => new Date(`${text}Z`);
const now = at('2026-11-24T09:00');
const [past, future] = [at('2026-11-01T09:00'), at('2026-12-01T09:00')];

describe('what can be done about a call', () => {
  it.each([
    [{ opensAt: null, closesAt: null }, 'in-preparation', ['open', 'schedule']],
    [{ opensAt: future, closesAt: null }, 'not-yet-open', ['open', 'schedule']],
    [{ opensAt: past, closesAt: null }, 'open', ['schedule', 'close']],
    [{ opensAt: past, closesAt: future }, 'open', ['schedule', 'close']],
    [{ opensAt: past, closesAt: now }, 'closed', ['reopen']],
  ] as const)('%j, which is %s: %j', (call, state, acts) => {
    expect(callStateAt(call, now)).toBe(state);
    expect(listCallActs(call, now)).toEqual(acts);
  });

  it('keeps the day on which it opened', () => {
    const open = { opensAt: past, closesAt: future };
    expect(datesOfAct('schedule', open, now)).toEqual(['closesAt']);
    expect(datesOfAct('schedule', { opensAt: null, closesAt: null }, now)).toEqual([
      'opensAt',
      'closesAt',
    ]);
    expect(periodAfter('close', open, {}, now)).toEqual({ opensAt: past, closesAt: now });
    expect(periodAfter('reopen', open, { closesAt: null }, now)).toEqual({
      opensAt: past,
      closesAt: null,
    });
  });

  it('opens at once, until the closing date if that is still to come', () => {
    expect(periodAfter('open', { opensAt: future, closesAt: past }, {}, now)).toEqual({
      opensAt: now,
      closesAt: null,
    });
    const closesAt = at('2027-01-01T00:00');
    expect(periodAfter('open', { opensAt: future, closesAt }, {}, now)).toEqual({
      opensAt: now,
      closesAt,
    });
  });

  it('tells by a stamp whether the period is the one that was shown', () => {
    expect(stampOf({ opensAt: null, closesAt: null })).toBe('-');
    expect(stampOf({ opensAt: past, closesAt: null })).not.toBe(
      stampOf({ opensAt: past, closesAt: future }),
    );
  });
});

describe('dates', () => {
  const setting = { now, timeZone: 'Europe/Berlin' };
  it.each([
    [{ closesAt: '2026-11-24T10:00' }, 'editProblem.past'],
    [{ opensAt: '2026-12-24T10:00', closesAt: '2026-12-24T10:00' }, 'editProblem.closesFirst'],
    [{ closesAt: '2026-11-25T10:00' }, 'editProblem.closesFirst'],
    [{ closesAt: 'soon' }, 'editProblem.moment'],
    [{ opensAt: '', closesAt: '' }, 'editProblem.missing'],
  ])('%j have to be mended: %s', (values, key) => {
    const call = { opensAt: future, closesAt: null };
    expect(judgeDates(values, call, setting).map((one) => one.key)).toEqual([key]);
  });

  it('may leave out the end', () => {
    const call = { opensAt: null, closesAt: null };
    expect(judgeDates({ opensAt: '2026-12-24T10:00', closesAt: '' }, call, setting)).toEqual([]);
  });
});
