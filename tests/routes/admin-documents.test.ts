import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePdf } from '../../src/documents/samples.ts';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { makeDiscreet } from '../support/discreet.ts';
import { createSubmitted, pdf } from '../support/factories.ts';
import { plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const big = makePdf({ title: 'Notes', paragraphs: ['The river.'] }, { size: 1_500_000 });

async function submitFile(name: string, bytes?: Buffer) {
  const file = { kind: 'cv' as const, name, ...(bytes && { bytes }) };
  const { id, reference } = await createSubmitted(desk.deps, { files: [file] });
  await storeCopies(desk.deps, id);
  const { rows } = await sql<{ id: string }>`
    select id from documents where application_id = ${id}`.execute(desk.deps.db);
  const documentId = rows[0]!.id;
  return { id, documentId, path: `/admin/applications/${reference}/documents/${documentId}` };
}

async function listDownloads(applicationId: string) {
  const { rows } = await sql`
    select document_id, staff_id, type from access_log
    where application_id = ${applicationId}`.execute(desk.deps.db);
  return rows;
}

test('3.2.1: 5.4.1: 5.4.2: a download has the right type, its name in any script, and headers that keep it inert', async () => {
  const { path } = await submitFile('ნინო გელაშვილი, ცვ.pdf');
  const { status, headers } = await desk.editor.fetch(path);
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(pdf.length),
    'content-disposition':
      'attachment; filename="document.pdf"; filename*=UTF-8\'\'' +
      `${encodeURIComponent('ნინო გელაშვილი, ცვ.pdf')}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store, no-transform',
    'cross-origin-resource-policy': 'same-origin',
  });
});

test('a download of many chunks arrives as it was sent', async () => {
  const { path } = await submitFile('big.pdf', big);
  const bytes = Buffer.from(await (await desk.editor.fetch(path)).arrayBuffer());
  const hash = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
  expect(hash(bytes)).toBe(hash(big));
});

test('a pasted text downloads as a text file', async () => {
  const text = 'Dear editors, გამარჯობა';
  const { id, reference } = await createSubmitted(desk.deps, { texts: { coverLetter: text } });
  await storeCopies(desk.deps, id);
  const { rows } = await sql<{ id: string }>`
    select id from documents where application_id = ${id}`.execute(desk.deps.db);
  const answer = await desk.editor.get(`/admin/applications/${reference}/documents/${rows[0]!.id}`);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(answer.headers.get('content-disposition')).toContain('filename="cover-letter.txt"');
  expect(answer.html).toBe(text);
});

test('source 8: each role may download, and each download is noted', async () => {
  const { id, documentId, path } = await submitFile('cv.pdf');
  const seats = [desk.admin, desk.editor, desk.reviewer];
  for (const seat of seats) expect((await seat.fetch(path)).status).toBe(200);
  expect(await listDownloads(id)).toEqual(
    seats.map(({ staff }) => ({ documentId, staffId: staff.id, type: 'downloaded' })),
  );
});

test('HEAD and prefetches are not noted', async () => {
  const { id, path } = await submitFile('cv.pdf');
  const head = await desk.editor.head(path);
  expect([head.status, head.html]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String(pdf.length));
  expect((await desk.editor.get(path, { 'Sec-Purpose': 'prefetch' })).status).toBe(503);
  expect(await listDownloads(id)).toEqual([]);
});

test('a document of another application is not there, and nothing is noted', async () => {
  const mine = await submitFile('mine.pdf');
  const other = await submitFile('other.pdf');
  const path = mine.path.replace(mine.documentId, other.documentId);
  expect((await desk.admin.get(path)).status).toBe(404);
  expect(await listDownloads(mine.id)).toEqual([]);
  expect(await listDownloads(other.id)).toEqual([]);
});

test('what is no id is not there', async () => {
  const { path, documentId } = await submitFile('cv.pdf');
  for (const id of ['x', '0', `${documentId}0`, "'; select 1 --", documentId.replace(/-/g, '')]) {
    const { status } = await desk.admin.get(path.replace(documentId, encodeURIComponent(id)));
    expect(status, id).toBe(404);
  }
});

test('the document of a file that is still arriving is not there', async () => {
  const { path, documentId } = await submitFile('cv.pdf');
  await sql`update documents set state = 'receiving', sha256 = null where id = ${documentId}`.execute(
    desk.deps.db,
  );
  expect((await desk.admin.get(path)).status).toBe(404);
});

test('a damaged chunk breaks the connection, so that no half file looks whole', async () => {
  const { path, documentId } = await submitFile('big.pdf', big);
  await sql`update document_chunks set data = set_byte(data, 20, get_byte(data, 20) # 1)
    where document_id = ${documentId} and number = 3`.execute(desk.deps.db);
  const server = await desk.listen();
  try {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    const lines = desk.logged.map((line) => JSON.parse(line)).filter((line) => line.documentId);
    expect(lines).toMatchObject([{ level: 50, documentId, msg: 'a document is damaged' }]);
  } finally {
    await server.close();
  }
});

test('a slow reader is not waited for with the file in memory', async () => {
  const { path, documentId } = await submitFile('big.pdf', big);
  desk.countQueries();
  const { body } = await desk.editor.fetch(path);
  const reader = body!.getReader();
  await reader.read();
  // Time for whatever is fetched ahead: answers come in the order of the questions.
  for (let turn = 0; turn < 20; turn += 1) await sql`select 1`.execute(desk.deps.db);
  // The application, the document, its copy, the access log, the document once more, and two COPYs of chunks.
  expect(desk.countQueries() - 20).toBe(7);
  await reader.cancel();
  const { rows } = await sql<{ count: number }>`
    select chunk_count as count from documents where id = ${documentId}`.execute(desk.deps.db);
  expect(rows).toEqual([{ count: 6 }]);
});

test('a discreet applicant’s file goes by its kind: in the list of documents, in its controls, where it is saved', async () => {
  const file = { kind: 'cv' as const, name: 'Nino.pdf' };
  const application = await createSubmitted(desk.deps, { files: [file] });
  await storeCopies(desk.deps, application.id);
  await makeDiscreet(desk.deps, application);
  await sql`update documents set name = '' where application_id = ${application.id}`.execute(
    desk.deps.db,
  );
  const { html } = await desk.editor.get(`/admin/applications/${application.reference}`);
  const block = html.split('<article class="document">')[1]!.split('</article>')[0]!;
  expect(plainText(block.split('</h3>')[0]!).trim()).toBe('CV');
  expect(plainText(block)).toContain('PDF · ');
  expect(plainText(block)).not.toContain('CV · PDF');
  const [, download, original] =
    /href="([^"]+)" aria-label="Download CV"[\s\S]*href="([^"]+)"/.exec(block)!;
  const named = `attachment; filename="${application.reference}-cv.pdf"`;
  const saved = [
    await desk.editor.fetch(download!),
    await desk.editor.post(original!, { reason: 'The copy is empty.' }),
  ];
  for (const { headers } of saved) expect(headers.get('content-disposition')).toContain(named);

  const list = plainText((await desk.editor.get('/admin')).html);
  expect(list).toContain(application.reference);
  expect(list).not.toContain('roughly');
});
