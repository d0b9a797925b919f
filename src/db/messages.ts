import type { Insertable, Selectable } from 'kysely';
import type { Db, Trx } from './client.ts';
import type { MessageTable } from './schema.ts';

/** A message that reaches the applicant (`out`) or came from them (`in`). */
export type MessageEntry = Pick<
  Selectable<MessageTable>,
  'id' | 'direction' | 'language' | 'body' | 'createdAt'
> & {
  /** Who wrote it for the editors; null for the applicant's, and once that person is deleted. */
  authorName: string | null;
};

/** The messages of an application, the oldest first. */
export async function listMessages(db: Db | Trx, applicationId: string): Promise<MessageEntry[]> {
  return await db
    .selectFrom('messages as m')
    .leftJoin('staff as s', 's.id', 'm.authorId')
    .select(['m.id', 'm.direction', 'm.language', 'm.body', 'm.createdAt', 's.name as authorName'])
    .where('m.applicationId', '=', applicationId)
    .orderBy('m.id')
    .execute();
}

/** The newest message of an application. */
export async function findLastMessage(
  trx: Trx,
  applicationId: string,
): Promise<Selectable<MessageTable> | undefined> {
  return await trx
    .selectFrom('messages')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function insertMessage(trx: Trx, message: Insertable<MessageTable>): Promise<void> {
  await trx.insertInto('messages').values(message).execute();
}
