import { type Insertable, type Selectable, sql } from 'kysely';
import { createMasker } from '../domain/masking.ts';
import type { Role } from '../domain/permissions.ts';
import { hiddenIdentity } from './blind-access.ts';
import type { Db, Trx } from './client.ts';
import type { Reader } from './review-access.ts';
import type { NoteTable } from './schema-talk.ts';

/** What staff wrote for each other about an application. */
export type NoteEntry = Selectable<NoteTable> & {
  /** Null once the person is deleted. */
  authorName: string | null;
  /** Whom it was to tell, by name. */
  told: { id: string; name: string }[];
};

/**
 * The notes about an application, the oldest first. They never leave the newsroom. Those of colleagues
 * are masked for readers who may not know who it is.
 */
export async function listNotes(
  db: Db | Trx,
  applicationId: string,
  reader: Reader,
): Promise<NoteEntry[]> {
  const rows = await db
    .selectFrom('notes as n')
    .innerJoin('applications as a', 'a.id', 'n.applicationId')
    .leftJoin('staff as s', 's.id', 'n.authorId')
    .selectAll('n')
    .select('s.name as authorName')
    .select(
      sql<NoteEntry['told']>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) order by t.name), '[]')
        from note_mentions as m join staff as t on t.id = m.staff_id where m.note_id = n.id)`.as(
        'told',
      ),
    )
    .select(hiddenIdentity(reader).as('hidden'))
    .where('n.applicationId', '=', applicationId)
    .orderBy('n.id')
    .execute();
  const hidden = rows[0]?.hidden;
  const mask = hidden ? createMasker(hidden) : (text: string) => text;
  return rows.map(({ hidden: _, ...note }) => ({
    ...note,
    body: note.authorId === reader.id ? note.body : mask(note.body),
  }));
}

/** The newest note of an application. */
export async function findLastNote(
  trx: Trx,
  applicationId: string,
): Promise<Selectable<NoteTable> | undefined> {
  return await trx
    .selectFrom('notes')
    .selectAll()
    .where('applicationId', '=', applicationId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** One note of this application. */
export async function findNote(
  db: Db | Trx,
  { id, applicationId }: { id: string; applicationId: string },
): Promise<Selectable<NoteTable> | undefined> {
  return await db
    .selectFrom('notes')
    .selectAll()
    .where('id', '=', id)
    .where('applicationId', '=', applicationId)
    .executeTakeFirst();
}

export async function insertNote(trx: Trx, note: Insertable<NoteTable>): Promise<void> {
  await trx.insertInto('notes').values(note).execute();
}

export async function updateNote(
  trx: Trx,
  id: string,
  { body, editedAt }: { body: string; editedAt: Date },
): Promise<void> {
  await trx
    .updateTable('notes')
    .set({ body, editedAt, revision: sql`revision + 1` })
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

/** Who can be told, by name; disabled people can't. */
export async function listColleagues(db: Db | Trx): Promise<Colleague[]> {
  return await db
    .selectFrom('staff')
    .select(['id', 'name', 'role'])
    .where('disabledAt', 'is', null)
    .orderBy('name')
    .orderBy('id')
    .execute();
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
