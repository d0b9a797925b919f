import { type Insertable, type Selectable, sql } from 'kysely';
import type { Keyring } from '../crypto.ts';
import type { Role } from '../domain/permissions.ts';
import { found } from '../errors.ts';
import { readerOf, type SealedBy, sealedBy } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';
import { prepare, prepareEach } from './prepared.ts';
import type { Reader } from './review-access.ts';
import type { NoteTable } from './schema-talk.ts';

type NoteRow = Selectable<NoteTable>;

/** What staff wrote for each other about an application. */
export type NoteEntry = NoteRow & {
  /** Null once the person is deleted. */
  authorName: string | null;
  /** Whom it was to tell, by name. */
  told: { id: string; name: string }[];
};

const selectNotes = prepareEach((role: Role) =>
  prepare((db, slots: { applicationId: string }) =>
    sql<NoteRow & Omit<NoteEntry, keyof NoteRow> & SealedBy>`
      select n.id, n.author_id, n.body, n.body_sealed, n.created_at, n.edited_at, n.revision,
        s.name as author_name, ${sealedBy({ role })},
        (select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.name), '[]')
          from note_mentions as m join staff as t on t.id = m.staff_id where m.note_id = n.id) as told
      from notes as n join applications as a on a.id = n.application_id
      left join staff as s on s.id = n.author_id
      where n.application_id = ${slots.applicationId}::uuid
      order by n.id`.compile(db),
  ),
);

/**
 * The notes about an application, the oldest first. They never leave the newsroom. Those of colleagues
 * are masked for readers who may not know who it is.
 */
export async function listNotes(
  { db, keys }: { db: Db | Trx; keys: Keyring },
  applicationId: string,
  reader: Reader,
): Promise<NoteEntry[]> {
  const { rows } = await selectNotes(reader.role)(db, { applicationId });
  if (rows.length === 0) return [];
  const { key, mask } = readerOf(keys, rows[0]!);
  return rows.map((row) => {
    const { hidden: _, wrapped: __, answersSealed: ___, identitySealed: ____, ...note } = row;
    const body = openNote(key, note);
    return { ...note, body: note.authorId === reader.id ? body : mask(body) };
  });
}

/** The words of a note; `readKey` is asked for its application's key where they are sealed. */
export const openNote = (
  readKey: () => Buffer,
  { id, body, bodySealed }: Pick<NoteRow, 'id' | 'body' | 'bodySealed'>,
): string => openText(readKey, textContext.note(id), { text: body, sealed: bodySealed });

const wordsOf = (id: string, body: string, sealing: Buffer | undefined) => {
  const { text, sealed } = textColumns(sealing, textContext.note(id), body);
  return { body: text, bodySealed: sealed };
};

/** The newest note of an application. */
export async function findLastNote(
  trx: Trx,
  applicationId: string,
  key: Buffer | undefined,
): Promise<NoteRow | undefined> {
  const last = await trx
    .selectFrom('notes')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last && { ...last, body: openNote(() => found(key), last) };
}

/** One note of this application. */
export async function findNote(
  db: Db | Trx,
  { id, applicationId, key }: { id: string; applicationId: string; key: Buffer | undefined },
): Promise<NoteRow | undefined> {
  const note = await db
    .selectFrom('notes')
    .selectAll()
    .where('id', '=', id)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
  return note && { ...note, body: openNote(() => found(key), note) };
}

/** Keeps a note, sealed where `sealing` has a key (`textKey`). */
export async function insertNote(
  trx: Trx,
  { body, ...note }: Omit<Insertable<NoteTable>, 'bodySealed'>,
  sealing: Buffer | undefined,
): Promise<void> {
  await trx
    .insertInto('notes')
    .values({ ...note, ...wordsOf(note.id, body, sealing) })
    .execute();
}

export async function updateNote(
  trx: Trx,
  id: string,
  { body, editedAt }: { body: string; editedAt: Date },
  sealing: Buffer | undefined,
): Promise<void> {
  await trx
    .updateTable('notes')
    .set({ ...wordsOf(id, body, sealing), editedAt, revision: sql`revision + 1` })
    .where('id', '=', id)
    .execute();
}

export async function deleteNote(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('notes').where('id', '=', id).execute();
}

/** Keeps whom a note is to tell; whoever was told before is not told again. Returns the new ones. */
export async function insertMentions(
  trx: Trx,
  mention: { noteId: string; applicationId: string; staffIds: readonly string[]; createdAt: Date },
): Promise<string[]> {
  const { noteId, applicationId, staffIds, createdAt } = mention;
  if (staffIds.length === 0) return [];
  const rows = await trx
    .insertInto('noteMentions')
    .values(staffIds.map((staffId) => ({ noteId, staffId, applicationId, createdAt })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('staffId')
    .execute();
  return rows.map(({ staffId }) => staffId);
}

/** Somebody who can be told of a note: everybody who works here. */
export type Colleague = { id: string; name: string; role: Role };

const selectColleagues = prepare((db) =>
  db
    .selectFrom('staff')
    .select(['id', 'name', 'role'])
    .where('disabledAt', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .compile(),
);

/** Who can be told, by name; disabled people can't. */
export async function listColleagues(db: Db | Trx): Promise<Colleague[]> {
  return (await selectColleagues(db, {})).rows;
}

/** The names of these people, disabled ones too. */
export async function listNames(
  db: Db | Trx,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> {
  if (ids.length === 0) return [];
  return await db
    .selectFrom('staff')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .orderBy('name')
    .execute();
}
