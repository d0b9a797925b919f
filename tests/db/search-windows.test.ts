import { describe, expect, test } from 'vitest';
import { cellsFrom, type Spread } from '../../src/db/search-windows.ts';

const day = 86_400;
const first = 20_000 * day;
const days = 120;
/** A hundred thousand, as many on each day. */
const spread: Spread = {
  first,
  last: first + days * day,
  bounds: Array.from({ length: 101 }, (_, index) => first + (index / 100) * days * day),
  size: 100_000,
  here: null,
};

/** The seconds that the cells of a query hold, as `search_cells` counts them. */
const spansOf = (query: string): [number, number][] =>
  query.split(' | ').map((cell) => {
    const [, level, place] = cell.match(/^'w\/(\d)\/(\d+)'$/)!;
    const length = 4096 * 8 ** Number(level);
    return [Number(place) * length, (Number(place) + 1) * length];
  });
const lengthOf = (spans: [number, number][]): number =>
  spans.reduce((sum, [from, to]) => sum + to - from, 0);
const perSecond = spread.size / (days * day);

describe.each([
  ['downwards from the newest', { from: undefined, descends: true }],
  ['downwards from the middle', { from: first + 50 * day + 7, descends: true }],
  ['upwards from the middle', { from: first + 50 * day + 7, descends: false }],
])('cells %s', (_, { from, descends }) => {
  const spansBy = (least: number) =>
    cellsFrom(spread, { from, descends, start: 1000, least })!.map(spansOf);

  test.each([0, 4000])('hold everything once, the next ones first, with at least %i', (least) => {
    const spans = spansBy(least).flat();
    for (const [index, [begins, ends]] of spans.entries()) {
      const next = spans[index + 1];
      if (next) expect(descends ? next[1] : next[0]).toBe(descends ? begins : ends);
    }
    const all = [...spans].sort(([a], [b]) => a - b);
    const start = from ?? spread.last;
    expect(all[0]![0]).toBeLessThanOrEqual(descends ? first : start);
    expect(all.at(-1)![1]).toBeGreaterThan(descends ? start : spread.last);
  });

  test('go together until they have what is asked for, and no further', () => {
    const queries = spansBy(4000);
    expect(spansBy(0).every((spans) => spans.length === 1)).toBe(true);
    for (const spans of queries.slice(0, -1)) {
      expect(lengthOf(spans) * perSecond).toBeGreaterThan(3900);
      expect(lengthOf(spans.slice(0, -1)) * perSecond).toBeLessThan(4000);
    }
    expect(queries.length).toBeLessThan(spansBy(0).length);
  });
});

test('none where one look at everything is as good', () => {
  const asked = { from: undefined, descends: true, start: 1000 };
  expect(cellsFrom({ ...spread, bounds: [] }, asked)).toBeUndefined();
});
