import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Keyring } from '../crypto.ts';

const stepSeconds = 30;

/** A secret for an authenticator app: 160 random bits in base 32 (RFC 4226, section 4). */
export function createTotpSecret(): string {
  return generateSecret();
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
  const epoch = Math.floor(now.getTime() / 1000);
  // A step that is still to come was accepted under a wrong clock. Its code is no use now, and
  // minding it would keep the person out until then.
  const minded = lastStep !== null && lastStep <= Math.floor(epoch / stepSeconds) + 1;
  const result = verifySync({
    secret,
    token: digits,
    epoch,
    epochTolerance: stepSeconds,
    ...(minded ? { afterTimeStep: lastStep } : {}),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/** The address that authenticator apps read from a QR code. */
export function formatTotpUri(secret: string, label: { issuer: string; account: string }): string {
  return generateURI({ secret, issuer: label.issuer, label: label.account });
}

/** A secret as it is typed by hand: groups of four. */
export function groupTotpSecret(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
