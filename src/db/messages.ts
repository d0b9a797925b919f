import type { Insertable, Selectable } from 'kysely';
import type { Db, Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import { type MailState, stateOf } from './outbox.ts';
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

/** How far the mails have come that brought an application's messages, by message. */
export async function listMessageStates(
  db: Db,
  applicationId: string,
): Promise<ReadonlyMap<string, MailState>> {
  const rows = await db
    .selectFrom('messages as e')
    .innerJoin('mails as m', 'm.id', 'e.mailId')
    .leftJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', mailJobKind),
    )
    .select(['e.id', stateOf.as('state')])
    .where('e.applicationId', '=', applicationId)
    .where('e.direction', '=', 'out')
    .execute();
  return new Map(rows.map(({ id, state }) => [id, state]));
}
