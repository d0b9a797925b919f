import { createHash, randomBytes } from 'node:crypto';

/** A secret for a cookie or a link to the staff pages: 256 random bits (ASVS 7.2.3, 11.5.1). */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What tables keep of such a secret. Nobody can guess 256 bits, so a plain SHA-256 is enough. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
