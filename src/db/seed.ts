import { type Insertable, sql } from 'kysely';
import type { Trx } from './client.ts';
import type {
  CallTable,
  CallVersionTable,
  PrivacyNoticeTable,
  PublicationTable,
} from './schema.ts';

/** True once there is a call. Holds back a second instance that starts at the same moment. */
export async function isSeeded(trx: Trx): Promise<boolean> {
  await sql`lock table calls in share row exclusive mode`.execute(trx);
  const call = await trx.selectFrom('calls').select('id').limit(1).executeTakeFirst();
  return call !== undefined;
}

/** Inserts everything that a publication needs before the first person can apply. */
export async function seedCall(
  trx: Trx,
  rows: {
    publication: Insertable<PublicationTable>;
    notice: Insertable<PrivacyNoticeTable>;
    call: Insertable<CallTable>;
    version: Insertable<CallVersionTable>;
  },
): Promise<void> {
  await trx.insertInto('publication').values(rows.publication).execute();
  await trx.insertInto('privacyNotices').values(rows.notice).execute();
  await trx.insertInto('calls').values(rows.call).execute();
  await trx.insertInto('callVersions').values(rows.version).execute();
}
