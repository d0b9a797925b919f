import type { Db } from '../db/client.ts';
import { updateStaff } from '../db/staff.ts';
import { recordStaffEvent } from '../db/staff-events.ts';
import { deleteRecoveryCodeRows } from '../db/staff-recovery-codes.ts';
import { deleteSessionRows } from '../db/staff-sessions.ts';
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { recordAndTell } from './account-notices.ts';
import { endEverything } from './sign-in.ts';
import { admitActor, type ByActor, lockOrThrow, noIdentity } from './staff-accounts.ts';

/**
 * Takes away the second factor of a person who has lost it, with its recovery codes, and ends their
 * sessions; the password stays. They are told by mail. Throws `not-found`, `forbidden` for oneself,
 * and `conflict` when there is none or the person is disabled.
 */
export async function dropSecondFactor(
  deps: Pick<Deps, 'db' | 'config'>,
  { email, now, actorId = null }: ByActor & { email: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    if (staff.id === actorId) throw new AppError('forbidden');
    if (staff.disabledAt || !staff.totpConfirmedAt) throw new AppError('conflict');
    const noFactor = { totpSecretSealed: null, totpConfirmedAt: null, totpLastStep: null };
    await updateStaff(trx, staff.id, noFactor);
    await deleteRecoveryCodeRows(trx, staff.id);
    await endEverything(trx, staff.id);
    await recordAndTell(trx, deps, { staffId: staff.id, actorId, type: 'factor-dropped', now });
  });
}

/**
 * Lets another account at the single sign-on open a person's, found by their address again, and ends
 * their sessions. They are told by mail. Throws `not-found`, `forbidden` for oneself, and `conflict`
 * when none opens it.
 */
export async function releaseIdentity(
  deps: Pick<Deps, 'db' | 'config'>,
  { email, now, actorId = null }: ByActor & { email: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    if (staff.id === actorId) throw new AppError('forbidden');
    if (staff.oidcSubject === null) throw new AppError('conflict');
    await updateStaff(trx, staff.id, noIdentity);
    await endEverything(trx, staff.id);
    await recordAndTell(trx, deps, { staffId: staff.id, actorId, type: 'identity-released', now });
  });
}

/** Ends all sessions of a person, who can sign in again at once. Throws `not-found`. */
export async function endSessionsOf(
  db: Db,
  { email, actorId = null, now }: ByActor & { email: string },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    await deleteSessionRows(trx, staff.id);
    await recordStaffEvent(trx, { staffId: staff.id, actorId, type: 'sessions-ended', at: now });
  });
}
