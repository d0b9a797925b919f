import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countLimit, phraseLimit } from '../../src/db/application-counts.ts';
import type { ListFilter } from '../../src/db/application-filter.ts';
import { listApplications } from '../../src/db/application-list.ts';
import { recount } from '../../src/db/bulk-load.ts';
import type { ListSort } from '../../src/domain/list-stages.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { anyEditor, createSubmitted } from '../support/factories.ts';

const names = { language: 'en', fallback: 'de', reader: anyEditor };
const searching = (text: string): ListFilter => ({
  search: { ...readSearchTerms(text)!, emailHash: undefined },
});

/** Fourteen days are promised, and the day of the publication is over at ten in the evening. */
const late = (at: string): ListFilter => ({ flag: { name: 'late', now: new Date(at) } });
const isLate = (before: string): string =>
  `stage in ('screening', 'review') and submitted_at < '${before}'`;

/** A number from 0 up to 1 for each `n`, the same on every run. */
const chance = (seed: number, label: string): string =>
  `(('x' || substr(md5(n || '${label}${seed}'), 1, 7))::bit(28)::int / 268435456.0)`;
const pick = (seed: number, label: string, list: readonly string[]): string =>
  `(array['${list.join("','")}'])[1 + floor(${chance(seed, label)} * ${list.length})::int]`;

/** What is asked, and the same of `applications as a`, read from end to end. */
const forms: [string, ListFilter, string][] = [
  ['everything', {}, 'true'],
  ['a place', { place: 'georgia' }, "'georgia' = any (places)"],
  ['a rare place', { place: 'armenia' }, "'armenia' = any (places)"],
  ['a place nobody knows', { place: 'nowhere' }, 'false'],
  [
    'a place and a language',
    { place: 'georgia', language: 'ka' },
    "'georgia' = any (places) and 'ka' = any (languages)",
  ],
  ['a stage', { stage: 'review' }, "stage = 'review'"],
  ['a decision', { stage: 'decided', decision: 'declined' }, "decision = 'declined'"],
  [
    'a place, a language and a stage',
    { place: 'georgia', language: 'ka', stage: 'review' },
    "'georgia' = any (places) and 'ka' = any (languages) and stage = 'review'",
  ],
  [
    'a place and a decision',
    { place: 'georgia', decision: 'declined' },
    "'georgia' = any (places) and decision = 'declined'",
  ],
  ['handled by nobody', { handling: null }, 'true'],
  ['a place, handled by nobody', { place: 'georgia', handling: null }, "'georgia' = any (places)"],
  ['late, some', late('2026-10-14T12:00:00Z'), isLate('2026-09-29 22:00Z')],
  ['late, all', late('2026-11-14T12:00:00Z'), isLate('2026-10-30 22:00Z')],
  [
    'late at a stage',
    { ...late('2026-10-14T12:00:00Z'), stage: 'review' },
    `stage = 'review' and ${isLate('2026-09-29 22:00Z')}`,
  ],
  ['a common name', searching('gelashvili'), "full_name like '%gelashvili'"],
  ['a rare name', searching('tsiklauri'), "full_name like '%tsiklauri'"],
  ['a name with a slip', searching('tsiklari'), "full_name like '%tsiklauri'"],
  [
    'a common name with a slip and a stage',
    { ...searching('gelashvli'), stage: 'review' },
    "full_name like '%gelashvili' and stage = 'review'",
  ],
  ['the beginning of names', searching('gela'), "full_name like '%gelashvili'"],
  ['a common word', searching('village'), "topics ~ '\\mvillage\\M'"],
  ['a rare word', searching('quince'), "topics ~ '\\mquince\\M'"],
  [
    'two words',
    searching('village school'),
    "topics ~ '\\mvillage\\M' and topics ~ '\\mschool\\M'",
  ],
  ['a phrase', searching('"village school"'), "topics ~ '\\mvillage school\\M'"],
  [
    'a phrase and a place',
    { ...searching('"village school"'), place: 'georgia' },
    "topics ~ '\\mvillage school\\M' and 'georgia' = any (places)",
  ],
  [
    'two common words that are together in no text but in a name',
    searching('lake pine'),
    "full_name like '%blakely-pineda'",
  ],
  [
    'the same at a stage',
    { ...searching('lake pine'), stage: 'review' },
    "full_name like '%blakely-pineda' and stage = 'review'",
  ],
  ['no hit', searching('zzyzxq'), 'false'],
  [
    'a common word and a place',
    { ...searching('village'), place: 'georgia' },
    "topics ~ '\\mvillage\\M' and 'georgia' = any (places)",
  ],
  [
    'a common word and a stage',
    { ...searching('village'), stage: 'review' },
    "topics ~ '\\mvillage\\M' and stage = 'review'",
  ],
  [
    'a common word and a rare decision',
    { ...searching('village'), stage: 'decided', decision: 'accepted' },
    "topics ~ '\\mvillage\\M' and decision = 'accepted'",
  ],
];

const orders: Record<ListSort, string> = {
  newest: 'submitted_at desc, id desc',
  oldest: 'submitted_at, id',
  waiting: 'stage_since, id',
};

async function createCorpus(size: number, seed: number, days: number): Promise<TestApp> {
  const app = await createTestApp();
  const { db } = app.deps;
  const { id } = await createSubmitted(app.deps, { values: { fullName: 'x' } });
  // Four at each moment: ties must hold. A third of them within the last three days.
  await sql`
    insert into applications
    select r.* from applications as a,
      generate_series(1, ${size}::int) as n,
      lateral (select ${sql.raw(chance(seed, 'stage'))} as drawn) as s,
      lateral (select md5(n || ${`id${seed}`})::uuid as id, 'N-' || n as reference,
        'n' || n || '@example.org' as email,
        timestamptz '2026-10-01 12:00:00.000001+00' - interval '1 day' * floor((case when n % 3 = 0 then 3 else ${days}::int end)
          * ${sql.raw(chance(seed, 'day'))} * 1000) / 1000 as submitted_at,
        timestamptz '2026-10-02 12:00:00+00' - interval '1 minute' * (n / 4) as stage_since,
        'nino ' || case when n % 101 = 0 then 'blakely-pineda' when n % 97 = 0 then 'tsiklauri' when n % 10 = 3 then 'beridze' else 'gelashvili' end as full_name,
        '' as latin_name, '' as pen_name,
        case when n % 7 = 0 then array['armenia'] else array['georgia'] end as places,
        case when n % 9 = 0 then array['ru'] else array['ka', 'en'] end as languages,
        case when drawn < 0.1 then 'review' when drawn < 0.3 then 'decided' else 'screening' end as stage,
        case when drawn between 0.1 and 0.11 then 'accepted' when drawn between 0.11 and 0.3 then 'declined' end as decision,
        ${sql.raw(pick(seed, 'a', ['village', 'village', 'village', 'river', 'school']))} || ' ' ||
        ${sql.raw(pick(seed, 'b', ['school', 'school', 'village', 'quarry']))}
          || case when n % 211 = 0 then ' quince' when n % 2 = 0 then ' lake' else ' pine' end as topics) as c,
      jsonb_populate_record(a, to_jsonb(c)) as r
    where a.id = ${id}`.execute(db);
  await sql`delete from application_search where application_id = ${id}`.execute(db);
  await sql`update applications set submitted_at = null, stage = 'draft' where id = ${id}`.execute(
    db,
  );
  await sql`
    insert into application_search (application_id, version, submitted_at, stage_since, tab, decision,
      facets, handles, words)
    select a.id, 1, a.submitted_at, a.stage_since, list_tab(a.stage, a.opened_at), a.decision, facets, a.full_name,
      array_to_tsvector(facets || search_cells(a.submitted_at) || (
        select array_agg('n/' || left(name, letters)) from unnest(string_to_array(a.full_name, ' ')) as name,
          generate_series(3, length(name)) as letters)
        || array(select 'd/' || overlay(name placing '' from at for 1)
          from unnest(string_to_array(a.full_name, ' ')) as name, generate_series(1, length(name)) as at
          where length(name) > 4))
        || to_tsvector('simple', a.topics)
    from applications as a, lateral (select array['c/regional-experts']
      || array(select 'p/' || place from unnest(a.places) as place)
      || array(select 'l/' || language from unnest(a.languages) as language) as facets) as keys
    where a.submitted_at is not null`.execute(db);
  await db.transaction().execute(recount);
  return app;
}

/** The planner's guesses, as of many times as many applications. */
async function guessTimes({ deps: { db } }: TestApp, times: number): Promise<void> {
  await sql`alter function guess_hits rename to guess_hits_here`.execute(db);
  await sql`create function guess_hits(query tsquery, labels text[]) returns float8 language sql volatile as
    $$ select ${sql.lit(times)} * guess_hits_here(query, labels) $$`.execute(db);
}

describe.each([
  ['300 applications, of which the server has no statistics', 300, 1, 20, 1],
  ['13,500 applications within two years', 13_500, 2, 730, 1],
  // What is common is certainly too much to be counted then, by the planner's guess.
  ['as many, each guess a thousand times too high', 13_500, 3, 730, 1000],
])('%s', (_, size, seed, days, guessed) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createCorpus(size, seed, days);
    if (size > 300)
      await sql`vacuum (analyze) application_search, applications`.execute(app.deps.db);
    if (guessed > 1) await guessTimes(app, guessed);
  }, 120_000);
  afterAll(() => app.stop());

  test.each(forms)(
    '%s: each page, order and count is what reading everything says',
    async (_, filter, condition) => {
      const { db } = app.deps;
      for (const sort of ['newest', 'oldest', 'waiting'] as const) {
        const { rows } = await sql<{ id: string }>`select id from applications as a
        where submitted_at is not null and ${sql.raw(condition)} order by ${sql.raw(orders[sort])}`.execute(
          db,
        );
        const truth = rows.map(({ id }) => id);
        const ask = async (beside: object) => {
          const page = await listApplications(db, filter, { ...beside, limit: 20, sort }, names);
          return { ...page, ids: page.rows.map(({ id }) => id) };
        };
        const first = await ask({});
        expect(first.ids).toEqual(truth.slice(0, 20));
        expect(first.more).toBe(truth.length > 20);
        const { search, handling, flag, ...rest } = filter;
        const isCounted =
          search === undefined &&
          handling === undefined &&
          flag === undefined &&
          Object.keys(rest).filter((key) => key === 'place' || key === 'language').length < 2;
        const most = search?.phrases.length && guessed > 1 ? phraseLimit : countLimit;
        expect(first.limit).toBe(truth.length > most ? most : countLimit);
        expect(first.total).toBe(isCounted ? truth.length : Math.min(truth.length, most + 1));
        // Tabs say how many there are at each stage wherever all of them were counted.
        if (search !== undefined && rest.decision === undefined && guessed === 1) {
          const { stage, ...anyStage } = filter;
          const whole =
            stage === undefined
              ? first
              : await listApplications(db, anyStage, { limit: 1, sort }, names);
          const isAll = whole.total <= countLimit && whole.close === first.close;
          if (isAll) expect([sort, first.tabs]).toEqual([sort, whole.tabs]);
          else expect([sort, first.tabs]).toEqual([sort, undefined]);
          if (isAll && stage !== undefined) expect(first.tabs?.[stage]).toBe(truth.length);
        }
        // The last of them where so many are found that not all are looked at.
        for (const place of [19, Math.floor(truth.length / 2), countLimit - 30]) {
          const id = truth[place];
          if (id === undefined) continue;
          expect((await ask({ after: { id } })).ids).toEqual(truth.slice(place + 1, place + 21));
          expect((await ask({ before: { id } })).ids).toEqual(
            truth.slice(Math.max(0, place - 20), place),
          );
        }
      }
    },
  );
});
