import { findStaff, lockStaff, updateStaff } from '../db/staff.ts';
import type { Deps } from '../deps.ts';
import type { Language } from '../i18n.ts';
import { clearEach, takeFromEach } from '../rate-limit.ts';
import { startChallenge } from './challenges.ts';
import { hashPassword, verifyPassword } from './password.ts';
import type { StaffMember } from './sessions.ts';
import { startSession } from './sessions.ts';
import { endEverything, findOwnStep, type Refusal } from './sign-in.ts';
import { confirmationLimits } from './throttle.ts';

type Needed = Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>;
type Refused = Exclude<Refusal, { kind: 'expired' }>;

/** True when the person has a second factor that counts. */
export async function hasSecondFactor({ db }: Pick<Deps, 'db'>, staffId: string): Promise<boolean> {
  const staff = await findStaff(db, staffId);
  return staff?.totpConfirmedAt != null;
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
 * that of a new one. `password` was checked by `findPasswordProblem`.
 */
export async function changePassword(
  deps: Needed,
  { id }: Pick<StaffMember, 'id'>,
  { current, password }: { current: string; password: string },
): Promise<{ kind: 'changed'; token: string } | Refused> {
  const { db, clock } = deps;
  const limits = confirmationLimits(id);
  const seconds = await takeFromEach(deps, limits);
  if (seconds > 0) return { kind: 'wait', seconds };
  const known = await findStaff(db, id);
  if (!(await verifyPassword(known?.passwordHash ?? null, current))) return { kind: 'wrong' };
  const passwordHash = await hashPassword(password);
  const token = await db.transaction().execute(async (trx) => {
    const staff = await lockStaff(trx, id);
    if (!staff || staff.passwordHash !== known?.passwordHash) return undefined;
    await updateStaff(trx, id, { passwordHash });
    await endEverything(trx, id);
    return await startSession(trx, id, clock.now());
  });
  if (token === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'changed', token };
}

/**
 * Begins to set up or replace the second factor; the token is a challenge's. `proof` is a code of
 * the current factor, or the password while there is none: a browser left open is not enough.
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
      const step = findOwnStep(keys, staff, proof, now);
      if (step === undefined) return undefined;
      await updateStaff(trx, id, { totpLastStep: step });
    } else if (staff.passwordHash !== known?.passwordHash) return undefined;
    return await startChallenge(trx, keys, { staffId: id, kind: 'replace', now });
  });
  if (token === undefined) return { kind: 'wrong' };
  await clearEach(deps, limits);
  return { kind: 'begun', token };
}
