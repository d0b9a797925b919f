import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { valuesOf } from '../../src/actions/read-application.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { type Crash, createCrashingApp } from '../support/crashing-app.ts';
import { eventually } from '../support/embedded.ts';
import { elementsOf, plainText, textareaOf, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { applyPath, fieldParts, filePart, fillDraft, goodFields } from '../support/send-form.ts';
import { createTus, sha256 } from '../support/tus.ts';

let test: Awaited<ReturnType<typeof createCrashingApp>>;
beforeAll(async () => {
  test = await createCrashingApp();
});
afterAll(() => test.stop());

const listNames = async (): Promise<string[]> =>
  (
    await test.deps.db
      .selectFrom('documents')
      .select('name')
      .where('state', '=', 'received')
      .execute()
  ).map(({ name }) => name);

/** Sends a form with a file and lets `between` happen when the file has arrived and the rest has not. */
async function sendWith(
  values: typeof goodFields,
  fileName: string,
  between: () => Promise<void>,
): Promise<Response> {
  const { body } = createMultipart([
    ...fieldParts(values),
    filePart('cv', fileName),
    ...fieldParts({ topics: 'behind the file' }),
  ]);
  const cut = body.length - boundary.length - 20;
  const steps = (async function* () {
    yield body.subarray(0, cut);
    await eventually(async () => (await listNames()).includes(fileName));
    await between();
    yield body.subarray(cut);
  })();
  return await test.app.request(applyPath(), {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(steps)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
}

describe.each<Crash>(['server', 'session'])(
  'a database whose %s crashes behind a file that had arrived',
  (what) => {
    it('answers with what was typed, which is stored, and the name of the file', async () => {
      const token = await fillDraft(test.app, { intent: 'save' }, []);
      const name = `${what}.pdf`;
      const answer = await sendWith({ ...goodFields, draft: token, intent: 'save' }, name, () =>
        test.crash(what),
      );
      const html = await answer.text();
      expect(answer.status).toBe(503);
      expect(titleOf(html)).toBe('Error: Apply: Regional experts – Caucasus Watch');
      expect(plainText(html)).toContain(
        `${name} was lost when the database restarted. Choose it again`,
      );
      expect(textareaOf(html, 'topics')).toBe('behind the file');
      const { application, key } = await findDraft(test.deps, token);
      expect(valuesOf(key, application)).toMatchObject({ topics: 'behind the file' });
      expect(await listDocuments(test.deps.db, application.id)).toEqual([]);
    });

    it('keeps what was typed when the draft is forgotten too', async () => {
      const answer = await sendWith(goodFields, `new-${what}.pdf`, () => test.crash(what));
      const html = await answer.text();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
      const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
      expect(carried).toContainEqual(['topics', 'behind the file']);
      expect(plainText(html)).toContain('Files have to be chosen again.');
    });
  },
);

it('a file that another request replaced meanwhile is not called lost', async () => {
  const token = await fillDraft(test.app, { intent: 'save' }, []);
  const values = { ...goodFields, draft: token, intent: 'save' };
  let inner: Response | undefined;
  const answer = await sendWith(values, 'first.pdf', async () => {
    inner = await sendWith(values, 'second.pdf', async () => {});
  });
  expect([inner?.status, answer.status]).toEqual([303, 303]);
  const { application } = await findDraft(test.deps, token);
  const held = await listDocuments(test.deps.db, application.id);
  expect(held.map(({ name }) => name)).toEqual(['second.pdf']);
});

it('an upload in parts goes on before what was forgotten, and keeps what it was told is whole', async () => {
  const server = createAdaptorServer({ fetch: test.app.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tus = createTus(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { bytes } = filePart('cv', 'parts.pdf', 700_000);
  const { path, draft } = await tus.make({ length: bytes.length, name: 'parts.pdf' });
  expect((await tus.patch(path, 0, bytes.subarray(0, 600_000))).status).toBe(204);
  await test.crash('server');
  const offset = await tus.offsetOf(path);
  expect(offset).toBeLessThan(600_000);
  expect((await tus.patch(path, offset, bytes.subarray(offset))).status).toBe(204);
  await test.crash('session');
  const { application } = await findDraft(test.deps, draft);
  const held = await listDocuments(test.deps.db, application.id);
  expect(held.map((one) => one.sha256.toString('hex'))).toEqual([sha256(bytes)]);
  await new Promise((resolve) => server.close(resolve));
});
