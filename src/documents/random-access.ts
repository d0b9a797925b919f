/**
 * A stored file that can be read anywhere. `read` gives exactly the bytes asked for; it is never
 * asked for bytes outside of the file. Reads mostly go forward in steps of 64 KB, so that a source
 * made of sealed chunks does well to keep the last one it opened.
 */
export type RandomAccess = {
  size: number;
  read(offset: number, length: number): Promise<Buffer>;
};

export const windowBytes = 64 * 1024;

/** Bytes in memory as a source: for pasted text, samples and tests. */
export function randomAccessOf(bytes: Buffer): RandomAccess {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** What there is of the wanted range: shorter at the end of the file, empty beyond it. */
export async function readUpTo(
  source: RandomAccess,
  offset: number,
  length: number,
): Promise<Buffer> {
  const start = Math.max(0, offset);
  const wanted = Math.min(offset + length, source.size) - start;
  if (!(wanted > 0)) return Buffer.alloc(0);
  const bytes = await source.read(start, wanted);
  if (bytes.length !== wanted) throw new Error('the stored file is shorter than its recorded size');
  return bytes;
}

/** The same source with its last aligned 64 KB kept, for readers that take a few bytes at a time. */
export function keepLastWindow(source: RandomAccess): RandomAccess {
  let start = -1;
  let kept: Buffer = Buffer.alloc(0);
  return {
    size: source.size,
    async read(offset, length) {
      const aligned = offset - (offset % windowBytes);
      if (offset + length > aligned + windowBytes) return readUpTo(source, offset, length);
      if (aligned !== start) {
        kept = await readUpTo(source, aligned, windowBytes);
        start = aligned;
      }
      return kept.subarray(offset - aligned, offset - aligned + length);
    },
  };
}

/** Offset of the first `word` that begins at or after `from`, or -1. Reads window by window. */
export async function findForward(
  source: RandomAccess,
  word: string,
  from: number,
): Promise<number> {
  for (let at = from; at < source.size; at += windowBytes) {
    const bytes = await readUpTo(source, at, windowBytes + word.length - 1);
    const hit = bytes.indexOf(word, 0, 'latin1');
    if (hit >= 0) return at + hit;
  }
  return -1;
}

/** Offset of the last `word` that begins before `before`, or -1. Reads window by window. */
export async function findBackward(
  source: RandomAccess,
  word: string,
  before: number,
): Promise<number> {
  let end = Math.min(before, source.size);
  while (end > 0) {
    const start = Math.max(0, end - windowBytes);
    const bytes = await readUpTo(source, start, end - start + word.length - 1);
    const hit = bytes.lastIndexOf(word, end - start - 1, 'latin1');
    if (hit >= 0) return start + hit;
    end = start;
  }
  return -1;
}
