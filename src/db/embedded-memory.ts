import { readdirSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';

const mebibyte = 1024 * 1024;
const least = 64 * mebibyte;
const most = 512 * mebibyte;

/**
 * How many bytes of its pages PostgreSQL keeps at hand: few for little data, since it shares a small machine;
 * of much a sixteenth, which holds what the list and its search read of a million applications. Never
 * more than an eighth of the memory.
 */
export function sharedBuffersFor({ data, memory }: { data: number; memory: number }): number {
  return Math.round(Math.max(least, Math.min(data / 16, memory / 8, most)) / mebibyte) * mebibyte;
}

/** Bytes of the databases of a cluster. */
export function sizeOfCluster(dir: string): number {
  const base = path.join(dir, 'base');
  return readdirSync(base, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
    // Files come and go: a server that is just ending still deletes some.
    const file = statSync(path.join(base, name), { throwIfNoEntry: false });
    return sum + (file?.isFile() ? file.size : 0);
  }, 0);
}

/** Bytes that there are for all of us: of the machine, or of the container. */
export function usableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
