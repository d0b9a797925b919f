import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countLimit, phraseLimit } from '../../src/db/application-counts.ts';
import type { ListFilter } from '../../src/db/application-filter.ts';
import { findBeside, type ListPage, listApplications } from '../../src/db/application-list.ts';
import type { Db } from '../../src/db/client.ts';
import type { ListSort } from '../../src/domain/list-stages.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { anyEditor, createSubmitted } from '../support/factories.ts';

let app: TestApp;
let db: Db;
const names = { language: 'en', fallback: 'de', reader: anyEditor };
const searching = (text: string): ListFilter => ({
  search: { ...readSearchTerms(text)!, emailHash: undefined },
});

/** The counts of a filter. */
const countApplications = async (
  db: Db,
  filter: ListFilter,
): Promise<Pick<ListPage, 'total' | 'tabs'>> => {
  const { total, tabs } = await listApplications(db, filter, { limit: 1 }, names);
  return { total, tabs };
};

/** Copies of one application; `changes` are columns by `n`, the number of the copy. */
async function multiply(id: string, count: number, changes: string): Promise<void> {
  await sql`
    insert into applications
    select (jsonb_populate_record(a, to_jsonb(c))).* from applications as a,
      generate_series(1, ${count}::int) as n,
      lateral (select gen_random_uuid() as id, ${sql.raw(changes)}) as c
    where a.id = ${id}`.execute(db);
  // Set-based as well: what `indexApplication` makes, one by one, takes too long for thousands.
  await sql`
    insert into application_search (application_id, version, submitted_at, stage_since, tab, decision,
      facets, handles, words)
    select a.id, 1, a.submitted_at, a.stage_since, list_tab(a.stage, a.opened_at), a.decision,
      keys.facets, a.full_name, array_to_tsvector(keys.facets || search_cells(a.submitted_at) || (
        select array_agg('n/' || left(name, letters)) from unnest(string_to_array(a.full_name, ' ')) as name,
          generate_series(3, length(name)) as letters))
    from applications as a,
      lateral (select array['c/regional-experts'] || (
        select array_agg('l/' || language) from unnest(a.languages) as language) as facets) as keys
    where not exists (select from application_search as s where s.application_id = a.id)`.execute(
    db,
  );
}

/** All ids of the filter in the order of the list, by one statement of its own. */
async function idsWhere(condition: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from applications as a where submitted_at is not null and ${sql.raw(condition)}
    order by submitted_at desc, id desc`.execute(db);
  return rows.map(({ id }) => id);
}

/** Walks to the end and back again in steps. */
async function walk(
  filter: ListFilter,
  limit: number,
  sort?: ListSort,
): Promise<{ down: string[]; up: string[] }> {
  const down: string[] = [];
  const up: string[] = [];
  let pages = 0;
  const page = (beside: object) => {
    pages += 1;
    if (pages > 10 + 3000 / limit) throw new Error('the pages have no end');
    return listApplications(db, filter, { ...beside, limit, ...(sort && { sort }) }, names);
  };
  let { rows, more } = await page({});
  for (;;) {
    down.push(...rows.map(({ id }) => id));
    if (!more) break;
    ({ rows, more } = await page({ after: rows.at(-1) }));
  }
  up.unshift(...rows.map(({ id }) => id));
  for (more = true; more; ) {
    ({ rows, more } = await page({ before: rows[0] }));
    up.unshift(...rows.map(({ id }) => id));
  }
  return { down, up };
}

beforeAll(async () => {
  app = await createTestApp();
  ({ db } = app.deps);
  const { id } = await createSubmitted(app.deps, {
    values: { fullName: 'Lasha Name', email: 'common@example.org', languages: ['ru'] },
  });
  // Four at each moment, and moments that differ by a microsecond.
  await multiply(
    id,
    1100,
    `'F-' || lpad(translate(n::text, '01', 'XY'), 6, 'Z') as reference,
      timestamptz '2026-11-01 12:00:00.000001+00' + (n / 4) * interval '1 microsecond' as submitted_at,
      'lasha name' || case when n % 100 = 0 then ' seldom' else '' end as full_name,
      'common' || n || '@example.org' as email,
      case when n % 50 = 0 then 'review' else 'screening' end as stage,
      case when n % 200 = 0 then array['ru', 'lez'] else array['ru'] end as languages`,
  );
}, 60_000);

afterAll(() => app.stop());

test.each([
  ['everything', {}, 'true'],
  ['a stage', { stage: 'review' }, "stage = 'review'"],
  ['a rare word', searching('seldom'), "full_name like '%seldom%'"],
  ['a word too common for its bound', searching('lasha'), 'true'],
  ['a common word with a stage', { ...searching('lasha'), stage: 'review' }, "stage = 'review'"],
  ['a rare language', { language: 'lez' }, "'lez' = any (languages)"],
  ['a language too common for its bound', { language: 'ru' }, 'true'],
  [
    'a common word with a rare language',
    { ...searching('lasha'), language: 'lez' },
    "'lez' = any (languages)",
  ],
  [
    'a rare word with a common language',
    { ...searching('seldom'), language: 'ru' },
    "full_name like '%seldom%'",
  ],
  ['a common word with a common language', { ...searching('lasha'), language: 'ru' }, 'true'],
] satisfies [string, ListFilter, string][])(
  'pages hold each application of %s once, down and up, over ties and microseconds',
  async (_, filter, condition) => {
    const expected = await idsWhere(condition);
    expect(expected.length).toBeGreaterThan(2);
    const { down, up } = await walk(filter, expected.length > 100 ? 333 : 3);
    expect(down).toEqual(expected);
    expect(up).toEqual(expected);
    expect((await countApplications(db, filter)).total).toBe(expected.length);
  },
);

test('the other orders hold each once as well', async () => {
  const ids = await idsWhere('true');
  const oldest = await walk({}, 333, 'oldest');
  expect(oldest.down).toEqual(ids.toReversed());
  expect(oldest.up).toEqual(oldest.down);
  const waiting = await walk({ language: 'ru' }, 333, 'waiting');
  expect(new Set(waiting.down)).toEqual(new Set(ids));
  expect(waiting.down).toHaveLength(ids.length);
  expect(waiting.up).toEqual(waiting.down);
});

test.each([
  ['everything', {}, 'true'],
  ['a stage', { stage: 'review' }, "stage = 'review'"],
  ['a decision that nobody has', { decision: 'declined' }, 'false'],
  ['a rare word', searching('seldom'), "full_name like '%seldom%'"],
  ['a common word', searching('lasha'), 'true'],
  ['a common word with a stage', { ...searching('lasha'), stage: 'review' }, "stage = 'review'"],
  ['a word with a slip', searching('selddom'), "full_name like '%seldom%'"],
  ['a language', { language: 'lez' }, "'lez' = any (languages)"],
  ['what is late', { flag: { name: 'late', now: new Date('2031-01-01') } }, 'true'],
  ['what nobody handles', { handling: null }, 'true'],
] satisfies [string, ListFilter, string][])(
  'the neighbours of an application are those beside it in the list of %s',
  async (_, filter, condition) => {
    const ids = await idsWhere(condition);
    const rows = await db.selectFrom('applications').select(['id', 'reference']).execute();
    const references = new Map(rows.map(({ id, reference }) => [id, reference]));
    const named = (at: number) => references.get(ids[at]!);
    for (const at of [0, Math.floor(ids.length / 2), ids.length - 1]) {
      const [id] = [ids[at] ?? rows[0]!.id];
      const beside = (sort: ListSort) => findBeside(db, filter, { id, sort, reader: anyEditor });
      const [previous, next] = [named(at - 1), named(at + 1)];
      expect(await beside('newest')).toEqual({ previous, next });
      expect(await beside('oldest')).toEqual({ previous: next, next: previous });
    }
  },
);

test('beyond 10,000 a search says no more than that it is beyond; counters go on counting', async () => {
  const [id] = await idsWhere('true');
  await multiply(
    id!,
    countLimit,
    `'M-' || n as reference, timestamptz '2026-10-01' as submitted_at, 'multitude' as full_name,
      'screening' as stage, array['av'] as languages`,
  );
  const all = countLimit + 1101;
  expect(await countApplications(db, {})).toMatchObject({ total: all, tabs: { all, review: 22 } });
  expect(await countApplications(db, { stage: 'new' })).toMatchObject({ total: all - 22 });
  expect((await countApplications(db, { language: 'av' })).total).toBe(countLimit);
  expect((await countApplications(db, { call: 'regional-experts' })).total).toBe(all);
  const name = searching('multitude');
  expect((await countApplications(db, name)).total).toBe(countLimit);
  expect((await countApplications(db, searching('seldom'))).total).toBe(11);
  await multiply(
    id!,
    1,
    "'M-X' as reference, timestamptz '2026-10-02' as submitted_at, 'multitude' as full_name",
  );
  const beyond = { total: countLimit + 1, tabs: undefined };
  // Of a common phrase no more than a thousand are looked at, and that is said; of a rare one all.
  await sql`update application_search set words = words || to_tsvector('simple',
    case when application_id::text < '2' then 'village river school' else 'village school' end)`.execute(
    db,
  );
  await sql`vacuum (analyze) application_search`.execute(db);
  const phrase = await listApplications(db, searching('"village school"'), { limit: 20 }, names);
  expect([phrase.total, phrase.limit]).toEqual([phraseLimit + 1, phraseLimit]);
  const { rows: rare } = await sql<{ count: number }>`
    select count(*) from application_search where application_id::text < '2'`.execute(db);
  const few = await listApplications(db, searching('"river school"'), { limit: 20 }, names);
  expect([few.total, few.limit]).toEqual([rare[0]!.count, countLimit]);
  expect(await countApplications(db, name)).toEqual(beyond);
  expect((await countApplications(db, { ...name, stage: 'review' })).total).toBe(0);
  const { rows } = await listApplications(db, name, { limit: 2 }, names);
  expect(rows.map(({ reference }) => reference)[0]).toBe('M-X');
});
