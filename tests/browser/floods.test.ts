import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { takeToken } from '../../src/db/rate-limits.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import { applyPath, filePart } from '../support/send-form.ts';

let test: TestApp;
let url: string;
let browser: Browser;
let watched: WatchedPage;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on' });
  url = await test.listen();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});
beforeEach(async () => {
  watched = await openPage(browser, url);
  await test.deps.db.deleteFrom('applicationTokens').execute();
  await test.deps.db.deleteFrom('documents').execute();
  await test.deps.db.deleteFrom('applications').execute();
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  await watched.close();
});

/** A flood in which those without proof have had their share already; or none. */
const guard = async (floodGuard: 'auto' | 'on'): Promise<void> => {
  const { db } = test.deps;
  await db.updateTable('publication').set({ floodGuard }).execute();
  const shared = { bucket: 'drafts-unproven', subject: 'everybody', limit: 30, windowSeconds: 600 };
  for (let count = 0; count < 31; count += 1) {
    await takeToken(db, { ...shared, now: test.clock.now() });
  }
};
const countDrafts = async (): Promise<number> =>
  (await test.deps.db.selectFrom('applications').select('id').execute()).length;
const soon = { timeout: 30_000 };

it('check 26: in a flood the browser proves by itself: for what is typed, for a file, for the form', async () => {
  await guard('on');
  const { page } = watched;
  await page.goto(applyPath());
  await page.locator('#fullName').fill('Nino');
  await expect.poll(countDrafts, soon).toBe(1);

  await page.goto(applyPath());
  const cv = filePart('cv', 'cv.pdf');
  const file = { name: 'cv.pdf', mimeType: 'application/pdf', buffer: cv.bytes };
  await page.locator('#cv').setInputFiles(file);
  await page.locator('.chip.good').waitFor(soon);
  expect(await countDrafts()).toBe(2);

  await page.goto(applyPath());
  await page.locator('button[value=save]').click();
  await page.waitForURL(/\/en\/drafts\/[\w-]{32}\?saved=save$/, soon);
  expect(await countDrafts()).toBe(3);
});

it('a page from before the flood learns of it by its first refused save', async () => {
  await guard('auto');
  const { page } = watched;
  await page.goto(applyPath());
  await guard('on');
  watched.expectStatus(429);
  await page.locator('#fullName').fill('Nino');
  await expect.poll(countDrafts, soon).toBe(1);
});

it('a form that was sent from such a page goes through by its second press', async () => {
  await guard('auto');
  const { page } = watched;
  await page.goto(applyPath());
  await guard('on');
  await page.route('**/assets/autosave*', (route) => route.fulfill({ body: '' }));
  watched.expectStatus(429);
  await page.locator('#fullName').fill('ნინო');
  await page.locator('button[value=save]').click();
  await page.getByRole('heading', { name: 'Very many forms are arriving' }).waitFor(soon);
  expect(await countDrafts()).toBe(0);
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.waitForURL(/\/en\/drafts\/[\w-]{32}\?saved=save$/, soon);
  expect(await page.locator('#fullName').inputValue()).toBe('ნინო');
});

it('where sums can not be made, the form goes as it is and takes its turn', async () => {
  await guard('on');
  const { page } = watched;
  // As on a page that was not encrypted.
  await page.addInitScript(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
  await page.goto(applyPath());
  watched.expectStatus(429);
  await page.locator('button[value=save]').click();
  await page.getByRole('heading', { name: 'Very many forms are arriving' }).waitFor(soon);
  test.clock.advance(601);
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.waitForURL(/\/en\/drafts\/[\w-]{32}\?saved=save$/, soon);
});
