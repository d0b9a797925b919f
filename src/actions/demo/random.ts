import { createHash } from 'node:crypto';

/** Chances that fall the same way each time. */
export type Random = {
  /** From 0 up to, but not including, 1. */
  fraction(): number;
  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** `count` different ones, in the order of the list; all of a shorter list. */
  some<T>(list: readonly T[], count: number): T[];
};

/** Draws that `label` decides: the same label, the same draws, on every machine. */
export function createRandom(label: string): Random {
  let block = Buffer.alloc(0);
  let blocks = 0;
  const fraction = (): number => {
    if (block.length < 4) {
      block = createHash('sha256').update(`${label}:${blocks}`).digest();
      blocks += 1;
    }
    const drawn = block.readUInt32BE(0);
    block = block.subarray(4);
    return drawn / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(fraction() * count);
  const pick = <T>(list: readonly T[]): T => {
    const one = list[below(list.length)];
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  };
  return {
    fraction,
    below,
    pick,
    chance: (probability) => fraction() < probability,
    some(list, count) {
      const kept = new Set<number>();
      while (kept.size < Math.min(count, list.length)) kept.add(below(list.length));
      return list.filter((_, index) => kept.has(index));
    },
  };
}
