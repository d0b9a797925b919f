import { type Magic, recogniseMagic } from './magic.ts';
import { createBlankCheck, createTextCheck, type TextEncoding } from './text.ts';

const headBytes = 4096;

/** What one pass over a file tells about it. */
export type Sniffed = {
  /** Bytes in all. */
  size: number;
  /** The first 4 KB, or all of a shorter file. */
  head: Buffer;
  /** What the head is beyond doubt. */
  magic: Magic | null;
  /** Set when all bytes could be plain text and no magic says otherwise. */
  encoding: TextEncoding | null;
  /** Set when it could be plain text of which nothing can be seen. */
  isBlank: boolean;
};

export type Sniffer = {
  push(chunk: Buffer): void;
  finish(): Sniffed;
};

/** Watches a file go by in chunks of any size; keeps 4 KB of it, and chunk borders change nothing. */
export function createSniffer(): Sniffer {
  const head = Buffer.alloc(headBytes);
  const text = createTextCheck();
  const blank = createBlankCheck();
  let size = 0;
  let magic: Magic | null = null;

  return {
    push(chunk) {
      if (size < headBytes) {
        chunk.copy(head, size, 0, headBytes - size);
        if (size + chunk.length >= headBytes) magic = recogniseMagic(head);
      }
      size += chunk.length;
      // The rest of a PDF or a zip needs no look at each byte.
      if (magic !== null) return;
      text.push(chunk);
      blank.push(chunk);
    },
    finish() {
      const held = head.subarray(0, Math.min(size, headBytes));
      const known = magic ?? recogniseMagic(held);
      const encoding = known ? null : text.result();
      const isBlank = encoding !== null && blank.result();
      return { size, head: held, magic: known, encoding, isBlank };
    },
  };
}
