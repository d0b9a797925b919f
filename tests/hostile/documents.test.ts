import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { readDocument } from '../../src/documents/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { attackFiles, fileNames, listMutated, type SentBytes } from '../support/attack-files.ts';
import { listLive } from '../support/forms.ts';
import { draftTokenOf, goodFields, sendForm, submit } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ MAX_FILE_MB: '1' });
});
afterAll(() => test.stop());

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const fields = {
  ...goodFields,
  ...{ cvText: 'A line.', coverLetterText: 'A line.', writingSampleText: 'A line.' },
  intent: 'save',
};
/** What one form takes: one file for each of the first two, three samples. */
const places = ['cv', 'coverLetter', 'writingSample', 'writingSample', 'writingSample'];

/** Opens a draft with these files; what was taken, and how to read it. */
async function send(files: readonly SentBytes[]) {
  const parts = files.map(({ name, bytes }, index) => ({ field: places[index]!, name, bytes }));
  const answer = await sendForm(test.app, fields, parts);
  const page = await answer.text();
  expect([303, 422]).toContain(answer.status);
  expect(listLive(page)).toEqual([]);
  const token =
    answer.status === 303
      ? draftTokenOf(answer.headers.get('location')!)
      : /name="draft" value="([\w-]{32})"/.exec(page)![1]!;
  const { application, key } = await findDraft(test.deps, token);
  const documents = await listDocuments(test.deps.db, application.id);
  return { token, key, documents: documents.filter((one) => one.origin === 'file') };
}

/** What each document holds, by its name. */
async function readBack({ key, documents }: Awaited<ReturnType<typeof send>>) {
  const back = [];
  for (const document of documents) {
    const pieces: Uint8Array[] = [];
    for await (const piece of readDocument(test.deps.db, key, document)) pieces.push(piece);
    back.push({ name: document.name, bytes: Buffer.concat(pieces) });
  }
  return back;
}

/** Submits the draft and downloads its files. */
async function download({ token, documents }: Awaited<ReturnType<typeof send>>) {
  const receipt = (await submit(test.app, token)).headers.get('location')!;
  const shown = await test.app.request(receipt);
  expect([shown.status, listLive(await shown.text())]).toEqual([200, []]);
  const back = [];
  for (const { id, name } of documents) {
    const answer = await test.app.request(`${receipt.replace(/\?.*/, '')}/documents/${id}`);
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\x20-\x7e]*"(; filename\*=UTF-8''[\w%!#$&+.^`|~-]+)?$/,
    );
    back.push({ name, bytes: Buffer.from(await answer.arrayBuffer()) });
  }
  return back;
}

/** Sends all, five at a time; how many were taken and came back as they were. */
async function sendAll(files: readonly SentBytes[], fetchBack: typeof readBack): Promise<number> {
  let taken = 0;
  for (let at = 0; at < files.length; at += places.length) {
    const sent = files.slice(at, at + places.length);
    const hashes = new Set(sent.map((one) => hashOf(one.bytes)));
    for (const { name, bytes } of await fetchBack(await send(sent))) {
      expect([name, hashes.has(hashOf(bytes))]).toEqual([name, true]);
      expect(name).toMatch(/^[^\p{Cc}\p{Cs}/\\]{1,150}$/u);
      taken += 1;
    }
  }
  return taken;
}

it('whatever file is sent gets an answer, and what is taken comes back byte for byte', async () => {
  const named = fileNames.map((name, index) => ({
    name: `${name}${['.txt', '.TXT ', ''][index % 3]}`,
    bytes: Buffer.from(`Text ${index}.\n`),
  }));
  const files = [...attackFiles, ...listMutated(400)];
  const before = process.memoryUsage.rss();
  const taken = [await sendAll(files, readBack), await sendAll(named, download)];
  expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  // Neither is everything taken, nor nothing.
  expect(taken[0]).toBeGreaterThan(50);
  expect(taken[0]).toBeLessThan(files.length - 100);
  expect(taken[1]).toBeGreaterThan(30);
  expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  console.log(`hostile: ${files.length + named.length} files, ${taken} taken`);
}, 600_000);
