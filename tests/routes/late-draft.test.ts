import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { valuesOf } from '../../src/actions/read-application.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { breakTable } from '../support/failing-table.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import {
  applyPath,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  sendParts,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

/** How many rows each table has that a draft hangs on. */
async function countRows(): Promise<number[]> {
  const tables = ['applications', 'application_tokens', 'keys.application_keys', 'documents'];
  const counts = tables.map(async (table) => {
    const { rows } = await sql<{ count: number }>`
      select count(*) from ${sql.table(table)}`.execute(test.deps.db);
    return rows[0]!.count;
  });
  return await Promise.all(counts);
}

const sendLate = (draft: string) =>
  sendParts(test.app, [
    ...fieldParts({ ...goodFields, topics: 'kept' }),
    filePart('cv', 'cv.pdf', 600_000),
    ...fieldParts({ draft, penName: 'behind the file' }),
    ...goodFiles().slice(1),
  ]);

it('a draft named behind a file is told, and goes on in that draft with all that was typed', async () => {
  const token = await fillDraft(test.app, { fullName: 'Before' });
  const before = await countRows();
  const answer = await sendLate(token);
  const html = await answer.text();
  expect(answer.status).toBe(422);
  expect(titleOf(html)).toBe('Error: The draft was named too late – Caucasus Watch');
  expect(plainText(html)).toContain('choose the files there again');
  expect(await countRows()).toEqual(before);
  expect(elementsOf(html, 'button')).toEqual([
    expect.objectContaining({ name: 'intent', value: 'save' }),
  ]);
  const carried = elementsOf(html, 'input').map(({ name, value }) => [name!, value!]);
  expect(carried).toContainEqual(['draft', token]);
  const again = await sendForm(test.app, { ...Object.fromEntries(carried), intent: 'save' });
  expect(again.headers.get('location')).toBe(`/en/drafts/${token}?saved=save`);
  const { key, application } = await findDraft(test.deps, token);
  expect(valuesOf(key, application)).toMatchObject({
    fullName: goodFields.fullName,
    topics: 'kept',
    penName: 'behind the file',
  });
});

it('a draft that there is not, named behind a file, leaves nothing behind either', async () => {
  const before = await countRows();
  expect((await sendLate('nowhere')).status).toBe(422);
  expect(await countRows()).toEqual(before);
});

it('a form that fails after its files leaves no draft whose address nobody has', async () => {
  const before = await countRows();
  const mend = await breakTable(test.deps.db, 'update', 'applications');
  const answer = await sendForm(test.app, goodFields, goodFiles(), { path: applyPath('de') });
  await mend();
  expect(answer.status).toBe(500);
  expect(await countRows()).toEqual(before);
});
