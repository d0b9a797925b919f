import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const clockTicks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** The value below which the share of the sorted values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Milliseconds that a promise takes. */
export async function time(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Does `count` pieces of work with `concurrency` at once; milliseconds of each. */
export async function drive(
  count: number,
  concurrency: number,
  work: () => Promise<unknown>,
): Promise<number[]> {
  const taken: number[] = [];
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      taken.push(await time(work));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return taken;
}

const fieldsOf = (pid: string | number): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
};

/** The processes below and including `root`. */
export function listTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const parent = Number(fieldsOf(entry)[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // Ended while we looked.
    }
  }
  const tree = [root];
  for (let at = 0; at < tree.length; at += 1) tree.push(...(children.get(tree[at]!) ?? []));
  return tree;
}

/** CPU milliseconds that a tree of processes has used, those of its ended children included. */
export function cpuOf(root: number): number {
  let ticks = 0;
  for (const pid of listTree(root)) {
    try {
      const [user, system, childUser, childSystem] = fieldsOf(pid).slice(11, 15).map(Number);
      ticks += user! + system! + childUser! + childSystem!;
    } catch {
      // Ended while we looked; its parent counts it.
    }
  }
  return (ticks / clockTicks) * 1000;
}

const statusOf = (pid: number, field: string): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
};
/** Megabytes: the memory that one process has resident. */
export const rssOf = (pid: number): number => statusOf(pid, 'VmRSS');
/** Megabytes: the most memory that one process has had resident. */
export const peakRssOf = (pid: number): number => statusOf(pid, 'VmHWM');

/** Megabytes: what a tree of processes occupies, shared pages shared out among their users. */
export function pssOf(root: number): number {
  let kilobytes = 0;
  for (const pid of listTree(root)) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    } catch {
      // Ended while we looked.
    }
  }
  return kilobytes / 1024;
}
