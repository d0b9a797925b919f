import type { Db, Trx } from '../db/client.ts';
import { updateStaff } from '../db/staff.ts';
import {
  deleteSessionRow,
  deleteSessionRowById,
  deleteSessionRows,
  findSessionRow,
  insertSessionRow,
  listSessionRows,
  touchSessionRow,
} from '../db/staff-sessions.ts';
import type { BrowserFamily } from '../domain/browser-families.ts';
import type { Role } from '../domain/permissions.ts';
import { isLanguage, type Language } from '../i18n.ts';
import { createSecret, hashSecret } from './tokens.ts';

/** Who is signed in. */
export type StaffMember = {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: Language;
  /** Single keys act on the pages. */
  keyboard: boolean;
};

const minute = 60_000;
/** A session ends when nobody used it for so long: time to read a long sample, not a lunch break (ASVS 7.3.1). */
export const idleLimitMs = 60 * minute;
/** A session ends so long after sign-in, however much it is used: a working day (ASVS 7.3.2). */
export const absoluteLimitMs = 12 * 60 * minute;
/** Use is recorded so often at most, since a write per page would cost more than the page. */
const touchIntervalMs = minute;

const back = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

/**
 * The person of a living session, undefined when it has ended or never was. One query, and a write
 * at most once a minute. With `factorRequired` nobody is signed in without a second factor, be it
 * one that the single sign-on has asked for.
 */
export async function findSession(
  db: Db,
  token: string,
  { now, factorRequired }: { now: Date; factorRequired: boolean },
): Promise<StaffMember | undefined> {
  const tokenHash = hashSecret(token);
  const idleSince = back(now, idleLimitMs);
  const row = await findSessionRow(db, tokenHash, { now, idleSince, factorRequired });
  if (!row) return undefined;
  const before = back(now, touchIntervalMs);
  if (row.lastSeenAt <= before) await touchSessionRow(db, tokenHash, { now, before });
  const { lastSeenAt: _, ...member } = row;
  return { ...member, language: toLanguage(row.language) };
}

/** Starts a session for a person whose row is locked; the token goes into the cookie and nowhere else. */
export async function startSession(
  trx: Trx,
  staffId: string,
  {
    now,
    browser,
    factorElsewhere = false,
  }: { now: Date; browser: BrowserFamily; factorElsewhere?: boolean },
): Promise<string> {
  const token = createSecret();
  const row = {
    tokenHash: hashSecret(token),
    staffId,
    browser,
    factorElsewhere,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + absoluteLimitMs),
  };
  await insertSessionRow(trx, row, { now, idleSince: back(now, idleLimitMs) });
  await updateStaff(trx, staffId, { lastSignInOn: now.toISOString().slice(0, 10) });
  return token;
}

/** Ends one session; nothing happens when it has ended already. */
export async function endSession(db: Db | Trx, token: string): Promise<void> {
  await deleteSessionRow(db, hashSecret(token));
}

/** Ends the sessions of a person other than the one with this token. */
export async function endOtherSessions(db: Db, staffId: string, token: string): Promise<void> {
  await deleteSessionRows(db, staffId, hashSecret(token));
}

/** Ends one session of a person by what their page calls it; nothing happens when there is none. */
export async function endSessionOf(db: Db, staffId: string, id: string): Promise<void> {
  await deleteSessionRowById(db, staffId, id);
}

export type SessionEntry = {
  /** What a page calls it: it opens nothing. */
  id: string;
  current: boolean;
  browser: BrowserFamily;
  createdAt: Date;
  lastSeenAt: Date;
};

/** The living sessions of a person, the newest first; `token` tells which one is asking. */
export async function listSessions(
  db: Db,
  staffId: string,
  { token, now }: { token: string; now: Date },
): Promise<SessionEntry[]> {
  const asking = hashSecret(token);
  const rows = await listSessionRows(db, staffId, { now, idleSince: back(now, idleLimitMs) });
  return rows.map(({ tokenHash, ...shown }) => ({ ...shown, current: tokenHash.equals(asking) }));
}

function toLanguage(code: string): Language {
  return isLanguage(code) ? code : 'en';
}

/** The living sessions of somebody else, the newest first. */
export async function listSessionsOf(
  db: Db,
  staffId: string,
  now: Date,
): Promise<Pick<SessionEntry, 'createdAt' | 'lastSeenAt'>[]> {
  const rows = await listSessionRows(db, staffId, { now, idleSince: back(now, idleLimitMs) });
  return rows.map(({ createdAt, lastSeenAt }) => ({ createdAt, lastSeenAt }));
}
