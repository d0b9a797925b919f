import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import { listMisfits, listSmallTargets, spaceText, unfold } from '../support/page-looks.ts';
import { leave, publicPages } from '../support/public-pages.ts';
import { prepareSite, type Site } from '../support/public-site.ts';

let test: TestApp;
let site: Site;
let browser: Browser;
let phone: WatchedPage;
beforeAll(async () => {
  test = await createTestApp();
  const url = await test.listen();
  [site, browser] = await Promise.all([prepareSite(test, url), openBrowser()]);
  phone = await openPage(browser, url, { viewport: { width: 320, height: 640 } });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await test.stop();
});

describe('check 21: one column that fits into 320 pixels in all languages:', () => {
  it.each(publicPages)('$name', async (state) => {
    const { page } = phone;
    const found: string[] = [];
    for (const language of languages) {
      await state.show(page, site, language);
      await unfold(page);
      const lang = await page.evaluate(() => document.documentElement.lang);
      if (lang !== language) found.push(`speaks ${lang} for ${language}`);
      found.push(...(await listMisfits(page, language)));
      found.push(...(await listSmallTargets(page, 44)).map((line) => `${language}: ${line}`));
      await spaceText(page);
      found.push(...(await listMisfits(page, `${language}, spaced`)));
      await leave(page, state);
    }
    expect(found).toEqual([]);
  });
});
