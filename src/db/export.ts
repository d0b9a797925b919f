import { found } from '../errors.ts';
import type { Db } from './client.ts';

/** Written at once for something that the applicant did; whether they left depends on what others did. */
const limitedTemplates = ['receipt', 'withdrawal', 'draft-link'];

/**
 * The mails to an applicant, the oldest first: those that have left, and those of the kinds that may be
 * withheld whatever became of them, since that would tell how many others their mailbox has had.
 */
export async function listToldMails(
  db: Db,
  applicationId: string,
): Promise<{ template: string; language: string; createdAt: Date }[]> {
  return await db
    .selectFrom('mails')
    .select(['template', 'language', 'createdAt'])
    .where('applicationId', '=', applicationId)
    .where('thread', '=', 'applicant')
    .where((eb) => eb.or([eb('sentAt', 'is not', null), eb('template', 'in', limitedTemplates)]))
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
