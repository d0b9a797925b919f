import { sql } from 'kysely';
import type { Db, Trx } from './client.ts';

/** Every table in which a submitted application has rows. */
const tables = [
  'applications',
  'keys.application_keys',
  'application_tokens',
  'documents',
  'document_chunks',
  'document_texts',
  'document_copies',
  'mails',
  'events',
  'access_log',
  'review_assignments',
  'reviews',
  'review_versions',
  'notes',
  'application_tags',
  'application_search',
  'masked_texts',
  'masked_search',
] as const;

/** Those that the list reads: it is slow until the server knows what they hold. */
const read = ['application_search', 'applications', 'documents', 'document_texts', 'access_log'];

type Shape = {
  /** Statements that take the keys, references and indexes of the tables away, in an order that works. */
  drops: string[];
  /** Those that make them again. */
  makes: string[];
};

async function readShape(trx: Trx): Promise<Shape> {
  const { rows } = await sql<{ drop: string; make: string }>`
    with ours as (select unnest(${tables}::regclass[])::oid as id),
    constraints as (
      select contype = 'f' as refers, format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
      from pg_constraint
      where (contype = 'f' and (conrelid in (select id from ours) or confrelid in (select id from ours)))
        or (contype in ('p', 'u') and conrelid in (select id from ours))),
    indexes as (
      select format('drop index %s', indexrelid::regclass) as drop, pg_get_indexdef(indexrelid) as make
      from pg_index where indrelid in (select id from ours)
        and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u')))
    select drop, make from (
      select 3 as place, drop, make from constraints where refers
      union all select 2, drop, make from indexes
      union all select 1, drop, make from constraints where not refers) as parts
    order by place desc, drop`.execute(trx);
  return {
    drops: rows.map(({ drop }) => drop),
    makes: rows.map(({ make }) => make).reverse(),
  };
}

/**
 * Does work that fills the tables of applications, in the transaction of the caller: keys, references
 * and indexes are made and checked afterwards in one go, triggers say nothing, and the counts are counted
 * once. Nobody else can read or write an application until the transaction has ended; if it never does,
 * everything is as it was.
 */
export async function loadInBulk<T>(trx: Trx, work: () => Promise<T>): Promise<T> {
  const all = sql.join(tables.map((table) => sql.table(table)));
  await sql`lock table ${all} in access exclusive mode`.execute(trx);
  const { drops, makes } = await readShape(trx);
  for (const drop of drops) await sql.raw(drop).execute(trx);
  await switchTriggers(trx, 'disable');
  const done = await work();
  await sql`set local maintenance_work_mem = '512MB'`.execute(trx);
  for (const make of makes) await sql.raw(make).execute(trx);
  await switchTriggers(trx, 'enable');
  await recount(trx);
  return done;
}

/** Those that we wrote; references are no longer there. */
async function switchTriggers(trx: Trx, way: 'enable' | 'disable'): Promise<void> {
  for (const table of tables) {
    await sql`alter table ${sql.table(table)} ${sql.raw(way)} trigger user`.execute(trx);
  }
}

/** Lets the server look at what was loaded; not within a transaction. */
export async function lookAtLoaded(db: Db): Promise<void> {
  for (const table of read) await sql`vacuum ${sql.table(table)}`.execute(db);
  for (const table of tables) await sql`analyze ${sql.table(table)}`.execute(db);
}

/** Counts all applications anew; nothing is submitted or moved meanwhile. */
export async function recount(trx: Trx): Promise<void> {
  await sql`lock table application_search in share row exclusive mode`.execute(trx);
  await sql`delete from application_count_changes`.execute(trx);
  await sql`delete from application_counts`.execute(trx);
  await sql`insert into application_counts (facet, tab, decision, count)
    select facet, tab, coalesce(decision, ''), count(*)
    from application_search, unnest(array_prepend(''::text, facets)) as facet
    group by 1, 2, 3`.execute(trx);
}
