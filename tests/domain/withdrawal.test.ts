import { expect, test } from 'vitest';
import { canUndo, undoUntil } from '../../src/domain/withdrawal.ts';

test('a withdrawal can be undone for ten minutes, and not at their end', () => {
  const at = new Date('2026-11-24T09:00:00Z');
  expect(undoUntil(at)).toEqual(new Date('2026-11-24T09:10:00Z'));
  expect(canUndo(at, new Date('2026-11-24T09:09:59.999Z'))).toBe(true);
  expect(canUndo(at, new Date('2026-11-24T09:10:00Z'))).toBe(false);
});
