import { type Insertable, sql, type Updateable } from 'kysely';
import { getPrivacyNotice, getPublication, type PrivacyNotice, type Publication } from './calls.ts';
import type { Db, Trx } from './client.ts';
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

/**
 * Notes that there is a flood until a moment. True when there was none before; while one lasts it is
 * put off at most once in half its time, so that a flood does not write this row with each request.
 */
export async function recordFlood(
  db: Db,
  { now, until }: { now: Date; until: Date },
): Promise<boolean> {
  const half = new Date((now.getTime() + until.getTime()) / 2);
  const { rows } = await sql<{ isNew: boolean }>`
    update publication as p set flood_until = ${until}
    from (select id, flood_until from publication for update) as before
    where p.id = before.id and (before.flood_until is null or before.flood_until < ${half})
    returning coalesce(before.flood_until <= ${now}, true) as is_new`.execute(db);
  return rows[0]?.isNew ?? false;
}
