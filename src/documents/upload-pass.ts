import { createHash } from 'node:crypto';
import { createSniffer, type Sniffed } from './sniffer.ts';

/** What one pass over the bytes of an upload finds out, as far as it has come. */
export type Pass = {
  readonly size: number;
  push(bytes: Buffer): void;
  finish(): { sniffed: Sniffed; sha256: Buffer };
};

export function createPass(): Pass {
  const hash = createHash('sha256');
  const sniffer = createSniffer();
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(bytes) {
      size += bytes.length;
      hash.update(bytes);
      sniffer.push(bytes);
    },
    finish: () => ({ sniffed: sniffer.finish(), sha256: hash.digest() }),
  };
}

/** Each pass takes some 5 KB; a lost one costs reading its chunks once more. */
const keptPasses = 1000;

export type Passes = {
  /** The pass that has come exactly so far, a new one at the beginning, or none. */
  take(documentId: string, size: number): Pass | undefined;
  keep(documentId: string, pass: Pass): void;
};

/**
 * Keeps the passes of uploads between their requests. A hash can't be stored (node:crypto has no way
 * to write its state down), so that after a restart, or on another instance, a pass is missing and
 * the stored chunks are read again at the end.
 */
export function createPasses(): Passes {
  const passes = new Map<string, Pass>();
  return {
    take(documentId, size) {
      const kept = passes.get(documentId);
      passes.delete(documentId);
      if (size === 0) return createPass();
      return kept?.size === size ? kept : undefined;
    },
    keep(documentId, pass) {
      passes.set(documentId, pass);
      const oldest = passes.size > keptPasses ? passes.keys().next().value : undefined;
      if (oldest !== undefined) passes.delete(oldest);
    },
  };
}
