import { performance } from 'node:perf_hooks';
import { afterEach, expect, it, vi } from 'vitest';
import { createLull } from '../../src/jobs/lull.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Has the process look busy so many times, and says how often it was looked at. */
function beBusy(times: number): { looks: number } {
  const seen = { looks: 0 };
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation((before) => {
    if (before) seen.looks += 1;
    return { idle: 0, active: 0, utilization: seen.looks > times ? 0.1 : 0.9 };
  });
  return seen;
}

it('work that nobody waits for waits for as long as the process is busy', async () => {
  const seen = beBusy(2);
  await createLull()(30_000, new AbortController().signal);
  expect(seen.looks).toBe(3);
});

it('it does not wait for longer than it may', async () => {
  const seen = beBusy(Number.POSITIVE_INFINITY);
  await createLull()(300, new AbortController().signal);
  // It has looked, and gone on although the process never had time.
  const { looks } = seen;
  expect(looks).toBeGreaterThan(0);
  await createLull()(-5, new AbortController().signal);
  expect(seen.looks).toBe(looks);
});

it('it ends with the signal', async () => {
  beBusy(Number.POSITIVE_INFINITY);
  const stopping = new AbortController();
  const waiting = createLull()(30_000, stopping.signal);
  stopping.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
