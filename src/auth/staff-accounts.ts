import { createId } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import {
  hasStaff,
  insertStaff,
  listStaffRows,
  lockStaffByEmail,
  lockStaffTable,
  type StaffRow,
  updateStaff,
} from '../db/staff.ts';
import { endEnrolmentRows } from '../db/staff-enrolments.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import type { Role } from '../domain/permissions.ts';
import { cleanLine } from '../domain/text.ts';
import { AppError, found } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { createEnrolment } from './enrolment.ts';
import { endEverything } from './sign-in.ts';

export type NewStaff = { email: string; name: string; role: Role; language: Language; now: Date };

/**
 * Adds a person and returns the token of their enrolment link. Somebody who was disabled comes back
 * with the new name, role and language and chooses a new password; their second factor stays. Throws
 * `malformed` for an address or a name that can't be used, `conflict` when the address has an account.
 */
export async function addStaff(db: Db, { now, ...given }: NewStaff): Promise<string> {
  const email = parseEmailAddress(cleanLine(given.email));
  const name = cleanLine(given.name);
  if (!email || name === '') throw new AppError('malformed');
  return await db.transaction().execute(async (trx) => {
    const known = await lockStaffByEmail(trx, email);
    if (known && !known.disabledAt) throw new AppError('conflict');
    const { role, language } = given;
    const staff = known
      ? await updateStaff(trx, known.id, { email, name, role, language, disabledAt: null })
      : await insertStaff(trx, {
          id: createId(now),
          email,
          name,
          role,
          language,
          passwordHash: null,
          totpSecretSealed: null,
          totpConfirmedAt: null,
          totpLastStep: null,
          createdAt: now,
          disabledAt: null,
        });
    return await createEnrolment(trx, { staffId: staff.id, now });
  });
}

export type StaffEntry = {
  email: string;
  name: string;
  role: Role;
  language: string;
  state: 'invited' | 'active' | 'disabled';
  secondFactor: boolean;
  createdAt: Date;
};

/** Everybody, disabled ones too, in the order in which they were added. */
export async function listStaff(db: Db): Promise<StaffEntry[]> {
  const rows = await listStaffRows(db);
  return rows.map((row) => ({
    email: row.email,
    name: row.name,
    role: row.role,
    language: row.language,
    state: row.disabledAt ? 'disabled' : row.passwordHash ? 'active' : 'invited',
    secondFactor: row.totpConfirmedAt !== null,
    createdAt: row.createdAt,
  }));
}

/**
 * Ends a person's sessions and links and keeps them out; a second time changes nothing. Throws
 * `not-found`, and `conflict` for the last admin who has a password if there is to be one.
 */
export async function disableStaff(
  db: Db,
  { email, now, keepAdmin = false }: { email: string; now: Date; keepAdmin?: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two admins who are disabled at once must not each count on the other.
    if (keepAdmin) await lockStaffTable(trx);
    const staff = await lockOrThrow(trx, email);
    if (keepAdmin && (await isLastAdmin(trx, staff))) throw new AppError('conflict');
    await shutOut(trx, staff, now);
    await updateStaff(trx, staff.id, { passwordHash: null, disabledAt: staff.disabledAt ?? now });
  });
}

/**
 * Ends a person's password, sessions and links and returns the token of a new enrolment link. The
 * second factor stays (ASVS 6.4.3) unless `dropFactor` says that the person has lost it. Throws `not-found`, or `conflict` for somebody who is disabled.
 */
export async function resetStaff(
  db: Db,
  { email, now, dropFactor = false }: { email: string; now: Date; dropFactor?: boolean },
): Promise<string> {
  return await db.transaction().execute(async (trx) => {
    const staff = await lockOrThrow(trx, email);
    if (staff.disabledAt) throw new AppError('conflict');
    await shutOut(trx, staff, now);
    const noFactor = { totpSecretSealed: null, totpConfirmedAt: null, totpLastStep: null };
    await updateStaff(trx, staff.id, { passwordHash: null, ...(dropFactor && noFactor) });
    return await createEnrolment(trx, { staffId: staff.id, now });
  });
}

/** A token for the link that creates the first admin, null when there is any staff. Older links stay good. */
export async function ensureFirstAdminLink(db: Db, now: Date): Promise<string | null> {
  if (await hasStaff(db)) return null;
  return await createEnrolment(db, { staffId: null, now });
}

async function isLastAdmin(trx: Trx, staff: StaffRow): Promise<boolean> {
  if (staff.role !== 'admin' || staff.disabledAt) return false;
  const admins = (await listStaffRows(trx)).filter(
    (one) => one.role === 'admin' && !one.disabledAt && one.passwordHash !== null,
  );
  return admins.every(({ id }) => id === staff.id);
}

async function lockOrThrow(trx: Trx, email: string): Promise<StaffRow> {
  return found(await lockStaffByEmail(trx, cleanLine(email)));
}

async function shutOut(trx: Trx, staff: StaffRow, now: Date): Promise<void> {
  await endEverything(trx, staff.id);
  await endEnrolmentRows(trx, staff.id, now);
}
