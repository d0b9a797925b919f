import type { Insertable, Selectable } from 'kysely';
import type { TemplateKind } from '../domain/letter-placeholders.ts';
import type { Db, Trx } from './client.ts';
import type { ResponseTemplateTable } from './schema-decisions.ts';

/** A template as it was saved last. */
export type SavedTemplate = Pick<
  Selectable<ResponseTemplateTable>,
  'callId' | 'kind' | 'language' | 'number' | 'subject' | 'body' | 'createdAt'
> & {
  /** Who saved it; null once that person is deleted. */
  savedBy: string | null;
};

const newest = (db: Db | Trx, callIds: readonly string[]) =>
  db
    .selectFrom('responseTemplates as r')
    .leftJoin('staff as s', 's.id', 'r.createdBy')
    .distinctOn(['r.callId', 'r.kind', 'r.language'])
    .select(['r.callId', 'r.kind', 'r.language', 'r.number', 'r.subject', 'r.body', 'r.createdAt'])
    .select('s.name as savedBy')
    .where('r.callId', 'in', callIds)
    .orderBy('r.callId')
    .orderBy('r.kind')
    .orderBy('r.language')
    .orderBy('r.number', 'desc');

/** The templates of a call that somebody changed. */
export async function listTemplates(db: Db | Trx, callId: string): Promise<SavedTemplate[]> {
  return await newest(db, [callId]).execute();
}

/** A template of a call; undefined while it is the standard one. */
export async function findTemplate(
  db: Db | Trx,
  callId: string,
  { kind, language }: { kind: TemplateKind; language: string },
): Promise<SavedTemplate | undefined> {
  return await newest(db, [callId])
    .where('r.kind', '=', kind)
    .where('r.language', '=', language)
    .executeTakeFirst();
}

/** The templates of a kind that somebody changed, of several calls. */
export async function listTemplatesOf(
  db: Db | Trx,
  callIds: readonly string[],
  kind: TemplateKind,
): Promise<SavedTemplate[]> {
  if (callIds.length === 0) return [];
  return await newest(db, callIds).where('r.kind', '=', kind).execute();
}

/** Adds a version; false when there is one of that number already. */
export async function insertTemplate(
  trx: Trx,
  row: Insertable<ResponseTemplateTable>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('responseTemplates')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}
