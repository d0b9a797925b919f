import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { vi } from 'vitest';

/** Counts the password hashes that are computed from now on; each call tells the number since the last. */
export function countHashes(): { since(): number; stop(): void } {
  const spy = vi.spyOn(crypto, 'scrypt');
  syncBuiltinESMExports();
  return {
    since() {
      const count = spy.mock.calls.length;
      spy.mockClear();
      return count;
    },
    stop() {
      spy.mockRestore();
      syncBuiltinESMExports();
    },
  };
}
