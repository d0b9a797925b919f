import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import {
  listLostInForcedColours,
  listMisfits,
  listMotion,
  listUnmarkedLanguages,
  unfold,
  walkByTab,
} from '../support/page-looks.ts';
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
  watched = await openPage(browser, url, { reducedMotion: 'reduce' });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await test.stop();
});

describe('the keyboard, large text, forced colours and still pages:', () => {
  it.each(publicPages)('$name', async (state) => {
    const { page } = watched;
    onTestFinished(() => leave(page, state));
    await page.setViewportSize({ width: 360, height: 640 });
    await state.show(page, site, 'ka');
    // From the top, also where the page has put the focus elsewhere.
    await page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
      document.querySelector<HTMLElement>('.skip')!.focus();
      (document.activeElement as HTMLElement).blur();
    });
    const { found, stops } = await walkByTab(page);
    expect(found).toEqual([]);
    expect(stops).toBeGreaterThan(3);

    expect(await listUnmarkedLanguages(page)).toEqual([]);
    expect(await listMotion(page)).toEqual([]);
    await unfold(page);
    await page.emulateMedia({ forcedColors: 'active' });
    expect(await listLostInForcedColours(page)).toEqual([]);
    await page.emulateMedia({ forcedColors: 'none' });

    // A window of 1280 pixels, enlarged to 200 %; then the same with its text alone enlarged.
    await page.setViewportSize({ width: 640, height: 512 });
    const misfits = await listMisfits(page, 'zoomed');
    await page.setViewportSize({ width: 1280, height: 1024 });
    await page.evaluate(() => {
      document.documentElement.style.fontSize = '200%';
    });
    expect([...misfits, ...(await listMisfits(page, 'large text'))]).toEqual([]);
  });
});
