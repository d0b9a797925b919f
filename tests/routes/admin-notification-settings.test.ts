import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listSettings } from '../../src/db/staff-notifications.ts';
import type { TestDatabase } from '../support/database.ts';
import { createStaffApp, createStaffDatabase, signInSomebody } from '../support/staff-app.ts';

const path = '/admin/account/notifications';
let database: TestDatabase;
let staffApp: ReturnType<typeof createStaffApp>;

beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(async () => await database.drop());
beforeEach(() => {
  staffApp = createStaffApp(database.db);
});

const chosenIn = (html: string, event: string): string | undefined =>
  new RegExp(`name="${event}".*?value="(\\w+)" selected`, 's').exec(html)?.[1];

test('each shows how it is until something is chosen, and what was chosen afterwards', async () => {
  const { browser, staff } = await signInSomebody(staffApp, { role: 'editor' });
  const { html } = await browser.get(path);
  expect([chosenIn(html, 'mentioned'), chosenIn(html, 'application-new')]).toEqual([
    'immediate',
    'off',
  ]);
  const form = { mentioned: 'daily', 'application-new': 'immediate', signature: ' Edda\r\nDesk ' };
  const answer = await browser.post(path, form);
  expect([answer.status, answer.location]).toEqual([303, `${path}?done=yes`]);
  const after = (await browser.get(`${path}?done=yes`)).html;
  expect([chosenIn(after, 'mentioned'), chosenIn(after, 'application-new')]).toEqual([
    'daily',
    'immediate',
  ]);
  expect(after).toContain('Your choice was saved.');
  const row = await database.db
    .selectFrom('staff')
    .select('signature')
    .where('id', '=', staff.id)
    .executeTakeFirst();
  expect(row).toEqual({ signature: 'Edda\nDesk' });
});

test('a reviewer is offered what reviewers can be told of, and nothing else is stored', async () => {
  const { browser, staff } = await signInSomebody(staffApp, { role: 'reviewer' });
  const { html } = await browser.get(path);
  expect([...html.matchAll(/<select [^>]*name="([\w-]+)"/g)].map(([, name]) => name)).toEqual([
    'review-assigned',
    'mentioned',
  ]);
  await browser.post(path, { 'application-new': 'immediate', mentioned: 'off' });
  expect([...(await listSettings(database.db, staff.id))]).toEqual([['mentioned', 'off']]);
});

test('a signature that is too long comes back as typed, with what is wrong', async () => {
  const { browser } = await signInSomebody(staffApp);
  const signature = 'ა'.repeat(501);
  const answer = await browser.post(path, { mentioned: 'off', signature });
  expect(answer.status).toBe(422);
  expect(answer.title).toMatch(/^Error:/);
  expect(answer.html).toContain('<a href="#signature">Shorten the signature to 500 characters</a>');
  expect(answer.html).toContain(signature);
  expect(chosenIn(answer.html, 'mentioned')).toBe('off');
});
