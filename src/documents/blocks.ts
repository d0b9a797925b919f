import { sealOverhead } from '../crypto.ts';
import type { RandomAccess } from './random-access.ts';

/** Bytes of a full block: the plain ones of a chunk row. */
export const blockBytes = 256 * 1024;

// Uploads fill and leave so many blocks that memory of their own for each was most of what had to be
// collected, and of what the process held on to.
const spare: Buffer[] = [];
const mostSpare = 32;

/** Memory for a block, plain or sealed; what it holds is left from before. */
export const takeBlock = (): Buffer =>
  spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes + sealOverhead);

/** Only for memory that nobody reads or writes any more: not even a statement that was given up. */
export function giveBack(block: Buffer): void {
  // All of it, if this is but the part that was filled.
  if (spare.length < mostSpare) spare.push(Buffer.from(block.buffer));
}

/** Collects a stream into blocks of exactly `blockBytes`, in memory from `takeBlock`. */
export function createBlocks() {
  let memory: Buffer | undefined;
  let filled = 0;
  return {
    /** Takes bytes from `source` at `from`; returns where it stopped: less than its length when full. */
    take(source: Buffer, from: number): number {
      memory ??= takeBlock();
      const end = Math.min(source.length, from + blockBytes - filled);
      filled += source.copy(memory, filled, from, end);
      return end;
    },
    get isFull() {
      return filled === blockBytes;
    },
    /** The block so far. */
    get block(): Buffer {
      return memory?.subarray(0, filled) ?? Buffer.alloc(0);
    },
    /** Begins a new block: in memory of its own when the old one is kept, else over it. */
    next({ keep }: { keep: boolean }): void {
      if (keep) memory = undefined;
      filled = 0;
    },
    giveBack(): void {
      if (memory) giveBack(memory);
      memory = undefined;
    },
  };
}

/** What lies in blocks as something that can be read anywhere. */
export function readBlocks(
  size: number,
  getBlock: (number: number) => Buffer | Promise<Buffer>,
): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const parts: Buffer[] = [];
      for (let at = offset; at < offset + length; ) {
        const number = Math.floor(at / blockBytes);
        const start = at - number * blockBytes;
        const end = Math.min(offset + length, (number + 1) * blockBytes);
        parts.push((await getBlock(number)).subarray(start, start + end - at));
        at = end;
      }
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    },
  };
}
