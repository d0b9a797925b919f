import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, type WatchedPage } from '../support/browser-page.ts';
import { blindPages } from '../support/desk-area-pages.ts';
import { type DeskFacts, prepareDesk, setBlind, signIn } from '../support/desk-facts.ts';
import { deskPages } from '../support/desk-pages.ts';
import { listMisfits, listSmallTargets, unfold } from '../support/page-looks.ts';

let test: TestApp;
let desk: DeskFacts;
let browser: Browser;
let signedOut: WatchedPage;
let signedIn: WatchedPage;
beforeAll(async () => {
  test = await createTestApp();
  const url = await test.listen();
  [desk, browser] = await Promise.all([prepareDesk(test), openBrowser()]);
  // The cookies are for this host by its name.
  const named = url.replace('127.0.0.1', 'localhost');
  [signedOut, signedIn] = await Promise.all([openPage(browser, named), openPage(browser, named)]);
  await signIn(signedIn.page, desk);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});

/** What is wrong with a page in light and dark, wide and narrow. */
async function listFaults(page: Page, show: () => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    if (width === 1280) await show();
    await unfold(page);
    const lines = [
      ...(await listViolations(page)),
      ...(await listSmallTargets(page, 24)),
      ...(await listMisfits(page, 'at once')),
    ];
    found.push(...lines.map((line) => `${width}: ${line}`));
  }
  return found;
}

describe('axe objects to nothing, in light and dark, at 1280 and 360 pixels, on', () => {
  it.each(deskPages)('$name', async ({ show, signedOut: before }) => {
    const { page } = before ? signedOut : signedIn;
    expect(await listFaults(page, () => show(page, desk))).toEqual([]);
  });
});

describe('axe objects to nothing in a call that is reviewed blind, on', () => {
  beforeAll(async () => {
    await setBlind(test, desk);
    await signIn(signedOut.page, { email: desk.reviewerEmail });
  });

  it.each(blindPages)('$name', async ({ show, toEditors }) => {
    const { page } = toEditors ? signedIn : signedOut;
    expect(await listFaults(page, () => show(page, desk))).toEqual([]);
  });
});
