import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { filePart, fillDraft, goodFiles, submit as submitDraft } from '../support/send-form.ts';
import { createBody, createTus, encodeMetadata, type Tus } from '../support/tus.ts';

let test: TestApp;
let url: string;
let tus: Tus;
let draft: string;
const pdf = filePart('cv', 'cv.pdf', 600_000).bytes;
const guessed = `/uploads/${'A'.repeat(32)}`;

beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  tus = createTus(url);
  draft = await fillDraft(test.app, { intent: 'save' }, []);
});
afterAll(() => test.stop());

/** Everything that uploads can change. */
async function readRows() {
  const { db } = test.deps;
  return {
    documents: await db.selectFrom('documents').selectAll().orderBy('id').execute(),
    chunks: await db
      .selectFrom('documentChunks')
      .select(['documentId', 'number'])
      .orderBy('documentId')
      .orderBy('number')
      .execute(),
    uploads: await db.selectFrom('uploads').selectAll().orderBy('documentId').execute(),
    applications: await db.selectFrom('applications').selectAll().orderBy('id').execute(),
  };
}
/** Holders come and go; bytes must not. */
async function readContents() {
  const rows = await readRows();
  return { ...rows, uploads: rows.uploads.map(({ holder: _, ...upload }) => upload) };
}
const textOf = async (answer: Response): Promise<[number, string]> => [
  answer.status,
  (await answer.text()).trim(),
];

it('an upload is made and goes on whatever a proxy writes of the way it came', async () => {
  for (const proto of ['https, http', 'https', 'wss', '']) {
    const headers = { 'x-forwarded-proto': proto, 'x-forwarded-host': 'a, b' };
    const { bytes } = filePart('writingSample', 'sample.txt');
    const answer = await tus.create(
      { kind: 'writingSample', name: 'sample.txt', length: bytes.length },
      headers,
    );
    expect([proto, answer.status]).toEqual([proto, 201]);
    const location = answer.headers.get('location')!;
    expect(location).toMatch(/^\/uploads\//);
    expect((await tus.patch(location, 0, bytes, headers)).status).toBe(204);
  }
});

describe('an upload is not made', () => {
  it.each([
    ['an empty file', { length: 0 }, 422, 'cv.pdf is empty. Choose a file with content'],
    [
      'one over the limit',
      { length: 10_000_001 },
      413,
      'cv.pdf is larger than 10 MB. Choose a smaller file or paste the text',
    ],
    [
      'one over the limit, in German',
      { length: 10_000_001, metadata: { language: 'de' } },
      413,
      'cv.pdf ist größer als 10 MB. Wählen Sie eine kleinere Datei oder fügen Sie den Text ein',
    ],
    [
      'an unknown field',
      { length: 5, metadata: { kind: 'photo' } },
      422,
      expect.stringContaining('could not be read'),
    ],
    [
      'a file without a name',
      { length: 5, metadata: { filename: '' } },
      422,
      expect.stringContaining('could not be read'),
    ],
    [
      'a draft that never was',
      { length: 5, draft: 'B'.repeat(32) },
      404,
      expect.stringContaining('nothing at this address'),
    ],
    [
      'a call that does not exist',
      { length: 5, metadata: { call: 'nothing' } },
      404,
      expect.stringContaining('nothing at this address'),
    ],
  ])('for %s', async (_, wish, status, message) => {
    const before = await readRows();
    const place = 'draft' in wish || _ === 'a call that does not exist' ? {} : { draft };
    const answer = await tus.create({ ...place, ...wish } as Parameters<Tus['create']>[0]);
    expect(await textOf(answer)).toEqual([status, message]);
    expect(answer.headers.get('location')).toBeNull();
    expect(await readRows()).toEqual(before);
  });

  it.each([
    ['without a length', { 'upload-metadata': encodeMetadata({ kind: 'cv' }) }, 400],
    ['with a length to come', { 'upload-defer-length': '1' }, 501],
    ['with a length that is no number', { 'upload-length': '1e3' }, 400],
    ['with broken metadata', { 'upload-length': '5', 'upload-metadata': 'kind ?' }, 400],
    ['as a part of another', { 'upload-length': '5', 'upload-concat': 'partial' }, 501],
    ['in another version', { 'upload-length': '5', 'tus-resumable': '2.0.0' }, 400],
  ])('%s', async (_, headers, status) => {
    const before = await readRows();
    expect((await tus.send('POST', '/uploads', { headers })).status).toBe(status);
    expect(await readRows()).toEqual(before);
  });

  it('for a fourth writing sample, nor beside three that are on their way', async () => {
    const own = await fillDraft(test.app, { intent: 'save' }, []);
    const wish = { draft: own, kind: 'writingSample', length: 9 } as const;
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await tus.make({ ...wish, name });
    const refused = [422, 'Only 3 files fit here. Remove one first'];
    expect(await textOf(await tus.create({ ...wish, name: 'd.txt' }))).toEqual(refused);
    // Those that were given up take no place.
    test.clock.advance(121);
    const { path } = await tus.make({ ...wish, name: 'd.txt' });
    expect((await tus.patch(path, 0, Buffer.from('The river'))).status).toBe(204);
    test.clock.reset();
  });

  it('while the call is closed, unless there is a draft', async () => {
    const { db } = test.deps;
    const closed = new Date(test.clock.now().getTime() - 1000);
    await db.updateTable('calls').set({ closesAt: closed }).execute();
    expect((await tus.create({ length: 5 })).status).toBe(410);
    expect((await tus.create({ length: 5, draft })).status).toBe(201);
    await db.updateTable('calls').set({ closesAt: null }).execute();
  });
});

describe('bytes are not taken', () => {
  it.each(['HEAD', 'PATCH', 'DELETE', 'GET'])('by %s of a guessed address', async (method) => {
    const patch = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
    const answer = await tus.send(method, guessed, { headers: method === 'PATCH' ? patch : {} });
    expect(answer.status).toBe(404);
  });

  it.each([
    ['behind the end of what is there', 4, {}, 409],
    ['without an offset', undefined, {}, 403],
    ['at an offset that is none', '-1', {}, 400],
    ['as another type', 0, { 'content-type': 'application/pdf' }, 400],
    ['without the version of the protocol', 0, { 'tus-resumable': '' }, 412],
    ['from another site', 0, { origin: 'https://elsewhere.example' }, 403],
    ['from a page that hides its address', 0, { origin: 'null' }, 403],
    ['with a checksum of another kind', 0, { 'upload-checksum': 'md5 AAAA' }, 400],
    ['with a wrong checksum', 0, { 'upload-checksum': 'sha1 AAAA' }, 460],
  ])('%s', async (_, offset, headers, status) => {
    const { path } = await tus.make({ draft, length: pdf.length });
    const before = await readContents();
    const answer = await tus.send('PATCH', path, {
      headers: {
        ...(offset !== undefined && { 'upload-offset': String(offset) }),
        'content-type': 'application/offset+octet-stream',
        ...headers,
      },
      body: pdf.subarray(0, 400_000),
    });
    expect(answer.status).toBe(status);
    expect(await readContents()).toEqual(before);
    expect((await tus.send('DELETE', path)).status).toBe(204);
  });

  it('beyond the length that was said, declared or not', async () => {
    const { path } = await tus.make({ draft, length: 300_000 });
    expect((await tus.patch(path, 0, pdf)).status).toBe(413);
    const body = createBody();
    const answer = tus.patch(path, 0, body.stream);
    body.push(pdf);
    body.end();
    expect((await answer).status).toBe(413);
    const rows = await test.deps.db
      .selectFrom('uploads')
      .select(['received', 'length'])
      .where('length', '=', 300_000)
      .execute();
    expect(rows[0]!.received).toBeLessThan(300_000);
    expect((await tus.send('DELETE', path)).status).toBe(204);
  });

  it('into a draft that was submitted or has expired', async () => {
    const own = await fillDraft(test.app, {}, goodFiles());
    const { path } = await tus.make({ draft: own, length: pdf.length });
    expect((await tus.patch(path, 0, pdf.subarray(0, 100))).status).toBe(204);
    test.clock.advance(31 * 86_400);
    expect((await tus.patch(path, 100, pdf.subarray(100))).status).toBe(410);
    expect((await tus.create({ draft: own, length: 5 })).status).toBe(410);
    test.clock.reset();
    expect((await submitDraft(test.app, own)).status).toBe(303);
    const message =
      'This draft was submitted and can no longer be changed. Open its link to see the receipt.';
    const answer = await tus.patch(path, 100, pdf.subarray(100), { 'accept-language': 'en' });
    expect(await textOf(answer)).toEqual([409, message]);
    expect(answer.headers.get('tus-resumable')).toBe('1.0.0');
    const created = await tus.create({ draft: own, length: 5 });
    expect(await textOf(created)).toEqual([409, message]);
    expect((await tus.send('DELETE', path)).status).toBe(409);
    expect((await tus.send('HEAD', path)).status).toBe(409);
  });
});

describe('a file that can not be taken', () => {
  it('is refused at its end in the language of the page, and leaves no row', async () => {
    const own = await fillDraft(test.app, { intent: 'save' }, []);
    const before = await readRows();
    const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), pdf]);
    const { path } = await tus.make({
      ...{ draft: own, length: picture.length },
      metadata: { language: 'de' },
    });
    const first = picture.subarray(0, 500_000);
    expect((await tus.patch(path, 0, first, { 'accept-language': 'en' })).status).toBe(204);
    const rest = picture.subarray(500_000);
    const answer = await tus.patch(path, 500_000, rest, { 'accept-language': 'de-AT' });
    expect(await textOf(answer)).toEqual([
      422,
      'Wählen Sie eine PDF-, DOCX-, ODT-, RTF- oder TXT-Datei; cv.pdf ist ein Bild',
    ]);
    expect(await readRows()).toEqual(before);
    expect((await tus.send('HEAD', path)).status).toBe(404);
  });

  it('is refused when another one took the last place meanwhile', async () => {
    const own = await fillDraft(test.app, { intent: 'save' }, []);
    const wish = { draft: own, kind: 'writingSample', length: 9 } as const;
    const paths: string[] = [];
    for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt']) {
      paths.push((await tus.make({ ...wish, name })).path);
      test.clock.advance(121);
    }
    const answers: number[] = [];
    for (const [index, path] of paths.entries()) {
      answers.push((await tus.patch(path, 0, Buffer.from(`The rive${index}`))).status);
    }
    expect(answers).toEqual([204, 204, 204, 422]);
    test.clock.reset();
  });
});

describe('answers', () => {
  it('tell what the server can do, and nothing to other sites', async () => {
    const { path } = await tus.make({ draft, length: 7 });
    const options = await tus.send('OPTIONS', '/uploads', {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(Object.fromEntries(options.headers)).toMatchObject({
      'tus-version': '1.0.0',
      'tus-resumable': '1.0.0',
      'tus-max-size': '10000000',
      'tus-extension': 'creation,creation-with-upload,termination,checksum',
      'tus-checksum-algorithm': 'sha1,sha256',
    });
    const head = await tus.send('HEAD', path);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '0',
      'upload-length': '7',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    for (const { headers } of [options, head, await tus.create({ draft, length: 5 })]) {
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('tus-resumable')).toBe('1.0.0');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('to GET and HEAD change nothing', async () => {
    const { path } = await tus.make({ draft, length: 7 });
    await tus.patch(path, 0, Buffer.from('abc'));
    const before = await readRows();
    expect(await tus.offsetOf(path)).toBe(3);
    expect((await fetch(url + path)).status).toBe(404);
    expect(await readRows()).toEqual(before);
  });

  it('stand in the log under the pattern of their route', async () => {
    const { path } = await tus.make({ draft, length: 7 });
    await tus.patch(path, 0, Buffer.from('abc'));
    const log = test.logged.join('');
    expect(log).toContain('"route":"/uploads/:id"');
    expect(log).not.toContain(path.slice('/uploads/'.length));
    expect(log).not.toContain(draft);
  });
});
