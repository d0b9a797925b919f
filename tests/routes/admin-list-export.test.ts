import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexOutdated } from '../../src/db/search.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
let reference: string;

beforeAll(async () => {
  desk = await createDesk({ RATE_LIMITS: 'on' });
  const values = {
    fullName: '=HYPERLINK("http://x")',
    email: 'evil@example.org',
    placesOther: '@home, "there"',
  };
  ({ reference } = await createSubmitted(desk.deps, { values }));
  desk.clock.advance(60);
  await createSubmitted(desk.deps, {
    values: {
      fullName: 'ნინო გელაშვილი',
      latinName: 'Nino Gelashvili',
      places: ['georgia'],
      languages: ['ka'],
    },
    files: [{ kind: 'writingSample', name: 'sample.pdf', language: 'ka' }],
  });
}, 60_000);

afterAll(() => desk.stop());

const table = async (query = ''): Promise<string> => {
  const response = await desk.editor.fetch(`/admin/export.csv${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe(
    'attachment; filename="applications-2026-11-24.csv"',
  );
  return Buffer.from(await response.arrayBuffer()).toString();
};

test('the table has a byte order mark, a line of headings, and a line for each application', async () => {
  const text = await table();
  expect([...text][0]).toBe('\uFEFF');
  const lines = text.slice(1).split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toBe(
    'Reference,Name,Name in Latin letters,E-mail,Places,Languages,Languages of the samples,Stage,Handling editor,Submitted (UTC),Days at stage,Documents,Tags',
  );
  expect(lines[1]).toMatch(
    /^F-\w{6},ნინო გელაშვილი,Nino Gelashvili,[^,]+,Georgia,ka,ka,New,,2026-11-24T09:01:00.000Z,0,1,$/,
  );
});

test('1.2.10, attack 13: no cell is a formula', async () => {
  const text = await table('?q=evil&column=fullName&column=places');
  expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(text).toContain('"Georgia; @home, ""there"""');
});

test('columns and filters of the address are kept to', async () => {
  expect(await table('?column=reference&q=evil')).toBe(`\uFEFFReference\r\n${reference}\r\n`);
  expect(await table('?column=reference&stage=review')).toBe('\uFEFFReference\r\n');
});

test('the form has a box for each column and carries the filters', async () => {
  const { html, status } = await desk.editor.get('/admin/export?q=evil&sort=oldest');
  expect(status).toBe(200);
  expect(plainText(html)).toContain('1 application');
  const inputs = elementsOf(html, 'input');
  expect(inputs.filter(({ type }) => type === 'checkbox')).toHaveLength(13);
  expect(
    inputs.filter(({ type }) => type === 'hidden').map(({ name, value }) => [name, value]),
  ).toEqual([
    ['q', 'evil'],
    ['sort', 'oldest'],
  ]);
  const list = await desk.editor.get('/admin?q=evil');
  expect(hrefsOf(list.html)).toContain('/admin/export?q=evil');
});

test('reviewers can neither see the link nor take the table', async () => {
  expect(
    hrefsOf((await desk.reviewer.get('/admin')).html).filter((href) => href.includes('export')),
  ).toEqual([]);
  for (const path of ['/admin/export', '/admin/export.csv']) {
    expect([403, 404]).toContain((await desk.reviewer.get(path)).status);
  }
});

test('what the list does not know is refused', async () => {
  for (const query of ['?column=password', '?stage=nonsense', `?q=${'a'.repeat(300)}`, '?q=%3F']) {
    expect([query, (await desk.editor.get(`/admin/export.csv${query}`)).status]).toEqual([
      query,
      422,
    ]);
  }
});

test('batches hold each application once', async () => {
  const { db } = desk.deps;
  await sql`insert into applications select (jsonb_populate_record(a, jsonb_build_object(
      'id', gen_random_uuid(), 'reference', 'M-' || n))).*
    from applications as a, generate_series(1, 1100) as n where a.reference = ${reference}`.execute(
    db,
  );
  while ((await indexOutdated(db, 500)) > 0);
  const lines = (await table('?column=reference')).trim().split('\r\n').slice(1);
  expect([lines.length, new Set(lines).size]).toEqual([1102, 1102]);
}, 60_000);

test('thirty tables an hour are enough', async () => {
  let status = 200;
  for (let n = 0; n < 31 && status === 200; n += 1) {
    ({ status } = await desk.editor.get('/admin/export.csv?q=nobody'));
  }
  expect(status).toBe(429);
});
