import type { Keyring } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import {
  type ChallengeKind,
  type ChallengeRow,
  deleteChallengeRow,
  findChallengeRow,
  insertChallengeRow,
} from '../db/staff-challenges.ts';
import { createSecret, hashSecret } from './tokens.ts';
import { createTotpSecret, openTotpSecret, sealTotpSecret } from './totp.ts';

/**
 * A challenge is what a right password opens while a code is still missing: `code` asks for the
 * second factor, `set-up` for a first one that has to be set up before anything else, `replace` is
 * begun on the account page. It opens no page of its own.
 */
export type { ChallengeKind };

const minute = 60_000;
const lifetimeMs: Record<ChallengeKind, number> = {
  // To find the telephone.
  code: 10 * minute,
  // To find and install an authenticator app as well.
  'set-up': 30 * minute,
  replace: 30 * minute,
};

/** Begins a challenge for a person whose row is locked. The token goes into a cookie. */
export async function startChallenge(
  trx: Trx,
  keys: Keyring,
  { staffId, kind, now }: { staffId: string; kind: ChallengeKind; now: Date },
): Promise<string> {
  const token = createSecret();
  await insertChallengeRow(trx, {
    tokenHash: hashSecret(token),
    staffId,
    kind,
    totpSecretSealed: kind === 'code' ? null : sealTotpSecret(keys, staffId, createTotpSecret()),
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifetimeMs[kind]),
  });
  return token;
}

/** Finds a challenge that can still be answered. */
export function findChallenge(
  db: Db | Trx,
  token: string,
  wanted: { kinds: readonly ChallengeKind[]; now: Date },
): Promise<ChallengeRow | undefined> {
  return findChallengeRow(db, { tokenHash: hashSecret(token), ...wanted });
}

/** Uses a challenge up once its answer was right; false when another request did so first. */
export function endChallenge(trx: Trx, token: string): Promise<boolean> {
  return deleteChallengeRow(trx, hashSecret(token));
}

/** The secret of a set-up in clear, as it has to be typed into the authenticator app. */
export function readSetUpSecret(keys: Keyring, challenge: ChallengeRow): string {
  const { staffId, totpSecretSealed } = challenge;
  if (!totpSecretSealed) throw new Error('this challenge sets nothing up');
  return openTotpSecret(keys, staffId, totpSecretSealed);
}
