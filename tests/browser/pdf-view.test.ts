import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, type WatchedPage } from '../support/browser-page.ts';
import { type DeskFacts, prepareDesk, signIn } from '../support/desk-facts.ts';

let test: TestApp;
let desk: DeskFacts;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let url: string;
beforeAll(async () => {
  test = await createTestApp();
  [desk, browser] = await Promise.all([prepareDesk(test), openBrowser()]);
  url = (await test.listen()).replace('127.0.0.1', 'localhost');
  watched = await openPage(browser, url);
  ({ page } = watched);
  await signIn(page, desk);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});

const open = () => page.goto(`/admin/applications/${desk.reference}`);
const countLoads = () =>
  page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));

/** How many different colours a canvas shows in its upper part: blank paper has one. */
const countColours = () =>
  page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, 300);
    return new Set(new Uint32Array(data.buffer)).size;
  });

it('a PDF is drawn in its place, once somebody asks, and counts as viewed', async () => {
  await open();
  expect((await countLoads()).filter((one) => one.includes('/pdf.'))).toEqual([]);
  const button = page.locator('button[data-view]').first();
  await button.click();
  await page.locator('canvas').first().waitFor();
  await expect.poll(countColours).toBeGreaterThan(2);
  expect(await page.locator('canvas').first().getAttribute('aria-label')).toBe('Page 1 of 1');
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('pdf');
  expect(await listViolations(page)).toEqual([]);
  expect(await button.innerText()).toContain('Hide');
  await button.click();
  expect(await page.locator('canvas').first().isVisible()).toBe(false);
  await open();
  expect(await page.locator('.document').first().innerText()).toContain('viewed by you');
  expect(watched.complaints).toEqual([]);
});

it('what can’t be drawn is told beside it, and the button asks again', async () => {
  await open();
  await page.route('**/documents/*', (route) =>
    route.fulfill({ status: 200, contentType: 'application/pdf', body: 'no PDF at all' }),
  );
  const button = page.locator('button[data-view]').first();
  await button.click();
  const line = page.locator('.document').first().getByRole('status');
  await expect.poll(() => line.innerText()).toContain('can’t be shown here');
  expect(await button.getAttribute('aria-expanded')).toBe('false');
  await page.unroute('**/documents/*');
  await button.click();
  await page.locator('canvas').first().waitFor();
  expect(await line.innerText()).toBe('');
});

it('without JavaScript there is no button that does nothing', async () => {
  const plain = await openPage(browser, url, { javaScriptEnabled: false });
  await signIn(plain.page, desk);
  await plain.page.goto(`/admin/applications/${desk.reference}`);
  expect(await plain.page.locator('button[data-view]').first().isVisible()).toBe(false);
  expect(await plain.page.getByRole('link', { name: /^Download/ }).count()).toBe(3);
  await plain.close();
});
