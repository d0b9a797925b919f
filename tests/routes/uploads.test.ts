import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getOpenDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { readDocument } from '../../src/documents/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { filePart, fillDraft } from '../support/send-form.ts';
import { createTus, encodeMetadata, sha256, type Tus } from '../support/tus.ts';

let test: TestApp;
let url: string;
let tus: Tus;
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  tus = createTus(url);
});
afterAll(() => test.stop());

/** The documents of a draft with the hash of what is really stored. */
async function documentsOf(token: string) {
  const { db } = test.deps;
  const draft = await getOpenDraft(test.deps, token);
  const documents = await listDocuments(db, draft.application.id);
  return await Promise.all(
    documents.map(async (document) => {
      const parts: Buffer[] = [];
      for await (const part of readDocument(db, draft.key, document)) parts.push(part);
      const { kind, name, type, size, position, origin } = document;
      const stored = sha256(Buffer.concat(parts));
      expect(stored).toBe(document.sha256.toString('hex'));
      return { kind, name, type, size, position, origin, sha256: stored };
    }),
  );
}

const pdf = filePart('cv', 'cv.pdf', 700_000).bytes;
const cvOf = (bytes: Buffer, name = 'cv.pdf') => ({
  ...{ kind: 'cv', name, type: 'pdf', size: bytes.length },
  ...{ position: 0, origin: 'file', sha256: sha256(bytes) },
});

describe('an upload', () => {
  it('opens a draft, takes a file in one request and lists it like any other document', async () => {
    const via = 'https://example.org/article';
    const created = await tus.create({
      ...{ length: pdf.length, name: 'Cv  Ana.pdf' },
      metadata: { via, language: 'de' },
    });
    expect(created.status).toBe(201);
    const path = created.headers.get('location')!;
    expect(path).toMatch(/^\/uploads\/[\w-]{32}$/);
    const draft = created.headers.get('upload-draft')!;
    const answer = await tus.patch(path, 0, pdf);
    expect([answer.status, answer.headers.get('upload-offset')]).toEqual([204, '700000']);
    expect(await documentsOf(draft)).toEqual([cvOf(pdf, 'Cv Ana.pdf')]);
    const page = await (await fetch(`${url}/en/drafts/${draft}`)).text();
    expect(page).toContain('<strong>Cv Ana.pdf</strong>');
    const { application } = await getOpenDraft(test.deps, draft);
    expect(application).toMatchObject({ via, language: 'de', revision: 2 });
  });

  it('takes the first bytes with its creation, and tells who asks what it is', async () => {
    const created = await tus.send('POST', '/uploads', {
      headers: {
        'upload-length': '700000',
        'upload-metadata': encodeMetadata({
          ...{ kind: 'cv', filename: 'ნინო.pdf', call: 'regional-experts', language: 'ka' },
        }),
        'content-type': 'application/offset+octet-stream',
      },
      body: pdf.subarray(0, 300_000),
    });
    expect([created.status, created.headers.get('upload-offset')]).toEqual([201, '300000']);
    const path = created.headers.get('location')!;
    const head = await tus.send('HEAD', path);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '300000',
      'upload-length': '700000',
      'upload-metadata': encodeMetadata({ kind: 'cv', filename: 'ნინო.pdf', language: 'ka' }),
    });
    expect((await tus.patch(path, 300_000, pdf.subarray(300_000))).status).toBe(204);
    expect(await documentsOf(created.headers.get('upload-draft')!)).toEqual([
      cvOf(pdf, 'ნინო.pdf'),
    ]);
  });

  it.each([1, 262_143, 262_144, 262_145, 524_288])(
    'of %i bytes is stored as what it is, whole or in pieces',
    async (length) => {
      const text = Buffer.alloc(length, 'The river was late this year.\n');
      for (const cuts of [[], [1], [100_000, 262_144], [262_143, 262_145]]) {
        const { path, draft } = await tus.make({ length, name: 'cv.txt' });
        const ends = [...cuts.filter((one) => one < length), length];
        let at = 0;
        for (const end of ends) {
          const answer = await tus.patch(path, at, text.subarray(at, end));
          expect([answer.status, answer.headers.get('upload-offset')]).toEqual([204, `${end}`]);
          at = end;
        }
        expect(await documentsOf(draft)).toEqual([{ ...cvOf(text, 'cv.txt'), type: 'txt' }]);
      }
    },
  );

  it('of a kind that holds one file takes the place of the one that is there', async () => {
    const draft = await fillDraft(test.app, { intent: 'save' }, [filePart('cv', 'old.pdf')]);
    const { path } = await tus.make({ draft, length: pdf.length });
    await tus.patch(path, 0, pdf.subarray(0, 9));
    expect(await documentsOf(draft)).toMatchObject([{ name: 'old.pdf' }]);
    await tus.patch(path, 9, pdf.subarray(9));
    expect(await documentsOf(draft)).toEqual([{ ...cvOf(pdf), position: 1 }]);
  });

  it('of a writing sample that is there already is the same sample', async () => {
    const sample = filePart('writingSample', 'a.pdf');
    const draft = await fillDraft(test.app, { intent: 'save' }, [sample]);
    const { length } = sample.bytes;
    const { path } = await tus.make({ draft, kind: 'writingSample', length });
    expect((await tus.patch(path, 0, sample.bytes)).status).toBe(204);
    expect(await documentsOf(draft)).toMatchObject([{ name: 'a.pdf' }]);
  });

  it('can be removed while it arrives and afterwards', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    await tus.patch(path, 0, pdf.subarray(0, 300_000));
    expect((await tus.send('DELETE', path)).status).toBe(204);
    expect((await tus.send('HEAD', path)).status).toBe(404);
    const second = await tus.make({ draft, length: pdf.length });
    await tus.patch(second.path, 0, pdf);
    const { application } = await getOpenDraft(test.deps, draft);
    expect((await tus.send('DELETE', second.path)).status).toBe(204);
    expect(await documentsOf(draft)).toEqual([]);
    const after = await getOpenDraft(test.deps, draft);
    expect(after.application.revision).toBe(application.revision + 1);
  });

  it('is shown as the form shows it, in the language that is asked for', async () => {
    const { path } = await tus.make({ kind: 'writingSample', name: 'ა.pdf', length: pdf.length });
    await tus.patch(path, 0, pdf);
    const answer = await fetch(url + path, { headers: { 'accept-language': 'de' } });
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    const html = await answer.text();
    expect(html).toContain('aria-label="ა.pdf entfernen"');
    expect(html).toContain('Sprache dieser Arbeitsprobe');
    expect(html).not.toContain('<html');
  });

  it('whose last answer was lost says that it is complete, and takes nothing more', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    await tus.patch(path, 0, pdf);
    expect(await tus.offsetOf(path)).toBe(pdf.length);
    const empty = await tus.patch(path, pdf.length, Buffer.alloc(0));
    expect([empty.status, empty.headers.get('upload-offset')]).toEqual([204, '700000']);
    expect((await tus.patch(path, pdf.length, Buffer.from('x'))).status).toBe(413);
    expect(await documentsOf(draft)).toEqual([cvOf(pdf)]);
  });

  it('counts a checked piece once its checksum agreed', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    const piece = pdf.subarray(0, 600_000);
    const digest = createHash('sha256').update(piece).digest('base64');
    const wrong = {
      'upload-checksum': `sha256 ${digest.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'))}`,
    };
    expect((await tus.patch(path, 0, piece, wrong)).status).toBe(460);
    expect(await tus.offsetOf(path)).toBe(0);
    const right = { 'upload-checksum': `sha256 ${digest}` };
    expect((await tus.patch(path, 0, piece, right)).status).toBe(204);
    expect((await tus.patch(path, 600_000, pdf.subarray(600_000))).status).toBe(204);
    expect(await documentsOf(draft)).toEqual([cvOf(pdf)]);
  });
});

describe('a draft page', () => {
  it('says what is half there and where the rest goes, until it is there', async () => {
    const name = 'ჩემი.pdf';
    const { path, draft } = await tus.make({
      name,
      length: pdf.length,
      metadata: { modified: '1700' },
    });
    await tus.patch(path, 0, pdf.subarray(0, 350_000));
    const read = async () => await (await fetch(`${url}/en/drafts/${draft}`)).text();
    const page = await read();
    expect(page).toContain(
      `<p class="notice" data-upload="${path}" data-name="ჩემი.pdf" data-length="700000" data-modified="1700">` +
        `${name}: 350 kB of 700 kB has arrived. Choose the same file again, and only the rest is sent.</p>`,
    );
    await tus.patch(path, 350_000, pdf.subarray(350_000));
    expect(await read()).not.toContain('data-upload=');
  });
});
