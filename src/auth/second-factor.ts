import type { Trx } from '../db/client.ts';
import { lockStaff, type StaffRow, updateStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { clearEach, takeFromEach } from '../rate-limit.ts';
import { recordAndTell } from './account-notices.ts';
import { endChallenge, findChallenge, readSetUpSecret } from './challenges.ts';
import { readDeviceMark } from './device-marks.ts';
import { renewRecoveryCodes, useRecoveryCode } from './recovery-codes.ts';
import { startSession } from './sessions.ts';
import { type Asking, endEverything, type Refusal, type SignedIn } from './sign-in.ts';
import { codeLimits } from './throttle.ts';
import { findTotpStep, openTotpSecret } from './totp.ts';

type Needed = Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>;

/** A challenge's token, what was typed for it, and where: `mark` is what the browser is known by. */
export type Answer = Omit<Asking, 'now'> & {
  token: string;
  code: string;
  mark: string | undefined;
};

/** The second step: exchanges a challenge and a code for a session; `by` says what sort of code it was. */
export async function signInWithCode(
  deps: Needed,
  answer: Answer,
): Promise<(SignedIn & { by: 'app' | 'recovery' }) | Refusal> {
  return await answerChallenge(deps, answer, 'code', async (trx, { staff, asking }) => {
    const by = await acceptCode(trx, deps, { staff, typed: answer.code, now: asking.now });
    return by && { by, token: await startSession(trx, staff.id, asking) };
  });
}

/**
 * Makes a second factor count by its first code: `set-up` during sign-in, `replace` from the
 * account page of `staffId`. Ends all sessions and challenges of the person, starts a new session and
 * makes new recovery codes, which are told here and nowhere again.
 */
export async function confirmSecondFactor(
  deps: Needed,
  answer: Answer,
  begun: { kind: 'set-up' } | { kind: 'replace'; staffId: string },
): Promise<(SignedIn & { recoveryCodes: string[] }) | Refusal> {
  return await answerChallenge(deps, answer, begun.kind, async (trx, facts) => {
    const { staff, challenge, asking } = facts;
    const { now } = asking;
    if (begun.kind === 'replace' && begun.staffId !== staff.id) return undefined;
    const secret = readSetUpSecret(deps.keys, challenge);
    const step = findTotpStep(secret, answer.code, { now, lastStep: null });
    if (step === undefined) return undefined;
    await updateStaff(trx, staff.id, {
      totpSecretSealed: challenge.totpSecretSealed,
      totpConfirmedAt: now,
      totpLastStep: step,
    });
    await endEverything(trx, staff.id);
    const recoveryCodes = await renewRecoveryCodes(trx, staff.id);
    const noticed = { staffId: staff.id, actorId: staff.id, now };
    await recordAndTell(trx, deps, { ...noticed, type: 'factor-set' });
    return { recoveryCodes, token: await startSession(trx, staff.id, asking) };
  });
}

/**
 * Takes a code of the person's second factor or one of their recovery codes, each once (ASVS 6.5.1);
 * undefined when it is neither. The person's row is locked. That a recovery code was used is told.
 */
export async function acceptCode(
  trx: Trx,
  deps: Pick<Deps, 'keys' | 'config'>,
  { staff, typed, now }: { staff: StaffRow; typed: string; now: Date },
): Promise<'app' | 'recovery' | undefined> {
  if (!staff.totpSecretSealed) return undefined;
  const secret = openTotpSecret(deps.keys, staff.id, staff.totpSecretSealed);
  const step = findTotpStep(secret, typed, { now, lastStep: staff.totpLastStep });
  if (step !== undefined) {
    await updateStaff(trx, staff.id, { totpLastStep: step });
    return 'app';
  }
  if (!(await useRecoveryCode(trx, { staffId: staff.id, typed, now }))) return undefined;
  const noticed = { staffId: staff.id, actorId: staff.id, now };
  await recordAndTell(trx, deps, { ...noticed, type: 'recovery-code-used' });
  return 'recovery';
}

type Challenge = NonNullable<Awaited<ReturnType<typeof findChallenge>>>;

/** What the ways to answer a challenge share; `grant` returns a session's token when the answer is right. */
async function answerChallenge<Granted extends { token: string }>(
  deps: Needed,
  { token, mark, browser }: Answer,
  kind: 'code' | 'set-up' | 'replace',
  grant: (
    trx: Trx,
    facts: { staff: StaffRow; challenge: Challenge; asking: Asking },
  ) => Promise<Granted | undefined>,
): Promise<(SignedIn & Granted) | Refusal> {
  const { db, clock, keys } = deps;
  const now = clock.now();
  const wanted = { kinds: [kind], now };
  const begun = await findChallenge(db, token, wanted);
  if (!begun) return { kind: 'expired' };
  const limits = codeLimits(begun.staffId, readDeviceMark(keys, begun.email, mark));
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  // Locking the person's row lets answers to any of their challenges take turns.
  const granted = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, begun.staffId);
    const challenge = staff && (await findChallenge(trx, token, wanted));
    if (!challenge) return undefined;
    const session = await grant(trx, { staff, challenge, asking: { now, browser } });
    // Replacing a factor has ended all challenges by itself.
    if (session && kind === 'code' && !(await endChallenge(trx, token))) throw new AppError('gone');
    return session;
  });
  if (granted === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'session', email: begun.email, ...granted };
}
