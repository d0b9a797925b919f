import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './client.ts';

/** Filters of the list under a name. */
export type SavedView = {
  id: string;
  ownerId: string;
  ownerName: string;
  name: string;
  /** As it stands in the address behind the question mark. */
  query: string;
  shared: boolean;
};

/**
 * What a staff member sees: their own and what is shared, as a column of a query that asks something
 * else. Reviewers see none: a name or a search may say whom a blind call hides from them.
 */
export const viewsOf = (staffId: string): RawBuilder<SavedView[]> => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'ownerId', v.owner_id, 'ownerName', o.name,
    'name', v.name, 'query', v.query, 'shared', v.shared) order by lower(v.name), v.id), '[]')
  from saved_views as v join staff as o on o.id = v.owner_id
  join staff as reader on reader.id = ${staffId} and reader.role <> 'reviewer'
  where v.owner_id = reader.id or v.shared)`;

/** With which view a staff member's list begins, as a column of a query that asks something else. */
export const startViewOf = (staffId: string): RawBuilder<string | null> => sql`(
  select s.start_view from staff as s where s.id = ${staffId})`;

/** Keeps with which view somebody's list begins: a saved one's id, the name of one that everybody has, or null. */
export async function setStartView(db: Db, staffId: string, view: string | null): Promise<void> {
  await db.updateTable('staff').set({ startView: view }).where('id', '=', staffId).execute();
}

/** Stores a view unless its owner has `limit` of them; false then. */
export async function insertView(
  trx: Trx,
  view: Omit<SavedView, 'ownerName'> & { createdAt: Date },
  limit: number,
): Promise<boolean> {
  await trx.selectFrom('staff').select('id').where('id', '=', view.ownerId).forUpdate().execute();
  const { count } = await trx
    .selectFrom('savedViews')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('ownerId', '=', view.ownerId)
    .executeTakeFirstOrThrow();
  if (count >= limit) return false;
  await trx.insertInto('savedViews').values(view).execute();
  return true;
}

/** Locks a view for the rest of the transaction. */
export async function lockView(
  trx: Trx,
  id: string,
): Promise<Pick<SavedView, 'id' | 'ownerId' | 'shared'> | undefined> {
  return await trx
    .selectFrom('savedViews')
    .select(['id', 'ownerId', 'shared'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateView(
  trx: Trx,
  id: string,
  change: Pick<SavedView, 'name' | 'shared'>,
): Promise<void> {
  await trx.updateTable('savedViews').set(change).where('id', '=', id).execute();
}

export async function deleteView(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('savedViews').where('id', '=', id).execute();
}
