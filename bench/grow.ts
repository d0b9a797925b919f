import { sql } from 'kysely';
import { fillingSearch } from '../src/db/bulk-search.ts';
import type { Db } from '../src/db/client.ts';

// Grows a seeded database for the list: what the list, its filters and its search read is there for every
// application (its row, its search row, its documents and their texts), what they never read is not (keys,
// tokens, chunks, mails). Copies are found by the words of their originals, their own address aside.
// `feder seed` makes whole ones and takes longer.

const day = 86_400_000;
/** Over which the copies are spread, evenly, the newest last. */
const spanMs = 1000 * day;

async function secondaryIndexes(db: Db): Promise<{ name: string; definition: string }[]> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = 'applications'::regclass and not indisunique`.execute(db);
  return rows;
}

async function columnsOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select attname as name from pg_attribute
    where attrelid = 'applications'::regclass and attnum > 0 and not attisdropped`.execute(db);
  return rows.map(({ name }) => name);
}

/** Fills up to `size` applications with copies of those that were seeded. */
export async function grow(db: Db, size: number): Promise<void> {
  const { rows } = await sql<{ there: number }>`select count(*) as there from applications`.execute(
    db,
  );
  const there = rows[0]!.there;
  if (there >= size) {
    await sql`vacuum (analyze)`.execute(db);
    return;
  }
  const indexes = size - there > 50_000 ? await secondaryIndexes(db) : [];
  for (const { name } of indexes) await sql`drop index ${sql.ref(name)}`.execute(db);
  // A throw-away database: what is copied here keeps its references without being asked for each.
  for (const table of ['documents', 'document_texts', 'application_search']) {
    const { rows: keys } = await sql<{ name: string }>`select conname as name from pg_constraint
      where conrelid = ${table}::regclass and contype = 'f'`.execute(db);
    for (const { name } of keys) {
      await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(db);
    }
  }
  await fillingSearch(db, async () => {
    const step = 50_000;
    for (let from = there; from < size; from += step) {
      await copy(db, from, Math.min(from + step, size));
    }
  });
  await db.connection().execute(async (connection) => {
    await sql`set maintenance_work_mem = '512MB'`.execute(connection);
    for (const { definition } of indexes) await sql.raw(definition).execute(connection);
    await sql`reset maintenance_work_mem`.execute(connection);
  });
  await sql`vacuum (analyze) applications`.execute(db);
}

async function copy(db: Db, from: number, to: number): Promise<void> {
  const columns = await columnsOf(db);
  const own: Record<string, string> = {
    id: 'c.id',
    reference: 'c.reference',
    email: 'c.email',
    email_hash: 'null',
    submitted_at: 'c.submitted_at',
    stage_since: 'c.submitted_at + (o.stage_since - o.submitted_at)',
    opened_at: 'c.submitted_at + (o.opened_at - o.submitted_at)',
  };
  await db.transaction().execute(async (trx) => {
    await sql`create temporary table copy on commit drop as
      with originals as materialized (
        select id, email, row_number() over (order by reference) - 1 as place, count(*) over () as total
        from applications where email_hash is not null)
      select n, o.id as original, at as submitted_at,
        (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
          || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
        'F-' || upper(lpad(to_hex(n), 6, '0')) as reference,
        regexp_replace(o.email, '\\.\\d+@', '.' || (n + 1) || '@') as email
      from generate_series(${from}::int, ${to - 1}::int) as g (n)
        cross join lateral (select now() - interval '1 day' * 1 - ${spanMs}::float8 * interval '1 millisecond'
          * (1 - n / 1000000.0) as at) as t
        join originals as o on o.place = n % o.total`.execute(trx);
    await sql`analyze copy`.execute(trx);
    await sql`insert into applications (${sql.join(columns.map((name) => sql.ref(name)))})
      select ${sql.join(columns.map((name) => sql.raw(own[name] ?? `o."${name}"`)))}
      from copy as c join applications as o on o.id = c.original order by c.n`.execute(trx);
    await sql`insert into application_search (application_id, version, submitted_at, stage_since, tab, decision,
        handling_editor_id, facets, handles, words)
      select c.id, s.version, c.submitted_at, c.submitted_at + (s.stage_since - s.submitted_at), s.tab, s.decision,
        s.handling_editor_id, s.facets, replace(s.handles, o.email, c.email),
        ts_delete(s.words, search_cells(s.submitted_at)) || array_to_tsvector(search_cells(c.submitted_at))
      from copy as c join applications as o on o.id = c.original
      join application_search as s on s.application_id = c.original order by c.n`.execute(trx);
    await sql`insert into documents (id, application_id, kind, origin, state, position, name, type, size, sha256,
        chunk_count, language, started_at, received_at)
      select (substr(md5(c.n || d.kind), 1, 12) || substr(c.id::text, 14))::uuid, c.id, d.kind, d.origin, d.state,
        d.position, d.name, d.type, d.size, d.sha256, d.chunk_count, d.language, d.started_at, d.received_at
      from copy as c join documents as d on d.application_id = c.original`.execute(trx);
    await sql`insert into document_texts (document_id, application_id, state, text, language, words, read_at)
      select (substr(md5(c.n || d.kind), 1, 12) || substr(c.id::text, 14))::uuid, c.id, 'read', t.text, t.language,
        t.words, t.read_at
      from copy as c join documents as d on d.application_id = c.original
      join document_texts as t on t.document_id = d.id`.execute(trx);
  });
}
