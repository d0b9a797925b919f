import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the process has time to spare, after `atMostMs` in any case; rejects when the signal fires. */
export type Lull = (atMostMs: number, signal: AbortSignal) => Promise<void>;

const lookMs = 250;
const busyShare = 0.5;

/**
 * Lets work that nobody waits for stand back while requests keep the process busy: what it sees is how
 * much of the time the event loop had something to do.
 */
export function createLull(): Lull {
  return async (atMostMs, signal) => {
    const end = performance.now() + atMostMs;
    while (performance.now() < end) {
      const before = performance.eventLoopUtilization();
      await sleep(Math.min(lookMs, end - performance.now()), undefined, { signal });
      if (performance.eventLoopUtilization(before).utilization < busyShare) return;
    }
  };
}
