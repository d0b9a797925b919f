import { type RawBuilder, sql } from 'kysely';
import type { Keyring } from '../crypto.ts';
import { nameFor, openFor, readerOf, type SealedBy, sealedBy } from './blind-access.ts';
import type { Db } from './client.ts';
import { troubleCount } from './mail-trouble.ts';
import { openNote } from './notes.ts';
import { prepare, prepareEach } from './prepared.ts';
import type { Reader } from './review-access.ts';

/** Mentions are counted up to here. */
export const mentionLimit = 100;

/** True of a mention `m` of an application that its reader has not opened since. */
export const isUnread = sql<boolean>`not exists (
  select from access_log as l where l.application_id = m.application_id
    and l.staff_id = m.staff_id and l.document_id is null and l.at >= m.created_at)`;

/** Notes that were to tell this person of an application that they have not opened since. */
export const unreadMentions = (staffId: string): RawBuilder<number> => sql<number>`(
  select count(*) from (
    select from note_mentions as m
    where m.staff_id = ${staffId}::uuid and ${isUnread}
    limit ${sql.lit(mentionLimit)}) as unread)`;

/** What the masthead of every page says: mails in trouble, mentions unread. */
export type DeskMarks = { mailTrouble: number; mentions: number };

const selectMarks = prepareEach((outbox: boolean) =>
  prepare((db, slots: { staffId: string }) =>
    sql<DeskMarks>`
      select ${outbox ? troubleCount : sql`0`} as mail_trouble,
        ${unreadMentions(slots.staffId)} as mentions`.compile(db),
  ),
);

/** The marks for this person, mails only where `outbox` says so. */
export async function countDeskMarks(
  db: Db,
  { staffId, outbox }: { staffId: string; outbox: boolean },
): Promise<DeskMarks> {
  return (await selectMarks(outbox)(db, { staffId })).rows[0]!;
}

/** A note that was to tell somebody. */
export type Mention = {
  noteId: string;
  reference: string;
  fullName: string;
  latinName: string;
  /** Null once the person is deleted. */
  authorName: string | null;
  body: string;
  createdAt: Date;
  unread: boolean;
};

/** The newest notes that were to tell this person, up to `limit`, unread ones first, masked where they may not know who it is. */
export async function listMentions(
  { db, keys }: { db: Db; keys: Keyring },
  { reader, limit }: { reader: Reader; limit: number },
): Promise<Mention[]> {
  const { rows } = await sql<Mention & SealedBy & { bodySealed: Buffer | null }>`
    select m.note_id, a.reference, ${nameFor(reader)} as full_name,
      ${openFor(reader, 'latin_name')} as latin_name, ${sealedBy(reader)},
      s.name as author_name, n.body, n.body_sealed, m.created_at,
      ${isUnread} as unread
    from note_mentions as m
    join notes as n on n.id = m.note_id
    join applications as a on a.id = m.application_id
    left join staff as s on s.id = n.author_id
    where m.staff_id = ${reader.id}::uuid
    order by ${isUnread} desc, m.created_at desc, m.note_id desc
    limit ${limit}`.execute(db);
  return rows.map((row) => {
    const { noteId, reference, fullName, latinName, authorName, createdAt, unread } = row;
    const { key, mask } = readerOf(keys, row);
    const body = mask(openNote(key, { id: noteId, body: row.body, bodySealed: row.bodySealed }));
    return { noteId, reference, fullName, latinName, authorName, createdAt, unread, body };
  });
}
