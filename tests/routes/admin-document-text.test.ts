import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NewDocumentText, storeDocumentText } from '../../src/db/document-texts.ts';
import { readingFailures } from '../../src/domain/document-texts.ts';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted, notSealed, type SentFile } from '../support/factories.ts';
import { hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const read: Omit<NewDocumentText, 'documentId' | 'applicationId'> = {
  ...{ state: 'read', reason: null, text: 'One.\n\nTwo\nlines.', language: 'ka', words: 3 },
  ...{ pages: 2, active: [], cut: false },
};
const failed = { ...read, text: '', language: null, words: null, pages: null };

/** An application with a document, and with what was read of it. */
async function submitRead(text?: Partial<typeof read>, file: Partial<SentFile> = {}) {
  const { db, clock } = desk.deps;
  const sent = { kind: 'writingSample', name: 'sample.pdf', ...file } as const;
  const { id, reference } = await createSubmitted(desk.deps, { files: [sent] });
  const { rows } = await sql<{ id: string }>`
    select id from documents where application_id = ${id}`.execute(db);
  const documentId = rows[0]!.id;
  await storeCopies(desk.deps, id);
  if (text) {
    const row = { documentId, applicationId: id, ...read, ...text };
    await db.transaction().execute((trx) => storeDocumentText(trx, row, clock.now(), notSealed));
  }
  const page = `/admin/applications/${reference}`;
  return { id, documentId, page, path: `${page}/documents/${documentId}/text` };
}

const textOf = (html: string): string => plainText(html).replace(/\s+/g, ' ');
const mainOf = (html: string): string => textOf(/<main.*<\/main>/s.exec(html)![0]).trim();

async function listOpenings(applicationId: string) {
  const { rows } = await sql`
    select document_id, staff_id, type from access_log
    where application_id = ${applicationId} order by id`.execute(desk.deps.db);
  return rows;
}

test('the text is shown in paragraphs, in its language, with the way back and to the original', async () => {
  const { page, path, documentId } = await submitRead({}, { name: 'ნიმუში.pdf', language: 'ru' });
  const { status, html, headers } = await desk.editor.get(`${path}?stage=screening`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=UTF-8');
  expect(html).toContain(
    '<article class="paper reading" lang="ka"><p dir="auto">One.</p><p dir="auto">Two\nlines.</p></article>',
  );
  expect(mainOf(html)).toContain('Writing sample · 2 pages · 3 words · text: Georgian');
  expect(mainOf(html)).toContain('The text alone, without pictures and layout.');
  const hrefs = hrefsOf(html);
  expect(hrefs).toContain(`${page}?stage=screening`);
  expect(hrefs).toContain(`${page}/documents/${documentId}`);
});

test('the page of the application leads there, and tells language, words and pages', async () => {
  const { page, path } = await submitRead({}, { language: 'ru' });
  const { html } = await desk.editor.get(`${page}?stage=screening`);
  expect(hrefsOf(html)).toContain(`${path}?stage=screening`);
  expect(mainOf(html)).toMatch(
    /PDF · [^·]+ · Russian · 2 pages · 3 words · text: Georgian Show \S+ SHA/,
  );
  const same = await submitRead({}, { language: 'ka' });
  expect(mainOf((await desk.editor.get(same.page)).html)).toMatch(
    /PDF · [^·]+ · Georgian · 2 pages · 3 words Show \S+ SHA/,
  );
});

test('whatever the text says, it is text', async () => {
  const evil =
    '</p></article><script>alert(1)</script>\n\n<img src=x onerror=alert(2)> javascript:alert(3) &lt;';
  const { path } = await submitRead({ text: evil, language: null });
  const { html } = await desk.editor.get(path);
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<img');
  expect(mainOf(html)).toContain(
    '</p></article><script>alert(1)</script> <img src=x onerror=alert(2)>',
  );
});

type Untold = [what: string, text: Partial<typeof read> | undefined, said: string, linked: boolean];
const untold: Untold[] = [
  ['that waits', undefined, 'The text has not been read yet.', true],
  ['without text', { ...failed, state: 'empty', words: 0 }, 'No text was found', false],
  ...readingFailures.map((reason): Untold => {
    const text = { ...failed, state: 'failed' as const, reason };
    return [`that failed (${reason})`, text, 'The text could not be read: ', false];
  }),
];
test.each(untold)(
  'a document %s says so in both places, with the way to the original',
  async (_, text, said, linked) => {
    const { page, path, documentId } = await submitRead(text);
    const list = await desk.editor.get(page);
    expect(mainOf(list.html)).toContain(said);
    expect(hrefsOf(list.html).includes(path)).toBe(linked);
    const { status, html } = await desk.editor.get(path);
    expect(status).toBe(200);
    expect(mainOf(html)).toContain(said);
    expect(html).not.toContain('<article');
    expect(hrefsOf(html)).toContain(`${page}/documents/${documentId}`);
  },
);

test('what was cut says so', async () => {
  const { path } = await submitRead({ cut: true });
  expect(mainOf((await desk.editor.get(path)).html)).toContain('this is its beginning');
});

test('active content is told before the original is opened', async () => {
  const { page, path } = await submitRead({ active: ['javascript', 'embedded-file'] });
  for (const address of [page, path]) {
    expect(mainOf((await desk.editor.get(address)).html)).toContain(
      'Active content: scripts (JavaScript) and embedded files. Open the original only',
    );
  }
  const unknown = await submitRead({ ...failed, state: 'failed', reason: 'crashed', active: null });
  expect(mainOf((await desk.editor.get(unknown.path)).html)).toContain('could not be checked');
  const plain = await submitRead({});
  expect(mainOf((await desk.editor.get(plain.page)).html)).not.toMatch(/Active content|checked/);
});

test('opening the text counts as opening the document, once in ten minutes', async () => {
  const { id, documentId, page, path } = await submitRead({});
  await desk.editor.get(path);
  await desk.editor.get(path);
  const own = { documentId, staffId: desk.editor.staff.id, type: 'opened' };
  expect(await listOpenings(id)).toEqual([own]);
  desk.clock.advance(601);
  await desk.editor.get(path);
  await desk.admin.get(path);
  expect(await listOpenings(id)).toEqual([own, own, { ...own, staffId: desk.admin.staff.id }]);
  // Opening the application is another thing, and is noted although its document was just read.
  const { html } = await desk.editor.get(page);
  expect(mainOf(html)).toContain('viewed by you');
  expect(await listOpenings(id)).toContainEqual({ ...own, documentId: null });
  expect(mainOf((await desk.reviewer.get(page)).html)).not.toContain('viewed by you');
});

test('prefetches are refused and never count, and neither does HEAD', async () => {
  const { id, path } = await submitRead({});
  for (const headers of [{ 'sec-purpose': 'prefetch' }, { purpose: 'prefetch' }]) {
    expect((await desk.editor.get(path, headers as Record<string, string>)).status).toBe(503);
  }
  expect((await desk.editor.head(path)).status).toBe(200);
  expect(await listOpenings(id)).toEqual([]);
});

test('a foreign document, an unknown one and what is no id are not there, and leave no trace', async () => {
  const [own, other] = [await submitRead({}), await submitRead({})];
  const unknown = '00000000-0000-7000-8000-000000000000';
  for (const id of [other.documentId, unknown, 'x', "' or 1=1", own.documentId.toUpperCase()]) {
    const path = `${own.page}/documents/${encodeURIComponent(id)}/text`;
    expect((await desk.admin.get(path)).status, id).toBe(404);
  }
  expect(await listOpenings(own.id)).toEqual([]);
  expect(await listOpenings(other.id)).toEqual([]);
});

test('whoever is no member of the staff is sent to sign in', async () => {
  const { path } = await submitRead({});
  const answer = await desk.app.request(path);
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toMatch(/^\/admin\/sign-in/);
  expect((await desk.reviewer.get(path)).status).toBe(200);
});

test('a pasted text is there too, under the name of its kind', async () => {
  const { id, reference } = await createSubmitted(desk.deps, { texts: { cv: 'I write.' } });
  const { rows } = await sql<{ id: string }>`
    select id from documents where application_id = ${id}`.execute(desk.deps.db);
  const page = `/admin/applications/${reference}`;
  const path = `${page}/documents/${rows[0]!.id}/text`;
  expect(hrefsOf((await desk.editor.get(page)).html)).not.toContain(path);
  expect((await desk.editor.get(path)).html).toContain('<h1><bdi>CV</bdi></h1>');
});
