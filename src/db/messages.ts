import { type Insertable, type Selectable, sql } from 'kysely';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';
import { mailJobKind } from './mails.ts';
import { type MailState, stateOf } from './outbox.ts';
import { prepare } from './prepared.ts';
import type { MessageTable } from './schema.ts';

/** A message that reaches the applicant (`out`) or came from them (`in`). */
export type MessageEntry = Pick<
  Selectable<MessageTable>,
  'id' | 'direction' | 'language' | 'body' | 'createdAt'
> & {
  /** Who wrote it for the editors; null for the applicant's, and once that person is deleted. */
  authorName: string | null;
};

/** A message with its words in clear; `key` is its application's. */
export const openBody = <T extends { id: string; body: string; bodySealed: Buffer | null }>(
  key: Buffer,
  message: T,
): T => {
  const { id, body: text, bodySealed: sealed } = message;
  return { ...message, body: openText(() => key, textContext.message(id), { text, sealed }) };
};

const selectMessages = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('messages as m')
    .leftJoin('staff as s', 's.id', 'm.authorId')
    .select(['m.id', 'm.direction', 'm.language', 'm.body', 'm.bodySealed', 'm.createdAt'])
    .select('s.name as authorName')
    .where('m.applicationId', '=', slots.applicationId)
    .orderBy('m.id')
    .compile(),
);

/** The messages of an application, the oldest first; `key` is its own. */
export async function listMessages(
  db: Db | Trx,
  applicationId: string,
  key: Buffer,
): Promise<MessageEntry[]> {
  const { rows } = await selectMessages(db, { applicationId });
  return rows.map((row) => {
    const { bodySealed: _, ...message } = openBody(key, row);
    return message;
  });
}

/** The newest message of an application. */
export async function findLastMessage(
  trx: Trx,
  applicationId: string,
  key: Buffer,
): Promise<Selectable<MessageTable> | undefined> {
  const last = await trx
    .selectFrom('messages')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last && openBody(key, last);
}

/** Keeps a message, sealed where `sealing` has a key (`textKey`). */
export async function insertMessage(
  trx: Trx,
  { body, ...message }: Omit<Insertable<MessageTable>, 'bodySealed'>,
  sealing: Buffer | undefined,
): Promise<void> {
  const { text, sealed } = textColumns(sealing, textContext.message(message.id), body);
  await trx
    .insertInto('messages')
    .values({ ...message, body: text, bodySealed: sealed })
    .execute();
}

const selectStates = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('messages as e')
    .innerJoin('mails as m', 'm.id', 'e.mailId')
    .leftJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', mailJobKind),
    )
    .select(['e.id', stateOf.as('state')])
    .where('e.applicationId', '=', slots.applicationId)
    .where('e.direction', '=', sql.lit('out'))
    .compile(),
);

/** How far the mails have come that brought an application's messages, by message. */
export async function listMessageStates(
  db: Db,
  applicationId: string,
): Promise<ReadonlyMap<string, MailState>> {
  const { rows } = await selectStates(db, { applicationId });
  return new Map(rows.map(({ id, state }) => [id, state]));
}
