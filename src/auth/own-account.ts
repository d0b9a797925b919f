import { findStaff, lockStaff, updateStaff } from '../db/staff.ts';
import { isFactorElsewhere } from '../db/staff-sessions.ts';
import type { Deps } from '../deps.ts';
import type { BrowserFamily } from '../domain/browser-families.ts';
import type { Language } from '../i18n.ts';
import { clearEach, takeFromEach } from '../rate-limit.ts';
import { recordAndTell } from './account-notices.ts';
import { startChallenge } from './challenges.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { renewRecoveryCodes } from './recovery-codes.ts';
import { acceptCode } from './second-factor.ts';
import { type StaffMember, startSession } from './sessions.ts';
import { endEverything, type Refusal } from './sign-in.ts';
import { confirmationLimits } from './throttle.ts';
import { hashSecret } from './tokens.ts';

type Needed = Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>;
type Refused = Exclude<Refusal, { kind: 'expired' }>;

/** By what a person gets in. */
export async function findOwnWays(
  { db }: Pick<Deps, 'db'>,
  staffId: string,
): Promise<{ password: boolean; secondFactor: boolean; singleSignOn: boolean }> {
  const staff = await findStaff(db, staffId);
  return {
    password: staff?.passwordHash != null,
    secondFactor: staff?.totpConfirmedAt != null,
    singleSignOn: staff?.oidcSubject != null,
  };
}

/** Changes the language of the staff pages for one person. */
export async function changeLanguage(
  { db }: Pick<Deps, 'db'>,
  staffId: string,
  language: Language,
): Promise<void> {
  await updateStaff(db, staffId, { language });
}

/** Switches the keys of the staff pages on or off for one person. */
export async function changeKeyboard(
  { db }: Pick<Deps, 'db'>,
  staffId: string,
  keyboard: boolean,
): Promise<void> {
  await updateStaff(db, staffId, { keyboard });
}

/**
 * Changes the password of somebody who knows the current one. All their sessions end; the token is
 * that of a new one in the place of `session`. `password` was checked by `findPasswordProblem`.
 */
export async function changePassword(
  deps: Needed,
  { id }: Pick<StaffMember, 'id'>,
  asked: { current: string; password: string; browser: BrowserFamily; session: string },
): Promise<{ kind: 'changed'; token: string } | Refused> {
  const { db, clock } = deps;
  const { current, password, browser, session } = asked;
  const limits = confirmationLimits(id);
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  const known = await findStaff(db, id);
  if (!(await verifyPassword(known?.passwordHash ?? null, current))) return { kind: 'wrong' };
  const passwordHash = await hashPassword(password);
  const token = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, id);
    if (!staff || staff.passwordHash !== known?.passwordHash) return undefined;
    const now = clock.now();
    const factorElsewhere = await isFactorElsewhere(trx, hashSecret(session));
    await updateStaff(trx, id, { passwordHash });
    await endEverything(trx, id);
    await recordAndTell(trx, deps, { staffId: id, actorId: id, type: 'password-changed', now });
    return await startSession(trx, id, { now, browser, factorElsewhere });
  });
  if (token === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'changed', token };
}

/**
 * Begins to set up or replace the second factor; the token is a challenge's. `proof` is a code of
 * the current factor or a recovery code, or the password while there is none: a browser left open is
 * not enough.
 */
export async function beginSecondFactor(
  deps: Needed,
  { id }: Pick<StaffMember, 'id'>,
  proof: string,
): Promise<{ kind: 'begun'; token: string } | Refused> {
  const { db, keys, clock } = deps;
  const limits = confirmationLimits(id);
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  const known = await findStaff(db, id);
  const byCode = known?.totpConfirmedAt != null;
  if (!byCode && !(await verifyPassword(known?.passwordHash ?? null, proof))) {
    return { kind: 'wrong' };
  }
  const now = clock.now();
  const token = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, id);
    if (!staff || (staff.totpConfirmedAt !== null) !== byCode) return undefined;
    if (byCode) {
      if (!(await acceptCode(trx, deps, { staff, typed: proof, now }))) return undefined;
    } else if (staff.passwordHash !== known?.passwordHash) return undefined;
    return await startChallenge(trx, keys, { staffId: id, kind: 'replace', now });
  });
  if (token === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'begun', token };
}

/**
 * Makes new recovery codes for somebody who proves both password and second factor; the old ones
 * end. The codes are told here and nowhere again.
 */
export async function renewOwnRecoveryCodes(
  deps: Needed,
  { id }: Pick<StaffMember, 'id'>,
  { password, code }: { password: string; code: string },
): Promise<
  | { kind: 'renewed'; codes: string[] }
  | { kind: 'wrong'; what: 'password' | 'code' }
  | Extract<Refused, { kind: 'wait' }>
> {
  const { db, clock } = deps;
  const limits = confirmationLimits(id);
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  const known = await findStaff(db, id);
  if (!(await verifyPassword(known?.passwordHash ?? null, password))) {
    return { kind: 'wrong', what: 'password' };
  }
  const now = clock.now();
  const codes = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, id);
    if (!staff || staff.passwordHash !== known?.passwordHash) return undefined;
    if (!(await acceptCode(trx, deps, { staff, typed: code, now }))) return undefined;
    const noticed = { staffId: id, actorId: id, now };
    await recordAndTell(trx, deps, { ...noticed, type: 'recovery-codes-renewed' });
    return await renewRecoveryCodes(trx, id);
  });
  if (codes === undefined) return { kind: 'wrong', what: 'code' };
  await clearEach(deps, limits);
  return { kind: 'renewed', codes };
}
