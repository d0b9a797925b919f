import { expect, it } from 'vitest';
import { listPairActs, pairActs, pairStateAfter } from '../../src/domain/pairs.ts';

it('what can be made of a pair, in each state', () => {
  expect(listPairActs('suspected')).toEqual(['link', 'merge', 'set-apart']);
  expect(listPairActs('linked')).toEqual(['merge', 'undo']);
  expect(listPairActs('merged')).toEqual(['undo']);
  expect(listPairActs('apart')).toEqual(['undo']);
});

it('every act but undo is undone to where nothing is decided', () => {
  for (const act of pairActs) {
    const state = pairStateAfter('suspected', act);
    if (state) expect(pairStateAfter(state, 'undo')).toBe('suspected');
  }
});
