import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexOutdated } from '../../src/db/search.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createDraft, createSubmitted, type Sent } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
let empty: Desk;
const references: string[] = [];

const submit = async (sent: Sent): Promise<string> => {
  desk.clock.advance(60);
  const { reference } = await createSubmitted(desk.deps, sent);
  references.unshift(reference);
  return reference;
};

/** References in the order of the page. */
const rowsOf = (html: string): string[] =>
  hrefsOf(html).flatMap((href) => /^\/admin\/applications\/([^?]+)/.exec(href)?.[1] ?? []);

beforeAll(async () => {
  [desk, empty] = await Promise.all([createDesk(), createDesk()]);
  await submit({
    values: {
      fullName: 'ნინო გელაშვილი',
      latinName: 'Nino Gelashvili',
      placesOther: 'Kutaisi',
      languages: ['ka', 'en'],
    },
    files: [{ kind: 'writingSample', name: 'sample.pdf', language: 'ka' }],
  });
  await submit({ values: { fullName: 'Անի Սարգսյան', places: ['armenia'] } });
  await submit({
    values: { fullName: '<script>alert(1)</script>', placesOther: '"><img src=x onerror=y>' },
  });
  await createDraft(desk.deps, { values: { fullName: 'Secret Draft' } });
}, 60_000);

afterAll(() => Promise.all([desk.stop(), empty.stop()]));

test('check 29: the list shows names, places, languages, stage, age, days at stage, who handles it, reviews done and the promised day', async () => {
  const { status, html } = await desk.editor.get('/admin?q=nino');
  expect(status).toBe(200);
  const row = plainText(/<tbody>.*<\/tbody>/s.exec(html)![0]).replace(/\s+/g, ' ');
  expect(row).toBe(
    ` ნინო გელაშვილი Nino Gelashvili · ${references[2]} Georgia Kutaisi ka , en sample: ka New today 1 – Reviews: 0 of 2 8 Dec `,
  );
});

test('a name without a Latin form is read out, marked as a machine’s reading, here and on the page', async () => {
  const { html } = await desk.editor.get('/admin');
  const read = '<bdi lang="und-Latn">Ani Sargsyan</bdi>';
  expect(html).toContain(
    `for reading only. The person spells it as it stands above.">roughly: ${read}`,
  );
  expect(html.match(/roughly: /g)).toHaveLength(1);
  const page = await desk.editor.get(`/admin/applications/${references[1]}`);
  expect(page.html).toContain(`roughly: ${read}`);
});

test('who has withdrawn is owed no reply, here and on the page', async () => {
  const reference = await submit({ values: { fullName: 'Someone Else' } });
  await desk.deps.db
    .updateTable('applications')
    .set({ stage: 'withdrawn' })
    .where('reference', '=', reference)
    .execute();
  const { html } = await desk.editor.get('/admin?stage=withdrawn');
  expect(rowsOf(html)).toEqual([reference]);
  expect(plainText(/<tbody>.*<\/tbody>/s.exec(html)![0])).not.toContain('Dec');
  const page = await desk.editor.get(`/admin/applications/${reference}`);
  expect(plainText(page.html)).not.toContain('reply by');
  await desk.deps.db.deleteFrom('applications').where('reference', '=', reference).execute();
  references.shift();
});

test('the newest stand first, drafts nowhere', async () => {
  const { html } = await desk.editor.get('/admin');
  expect(rowsOf(html)).toEqual(references);
  expect(html).not.toContain('Secret Draft');
  expect(plainText(html)).toContain('3 applications');
});

test('everyone on the staff may read the list', async () => {
  for (const seat of [desk.admin, desk.editor, desk.reviewer]) {
    expect((await seat.get('/admin')).status).toBe(200);
  }
});

test('what people typed stays text', async () => {
  const { html } = await desk.editor.get('/admin?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E');
  expect(html).not.toMatch(/<script(?! src="\/assets\/)|<img/);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(html).toContain('&quot;&gt;&lt;img src=x onerror=y&gt;');
  expect(rowsOf(html)).toEqual([references[0]]);
});

test('check 28: filters stand in the address, in the form, in the tabs and in the links to applications, with the count', async () => {
  const query = '?q=nino&stage=new&place=georgia&language=ka&call=regional-experts';
  const { html } = await desk.editor.get(`/admin${query}`);
  expect(hrefsOf(html)).toContain(`/admin/applications/${references[2]}${query}`);
  expect(hrefsOf(html)).toContain(`/admin${query.replace('stage=new', 'stage=review')}`);
  expect(hrefsOf(html)).toContain(`/admin${query.replace('stage=new&', '')}`);
  expect(plainText(html)).toContain('1 application');
  const form = /<form class="bar".*?<\/form>/s.exec(html)![0];
  const inputs = elementsOf(form, 'input').map(({ name, value }) => [name, value]);
  expect(inputs).toEqual([
    ['stage', 'new'],
    ['q', 'nino'],
  ]);
  const chosen = elementsOf(form, 'option').filter((option) => 'selected' in option);
  expect(chosen.map(({ value }) => value)).toEqual(['georgia', 'ka', 'regional-experts', '']);
  expect(elementsOf(html, 'form').find(({ action }) => action === '/admin')).toMatchObject({
    method: 'get',
  });
});

test('every control that is seen has a label', async () => {
  const { html } = await desk.editor.get('/admin');
  const labelled = elementsOf(html, 'label').map((label) => label.for);
  const controls = [...elementsOf(html, 'select'), ...elementsOf(html, 'input')];
  expect(controls.length).toBeGreaterThan(2);
  for (const { id, type, 'aria-label': label } of controls) {
    if (type !== 'hidden' && !label) expect(labelled).toContain(id);
  }
});

test('an unknown value is said and matches nothing', async () => {
  const said = async (query: string): Promise<string> => {
    const { status, html } = await desk.editor.get(`/admin?${query}`);
    expect(status).toBe(200);
    expect(rowsOf(html)).toEqual([]);
    return plainText(/<p class="notice bad">.*?<\/p>/s.exec(html)![0]);
  };
  expect(await said('stage=draft')).toContain('does not know the stage “draft”');
  expect(await said('stage=nonsense')).toContain('does not know the stage “nonsense”');
  expect(await said('decision=maybe')).toContain('does not know the decision “maybe”');
  expect(await said('place=mars')).toContain('does not know the place “mars”');
  expect(await said('language=xx')).toContain('does not know the language “xx”');
  expect(await said('call=nowhere')).toContain('does not know the call “nowhere”');
  expect(await said('place=__proto__')).toContain('does not know the place “__proto__”');
  expect(await said('handling=mars')).toContain('does not know the handling editor “mars”');
  expect(await said('handling=01a20cc8-8e80-7b47-9638-d7305c2cebb3')).toContain('does not know');
  expect(await said('sort=price')).toContain('does not know the order “price”');
  expect(await said('q=%3F!..%20%22%22%20%E2%80%A6')).toContain('no letter and no digit');
  expect(await said(`q=${'ა'.repeat(10_000)}`)).toContain('longer than 200 characters');
  expect(await said(`q=${'a'.repeat(201)}`)).toContain('longer than 200 characters');
});

test('a parameter that comes twice counts once', async () => {
  const { html } = await desk.editor.get('/admin?place=armenia&place=georgia');
  expect(rowsOf(html)).toEqual([references[1]]);
});

test('a cursor that we have not made leads nowhere', async () => {
  const forged = [
    'x',
    Buffer.from('1.2').toString('base64url'),
    Buffer.from(`9999999999999999.${'0'.repeat(8)}-0000-0000-0000-000000000000`).toString(
      'base64url',
    ),
    Buffer.from("1.'; select 1 --").toString('base64url'),
  ];
  for (const cursor of forged) {
    expect((await desk.editor.get(`/admin?after=${cursor}`)).status, cursor).toBe(404);
    expect((await desk.editor.get(`/admin?before=${cursor}`)).status, cursor).toBe(404);
  }
});

test('pages of fifty keep the filters and lead down and up again', async () => {
  const many = await createDesk();
  try {
    const { id } = await createSubmitted(many.deps, { values: { fullName: 'Common Name' } });
    await sql`
      insert into applications
      select (jsonb_populate_record(a, jsonb_build_object(
        'id', gen_random_uuid(), 'reference', 'M-' || n))).*
      from applications as a, generate_series(1, 119) as n where a.id = ${id}`.execute(
      many.deps.db,
    );
    expect(await indexOutdated(many.deps.db, 200)).toBe(119);
    const pageOf = async (path: string) => {
      const { html } = await many.editor.get(path);
      const links = hrefsOf(html);
      return {
        rows: rowsOf(html),
        older: links.find((href) => href.includes('after=')),
        newer: links.find((href) => href.includes('before=')),
      };
    };
    const first = await pageOf('/admin?q=common&place=georgia');
    expect([first.rows.length, first.newer]).toEqual([50, undefined]);
    expect(first.older).toMatch(/^\/admin\?q=common&place=georgia&after=[\w-]+$/);
    const second = await pageOf(first.older!);
    const third = await pageOf(second.older!);
    expect([third.rows.length, third.older]).toEqual([20, undefined]);
    expect(new Set([...first.rows, ...second.rows, ...third.rows]).size).toBe(120);
    const back = await pageOf(third.newer!);
    expect(back.rows).toEqual(second.rows);
    const top = await pageOf(back.newer!);
    expect(top.rows).toEqual(first.rows);
    expect(top.newer).toBeUndefined();
    expect(top.older).toBe(first.older);
    const beyond = await many.editor.get(`/admin?place=armenia&${third.newer!.split('&').at(-1)}`);
    expect(plainText(beyond.html)).toContain('Nothing further here');
  } finally {
    await many.stop();
  }
}, 60_000);

test('flags stand in words in their rows, and filter the list', async () => {
  const { db } = desk.deps;
  const { id } = await db
    .selectFrom('applications')
    .select('id')
    .where('fullName', 'like', 'ნინო%')
    .executeTakeFirstOrThrow();
  await sql`insert into messages (id, application_id, direction, language, body, created_at)
    values (gen_random_uuid(), ${id}, 'in', 'en', 'Hello', ${desk.clock.now()})`.execute(db);
  const { html } = await desk.editor.get('/admin?flag=wrote');
  expect(rowsOf(html)).toHaveLength(1);
  expect(plainText(/<td class="stage">.*?<\/td>/s.exec(html)![0])).toContain('Applicant wrote');
  expect(html).toContain('<option value="wrote" selected="">');
  const unknown = await desk.editor.get('/admin?flag=nothing');
  expect([unknown.status, rowsOf(unknown.html)]).toEqual([200, []]);
});

test.each([
  ['/admin', true, 4],
  ['/admin?stage=new', true, 4],
  ['/admin?decision=declined', false, 4],
  ['/admin?q=nino', true, 4],
  ['/admin?q=nino&language=ka&stage=new', true, 4],
  ['/admin?flag=wrote', true, 4],
  ['/admin?q=zzyzxq', false, 4],
])(
  'a page takes four queries at most, for one row and for three: %s',
  async (path, hasRows, queries) => {
    desk.countQueries();
    const { html } = await desk.editor.get(path);
    expect([rowsOf(html).length > 0, desk.countQueries()]).toEqual([hasRows, queries]);
  },
);

test('a promised day that is over is late, in a word too', async () => {
  const now = desk.clock.now();
  const lateness = async (): Promise<boolean> =>
    (await desk.editor.get('/admin?q=nino')).html.includes('class="late"');
  desk.clock.set(new Date('2026-12-08T22:00:00Z'));
  expect(await lateness()).toBe(false);
  desk.clock.set(new Date('2026-12-08T23:30:00Z'));
  expect(await lateness()).toBe(true);
  const { html } = await desk.editor.get('/admin?q=nino');
  expect(plainText(/<td class="reply[^>]*>.*?<\/td>/s.exec(html)![0])).toMatch(/8 Dec\s+late/);
  desk.clock.set(now);
});

test('an empty list says what will be here and leads to the call', async () => {
  const { html } = await empty.editor.get('/admin');
  expect(plainText(html)).toContain('No applications yet');
  expect(hrefsOf(html)).toContain('/en/calls/regional-experts');
});

test('a filter without a match says so and can be cleared', async () => {
  const { html } = await desk.editor.get('/admin?q=nobody');
  expect(plainText(html)).toContain('Nothing matches');
  expect(hrefsOf(html).filter((href) => href === '/admin').length).toBeGreaterThan(0);
  expect(html).toContain('<a href="/admin">Clear filters</a>');
});

test('admins are told what is still to fill in, others not', async () => {
  const todoOf = async (desk = empty) => {
    const { html } = await desk.admin.get('/admin');
    const [, list = ''] = /Still to fill in:<\/p><ul>(.*?)<\/ul>/.exec(html) ?? [];
    return [...list.matchAll(/<a href="([^"]+)">([^<]+)</g)].map(([, href, text]) => [href, text]);
  };
  const imprint = ['/admin/publication#imprint', 'imprint'];
  const fee = ['/admin/calls/regional-experts/fee', 'fee of “Regional experts”'];
  expect(await todoOf()).toEqual([imprint, fee]);
  for (const [href = ''] of [imprint, fee]) {
    expect((await empty.admin.get(href)).status).toBe(200);
  }
  expect(plainText((await empty.editor.get('/admin')).html)).not.toContain('Still to fill in');
  await sql`update publication set imprint = '{"lines": ["Example Press"]}'`.execute(empty.deps.db);
  expect(await todoOf()).toEqual([fee]);
  const contact = [
    '/admin/calls/regional-experts/newsroom#contactEmail',
    'address for questions of “Regional experts” (it is the one that the software came with)',
  ];
  const { deps } = empty;
  deps.config.smtpUrl = 'smtp://mail.example';
  expect(await todoOf()).toEqual([contact, fee]);
  expect((await empty.admin.get(contact[0]!)).html).toContain('id="contactEmail"');
  await sql`update calls set inbox = 'redaktion@caucasuswatch.de'`.execute(deps.db);
  expect(await todoOf()).toEqual([fee]);
});
