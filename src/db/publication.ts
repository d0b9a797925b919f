import type { Insertable, Updateable } from 'kysely';
import { getPrivacyNotice, getPublication, type PrivacyNotice, type Publication } from './calls.ts';
import type { Trx } from './client.ts';
import type { PrivacyNoticeTable, PublicationTable } from './schema.ts';

/** Holds the publication until the transaction ends. */
export async function lockPublication(trx: Trx): Promise<Publication> {
  await trx.selectFrom('publication').select('id').forUpdate().execute();
  return await getPublication(trx);
}

export async function updatePublication(
  trx: Trx,
  changes: Updateable<PublicationTable>,
): Promise<void> {
  await trx.updateTable('publication').set(changes).execute();
}

/** The notice in force; nobody else inserts one until the transaction ends. */
export async function lockPrivacyNotice(trx: Trx): Promise<PrivacyNotice> {
  await lockPublication(trx);
  return await getPrivacyNotice(trx);
}

export async function findNotice(trx: Trx, number: number): Promise<PrivacyNotice | undefined> {
  return await trx
    .selectFrom('privacyNotices')
    .selectAll()
    .where('number', '=', number)
    .executeTakeFirst();
}

export async function insertNotice(
  trx: Trx,
  notice: Insertable<PrivacyNoticeTable>,
): Promise<void> {
  await trx.insertInto('privacyNotices').values(notice).execute();
}
