import { createId } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import {
  findStaff,
  hasStaff,
  insertStaff,
  lockStaff,
  lockStaffTable,
  type StaffRow,
  updateStaff,
} from '../db/staff.ts';
import {
  endEnrolmentRows,
  findEnrolmentRow,
  insertEnrolmentRow,
  useEnrolmentRow,
} from '../db/staff-enrolments.ts';
import type { Deps } from '../deps.ts';
import type { BrowserFamily } from '../domain/browser-families.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { recordAndTell } from './account-notices.ts';
import { hashPassword } from './password.ts';
import { endEverything, type NextStep, openNextStep, requirementsOf } from './sign-in.ts';
import { createSecret, hashSecret } from './tokens.ts';

/** An enrolment link works for a day (ASVS 6.4.1). */
const lifetimeMs = 24 * 60 * 60_000;

/** Whether a link that was made then has expired. */
export const isEnrolmentOver = (madeAt: Date, now: Date): boolean =>
  now.getTime() - madeAt.getTime() >= lifetimeMs;

/**
 * Makes a link that lets somebody choose a password, once; returns its token. With null as
 * `staffId` it creates the first admin, and works only while there is no staff at all.
 */
export async function createEnrolment(
  db: Db | Trx,
  { staffId, now }: { staffId: string | null; now: Date },
): Promise<string> {
  const token = createSecret();
  await insertEnrolmentRow(db, {
    tokenHash: hashSecret(token),
    staffId,
    createdAt: now,
    expiresAt: new Date(now.getTime() + lifetimeMs),
    usedAt: null,
  });
  return token;
}

/** Whom a link is for, null for the first admin. Throws `not-found`, or `gone` when it was used or is over. */
export async function getEnrolment(db: Db, token: string, now: Date): Promise<StaffRow | null> {
  const row = await findEnrolmentRow(db, hashSecret(token));
  if (!row) throw new AppError('not-found');
  if (row.usedAt || row.expiresAt <= now) throw new AppError('gone');
  if (row.staffId === null) {
    if (await hasStaff(db)) throw new AppError('gone');
    return null;
  }
  const staff = await findStaff(db, row.staffId);
  if (!staff || staff.disabledAt) throw new AppError('gone');
  return staff;
}

export type Enrolling = {
  browser: BrowserFamily;
  /** Checked by `findPasswordProblem` already. */
  password: string;
  /** Who the first admin is; the others were named when their link was made. */
  firstAdmin?: { email: string; name: string; language: Language } | undefined;
};

/**
 * Uses a link up: sets the password, and creates the first admin. A second factor that was set up
 * before stays, and is asked for next (ASVS 6.4.3). Throws like `getEnrolment`; of several requests
 * at once one succeeds.
 */
export async function enrol(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>,
  token: string,
  { password, firstAdmin, browser }: Enrolling,
): Promise<NextStep> {
  const { db, keys, clock } = deps;
  const now = clock.now();
  const invited = await getEnrolment(db, token, now);
  const passwordHash = await hashPassword(password);
  return await db.transaction().execute(async (trx) => {
    const staff = invited
      ? await lockStaff(trx, invited.id)
      : await insertFirstAdmin(trx, firstAdmin, now);
    if (!staff || !(await useEnrolmentRow(trx, hashSecret(token), now))) throw new AppError('gone');
    const enrolled = await updateStaff(trx, staff.id, { passwordHash });
    await endEnrolmentRows(trx, invited?.id ?? null, now);
    await endEverything(trx, staff.id);
    // Whoever worked here before learns that the link was used.
    if (staff.lastSignInOn !== null) {
      const noticed = { staffId: staff.id, actorId: staff.id, now };
      await recordAndTell(trx, deps, { ...noticed, type: 'password-changed' });
    }
    return await openNextStep(trx, keys, enrolled, requirementsOf(deps, { now, browser }));
  });
}

async function insertFirstAdmin(
  trx: Trx,
  firstAdmin: Enrolling['firstAdmin'],
  now: Date,
): Promise<StaffRow | undefined> {
  if (!firstAdmin) throw new Error('the first admin needs a name and an address');
  await lockStaffTable(trx);
  if (await hasStaff(trx)) return undefined;
  return await insertStaff(trx, {
    id: createId(now),
    ...firstAdmin,
    role: 'admin',
    passwordHash: null,
    totpSecretSealed: null,
    totpConfirmedAt: null,
    totpLastStep: null,
    createdAt: now,
    disabledAt: null,
  });
}
