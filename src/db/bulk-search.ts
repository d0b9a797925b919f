import { sql } from 'kysely';
import type { Db } from './client.ts';

const indexes = ['application_search_words', 'application_search_handles'];

/**
 * Does work that fills the search table in bulk: its large indexes are made afterwards in one go, and
 * the counts are counted once. Meanwhile searches find everything, but slowly.
 */
export async function fillingSearch<T>(db: Db, work: () => Promise<T>): Promise<T> {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_indexdef(indexrelid) as definition from pg_index
    where indexrelid = any(${indexes}::regclass[])`.execute(db);
  for (const index of indexes) await sql`drop index ${sql.ref(index)}`.execute(db);
  await sql`alter table application_search disable trigger application_search_count`.execute(db);
  try {
    return await work();
  } finally {
    await sql`alter table application_search enable trigger application_search_count`.execute(db);
    await recount(db);
    await db.transaction().execute(async (trx) => {
      await sql`set local maintenance_work_mem = '512MB'`.execute(trx);
      for (const { definition } of rows) await sql.raw(definition).execute(trx);
    });
    for (const table of [
      'application_search',
      'applications',
      'documents',
      'document_texts',
      'access_log',
    ]) {
      await sql`vacuum (analyze) ${sql.table(table)}`.execute(db);
    }
  }
}

/** Counts all applications anew; nothing is submitted or moved meanwhile. */
export async function recount(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`lock table application_search in share row exclusive mode`.execute(trx);
    await sql`delete from application_count_changes`.execute(trx);
    await sql`delete from application_counts`.execute(trx);
    await sql`insert into application_counts (facet, tab, decision, count)
      select facet, tab, coalesce(decision, ''), count(*)
      from application_search, unnest(array_prepend(''::text, facets)) as facet
      group by 1, 2, 3`.execute(trx);
  });
}
