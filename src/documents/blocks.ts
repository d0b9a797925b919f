import type { RandomAccess } from './random-access.ts';

/** The bytes of one chunk as they came, in pieces. */
export type Block = readonly Buffer[];

/** Smaller pieces are copied together: a client that sends byte by byte must not fill the memory with buffers. */
const ownPiece = 16 * 1024;
const collectedPiece = 64 * 1024;

/** Collects a stream into blocks of exactly `blockBytes`. What comes in large pieces is not copied. */
export function createBlocks(blockBytes: number) {
  let pieces: Buffer[] = [];
  let filled = 0;
  /** Where small pieces are collected, and how much of it is taken. */
  let collected = Buffer.alloc(0);
  let taken = 0;
  const keep = (bytes: Buffer): void => {
    if (bytes.length >= ownPiece) {
      pieces.push(bytes);
      return;
    }
    if (taken + bytes.length > collected.length) {
      collected = Buffer.allocUnsafe(collectedPiece);
      taken = 0;
    }
    const last = pieces.at(-1);
    const grows = taken > 0 && last?.buffer === collected.buffer;
    const from = grows ? taken - last.length : taken;
    bytes.copy(collected, taken);
    taken += bytes.length;
    if (grows) pieces.pop();
    pieces.push(collected.subarray(from, taken));
  };
  return {
    /** Takes bytes from `source` at `from`; returns where it stopped: less than its length when full. */
    take(source: Buffer, from: number): number {
      const end = Math.min(source.length, from + blockBytes - filled);
      if (end > from) keep(source.subarray(from, end));
      filled += end - from;
      return end;
    },
    get isFull() {
      return filled === blockBytes;
    },
    /** The block so far; a new one begins. */
    next(): Block {
      const done = pieces;
      pieces = [];
      filled = 0;
      return done;
    },
  };
}

/** Bytes of a block from `start` on, up to `length` of them or to its end. */
function* sliceOf(block: Block, start: number, length: number): Generator<Buffer> {
  let before = 0;
  for (const piece of block) {
    const from = Math.max(0, start - before);
    const slice = piece.subarray(from, start + length - before);
    if (start + length > before && slice.length > 0) yield slice;
    before += piece.length;
  }
}

/** What lies in blocks of `blockBytes` as something that can be read anywhere. */
export function readBlocks(
  size: number,
  blockBytes: number,
  getBlock: (number: number) => Block | Promise<Block>,
): RandomAccess {
  return {
    size,
    async read(offset, length) {
      const parts: Buffer[] = [];
      for (let at = offset; at < offset + length; ) {
        const number = Math.floor(at / blockBytes);
        const start = at - number * blockBytes;
        const end = Math.min(offset + length, (number + 1) * blockBytes);
        parts.push(...sliceOf(await getBlock(number), start, end - at));
        at = end;
      }
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    },
  };
}
