import { createId, type Keyring } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import {
  findStaff,
  hasStaff,
  insertStaff,
  listStaffRows,
  lockStaffByEmail,
  lockStaffTable,
  type StaffRow,
  updateStaff,
} from '../db/staff.ts';
import { endEnrolmentRows } from '../db/staff-enrolments.ts';
import { recordStaffEvent } from '../db/staff-events.ts';
import { enqueueStaffMail } from '../db/staff-mails.ts';
import { parseEmailAddress } from '../domain/email-address.ts';
import { may, type Role } from '../domain/permissions.ts';
import { cleanLine } from '../domain/text.ts';
import { AppError, found } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { createEnrolment } from './enrolment.ts';
import { endEverything } from './sign-in.ts';

/** Who does something to an account: one of the staff, or null for the command line, which asks nobody. */
export type ByActor = { actorId?: string | null; now: Date };

/** What a link is mailed with; absent where it is handed over by hand. */
type Mailing = { keys: Pick<Keyring, 'seal'>; from: string };

export type NewStaff = ByActor & {
  email: string;
  name: string;
  role: Role;
  language: Language;
  mailing?: Mailing;
};

/**
 * Adds a person and returns the token of their enrolment link, which is mailed as well when there is
 * something to mail it with. Somebody who was disabled comes back with the new name, role and language
 * and chooses a new password; their second factor stays. Throws `malformed` for an address or a name
 * that can't be used, `conflict` when the address has an account.
 */
export async function addStaff(
  db: Db,
  { now, actorId = null, mailing, ...given }: NewStaff,
): Promise<string> {
  const email = parseEmailAddress(cleanLine(given.email));
  const name = cleanLine(given.name);
  if (!email || name === '') throw new AppError('malformed');
  return await db.transaction().execute(async (trx) => {
    await admitActor(trx, actorId);
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
    const type = known ? 'enabled' : 'invited';
    await recordStaffEvent(trx, { staffId: staff.id, actorId, type, toValue: role, at: now });
    return await createLink(trx, staff, { now, mailing });
  });
}

export type StaffEntry = {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: string;
  state: 'invited' | 'active' | 'disabled';
  secondFactor: boolean;
  /** An account at the single sign-on opens this one. */
  singleSignOn: boolean;
  /** A day, as in 2026-12-04; null before the first time. */
  lastSignInOn: string | null;
  createdAt: Date;
};

const canSignIn = ({ passwordHash, oidcSubject }: StaffRow): boolean =>
  passwordHash !== null || oidcSubject !== null;

/** What stands in the row of somebody whom no account at the single sign-on opens. */
export const noIdentity = { oidcIssuer: null, oidcSubject: null };

/** An account as it is shown: nothing of it that is secret. */
export const describeStaff = (row: StaffRow): StaffEntry => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  language: row.language,
  state: row.disabledAt ? 'disabled' : canSignIn(row) ? 'active' : 'invited',
  secondFactor: row.totpConfirmedAt !== null,
  singleSignOn: row.oidcSubject !== null,
  lastSignInOn: row.lastSignInOn,
  createdAt: row.createdAt,
});

/** Everybody, disabled ones too, in the order in which they were added. */
export async function listStaff(db: Db): Promise<StaffEntry[]> {
  return (await listStaffRows(db)).map(describeStaff);
}

/**
 * Ends a person's sessions and links and keeps them out; a second time changes nothing. Throws
 * `not-found`, `forbidden` for oneself, and `conflict` for the last admin who can sign in if there is
 * to be one.
 */
export async function disableStaff(
  db: Db,
  {
    email,
    now,
    actorId = null,
    keepAdmin = false,
  }: ByActor & { email: string; keepAdmin?: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two admins who are disabled at once must not each count on the other.
    if (keepAdmin) await lockStaffTable(trx);
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    if (staff.id === actorId) throw new AppError('forbidden');
    if (keepAdmin && (await isLastAdmin(trx, staff))) throw new AppError('conflict');
    await shutOut(trx, staff, now);
    const disabledAt = staff.disabledAt ?? now;
    await updateStaff(trx, staff.id, { passwordHash: null, ...noIdentity, disabledAt });
    if (staff.disabledAt) return;
    await recordStaffEvent(trx, { staffId: staff.id, actorId, type: 'disabled', at: now });
  });
}

/**
 * Gives a person another role. Throws `not-found`, `forbidden` for oneself, and `conflict` for the last
 * admin who can sign in, and when `from` is not the role that they have now.
 */
export async function changeRole(
  db: Db,
  { email, from, role, actorId = null, now }: ByActor & { email: string; from: Role; role: Role },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockStaffTable(trx);
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    if (staff.id === actorId) throw new AppError('forbidden');
    if (staff.role === role) return;
    if (staff.role !== from || (await isLastAdmin(trx, staff))) throw new AppError('conflict');
    await updateStaff(trx, staff.id, { role });
    const change = { type: 'role-changed', fromValue: from, toValue: role } as const;
    await recordStaffEvent(trx, { staffId: staff.id, actorId, ...change, at: now });
  });
}

/**
 * Ends a person's password, sessions and links and returns the token of a new enrolment link, mailed
 * like that of `addStaff`. The second factor stays and is asked for (ASVS 6.4.3). Throws `not-found`,
 * or `conflict` for somebody who is disabled.
 */
export async function resetStaff(
  db: Db,
  { email, now, actorId = null, mailing }: ByActor & { email: string; mailing?: Mailing },
): Promise<string> {
  return await db.transaction().execute(async (trx) => {
    await admitActor(trx, actorId);
    const staff = await lockOrThrow(trx, email);
    if (staff.disabledAt) throw new AppError('conflict');
    await shutOut(trx, staff, now);
    await updateStaff(trx, staff.id, { passwordHash: null });
    await recordStaffEvent(trx, { staffId: staff.id, actorId, type: 'link-renewed', at: now });
    return await createLink(trx, staff, { now, mailing });
  });
}

/** A token for the link that creates the first admin, null when there is any staff. Older links stay good. */
export async function ensureFirstAdminLink(db: Db, now: Date): Promise<string | null> {
  if (await hasStaff(db)) return null;
  return await createEnrolment(db, { staffId: null, now });
}

/**
 * Lets go on who is still an admin: of two who act on each other at once, the second may be none any
 * more. Accounts take turns from here on. Throws `not-found`.
 */
export async function admitActor(trx: Trx, actorId: string | null): Promise<void> {
  if (actorId === null) return;
  await lockStaffTable(trx);
  const actor = found(await findStaff(trx, actorId));
  if (actor.disabledAt || !may(actor.role, 'manage-staff')) throw new AppError('not-found');
}

async function createLink(
  trx: Trx,
  { id: staffId }: StaffRow,
  { now, mailing }: { now: Date; mailing: Mailing | undefined },
): Promise<string> {
  const token = await createEnrolment(trx, { staffId, now });
  if (mailing) {
    await enqueueStaffMail(trx, {
      ...{ staffId, template: 'enrolment', from: mailing.from, now },
      seal: (context) => mailing.keys.seal(Buffer.from(token), context),
    });
  }
  return token;
}

async function isLastAdmin(trx: Trx, staff: StaffRow): Promise<boolean> {
  if (staff.role !== 'admin' || staff.disabledAt) return false;
  const admins = (await listStaffRows(trx)).filter(
    (one) => one.role === 'admin' && !one.disabledAt && canSignIn(one),
  );
  return admins.every(({ id }) => id === staff.id);
}

/** The row with this address, held; throws `not-found`. */
export async function lockOrThrow(trx: Trx, email: string): Promise<StaffRow> {
  return found(await lockStaffByEmail(trx, cleanLine(email)));
}

async function shutOut(trx: Trx, staff: StaffRow, now: Date): Promise<void> {
  await endEverything(trx, staff.id);
  await endEnrolmentRows(trx, staff.id, now);
}
