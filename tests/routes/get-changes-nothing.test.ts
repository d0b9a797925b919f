import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { prepareDesk } from '../support/desk-facts.ts';
import { prepareSite, type Site } from '../support/public-site.ts';
import { openSession } from '../support/staff-app.ts';

let test: TestApp;
let site: Site;
let cookie: string;
let desk: Awaited<ReturnType<typeof prepareDesk>>;
beforeAll(async () => {
  test = await createTestApp();
  site = await prepareSite(test, await test.listen());
  desk = await prepareDesk(test);
  cookie = await openSession(test, desk.email);
}, 600_000);
afterAll(async () => {
  await site.stop();
  await test.stop();
});

/** What opening a page may write: who opened what, and when a session was last used. */
const written = ['access_log', 'staff_sessions'];
/** What follows from the first opening: "opened", and what the list says and counts of it. */
const following = ['applications', 'application_search', 'application_count_changes'];

/** A sum of the rows of each table. */
async function sumTables(): Promise<Record<string, string>> {
  const { db } = test.deps;
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema in ('public', 'keys') and table_type = 'BASE TABLE' order by 1, 2`.execute(
    db,
  );
  const sums: Record<string, string> = {};
  for (const { schema, name } of tables.filter((one) => !written.includes(one.name))) {
    const { rows } = await sql<{ row: string }>`
      select t::text as row from ${sql.table(`${schema}.${name}`)} as t order by 1`.execute(db);
    const all = createHash('sha256');
    for (const { row } of rows) all.update(row).update('\n');
    sums[`${schema}.${name}`] = `${rows.length} ${all.digest('hex')}`;
  }
  return sums;
}

type Address = { path: string; cookie?: string };

/** Every route that answers GET, as often as there are things to put in its place. */
async function listAddresses(): Promise<Address[]> {
  const { db } = test.deps;
  const idsOf = async (table: 'documents' | 'mails' | 'staff'): Promise<string[]> =>
    (await db.selectFrom(table).select('id').limit(3).execute()).map(({ id }) => id);
  const applications = await db.selectFrom('applications').select('reference').limit(20).execute();
  const references = applications.map(({ reference }) => reference);
  const [documents, mails, staff] = [
    await idsOf('documents'),
    await idsOf('mails'),
    await idsOf('staff'),
  ];
  const tokens = Object.values(site.private).map((path) => path.split('/').at(-1)!);
  const values = (path: string): [RegExp, string[]][] => [
    [/:reference(\{[^}]*\})?/, references],
    [/(?<=\/documents\/):id/, documents],
    [/(?<=\/outbox\/):id/, mails],
    [/(?<=\/staff\/):id/, staff],
    [/:slug/, ['regional-experts', site.otherCall]],
    [/:language/, path.startsWith('/admin') ? ['de'] : ['en', 'ka']],
    [/(?<=\/drafts\/):token/, Object.values(site.drafts)],
    [/(?<=\/applications\/):token/, tokens],
    [/:\w+(\{[^/]*\})?/, ['de', desk.reference]],
  ];
  const fill = (path: string): string[] => {
    const next = values(path).find(([parameter]) => parameter.test(path));
    if (!next) return [path];
    const [parameter, fitting] = next;
    return fitting.flatMap((value) => fill(path.replace(parameter, value)));
  };
  const patterns = test.app.routes
    .filter(({ method, path }) => method === 'GET' && !path.includes('*'))
    .map(({ path }) => path);
  return [...new Set(patterns)].flatMap((pattern) =>
    [...new Set(fill(pattern))].map((path) =>
      pattern.startsWith('/admin') ? { path, cookie } : { path },
    ),
  );
}

it('3.5.3: no GET route changes a row, but for who opened what', async () => {
  const addresses = await listAddresses();
  expect(addresses.length).toBeGreaterThan(300);
  const answered: Record<number, number> = {};
  const askAll = async (method: 'GET' | 'HEAD'): Promise<void> => {
    for (const { path, cookie } of addresses) {
      const headers: Record<string, string> = cookie ? { cookie } : {};
      const answer = await test.app.request(path, { method, headers });
      await answer.arrayBuffer();
      answered[answer.status] = (answered[answer.status] ?? 0) + 1;
    }
  };
  const before = await sumTables();
  expect(Object.keys(before).length).toBeGreaterThan(40);
  await askAll('GET');
  const opened = await sumTables();
  const others = (sums: Record<string, string>) =>
    Object.entries(sums).filter(([name]) => !following.includes(name.split('.')[1]!));
  expect(others(opened)).toEqual(others(before));
  await askAll('HEAD');
  await askAll('GET');
  expect(await sumTables()).toEqual(opened);
  // Many of them are pages, not refusals.
  expect(answered[200]).toBeGreaterThan(500);
}, 300_000);
