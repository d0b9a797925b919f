import { type RawBuilder, sql } from 'kysely';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';

export type Tag = { id: string; name: string };

/** All tags by name, as a column of a query that asks something else. */
export const allTags: RawBuilder<Tag[]> = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.key), '[]')
  from tags as g)`;

/** The tags of the application `a`, by name. */
export const ownTags: RawBuilder<Tag[]> = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.key), '[]')
  from application_tags as at join tags as g on g.id = at.tag_id
  where at.application_id = a.id)`;

const selectTags = prepare((db) =>
  db.selectFrom('tags').select(['id', 'name']).orderBy('key').compile(),
);

export async function listTags(db: Db | Trx): Promise<Tag[]> {
  return (await selectTags(db, {})).rows;
}

const selectTagsOf = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('applicationTags as at')
    .innerJoin('tags as g', 'g.id', 'at.tagId')
    .select(['g.id', 'g.name'])
    .where('at.applicationId', '=', slots.applicationId)
    .orderBy('g.key')
    .compile(),
);

/** The tags of an application, by name. */
export async function listTagsOf(db: Db | Trx, applicationId: string): Promise<Tag[]> {
  return (await selectTagsOf(db, { applicationId })).rows;
}

/** Uses of a tag are counted up to here. */
export const tagUseLimit = 10_000;

/** All tags with how many applications have each, exact up to `tagUseLimit`, more as one more. */
export async function listTagUses(db: Db): Promise<(Tag & { uses: number })[]> {
  const { rows } = await sql<Tag & { uses: number }>`
    select g.id, g.name, (select count(*) from (
      select from application_tags as at where at.tag_id = g.id limit ${tagUseLimit + 1}) as used) as uses
    from tags as g order by g.key`.execute(db);
  return rows;
}

export async function findTag(db: Db | Trx, id: string): Promise<Tag | undefined> {
  return await db.selectFrom('tags').select(['id', 'name']).where('id', '=', id).executeTakeFirst();
}

export async function findTagByKey(db: Db | Trx, key: string): Promise<Tag | undefined> {
  return await db
    .selectFrom('tags')
    .select(['id', 'name'])
    .where('key', '=', key)
    .executeTakeFirst();
}

/** Makes those wait who would add, rename or remove a tag at the same time. */
export async function lockTags(trx: Trx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('feder tags'))`.execute(trx);
}

/** Keeps a tag from being removed until the transaction ends; false when there is none. */
export async function holdTag(trx: Trx, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom('tags')
    .select('id')
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();
  return row !== undefined;
}

export async function countTags(trx: Trx): Promise<number> {
  const row = await trx
    .selectFrom('tags')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function insertTag(
  trx: Trx,
  tag: Tag & { key: string; createdBy: string; createdAt: Date },
): Promise<void> {
  await trx.insertInto('tags').values(tag).execute();
}

export async function renameTag(trx: Trx, { id, name, key }: Tag & { key: string }): Promise<void> {
  await trx.updateTable('tags').set({ name, key }).where('id', '=', id).execute();
}

/** Removes a tag that no application has; false when one has. */
export async function deleteUnusedTag(trx: Trx, id: string): Promise<boolean> {
  await trx.selectFrom('tags').select('id').where('id', '=', id).forUpdate().execute();
  const { numDeletedRows } = await trx
    .deleteFrom('tags')
    .where('id', '=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('applicationTags').select('tagId').where('tagId', '=', id))),
    )
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The caller holds a lock on the application. */
export async function insertApplicationTag(
  trx: Trx,
  row: { applicationId: string; tagId: string; addedAt: Date },
): Promise<void> {
  await trx.insertInto('applicationTags').values(row).execute();
}

/** The caller holds a lock on the application. False when it had no such tag. */
export async function deleteApplicationTag(
  trx: Trx,
  { applicationId, tagId }: { applicationId: string; tagId: string },
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('applicationTags')
    .where('applicationId', '=', applicationId)
    .where('tagId', '=', tagId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
