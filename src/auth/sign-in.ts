import type { Keyring } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import { findStaffByEmail, lockStaff, type StaffRow } from '../db/staff.ts';
import { deleteChallengeRows } from '../db/staff-challenges.ts';
import { deleteSessionRows } from '../db/staff-sessions.ts';
import type { Deps } from '../deps.ts';
import type { BrowserFamily } from '../domain/browser-families.ts';
import { clearEach, returnToEach, takeFromEach } from '../rate-limit.ts';
import { startChallenge } from './challenges.ts';
import { verifyPassword } from './password.ts';
import { startSession } from './sessions.ts';
import { type Attempt, accountLimits, clientLimits } from './throttle.ts';

type Needed = Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>;

/** Signed in. The token is for the session cookie, the address for the mark of the device. */
export type SignedIn = { kind: 'session'; token: string; email: string };
/** What a right password leads to: signed in, a code to enter, or a second factor to set up. */
export type NextStep = SignedIn | { kind: 'code' | 'set-up'; token: string };
/** `expired` stands for everything that makes a challenge useless; `wait` is in seconds. */
export type Refusal = { kind: 'wrong' } | { kind: 'expired' } | { kind: 'wait'; seconds: number };

/**
 * The first step. Unknown, disabled and not enrolled addresses cost the same work and get the same
 * answer as a wrong password (ASVS 6.3.8).
 */
export async function signInWithPassword(
  deps: Needed,
  attempt: Attempt & { password: string; browser: BrowserFamily },
): Promise<NextStep | Refusal> {
  const { db, keys, clock } = deps;
  const [ofClient, ofAccount] = [clientLimits(attempt), accountLimits(attempt)];
  const seconds = await takeFromEach(deps, [...ofClient, ...ofAccount]);
  if (seconds > 0) return { kind: 'wait', seconds };
  const staff = await checkPassword(db, attempt.email, attempt.password);
  if (!staff) return { kind: 'wrong' };
  const next = await db.transaction().execute(async (trx) => {
    const locked = await lockStaff(trx, staff.id);
    // While the hash was computed the person may have been disabled, or the password changed.
    if (locked?.passwordHash !== staff.passwordHash) return undefined;
    return await openNextStep(
      trx,
      keys,
      locked,
      requirementsOf(deps, { now: clock.now(), browser: attempt.browser }),
    );
  });
  if (!next) return { kind: 'wrong' };
  await returnToEach(deps, ofClient);
  await clearEach(deps, ofAccount);
  return next;
}

/** The person, if this is their password. Exactly one hash is computed, whoever is asked for. */
async function checkPassword(
  db: Db,
  email: string,
  password: string,
): Promise<StaffRow | undefined> {
  const staff = await findStaffByEmail(db, email);
  const hash = staff && staff.disabledAt === null ? staff.passwordHash : null;
  return (await verifyPassword(hash, password)) ? staff : undefined;
}

/** What asks for a session: when, and in which browser. */
export type Asking = { now: Date; browser: BrowserFamily };
type Requirements = Asking & { factorRequired: boolean };

export function requirementsOf({ config }: Pick<Deps, 'config'>, asking: Asking): Requirements {
  return { ...asking, factorRequired: config.staffMfa === 'required' };
}

/** Opens what comes after a right password, for a person whose row is locked. */
export async function openNextStep(
  trx: Trx,
  keys: Keyring,
  staff: StaffRow,
  { factorRequired, ...asking }: Requirements,
): Promise<NextStep> {
  const { now } = asking;
  if (!staff.totpConfirmedAt && !factorRequired) {
    const token = await startSession(trx, staff.id, asking);
    return { kind: 'session', token, email: staff.email };
  }
  const kind = staff.totpConfirmedAt ? 'code' : 'set-up';
  return { kind, token: await startChallenge(trx, keys, { staffId: staff.id, kind, now }) };
}

/** Ends the sessions of a person and whatever they began: after it only what comes next gets in. */
export async function endEverything(trx: Trx, staffId: string): Promise<void> {
  await deleteSessionRows(trx, staffId);
  await deleteChallengeRows(trx, staffId);
}
