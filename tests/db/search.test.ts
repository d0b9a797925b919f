import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { up as findByBeginnings } from '../../migrations/0059_name_beginnings.ts';
import { readCounters } from '../../src/db/application-counts.ts';
import { type ListPage, listApplications } from '../../src/db/application-list.ts';
import { foldCounts, indexApplication, indexOutdated } from '../../src/db/search.ts';
import { nameKeysOf, wordsOfName } from '../../src/domain/name-keys.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { createSnippetFinder } from '../../src/domain/snippets.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { anyEditor, createStaff, createSubmitted } from '../support/factories.ts';

let app: TestApp;
const names = { language: 'en', fallback: 'de', reader: anyEditor };
const ids = new Map<string, string>();

const list = (text: string): Promise<ListPage> =>
  listApplications(
    app.deps.db,
    { search: { ...readSearchTerms(text)!, emailHash: undefined } },
    { limit: 20 },
    names,
  );
const found = async (text: string): Promise<string[]> =>
  (await list(text)).rows.map(({ fullName }) => fullName).sort();

/** What extraction will store for the first document of somebody. */
async function say(name: string, language: string | null, text: string): Promise<void> {
  const id = ids.get(name)!;
  await app.deps.db.transaction().execute(async (trx) => {
    await sql`insert into document_texts (document_id, application_id, state, text, language, words, read_at)
      select id, application_id, 'read', ${text}, ${language}, 1, now() from documents
      where application_id = ${id} order by id limit 1
      on conflict (document_id) do update set text = excluded.text, language = excluded.language`.execute(
      trx,
    );
    await indexApplication(trx, id);
  });
}

beforeAll(async () => {
  app = await createTestApp();
  for (const [fullName, latinName] of [
    ['ნინო ციკლაური', 'Nino Tsiklauri'],
    ['Рагимов Самир', ''],
    ['Արամ Խաչատրյան', ''],
    ['Klara Weiß', ''],
    ['Günel Əliyeva', ''],
    ['Thomas Reed', ''],
  ] as const) {
    const email = `${ids.size + 1}@example.org`;
    const { id } = await createSubmitted(app.deps, {
      values: { fullName, latinName, email, topics: 'Beekeeping' },
      files: [{ kind: 'writingSample', name: 'sample.pdf', language: 'en' }],
    });
    ids.set(fullName, id);
  }
  await say('ნინო ციკლაური', 'ka', 'გუშინ სოფლის სკოლა დაიხურა, «წყალი» აღარ მოდის.');
  await say('Рагимов Самир', 'ru', 'Выборы в посёлке прошли без наблюдателей. «Вода» ушла.');
  await say('Արամ Խաչատրյան', 'hy', 'Գյուղի դպրոցները փակվեցին։ Ջուրը չկա։');
  await say('Klara Weiß', 'de', 'In den Dörfern schließen die Schulen; die „Häuser“ stehen leer.');
  await say('Günel Əliyeva', 'az', 'Kənd məktəbi İmişlidə bağlandı, su kəsildi.');
  await say(
    'Thomas Reed',
    'en',
    'The village schools were closed before the elections of the council.',
  );
}, 60_000);

afterAll(() => app.stop());

test('a word finds a document in each of the six languages, in other forms where there is a dictionary', async () => {
  expect(await found('სკოლა')).toEqual(['ნინო ციკლაური']);
  expect(await found('выборов')).toEqual(['Рагимов Самир']);
  expect(await found('поселке')).toEqual(['Рагимов Самир']);
  expect(await found('դպրոց')).toEqual(['Արամ Խաչատրյան']);
  expect(await found('სოფელ')).toEqual([]);
  expect(await found('სოფლ')).toEqual(['ნინო ციკლაური']);
  expect(await found('Haus')).toEqual(['Klara Weiß']);
  expect(await found('imişlidə')).toEqual(['Günel Əliyeva']);
  expect(await found('election')).toEqual(['Thomas Reed']);
});

test('quotation marks of any kind do not hide a word', async () => {
  expect(await found('წყალი')).toEqual(['ნინო ციკლაური']);
  expect(await found('вода')).toEqual(['Рагимов Самир']);
  expect(await found('«вода»')).toEqual(['Рагимов Самир']);
});

test('a phrase finds its words one after the other alone', async () => {
  expect(await found('"სოფლის სკოლა"')).toEqual(['ნინო ციკლაური']);
  expect(await found('«прошли без наблюдателей»')).toEqual(['Рагимов Самир']);
  expect(await found('„stehen leer“')).toEqual(['Klara Weiß']);
  expect(await found('"Գյուղի դպրոցները"')).toEqual(['Արամ Խաչատրյան']);
  expect(await found('"kənd məktəbi"')).toEqual(['Günel Əliyeva']);
  expect(await found('"elections of the council"')).toEqual(['Thomas Reed']);
  expect(await found('"council schools"')).toEqual([]);
  expect(await found('council schools')).toEqual(['Thomas Reed']);
});

test('words that dictionaries leave out do not stand in the way', async () => {
  expect(await found('the elections')).toEqual(['Thomas Reed']);
  expect(await found('die Schulen in den Dörfern')).toEqual(['Klara Weiß']);
});

test('a name and a word of a text are found together, across scripts', async () => {
  expect(await found('Ziklauri სკოლა')).toEqual(['ნინო ციკლაური']);
  expect(await found('Rəhimov выборы')).toEqual(['Рагимов Самир']);
  expect(await found('Chatschatrjan')).toEqual(['Արամ Խաչատրյան']);
  expect(await found('Алиева')).toEqual(['Günel Əliyeva']);
});

test('answers, messages and notes are searched too', async () => {
  expect(await found('beekeeping')).toHaveLength(6);
  const { db } = app.deps;
  const author = await createStaff(app.deps, { role: 'editor' });
  const id = ids.get('Klara Weiß')!;
  await db.transaction().execute(async (trx) => {
    await sql`insert into notes (id, application_id, author_id, body, created_at)
      values (gen_random_uuid(), ${id}, ${author.id}, 'Rang her up on Thursday', now())`.execute(
      trx,
    );
    await indexApplication(trx, id);
  });
  expect(await found('thursday')).toEqual(['Klara Weiß']);
});

test('a slip finds the names close to it, and says so', async () => {
  const slip = await list('Tsiklavri Nino');
  expect([slip.rows.map(({ fullName }) => fullName), slip.close]).toEqual([
    ['ნინო ციკლაური'],
    true,
  ]);
  expect(await found('Khachatyran')).toEqual(['Արամ Խաչատրյան']);
  expect((await list('Tsiklauri')).close).toBe(false);
  expect(await list('Quandourian')).toMatchObject({ rows: [], total: 0, close: false });
});

test('the place where a word stands can be shown', async () => {
  const { rows, stems } = await list('schools');
  const shown = rows[0]!.texts.map(({ text }) => createSnippetFinder(stems)(text)).find(Boolean);
  expect(shown?.filter(({ hit }) => hit)).toEqual([{ text: 'schools', hit: true }]);
});

test.each([
  "'; drop table applications; --",
  "foo' & !bar | (baz <-> :*",
  ':*',
  "\\'",
  '!!!&&&|||',
  'a'.repeat(200),
  'а б в г д е ж з и к л м н о п р с т у ф х ц ч ш щ ы э ю я',
  '"""',
  '«»',
  '\u0000x',
  '% _ \\',
  '🙂 🙃',
])('a search for %j is answered and finds nobody', async (text) => {
  expect(await found(text.replaceAll('\u0000', ''))).toEqual([]);
});

test('a text of any length and strangeness is indexed', async () => {
  const strange = Array.from({ length: 200_000 }, (_, n) => (n * 7919).toString(36)).join(' ');
  await say('Thomas Reed', 'xx', `${strange} ${'x'.repeat(5000)} \u{10FFFF} lastword`);
  expect(await found('Reed')).toEqual(['Thomas Reed']);
  await say(
    'Thomas Reed',
    'en',
    'The village schools were closed before the elections of the council.',
  );
});

test('a row by older rules, or none, is made again', async () => {
  const { db } = app.deps;
  await sql`update application_search set version = 0, words = '', handles = '' where application_id = ${ids.get('Klara Weiß')!}`.execute(
    db,
  );
  await sql`delete from application_search where application_id = ${ids.get('Thomas Reed')!}`.execute(
    db,
  );
  expect(await found('weiss')).toEqual([]);
  expect(await indexOutdated(db, 10)).toBe(2);
  expect(await indexOutdated(db, 10)).toBe(0);
  expect(await found('weiss')).toEqual(['Klara Weiß']);
  expect(await found('reed')).toEqual(['Thomas Reed']);
});

test('the counters say the same before and after they are added up, and follow erasure', async () => {
  const { db } = app.deps;
  const total = async () => (await readCounters(db)).reduce((sum, { count }) => sum + count, 0);
  expect(await total()).toBe(6);
  await foldCounts(db);
  expect(await total()).toBe(6);
  await foldCounts(db);
  await db.deleteFrom('applications').where('id', '=', ids.get('Klara Weiß')!).execute();
  expect(await total()).toBe(5);
  expect((await list('')).total).toBe(0);
  await foldCounts(db);
  expect(await total()).toBe(5);
});

test('what was just submitted has the row that making it again gives', async () => {
  const { db } = app.deps;
  const { id } = await createSubmitted(app.deps, {
    values: {
      ...{ fullName: 'Mariam Testadze', penName: 'M. T.', email: 'Mariam@Example.org' },
      ...{ placesOther: 'Kutaisi', basedIn: 'Batumi', topics: 'Rivers and schools' },
      answers: { second: 'An answer of words', b: 'Another' },
    },
    files: [
      { kind: 'writingSample', name: 'a.pdf', language: 'ka' },
      { kind: 'cv', name: 'b.pdf' },
    ],
  });
  const read = () =>
    db
      .selectFrom('applicationSearch')
      .selectAll()
      .where('applicationId', '=', id)
      .executeTakeFirstOrThrow();
  const submitted = await read();
  await db.transaction().execute(async (trx) => await indexApplication(trx, id));
  expect(submitted.words).toContain('river');
  expect(await read()).toEqual(submitted);
});

test('names are found by their beginnings from three letters on, in any script, as they were typed', async () => {
  for (const [typed, name] of [
    ['tsik', 'ნინო ციკლაური'],
    ['ციკ', 'ნინო ციკლაური'],
    ['хача', 'Արամ Խաչատրյան'],
    ['rahi', 'Рагимов Самир'],
    ['gün', 'Günel Əliyeva'],
  ] as const) {
    const { rows, close } = await list(typed);
    expect([typed, rows.map(({ fullName }) => fullName), close]).toEqual([typed, [name], false]);
  }
});

test('an upgrade finds names by their beginnings as if they had been indexed anew', async () => {
  const { db } = app.deps;
  const read = async () =>
    (await sql`select application_id, words from application_search order by 1`.execute(db)).rows;
  const before = await read();
  const { rows } = await sql<{ id: string; names: string }>`
    select id, full_name || ' ' || latin_name || ' ' || pen_name as names from applications
    where submitted_at is not null and merged_into is null`.execute(db);
  for (const { id, names } of rows) {
    const keys = wordsOfName(names).flatMap(nameKeysOf);
    await sql`update application_search set words = ts_delete(words, array(
        select lexeme from unnest(words) where lexeme like 'n/%'))
        || array_to_tsvector(${[...new Set(keys)].map((key) => `n/${key}`)}::text[])
      where application_id = ${id}`.execute(db);
  }
  expect((await list('tsik')).close).toBe(true);
  await db.transaction().execute((trx) => findByBeginnings(trx as never));
  expect(await read()).toEqual(before);
  expect((await list('tsik')).close).toBe(false);
});
