import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/actions/read-documents.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { coarsenTimes } from '../../src/db/coarse-times.ts';
import { indexApplication } from '../../src/db/search.ts';
import { createDocumentReader, type DocumentReader } from '../../src/documents/reading/reader.ts';
import { makeSample } from '../../src/documents/samples.ts';
import { decide } from '../support/decide.ts';
import { deliverMails } from '../support/deliver.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { dumpTables } from '../support/dump.ts';
import { elementsOf, plainText, textOf } from '../support/html.ts';
import { claimIt, goodScores, press } from '../support/review-forms.ts';
import { sendForm, submit } from '../support/send-form.ts';

let desk: Desk;
let reader: DocumentReader;
beforeAll(async () => {
  desk = await createDesk();
  reader = createDocumentReader({ memoryMb: 200 });
});
afterAll(async () => {
  reader.close();
  await desk.stop();
});

// A word of no language, in two scripts: nothing but what was planted can hold it.
const canary = /zimtkanar|ზიმტკანარ/iu;
const hexes = ['Zimtkanar', 'zimtkanar', 'ზიმტკანარ'].map((word) =>
  Buffer.from(word).toString('hex'),
);
const holds = (text: string): boolean =>
  canary.test(text) || hexes.some((hex) => text.toLowerCase().includes(hex));

const dump = async () => await dumpTables(desk.deps.db);

/** Where the canary stands: tables, captured mails, logs. */
async function findCanaries(): Promise<string[]> {
  const { dataDir } = desk.deps.config;
  const mails = path.join(dataDir, 'mail');
  let files: string[] = [];
  try {
    files = readdirSync(mails);
  } catch {}
  const decoded = (text: string): string =>
    `${text}\n${text
      .split(/\r?\n\r?\n/)
      .map((part) => Buffer.from(part.replace(/\s/g, ''), 'base64').toString('utf8'))
      .join('\n')}\n${text.replace(/=\r?\n/g, '')}`;
  return [
    ...(await dump()).filter(({ row }) => holds(row)).map(({ table, row }) => `${table}: ${row}`),
    ...files
      .filter((name) => holds(name) || holds(decoded(readFileSync(path.join(mails, name), 'utf8'))))
      .map((name) => `mail ${name}`),
    ...desk.logged.filter(holds).map((line) => `log ${line}`),
  ];
}

const fields = {
  discreet: 'yes',
  fullName: 'Zimtkanari Alias',
  latinName: 'Zimtkanari Latin',
  penName: 'Zimtkanari Feder',
  email: 'zimtkanari@zimtkanari.example',
  contactChannel: 'signal',
  contactHandle: '@zimtkanari',
  places: ['georgia'],
  placesOther: 'Zimtkanari valley',
  basedIn: 'Zimtkanari town',
  languages: ['ka'],
  topics: 'Rivers of Zimtkanari. ზიმტკანარი.',
  links: ['https://zimtkanari.example/texts'],
  consent: 'yes',
  via: 'https://zimtkanari.example/article',
  coverLetterText: 'I am Zimtkanari, and this is my letter.',
};
const document = (type: 'pdf' | 'docx', paragraph: string): Buffer =>
  makeSample(type, { title: 'Zimtkanari', paragraphs: [paragraph] });
const files = [
  {
    field: 'cv',
    name: 'Zimtkanari CV.pdf',
    bytes: document('pdf', 'Zimtkanari was born in a valley.'),
  },
  {
    field: 'writingSample',
    name: 'ზიმტკანარი.docx',
    bytes: document('docx', 'ზიმტკანარი წერს მდინარეებზე.'),
  },
];

describe('a canary in every field of a discreet application', () => {
  let token: string;
  let page: string;
  let reference: string;
  let id: string;
  const pathOf = (): string => `/admin/applications/${reference}`;
  const post = async (address: string, form: Record<string, string>) =>
    await desk.app.request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    });

  test('is in no table while it is a draft, and its applicant reads all of it', async () => {
    const answer = await sendForm(desk.app, { ...fields, intent: 'save' }, files);
    expect(answer.status).toBe(303);
    token = /\/drafts\/([\w-]{32})/.exec(answer.headers.get('location')!)![1]!;
    expect((await dump()).map(({ table }) => table)).toContain('keys.application_keys');
    expect(await findCanaries()).toEqual([]);
    const form = await (await desk.app.request(`/en/drafts/${token}`)).text();
    for (const value of ['Zimtkanari Alias', '@zimtkanari', 'Zimtkanari CV.pdf', 'my letter']) {
      expect(form).toContain(value);
    }
    const check = await (await desk.app.request(`/en/drafts/${token}/check`)).text();
    expect(plainText(check)).toContain('zimtkanari@zimtkanari.example');
    expect(plainText(check)).toContain('ზიმტკანარი.docx');
  });

  test('comes into the open where the box is unticked, and is sealed again', async () => {
    const { discreet: _, ...open } = { ...fields, draft: token, intent: 'save' };
    expect((await sendForm(desk.app, open)).status).toBe(303);
    const found = (await findCanaries()).map((one) => one.split(':')[0]);
    expect([...new Set(found)].sort()).toEqual(['public.applications', 'public.documents']);
    expect((await sendForm(desk.app, { ...open, discreet: 'yes' })).status).toBe(303);
    expect(await findCanaries()).toEqual([]);
  });

  test('is in no table once it is submitted, read and told', async () => {
    const answer = await submit(desk.app, token);
    page = answer.headers.get('location')!;
    const row = await desk.deps.db
      .selectFrom('applications')
      .select(['id', 'reference'])
      .executeTakeFirstOrThrow();
    ({ id, reference } = row);
    await deliverMails(desk.deps);
    const deps = { ...desk.deps, reader, afterTextRead: indexApplication };
    expect(await readDocuments(deps, id, new AbortController().signal)).toBe(3);
    expect(await findCanaries()).toEqual([]);
  });

  test('is on the private page nowhere', async () => {
    const html = await (await desk.app.request(page)).text();
    expect(html).not.toMatch(canary);
    expect(plainText(html)).toContain('This page shows neither names nor your address');
    const documents = await (await desk.app.request(`${page}/documents`)).text();
    expect(documents).not.toMatch(canary);
  });

  test('is found by nobody who searches for it', async () => {
    for (const q of ['Zimtkanari', 'zimtkanari@zimtkanari.example', 'rivers', 'ზიმტკანარი']) {
      const { html } = await desk.editor.get(`/admin?q=${encodeURIComponent(q)}`);
      expect(html).not.toContain(`id="${reference}"`);
    }
    const { html } = await desk.editor.get(`/admin?q=${reference}`);
    expect(html).toContain(`id="${reference}"`);
    expect(html).not.toMatch(canary);
    const csv = await desk.editor.get('/admin/export.csv');
    expect(csv.html).not.toContain(reference);
  });

  test('is read by whoever may, the address and the contact apart', async () => {
    const { html } = await desk.editor.get(pathOf());
    const text = plainText(html);
    for (const value of ['Zimtkanari Alias', 'Zimtkanari town', 'this is my letter']) {
      expect(text).toContain(value);
    }
    expect(html).not.toMatch(/@zimtkanari|zimtkanari@|Zimtkanari CV/);
    const [, textLink] = /href="([^"]+\/text)"/.exec(html)!;
    const reading = await desk.editor.get(textLink!);
    expect(reading.html).toMatch(canary);
    const reason = { reason: 'Zimtkanari asked for it' };
    const original = textLink!.replace('/text', '/original');
    const download = await desk.editor.fetch(original, {
      method: 'POST',
      body: new URLSearchParams(reason),
    });
    expect(download.status).toBe(200);
    expect(download.headers.get('content-disposition')).toMatch(
      new RegExp(`filename="${reference}-(cv|writingSample)\\.(pdf|docx)"`),
    );
    expect((await desk.editor.get(original)).html).toContain(reason.reason);
    expect(await findCanaries()).toEqual([]);
  });

  test('is in no table after notes, reviews, messages, requests and their answers', async () => {
    const send = async (seat: Desk['editor'], action: string, form: Record<string, string>) =>
      expect([action, (await seat.post(`${pathOf()}/${action}`, form)).status]).toEqual([
        action,
        303,
      ]);
    await send(desk.editor, 'tags', { act: 'add', tag: 'rivers' });
    await send(desk.editor, 'notes', { note: 'Zimtkanari called.', tell: desk.reviewer.staff.id });
    await send(desk.editor, 'messages', { message: 'Dear Zimtkanari, welcome.', language: 'en' });
    const wish = { request: 'Zimtkanari, one more sample', language: 'en', dueOn: '2027-01-15' };
    await send(desk.editor, 'requests', { ...wish, kinds: 'writingSample' });
    await claimIt(desk.reviewer, { id, reference });
    const scored = { ...goodScores, intent: 'submit', review: 'Zimtkanari writes well.' };
    expect((await press(desk.reviewer, { id, reference }, 'review', scored)).status).toBe(303);
    const wrote = await sendForm(
      desk.app,
      { message: 'Zimtkanari says hello', intent: 'send' },
      [],
      {
        path: `${page}/messages`,
      },
    );
    expect(wrote.status).toBe(303);
    await deliverMails(desk.deps);
    expect(await findCanaries()).toEqual([]);
    for (const seat of [desk.editor, desk.reviewer]) {
      const text = plainText((await seat.get(pathOf())).html);
      expect(text).toContain('Zimtkanari called.');
      expect(text).toContain('Zimtkanari writes well.');
      expect(text).toContain('Zimtkanari says hello');
    }
    expect((await desk.reviewer.get('/admin/mentions')).html).toContain('Zimtkanari called.');
  });

  test('is in no table after the identity was opened, with a reason and for whoever may', async () => {
    const sealed = await desk.editor.get(`${pathOf()}/identity`);
    expect(sealed.html).not.toMatch(/zimtkanari@/);
    const lookReason = 'Zimtkanari has to sign';
    expect((await desk.reviewer.post(`${pathOf()}/identity`, { lookReason })).status).toBe(404);
    expect((await desk.editor.post(`${pathOf()}/identity`, { lookReason: ' ' })).status).toBe(422);
    const opened = await desk.editor.post(`${pathOf()}/identity`, { lookReason });
    expect(opened.status).toBe(303);
    const shown = plainText((await desk.editor.get(opened.location!)).html);
    expect(shown).toContain('zimtkanari@zimtkanari.example');
    expect(shown).toContain('Signal: @zimtkanari');
    // Nobody else sees it for that, and after a while neither do they.
    expect((await desk.admin.get(`${pathOf()}/identity`)).html).not.toMatch(/zimtkanari@/);
    const looks = await desk.admin.get('/admin/looks');
    expect(plainText(looks.html).replace(/\s+/g, ' ')).toContain(
      `${reference} · Identity · Edda Editor looked it up: ${lookReason}`,
    );
    expect((await desk.editor.get('/admin/looks')).status).toBe(404);
    desk.clock.advance(15 * 60);
    expect((await desk.editor.get(`${pathOf()}/identity`)).html).not.toMatch(/zimtkanari@/);
    expect(await findCanaries()).toEqual([]);
  });

  test('is in no table after the decision, its letter and what a contributor says', async () => {
    const source = {
      subject: 'Welcome, {name}',
      body: 'Dear {name}, dear Zimtkanari. {signature}',
    };
    const decided = { source, reasonWords: 'Zimtkanari knows rivers.' };
    const { outcome } = await decide(
      desk.deps,
      { reference },
      'accept',
      desk.editor.staff,
      decided,
    );
    expect(outcome).toBe('done');
    desk.clock.advance(3600);
    await deliverMails(desk.deps);
    const html = await (await desk.app.request(page)).text();
    expect(plainText(html)).toContain(`Welcome, ${reference}`);
    const details = {
      byline: 'Zimtkanari Byline',
      beats: 'Zimtkanari beats',
      legalName: 'Z. Zimtkanari',
    };
    const saved = await sendForm(desk.app, { ...details, intent: 'send' }, [], {
      path: `${page}/details`,
    });
    expect(saved.status).toBe(303);
    expect(await (await desk.app.request(`${page}/details`)).text()).not.toMatch(canary);
    expect(await findCanaries()).toEqual([]);
    const contributor = await desk.editor.get(`/admin/contributors/${reference}`);
    expect(contributor.html).toContain('Zimtkanari Byline');
    expect(contributor.html).not.toContain('Z. Zimtkanari');
    const list = await desk.editor.get('/admin/contributors');
    expect(list.html).toContain(reference);
    expect(list.html).not.toMatch(canary);
    expect((await desk.editor.get('/admin/contributors.csv')).html).not.toContain(reference);
    const lookReason = 'The contract of Zimtkanari';
    const look = await desk.editor.post(`/admin/contributors/${reference}/legal-name`, {
      lookReason,
    });
    expect(look.html).toContain('Z. Zimtkanari');
    expect(await findCanaries()).toEqual([]);
  });

  test('source 6: after the decision its times are days', async () => {
    desk.clock.advance(24 * 3600);
    const { db, clock } = desk.deps;
    const signal = new AbortController().signal;
    expect(await coarsenTimes(db, clock.now(), signal)).toBe(1);
    expect(await coarsenTimes(db, clock.now(), signal)).toBe(0);
    // Of the staff, who answer for them.
    const ofStaff = ['review_assignments', 'reviews', 'review_versions', 'original_openings'];
    const { rows: tables } = await sql<{ name: string; owner: string }>`
      select distinct c.table_name as name, o.column_name as owner
      from information_schema.columns as c join information_schema.columns as o
        on o.table_schema = c.table_schema and o.table_name = c.table_name
        and o.column_name = case when o.table_name = 'applications' then 'id' else 'application_id' end
      join pg_class as p on p.oid = c.table_name::regclass and p.relkind = 'r'
      where c.table_schema = current_schema() and c.data_type = 'timestamp with time zone'
        and c.table_name <> all(${[...ofStaff, 'legal_name_looks', 'legal_holds']}::text[])`.execute(
      db,
    );
    const fine: string[] = [];
    const held: string[] = [];
    for (const { name, owner } of tables) {
      const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} as t
        where ${sql.ref(owner)} = ${id}::uuid`.execute(db);
      const times = rows.flatMap(
        ({ row }) => row.match(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*/g) ?? [],
      );
      if (times.length > 0) held.push(name);
      fine.push(
        ...times.filter((one) => !one.endsWith(' 00:00:00')).map((one) => `${name} ${one}`),
      );
    }
    expect(fine).toEqual([]);
    for (const name of ['applications', 'events', 'access_log', 'messages', 'mails', 'documents']) {
      expect(held).toContain(name);
    }
    for (const name of ['notes', 'staff_notifications', 'application_tags'])
      expect(held).toContain(name);
  });

  test('is in the export of its owner, who names the address', async () => {
    const link = await desk.app.request(`${page}/export`);
    expect([link.status, link.headers.get('location')]).toEqual([303, `${page}#data`]);
    const wrong = await post(`${page}/export`, { exportEmail: 'other@example.org' });
    expect(wrong.status).toBe(422);
    const right = await post(`${page}/export`, { exportEmail: 'Zimtkanari@zimtkanari.example' });
    expect(right.headers.get('content-type')).toBe('application/zip');
    const zip = Buffer.from(await right.arrayBuffer()).toString('latin1');
    for (const value of ['zimtkanari@zimtkanari.example', 'Z. Zimtkanari', 'Zimtkanari CV.pdf']) {
      expect([value, zip.includes(value)]).toEqual([value, true]);
    }
  });

  test('breaks no invariant, and goes with its application', async () => {
    const found: unknown[] = [];
    const { db } = desk.deps;
    await verifyDatabase(desk.deps, { report: (violation) => found.push(violation) });
    expect(found).toEqual([]);
    expect((await post(`${page}/erase`, {})).status).toBe(303);
    const left = await db.selectFrom('legalNameLooks').select('id').execute();
    expect(left).toEqual([]);
    expect((await dump()).filter(({ table }) => table.startsWith('keys.application'))).toEqual([]);
  });
});

test('the receipt code with the address leads back to the page, which asks for the address before an export', async () => {
  const answer = await sendForm(desk.app, { ...fields, discreet: 'yes' }, files);
  const token = /\/drafts\/([\w-]{32})/.exec(answer.headers.get('location')!)![1]!;
  const page = (await submit(desk.app, token)).headers.get('location')!;
  const html = await (await desk.app.request(page)).text();
  const code = /<strong data-receipt-code[^>]*>([^<]+)</.exec(html)![1]!;
  const found = await desk.app.request('/en/find', {
    method: 'POST',
    body: new URLSearchParams({ code, email: fields.email }),
  });
  expect(found.headers.get('location')).toBe(page);
  expect(elementsOf(html, 'input').some(({ name }) => name === 'exportEmail')).toBe(true);
  expect(textOf(html, 'data')).toBe('Your data');
});
