import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSession } from '../../src/auth/sessions.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, overflowOf } from '../support/browser-page.ts';
import { createStaff } from '../support/factories.ts';
import { fillDraft, submit } from '../support/send-form.ts';

let test: TestApp;
let url: string;
let browser: Browser;
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});

/** A page on which an admin is signed in. */
async function openDesk(options: Parameters<typeof openPage>[2]) {
  const { db, clock } = test.deps;
  const { id } = await createStaff(test.deps, { role: 'admin', name: 'Ada Admin' });
  const token = await db
    .transaction()
    .execute((trx) => startSession(trx, id, { now: clock.now(), browser: 'other' }));
  const watched = await openPage(browser, url, options);
  await watched.page.context().addCookies([{ name: 'feder', value: token, url }]);
  return watched;
}

/** Fills the fields of a page by their labels and saves. */
async function save(page: Page, path: string, fields: Record<string, string>): Promise<void> {
  await page.goto(path);
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text);
  }
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
}

describe.each([
  ['with JavaScript', { javaScriptEnabled: true }],
  [
    'without JavaScript, on a phone',
    { javaScriptEnabled: false, viewport: { width: 360, height: 640 } },
  ],
])('a call %s', (_, options) => {
  it('is created, translated, previewed, opened, applied to and edited', async () => {
    const slug = options.javaScriptEnabled ? 'from-a-desk' : 'from-a-phone';
    const call = `/admin/calls/${slug}`;
    const watched = await openDesk(options);
    const { page } = watched;

    await page.goto('/admin');
    await page.getByRole('link', { name: 'Calls' }).click();
    await page.getByRole('link', { name: 'New call' }).click();
    await page.getByLabel('Title').fill('Stimmen vom Fluss');
    await page.getByLabel('Summary').fill('Wir suchen Stimmen.');
    await page.getByLabel('Address').fill(slug);
    await page.getByRole('button', { name: 'Create the call' }).click();
    await expect.poll(() => page.title()).toBe('Stimmen vom Fluss – Feder');
    expect(await page.getByText('Before this call can open').count()).toBe(1);

    const texts = { 'Whom we seek': 'Menschen am Fluss', 'Who reads it': 'Die Redaktion' };
    await save(page, `${call}/texts/de`, texts);
    await page.goto(`${call}/places`);
    await page.getByLabel('Name').first().fill('Am Fluss');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').waitFor();
    await save(page, `${call}/newsroom`, { 'Address for questions': 'fragen@example.org' });
    await page.goto(`${call}/questions/new`);
    await page.getByLabel('Question', { exact: true }).fill('Seit wann dort?');
    await page.getByLabel('Short name').fill('since');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('link', { name: 'Seit wann dort?', exact: true }).waitFor();

    await page.goto(`${call}/languages`);
    await page.getByLabel('ქართული').check();
    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Confirm below to offer it all the same').first().waitFor();
    await save(page, `${call}/texts/ka`, {
      ...{ Title: 'ხმები მდინარიდან', Summary: 'ვეძებთ ხმებს.', 'Whom we seek': 'ხალხს' },
      ...{ 'Who reads it': 'რედაქცია', 'Am Fluss': 'მდინარესთან', Question: 'როდიდან?' },
    });
    await page.goto(`${call}/languages`);
    await page.getByLabel('ქართული').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').waitFor();

    await page.goto(call);
    expect(await overflowOf(page)).toBe(0);
    await page.getByRole('link', { name: 'Preview: Georgian' }).click();
    await expect.poll(() => page.locator('h1').textContent()).toBe('ხმები მდინარიდან');
    await page.locator('a.button').first().click();
    await page.locator('#fullName').fill('ნინო');
    await page.locator('#fullName').press('Enter');
    expect(new URL(page.url()).pathname).toBe(`${call}/preview/ka/apply`);
    expect((await page.request.get(`/ka/calls/${slug}`)).status()).toBe(404);

    await page.getByRole('link', { name: 'Back to the desk' }).click();
    await page.getByRole('link', { name: 'Open now' }).click();
    await page.getByRole('button', { name: 'Open now' }).click();
    await page.getByRole('status').filter({ hasText: 'The call is open.' }).waitFor();

    const answers = { places: ['am-fluss'], 'q-since': '2019' };
    const sending = { path: `/ka/calls/${slug}/apply` };
    const token = await fillDraft(test.app, answers, undefined, sending);
    expect((await submit(test.app, token)).status).toBe(303);
    await save(page, `${call}/questions/since`, { Question: 'Woher kennen Sie den Fluss?' });
    await page.goto(`/admin?call=${slug}`);
    await page.locator('a.person').click();
    const row = page.locator('.answers > div', { hasText: '2019' });
    expect(await row.locator('dt').textContent()).toBe('Seit wann dort?');

    expect(watched.complaints).toEqual([]);
    await watched.close();
  }, 60_000);
});

describe('the pages of the editor', () => {
  it('have nothing that axe objects to, with errors and in dark too, and fit 320 pixels', async () => {
    const watched = await openDesk({
      colorScheme: 'dark',
      viewport: { width: 320, height: 640 },
    });
    const { page } = watched;
    const call = '/admin/calls/regional-experts';
    const paths = [
      ...['/admin/calls', '/admin/calls/new', '/admin/publication', '', '/texts/ka', '/places'],
      ...['/questions', '/questions/new', '/languages', '/newsroom', '/article'],
      ...['/opening/schedule', '/preview/ka'],
    ].map((one) => (one.startsWith('/admin') ? one : call + one));
    const found: string[] = [];
    const look = async (name: string): Promise<void> => {
      for (const line of await listViolations(page)) found.push(`${name}: ${line}`);
      const overflow = await overflowOf(page);
      if (overflow > 0) found.push(`${name}: ${overflow} px too wide`);
    };
    for (const path of paths) {
      await page.goto(path);
      await look(path);
    }
    await page.goto(`${call}/fee`);
    await page.getByLabel('Currency').fill('a long word without an end'.repeat(5));
    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.title()).toBe('Error: Fee – Feder');
    await look('errors');
    expect(found).toEqual([]);
    expect(watched.complaints).toEqual([]);
    await watched.close();
  }, 60_000);
});
