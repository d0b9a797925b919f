import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, decode, elementsOf, plainText, summaryOf, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead, type RawAnswer, sendRaw } from '../support/raw-http.ts';
import { applyPath, fieldParts, filePart, goodFields, goodFiles } from '../support/send-form.ts';

const multipart = `multipart/form-data; boundary=${boundary}`;
let test: TestApp;
let url: string;
beforeAll(async () => {
  test = await createTestApp({ MAX_FILE_MB: '1', MAX_FILES: '3' });
  url = await test.listen();
});
afterAll(() => test.stop());

const typedParts = () => fieldParts({ ...goodFields, topics: 'one\ntwo <b>' });
const bodyOf = (answer: RawAnswer): string =>
  Buffer.from(answer.text.slice(answer.text.indexOf('\r\n\r\n') + 4), 'latin1').toString();
const whole = (text: string): boolean => text.includes('</html>');
const post = async (body: Buffer | string, contentType = multipart): Promise<Response> =>
  await fetch(url + applyPath(), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
const countRows = async (table: 'applications' | 'documents'): Promise<number> =>
  (await test.deps.db.selectFrom(table).select('id').execute()).length;

describe('a body that is no form', () => {
  it.each([
    ['urlencoded', 'fullName=Nino', 'application/x-www-form-urlencoded'],
    ['JSON', '{}', 'application/json'],
    ['plain text', 'Nino', 'text/plain'],
    ['without a boundary', createMultipart(typedParts()).body, 'multipart/form-data'],
    [
      'with an empty boundary',
      createMultipart(typedParts()).body,
      'multipart/form-data; boundary=',
    ],
    [
      'with another boundary',
      createMultipart(typedParts()).body,
      'multipart/form-data; boundary=x',
    ],
    [
      'with a word for a boundary',
      createMultipart(typedParts()).body,
      'multipart/form-data; boundary',
    ],
    ['mixed', createMultipart(typedParts()).body, 'multipart/mixed; boundary=x'],
    ['empty', '', multipart],
    ['cut off before its first part', `--${boundary}\r\n`, multipart],
  ])('is told so and stores nothing: %s', async (_, body, contentType) => {
    const before = await countRows('applications');
    const answer = await post(body, contentType);
    expect(answer.status).toBe(422);
    expect(titleOf(await answer.text())).toBe('The form did not arrive whole – Caucasus Watch');
    expect(await countRows('applications')).toBe(before);
  });
});

describe('a header of 64 KB', () => {
  const long = 'x'.repeat(64 * 1024);

  it('inside a part does no harm to the others', async () => {
    const { body } = createMultipart([
      ...typedParts(),
      { ...filePart('cv', 'cv.pdf'), name: `${long}.pdf` },
      ...goodFiles().slice(1),
    ]);
    const answer = await post(body);
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(summaryOf(html).map((one) => one.field)).toEqual(['cv']);
    expect(plainText(html)).toContain('One part of the form could not be read');
    expect(plainText(html)).toContain('letter.docx');
    expect(controlOf(html, 'fullName').value).toBe(goodFields.fullName);
  });

  it('inside a part is told although nothing else is wrong', async () => {
    const { body } = createMultipart([
      ...fieldParts({ ...goodFields, intent: 'save' }),
      { ...filePart('cv', 'cv.pdf'), name: `${long}.pdf` },
    ]);
    const answer = await post(body);
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(titleOf(html)).toMatch(/^Error: /);
    expect(plainText(html)).toContain('One part of the form could not be read');
    expect(controlOf(html, 'email').value).toBe(goodFields.email);
  });

  it('before a part’s name hides that part only', async () => {
    const { body } = createMultipart(typedParts());
    const first = Buffer.from(
      `--${boundary}\r\nX-Long: ${long}\r\nContent-Disposition: form-data; name="penName"\r\n\r\nZ\r\n`,
    );
    const html = await (await post(Buffer.concat([first, body]))).text();
    expect(controlOf(html, 'penName').value).toBe('');
    expect(controlOf(html, 'fullName').value).toBe(goodFields.fullName);
  });

  it('of the request itself is refused by number', async () => {
    const head = postHead(applyPath(), { 'content-type': multipart, 'x-long': long });
    const answer = await sendRaw(url, [head]);
    expect(answer.status).toBe(431);
    expect(answer.ended).toBe(true);
  });
});

describe('a body that is too large', () => {
  const chunk = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
  const fileHead = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\n\r\n`,
  );
  const filling = Buffer.alloc(64 * 1024, 'x');
  function* endless(): Generator<Buffer> {
    const { body } = createMultipart(typedParts());
    yield chunk(body.subarray(0, body.lastIndexOf(`--${boundary}--`)));
    yield chunk(fileHead);
    // 512 MB at most, so that a server which never answers fails the test and not the machine.
    for (let sent = 0; sent < 8192; sent += 1) yield chunk(filling);
  }

  it('by what it declares is refused before a byte of it came', async () => {
    const head = postHead(applyPath(), { 'content-type': multipart, 'content-length': 10e9 });
    const answer = await sendRaw(url, [head], { until: whole });
    expect(answer.status).toBe(413);
    expect(titleOf(bodyOf(answer))).toBe('Too much at once – Caucasus Watch');
  });

  it('keeps what was typed in a page that goes on with it', async () => {
    const { body } = createMultipart(typedParts());
    const head = postHead(applyPath('de'), { 'content-type': multipart, 'content-length': 10e9 });
    const answer = await sendRaw(url, [head, body, fileHead, filling], { until: whole });
    const html = bodyOf(answer);
    expect(answer.status).toBe(413);
    expect(titleOf(html)).toBe('Fehler: Zu viel auf einmal – Caucasus Watch');
    const carried = elementsOf(html, 'input').map(({ type, name, value }) => [type, name, value]);
    expect(carried).toEqual(
      typedParts().map(({ field, bytes }) => ['hidden', field, bytes.toString()]),
    );
    expect(elementsOf(html, 'form')[0]?.action).toBe(applyPath('de'));
    expect(elementsOf(html, 'button')[0]).toMatchObject({ name: 'intent', value: 'save' });
  });

  it('without a length is refused once it has passed the limit, and the connection ends', async () => {
    const before = [await countRows('applications'), await countRows('documents')];
    const head = postHead(applyPath(), {
      'content-type': multipart,
      'transfer-encoding': 'chunked',
    });
    const answer = await sendRaw(
      url,
      (function* () {
        yield Buffer.from(head);
        yield* endless();
      })(),
    );
    expect(answer.status).toBe(413);
    expect(answer.ended).toBe(true);
    const html = bodyOf(answer);
    expect(decode(html)).toContain(goodFields.fullName);
    expect([await countRows('applications'), await countRows('documents')]).toEqual(before);
  });

  it('that is sent to its end before reading still gets to read the answer', async () => {
    // 1 MB of limit, 3 files and 8 MB for the fields: 20 MB are beyond it.
    const size = 20 * 1024 * 1024;
    const { body } = createMultipart(typedParts());
    const rest = Buffer.concat([fileHead, Buffer.alloc(size - body.length - fileHead.length, 'x')]);
    const head = postHead(applyPath(), { 'content-type': multipart, 'content-length': size });
    const answer = await sendRaw(url, [head, body, rest], { until: whole, readLate: true });
    expect(answer.status).toBe(413);
    expect(bodyOf(answer)).toContain('</html>');
  });

  it('is refused on the way to submitting as well, with and without a length', async () => {
    const path = `/en/drafts/${'x'.repeat(32)}/submit`;
    const urlencoded = 'application/x-www-form-urlencoded';
    const declared = postHead(path, { 'content-type': urlencoded, 'content-length': 10e9 });
    expect((await sendRaw(url, [declared], { until: whole })).status).toBe(413);
    const streamed = postHead(path, {
      'content-type': urlencoded,
      'transfer-encoding': 'chunked',
    });
    const answer = await sendRaw(
      url,
      (function* () {
        yield Buffer.from(streamed);
        for (let sent = 0; sent < 8192; sent += 1) yield chunk(filling);
      })(),
    );
    expect(answer.status).toBe(413);
    expect(answer.ended).toBe(true);
  });
});

it('still answers after all of that', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});
