import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { plainText, summaryOf } from '../support/html.ts';
import {
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
  submitFilled,
} from '../support/send-form.ts';
import { createTus } from '../support/tus.ts';

let test: TestApp;
let desk: Desk;
beforeAll(async () => {
  test = await createTestApp();
  desk = await createDesk();
});
afterAll(async () => {
  await test.stop();
  await desk.stop();
});

/** Makes the files that are there take so many megabytes of the gigabyte allowed. */
const fillStorage = async ({ db }: Deps, megabytes: number): Promise<void> => {
  await db.updateTable('publication').set({ storageLimitGb: 1 }).execute();
  const { id } = await db.selectFrom('documents').select('id').limit(1).executeTakeFirstOrThrow();
  await db.updateTable('documents').set({ size: 0 }).execute();
  const size = megabytes * 1e6;
  await db.updateTable('documents').set({ size }).where('id', '=', id).execute();
};
const readReady = async () => {
  const answer = await test.app.request('/readyz');
  return [answer.status, await answer.json()];
};
const noRoom =
  'There is no room for more files here at the moment. Paste the text instead, or try again another day';

it('5.2.4: files beyond the limit of all applications are not taken, pasted texts are', async () => {
  const url = await test.listen();
  const page = await submitFilled(test.app, { email: 'first@example.org' });
  const draft = await fillDraft(test.app, {});
  await fillStorage(test.deps, 1000);
  // The sum of a minute ago is good enough; the first request after that has it made anew.
  expect(await readReady()).toEqual([200, { status: 'ok', outbox: 'ok' }]);
  test.clock.advance(60);
  const full = { status: 'ok', outbox: 'ok', storage: 'full' };
  await expect.poll(readReady).toEqual([200, full]);

  const refused = await sendForm(test.app, goodFields, goodFiles());
  const html = await refused.text();
  expect(refused.status).toBe(422);
  expect(summaryOf(html)).toEqual(
    ['cv', 'coverLetter', 'writingSample'].map((field) => ({ field, message: noRoom })),
  );

  const upload = await createTus(url).create({ length: 10 });
  expect([upload.status, (await upload.text()).trim()]).toEqual([422, noRoom]);

  const replaced = new FormData();
  replaced.set('cv', new File(['A new one.'], 'new.txt'));
  const late = await test.app.request(`${page}/documents`, { method: 'POST', body: replaced });
  expect([late.status, plainText(await late.text())]).toEqual([
    422,
    expect.stringContaining(noRoom),
  ]);

  const pasted = await sendForm(test.app, {
    ...{ ...goodFields, cvText: 'My life.', coverLetterText: 'Why me.' },
    ...{ writingSampleText: 'The river was late.', email: 'pasted@example.org' },
  });
  expect(pasted.status).toBe(303);
  expect((await submit(test.app, draft)).status).toBe(303);
});

it('admins see it coming on the list and where they can change it, others don’t', async () => {
  const read = async (who: 'admin' | 'editor', path = '/admin'): Promise<string> =>
    plainText((await desk[who].get(path)).html).replace(/\s+/g, ' ');
  await submitFilled(desk.app);
  await fillStorage(desk.deps, 899);
  expect(await read('admin')).not.toContain('The files take');
  await fillStorage(desk.deps, 900);
  desk.clock.advance(60);
  const almost = 'The files take 900 MB of the 1 GB allowed. Change the limit';
  await expect.poll(() => read('admin')).toContain(almost);
  expect(await read('admin', '/admin/publication')).toContain(almost);
  await read('editor');
  expect(await read('editor')).not.toContain('The files take');
  await fillStorage(desk.deps, 2000);
  desk.clock.advance(60);
  await expect
    .poll(() => read('admin'))
    .toContain('The files take 2 GB of the 1 GB allowed: no more are taken. Change the limit');
});

it('the copies that editors get take room as the files do', async () => {
  const { db } = desk.deps;
  await db.updateTable('publication').set({ storageLimitGb: 20 }).execute();
  await submitFilled(desk.app);
  await fillStorage(desk.deps, 500);
  const { applicationId } = await db
    .selectFrom('documents')
    .select('applicationId')
    .where('size', '>', 0)
    .executeTakeFirstOrThrow();
  await storeCopies(desk.deps, applicationId, { state: 'made', bytes: Buffer.from('x'), lost: 0 });
  await sql`update document_copies set size = 2.5e9 / (select count(*) from document_copies)`.execute(
    db,
  );
  desk.clock.advance(60);
  await expect
    .poll(async () => plainText((await desk.admin.get('/admin')).html).replace(/\s+/g, ' '))
    .toContain('The files take 3 GB of the 1 GB allowed: no more are taken.');
});
