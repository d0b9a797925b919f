import type { Output } from './command.ts';

const quietMs = 1000;
const intervalMs = 100;
const barWidth = 24;

/**
 * A bar on a terminal for what takes longer than a second, and nothing elsewhere. It draws only when
 * it is told something, so that it needs no timer.
 */
export function createProgress(
  output: Output,
  label: string,
): { show(done: number, total: number): void; clear(): void } {
  const startedAt = performance.now();
  let drawnAt: number | undefined;
  return {
    show(done, total) {
      const now = performance.now();
      const isQuiet = output.isTTY !== true || now - startedAt < quietMs;
      if (isQuiet || (drawnAt !== undefined && now - drawnAt < intervalMs)) return;
      drawnAt = now;
      // Some terminals say that they have no columns.
      const room = (output.columns || 80) - 1;
      output.write(`\r\u001b[K${drawBar(label, done, total).slice(0, room)}`);
    },
    clear() {
      if (drawnAt !== undefined) output.write('\r\u001b[K');
    },
  };
}

/** One line without its end, such as `Seeding [######------------------]  25 %  250/1000`. */
export function drawBar(label: string, done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(share * barWidth);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `${label} [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${percent} %  ${done}/${total}`;
}
