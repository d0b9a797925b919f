import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { saveCall } from '../../src/actions/save-call.ts';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { indexApplication, indexOutdated } from '../../src/db/search.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';

let test: TestApp;
// Before there is a connection: each keeps the function that it began with.
const query = vi.spyOn(pg.Client.prototype, 'query');
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(async () => {
  await test.stop();
  query.mockRestore();
});

/** The beginnings of the statements that indexing sends, without those of the transaction. */
async function listStatements(id: string): Promise<string[]> {
  query.mockClear();
  await test.deps.db.transaction().execute((trx) => indexApplication(trx, id));
  return (query.mock.calls as unknown[][])
    .map(([sent]) => (typeof sent === 'string' ? sent : (sent as { text: string }).text))
    .map((text) => text.trim().split(/\s+/).slice(0, 3).join(' '))
    .filter((text) => !/^(begin|start|commit|set)/.test(text));
}

async function setBlind(blind: boolean): Promise<void> {
  const slug = 'regional-experts';
  const { number } = (await findEditedCall(test.deps.db, slug))!;
  const author = await createStaff(test.deps, { role: 'admin' });
  const part = (content: { blind: boolean }) => content.blind;
  const change = <T extends { blind: boolean }>(content: T): T => ({ ...content, blind });
  await saveCall(test.deps, { slug, base: number, part, change, author });
}

it('indexing costs one statement more than what it needs anyway while a call is not blind', async () => {
  const { id } = await createSubmitted(test.deps, {});
  expect(await listStatements(id)).toEqual([
    'select from calls',
    'select a.full_name, a.latin_name,',
    'insert into application_search',
  ]);
  await setBlind(true);
  await indexOutdated(test.deps.db, 10);
  await setBlind(false);
  const deleting = (statements: string[]) => statements.filter((one) => one.startsWith('delete'));
  expect(deleting(await listStatements(id))).toEqual([
    'delete from "masked_texts"',
    'delete from masked_search',
  ]);
  expect(deleting(await listStatements(id))).toEqual([]);
});
