import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, type WatchedPage } from '../support/browser-page.ts';
import { unfold } from '../support/page-looks.ts';
import { leave, publicPages } from '../support/public-pages.ts';
import { prepareSite, type Site } from '../support/public-site.ts';

let test: TestApp;
let site: Site;
let browser: Browser;
let watched: WatchedPage;
beforeAll(async () => {
  test = await createTestApp();
  const url = await test.listen();
  [site, browser] = await Promise.all([prepareSite(test, url), openBrowser()]);
  watched = await openPage(browser, url);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await test.stop();
});

describe('axe objects to nothing, in light and dark, on', () => {
  it.each(publicPages)('$name', async (state) => {
    const { page, complaints } = watched;
    onTestFinished(() => leave(page, state));
    await state.show(page, site, 'en');
    await unfold(page);
    expect(await listViolations(page)).toEqual([]);
    const heard = complaints.splice(0);
    expect(state.loud ? [] : heard).toEqual([]);
  });
});
