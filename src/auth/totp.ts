import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../crypto.ts';

const stepSeconds = 30;
const codeDigits = 6;
const secretBytes = 20;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A secret for an authenticator app: 160 random bits in base 32 (RFC 4226, section 4). */
export function createTotpSecret(): string {
  // Twenty bytes are 32 letters of five bits: nothing is left over, so nothing is padded.
  const bits = BigInt(`0x${randomBytes(secretBytes).toString('hex')}`);
  const length = (secretBytes * 8) / 5;
  return Array.from({ length }, (_, index) => {
    const shift = BigInt(5 * (length - 1 - index));
    return base32[Number((bits >> shift) & 31n)];
  }).join('');
}

function readSecret(secret: string): Buffer {
  const bits = [...secret].reduce(
    (all, letter) => (all << 5n) | BigInt(base32.indexOf(letter)),
    0n,
  );
  return Buffer.from(bits.toString(16).padStart(secretBytes * 2, '0'), 'hex');
}

/** The code of one time step (RFC 4226, section 5.3, over RFC 6238's counter). */
function codeAt(key: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  // SHA-1 is what authenticator apps take; as an HMAC it is sound.
  const digest = createHmac('sha1', key).update(counter).digest();
  const number = digest.readUInt32BE(digest[digest.length - 1]! & 0xf) & 0x7fff_ffff;
  return String(number % 10 ** codeDigits).padStart(codeDigits, '0');
}

/** Binds a sealed second factor to its person. */
const contextOf = (staffId: string): string => `second factor:${staffId}`;

export function sealTotpSecret(keys: Keyring, staffId: string, secret: string): Buffer {
  return keys.seal(Buffer.from(secret), contextOf(staffId));
}

export function openTotpSecret(keys: Keyring, staffId: string, sealed: Buffer): string {
  return keys.open(sealed, contextOf(staffId)).toString();
}

/**
 * The time step a code belongs to (RFC 6238), if it is one of now, the step before or the step
 * after, and later than `lastStep`, the last one that was accepted (ASVS 6.5.1).
 */
export function findTotpStep(
  secret: string,
  code: string,
  { now, lastStep }: { now: Date; lastStep: number | null },
): number | undefined {
  const digits = code.replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(digits)) return undefined;
  const current = Math.floor(now.getTime() / 1000 / stepSeconds);
  // A step that is still to come was accepted under a wrong clock. Its code is no use now, and
  // minding it would keep the person out until then.
  const after = lastStep !== null && lastStep <= current + 1 ? lastStep : -1;
  const key = readSecret(secret);
  return [current - 1, current, current + 1].find(
    (step) => step > after && timingSafeEqual(Buffer.from(codeAt(key, step)), Buffer.from(digits)),
  );
}

/** The address that authenticator apps read from a QR code. */
export function formatTotpUri(secret: string, label: { issuer: string; account: string }): string {
  const [issuer, account] = [label.issuer, label.account].map(encodeURIComponent);
  return `otpauth://totp/${issuer}:${account}?secret=${secret}&issuer=${issuer}`;
}

/** A secret as it is typed by hand: groups of four. */
export function groupTotpSecret(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
