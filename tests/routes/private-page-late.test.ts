import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPrivatePage } from '../../src/actions/open-private-page.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { applyOverHttp, makeDocuments, makeForm } from '../support/applicant.ts';
import { decide } from '../support/decide.ts';
import { createStaff } from '../support/factories.ts';
import { plainText } from '../support/html.ts';

let testApp: TestApp;
let url: string;
let page: string;

beforeAll(async () => {
  testApp = await createTestApp();
  url = await testApp.listen();
  page = await applyOverHttp(url, makeForm(makeDocuments()), 'en');
});
afterAll(async () => await testApp.stop());

const read = async (): Promise<string> => plainText(await (await fetch(`${url}${page}`)).text());
const day = 24 * 3600;

test('until the promised day is over the private page names it', async () => {
  testApp.clock.reset();
  testApp.clock.advance(14 * day + 13 * 3600);
  const text = await read();
  expect(text).toContain('You will hear from us by 8 December 2026');
  expect(text).toContain('Reply by');
});

test('after it the page says that it was not kept, and promises no day that is past', async () => {
  testApp.clock.reset();
  testApp.clock.advance(15 * day);
  const text = await read();
  expect(text).toContain(
    'We promised you a reply by 8 December 2026 and have not kept that promise.',
  );
  expect(text).not.toContain('You will hear from us by');
  expect(text).not.toContain('Reply by');
});

test('a decision whose letter has not left is as late as before', async () => {
  const { deps, clock } = testApp;
  clock.reset();
  const editor = await createStaff(deps, { role: 'editor' });
  const { application } = await openPrivatePage(deps, page.split('/').at(-1)!);
  const { outcome } = await decide(deps, application, 'decline', editor);
  expect(outcome).toBe('done');
  clock.advance(15 * day);
  expect(await read()).toContain('have not kept that promise');
  const { db } = deps;
  await db.updateTable('applications').set({ stage: 'withdrawn', decision: null }).execute();
  expect(await read()).toContain('You withdrew this application.');
});
