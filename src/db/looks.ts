import type { Keyring } from '../crypto.ts';
import type { LookSubject } from '../domain/discreet.ts';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';

/** Somebody of the staff looked at what is sealed of an applicant, and said why. */
export type Look = {
  /** Names the place in the order of all. */
  id: number;
  reference: string;
  subject: LookSubject;
  /** Null once that person is deleted. */
  staffName: string | null;
  reason: string;
  at: Date;
};

const looks = (db: Db) =>
  db
    .selectFrom('legalNameLooks as l')
    .innerJoin('applications as a', 'a.id', 'l.applicationId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .leftJoin('staff as s', 's.id', 'l.staffId')
    .select(['l.id', 'l.applicationId', 'l.subject', 'l.reason', 'l.reasonSealed', 'l.at'])
    .select(['a.reference', 's.name as staffName', 'k.wrapped'])
    .orderBy('l.id', 'desc');

function openLook(
  keys: Keyring,
  row: Awaited<ReturnType<ReturnType<typeof looks>['execute']>>[number],
): Look {
  const { id, applicationId, reference, subject, staffName, at, wrapped } = row;
  const key = () => keys.unwrapKey(applicationId, wrapped);
  const columns = { text: row.reason, sealed: row.reasonSealed };
  const reason = openText(key, textContext.look(applicationId), columns);
  return { id, reference, subject, staffName, reason, at };
}

/** Who looked at what of one application and why, the newest first. */
export async function listLooks(
  { db, keys }: { db: Db; keys: Keyring },
  applicationId: string,
): Promise<Look[]> {
  const rows = await looks(db).where('l.applicationId', '=', applicationId).execute();
  return rows.map((row) => openLook(keys, row));
}

/** The same of all applications, up to `limit`; `before`: the id of the last one seen. */
export async function listAllLooks(
  { db, keys }: { db: Db; keys: Keyring },
  { before, limit }: { before: number | undefined; limit: number },
): Promise<Look[]> {
  const rows = await looks(db)
    .$if(before !== undefined, (query) => query.where('l.id', '<', before!))
    .limit(limit)
    .execute();
  return rows.map((row) => openLook(keys, row));
}

/** Keeps a look, its reason sealed where `sealing` has a key (`textKey`). */
export async function insertLook(
  trx: Trx,
  look: {
    applicationId: string;
    staffId: string;
    subject: LookSubject;
    reason: string;
    at: Date;
    sealing: Buffer | undefined;
  },
): Promise<void> {
  const { sealing, reason, ...row } = look;
  const { text, sealed } = textColumns(sealing, textContext.look(row.applicationId), reason);
  await trx
    .insertInto('legalNameLooks')
    .values({ ...row, reason: text, reasonSealed: sealed })
    .execute();
}

/** When this person last said why they look at an identity; undefined before the first time. */
export async function findLastLook(
  db: Db,
  { applicationId, staffId }: { applicationId: string; staffId: string },
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('legalNameLooks')
    .select('at')
    .where('applicationId', '=', applicationId)
    .where('staffId', '=', staffId)
    .where('subject', '=', 'identity')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}
