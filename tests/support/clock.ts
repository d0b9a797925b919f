import type { Clock } from '../../src/clock.ts';

export type TestClock = Clock & {
  set(now: Date): void;
  advance(seconds: number): void;
  reset(): void;
};

/** A clock that stands still until it is told to move. */
export function createTestClock(start = new Date('2026-11-24T09:00:00Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    set(next) {
      now = next;
    },
    advance(seconds) {
      now = new Date(now.getTime() + seconds * 1000);
    },
    reset() {
      now = start;
    },
  };
}
