import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { valuesOf } from '../../src/actions/read-application.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, textareaOf, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead, sendRaw } from '../support/raw-http.ts';
import {
  applyPath,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
} from '../support/send-form.ts';

const multipart = `multipart/form-data; boundary=${boundary}`;
let test: TestApp;
let url: string;
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
});
afterAll(() => test.stop());

/** Waits until the requests that began have come to an end, by the lines they log. */
async function waitForRequests(count: number): Promise<void> {
  while (test.logged.filter((line) => line.includes('"method":"POST"')).length < count) {
    await delay(5);
  }
}

const postsSoFar = (): number =>
  test.logged.filter((line) => line.includes('"method":"POST"')).length;

/** Sends so many bytes of a body and loses the connection. */
async function hangUpAt(bytes: number, body: Buffer): Promise<void> {
  const before = postsSoFar();
  const head = postHead(applyPath(), { 'content-type': multipart, 'content-length': body.length });
  await sendRaw(url, [head, body.subarray(0, bytes)], { hangUp: true });
  await waitForRequests(before + 1);
}

const bigFiles = () => [
  filePart('cv', 'cv.pdf', 900_000),
  filePart('coverLetter', 'letter.docx', 900_000),
  filePart('writingSample', 'sample.odt', 900_000),
];
const countRows = async (table: 'applications' | 'documents' | 'mails' | 'events') =>
  (await test.deps.db.selectFrom(table).select('id').execute()).length;

describe('a connection lost in an upload', () => {
  it.each([
    [0.01, 0],
    [0.5, 1],
    [0.99, 2],
  ])('at %d of it leaves %i whole documents and nothing half', async (share, whole) => {
    const token = await fillDraft(test.app, { topics: 'kept', intent: 'save' }, []);
    const { body } = createMultipart([
      ...fieldParts({ draft: token, fullName: 'ნინო', email: 'nino@example.org' }),
      ...bigFiles(),
    ]);
    await hangUpAt(Math.floor(body.length * share), body);
    const { application, key } = await findDraft(test.deps, token);
    const held = await listDocuments(test.deps.db, application.id);
    expect(held.map(({ name }) => name)).toEqual(
      ['cv.pdf', 'letter.docx', 'sample.odt'].slice(0, whole),
    );
    expect(valuesOf(key, application)).toMatchObject({
      fullName: 'ნინო',
      email: 'nino@example.org',
      places: goodFields.places,
      topics: 'kept',
      consent: true,
    });
    const unfinished = await test.deps.db
      .selectFrom('documents')
      .select('name')
      .where('state', '=', 'receiving')
      .execute();
    expect(unfinished).toEqual([]);
    expect([await countRows('mails'), await countRows('events')]).toEqual([0, 0]);
  });

  it('before the first file arrived leaves no draft that nobody knows', async () => {
    const before = await countRows('applications');
    const fields = createMultipart(fieldParts(goodFields)).body;
    const { body } = createMultipart([...fieldParts(goodFields), ...bigFiles()]);
    await hangUpAt(fields.length, body);
    expect(await countRows('applications')).toBe(before);
  });

  it('does not take back what a list or a text had before', async () => {
    const token = await fillDraft(
      test.app,
      { places: ['armenia', 'georgia'], topics: 'a long text', intent: 'save' },
      [],
    );
    const inList = createMultipart(fieldParts({ draft: token, places: ['armenia', 'georgia'] }));
    await hangUpAt(inList.body.length - boundary.length - 20, inList.body);
    const inText = createMultipart(fieldParts({ draft: token, topics: `${'x'.repeat(2000)}` }));
    await hangUpAt(1000, inText.body);
    const { application, key } = await findDraft(test.deps, token);
    expect(valuesOf(key, application)).toMatchObject({
      places: ['armenia', 'georgia'],
      topics: 'a long text',
    });
  });
});

describe('a body that ends early while the sender listens', () => {
  it('comes back as a form with what had arrived', async () => {
    const { body } = createMultipart([
      ...fieldParts({ ...goodFields, topics: 'all of it' }),
      ...goodFiles().slice(0, 2),
      { field: 'writingSample', name: 'sample.txt', bytes: Buffer.from('A sentence. '.repeat(9)) },
    ]);
    const answer = await test.app.request(applyPath(), {
      method: 'POST',
      headers: { 'content-type': multipart },
      body: new Uint8Array(body.subarray(0, body.length - boundary.length - 60)),
    });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(titleOf(html)).toBe('Error: Apply: Regional experts – Caucasus Watch');
    expect(plainText(html)).toContain('The upload broke off before everything had arrived.');
    const alert = elementsOf(html, 'p').find((one) => one.id === 'alert');
    expect(alert).toMatchObject({ role: 'alert' });
    expect(textareaOf(html, 'topics')).toBe('all of it');
    const removable = elementsOf(html, 'button').filter((one) => one.name === 'remove');
    expect(removable.map((one) => one['aria-label'])).toEqual([
      'Remove cv.pdf',
      'Remove letter.docx',
    ]);
  });

  it('does not take half of a text file for a whole one, however it is cut', async () => {
    const text = { field: 'cv', name: 'cv.txt', bytes: Buffer.from('Line.\n'.repeat(50)) };
    const { body } = createMultipart([filePart('coverLetter', 'letter.pdf'), text]);
    for (const missing of [70, 100, 200, 300]) {
      const answer = await test.app.request(applyPath(), {
        method: 'POST',
        headers: { 'content-type': multipart },
        body: new Uint8Array(body.subarray(0, body.length - missing)),
      });
      expect(await answer.text()).not.toContain('Remove cv.txt');
    }
  });
});
