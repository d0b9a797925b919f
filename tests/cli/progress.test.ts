import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgress, drawBar } from '../../src/commands/progress.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function createOutput(isTTY: boolean, columns?: number) {
  const written: string[] = [];
  return { written, isTTY, columns, write: (text: string) => written.push(text) };
}

test('a bar fills with the share that is done', () => {
  expect(drawBar('Seeding', 0, 1000)).toBe(`Seeding [${'-'.repeat(24)}]   0 %  0/1000`);
  expect(drawBar('Seeding', 250, 1000)).toBe(`Seeding [######${'-'.repeat(18)}]  25 %  250/1000`);
  expect(drawBar('Seeding', 1000, 1000)).toBe(`Seeding [${'#'.repeat(24)}] 100 %  1000/1000`);
  expect(drawBar('Verifying', 0, 0)).toBe(`Verifying [${'#'.repeat(24)}] 100 %  0/0`);
});

test('a terminal sees nothing in the first second, then ten bars a second at most', () => {
  const output = createOutput(true);
  const progress = createProgress(output, 'Seeding');
  for (let step = 0; step < 40; step += 1) {
    progress.show(step, 40);
    vi.advanceTimersByTime(50);
  }
  progress.clear();
  expect(output.written).toHaveLength(11);
  expect(output.written[0]).toBe(`\r\u001b[K${drawBar('Seeding', 20, 40)}`);
  expect(output.written[1]).toBe(`\r\u001b[K${drawBar('Seeding', 22, 40)}`);
  expect(output.written.at(-1)).toBe('\r\u001b[K');
});

test('a bar never breaks into a second line', () => {
  const output = createOutput(true, 20);
  const progress = createProgress(output, 'Seeding');
  vi.advanceTimersByTime(1000);
  progress.show(1, 2);
  expect(output.written).toEqual(['\r\u001b[KSeeding [##########']);
});

test('a terminal that does not know its width gets the whole bar', () => {
  const output = createOutput(true, 0);
  const progress = createProgress(output, 'Seeding');
  vi.advanceTimersByTime(1000);
  progress.show(500, 1000);
  expect(output.written).toEqual([`\r\u001b[K${drawBar('Seeding', 500, 1000)}`]);
});

test('what is done within a second, and what goes to a file, gets no bar at all', () => {
  const quick = createOutput(true);
  const file = createOutput(false);
  const first = createProgress(quick, 'Seeding');
  const second = createProgress(file, 'Seeding');
  first.show(1, 2);
  first.clear();
  vi.advanceTimersByTime(5000);
  second.show(1, 2);
  second.clear();
  expect([quick.written, file.written]).toEqual([[], []]);
});
