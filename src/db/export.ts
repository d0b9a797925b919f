import { found } from '../errors.ts';
import type { Db } from './client.ts';

/** The mails to an applicant that have left, the oldest first. */
export async function listSentMails(
  db: Db,
  applicationId: string,
): Promise<{ template: string; language: string; createdAt: Date; sentAt: Date }[]> {
  return await db
    .selectFrom('mails')
    .select(['template', 'language', 'createdAt', 'sentAt'])
    .where('applicationId', '=', applicationId)
    .where('thread', '=', 'applicant')
    .where('sentAt', 'is not', null)
    .$narrowType<{ sentAt: Date }>()
    .orderBy('id')
    .execute();
}

/** The number of the privacy notice that an applicant has seen. */
export async function getNoticeNumber(db: Db, noticeId: string): Promise<number> {
  const row = await db
    .selectFrom('privacyNotices')
    .select('number')
    .where('id', '=', noticeId)
    .executeTakeFirst();
  return found(row).number;
}
