import type { Keyring } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import { findStaffByEmail, lockStaff, type StaffRow, updateStaff } from '../db/staff.ts';
import { deleteChallengeRows } from '../db/staff-challenges.ts';
import { deleteSessionRows } from '../db/staff-sessions.ts';
import type { Deps } from '../deps.ts';
import { clearEach, returnToEach, takeFromEach } from '../rate-limit.ts';
import { endChallenge, findChallenge, readSetUpSecret, startChallenge } from './challenges.ts';
import { verifyPassword } from './password.ts';
import { startSession } from './sessions.ts';
import { type Attempt, accountLimits, clientLimits, codeLimits } from './throttle.ts';
import { findTotpStep, openTotpSecret } from './totp.ts';

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
  attempt: Attempt & { password: string },
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
    return await openNextStep(trx, keys, locked, requirementsOf(deps, clock.now()));
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

type Requirements = { now: Date; factorRequired: boolean };

export function requirementsOf({ config }: Pick<Deps, 'config'>, now: Date): Requirements {
  return { now, factorRequired: config.staffMfa === 'required' };
}

/** Opens what comes after a right password, for a person whose row is locked. */
export async function openNextStep(
  trx: Trx,
  keys: Keyring,
  staff: StaffRow,
  { now, factorRequired }: Requirements,
): Promise<NextStep> {
  if (!staff.totpConfirmedAt && !factorRequired) {
    return { kind: 'session', token: await startSession(trx, staff.id, now), email: staff.email };
  }
  const kind = staff.totpConfirmedAt ? 'code' : 'set-up';
  return { kind, token: await startChallenge(trx, keys, { staffId: staff.id, kind, now }) };
}

/** The second step: exchanges a challenge and a code for a session. Each code works once (ASVS 6.5.1). */
export async function signInWithCode(
  deps: Needed,
  answer: { token: string; code: string },
): Promise<SignedIn | Refusal> {
  return await answerChallenge(deps, answer, 'code', async (trx, { staff, now }) => {
    const step = findOwnStep(deps.keys, staff, answer.code, now);
    if (step === undefined || !(await endChallenge(trx, answer.token))) return undefined;
    await updateStaff(trx, staff.id, { totpLastStep: step });
    return await startSession(trx, staff.id, now);
  });
}

/**
 * Makes a second factor count by its first code: `set-up` during sign-in, `replace` from the
 * account page of `staffId`. Ends all sessions and challenges of the person and starts a new session.
 */
export async function confirmSecondFactor(
  deps: Needed,
  answer: { token: string; code: string },
  begun: { kind: 'set-up' } | { kind: 'replace'; staffId: string },
): Promise<SignedIn | Refusal> {
  return await answerChallenge(deps, answer, begun.kind, async (trx, { staff, now, challenge }) => {
    if (begun.kind === 'replace' && begun.staffId !== staff.id) return undefined;
    const secret = readSetUpSecret(deps.keys, challenge);
    const step = findTotpStep(secret, answer.code, { now, lastStep: null });
    if (step === undefined || !(await endChallenge(trx, answer.token))) return undefined;
    await updateStaff(trx, staff.id, {
      totpSecretSealed: challenge.totpSecretSealed,
      totpConfirmedAt: now,
      totpLastStep: step,
    });
    await endEverything(trx, staff.id);
    return await startSession(trx, staff.id, now);
  });
}

/** The step of a code of the person's own second factor, if it is right and was not used yet. */
export function findOwnStep(
  keys: Keyring,
  staff: StaffRow,
  code: string,
  now: Date,
): number | undefined {
  if (!staff.totpSecretSealed) return undefined;
  const secret = openTotpSecret(keys, staff.id, staff.totpSecretSealed);
  return findTotpStep(secret, code, { now, lastStep: staff.totpLastStep });
}

/** Ends the sessions of a person and whatever they began: after it only what comes next gets in. */
export async function endEverything(trx: Trx, staffId: string): Promise<void> {
  await deleteSessionRows(trx, staffId);
  await deleteChallengeRows(trx, staffId);
}

type Challenge = NonNullable<Awaited<ReturnType<typeof findChallenge>>>;

/** What the ways to answer a challenge share; `grant` returns a session's token when the answer is right. */
async function answerChallenge(
  deps: Needed,
  { token }: { token: string },
  kind: 'code' | 'set-up' | 'replace',
  grant: (
    trx: Trx,
    facts: { staff: StaffRow; challenge: Challenge; now: Date },
  ) => Promise<string | undefined>,
): Promise<SignedIn | Refusal> {
  const { db, clock } = deps;
  const wanted = { kinds: [kind], now: clock.now() };
  const challenge = await findChallenge(db, token, wanted);
  if (!challenge) return { kind: 'expired' };
  const limits = codeLimits(challenge.staffId);
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  // Locking the person's row lets answers to any of their challenges take turns.
  const session = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, challenge.staffId);
    return staff && (await grant(trx, { staff, challenge, now: wanted.now }));
  });
  if (session === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'session', token: session, email: challenge.email };
}
