import { expect, test } from 'vitest';
import { namePeriod } from '../../src/domain/periods.ts';

test.each([
  [1, '1 days'],
  [14, '14 days'],
  [30, '30 days'],
  [31, '31 days'],
  [60, '60 days'],
  [61, '2 months'],
  [90, '90 days'],
  [91, '3 months'],
  [92, '3 months'],
  [180, '180 days'],
  [182, '6 months'],
  [183, '6 months'],
  [184, '184 days'],
  [365, '12 months'],
  [730, '24 months'],
])('%i days are named %s', (days, named) => {
  const { count, unit } = namePeriod(days);
  expect(`${count} ${unit}`).toBe(named);
});
