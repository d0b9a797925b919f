import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import { filePart } from '../support/send-form.ts';

let running: TestApp;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
/** Kinds of what was asked for, and what the browser would have sent along. */
const asked: { url: string; kind: string; referer: string | undefined }[] = [];

// Like Tor Browser at its safest: no scripts, no fonts of a page, no SVG, and it says neither where it
// comes from nor how large the screen is.
beforeAll(async () => {
  running = await createTestApp();
  const [address] = await Promise.all([
    running.listen(),
    openBrowser().then((opened) => {
      browser = opened;
    }),
  ]);
  const url = address.replace('127.0.0.1', 'localhost');
  watched = await openPage(browser, url, {
    javaScriptEnabled: false,
    viewport: { width: 400, height: 500 },
    reducedMotion: 'reduce',
  });
  ({ page } = watched);
  await page.route('**/*', async (route) => {
    const request = route.request();
    const { referer, ...headers } = request.headers();
    asked.push({ url: request.url(), kind: request.resourceType(), referer });
    if (request.resourceType() === 'font' || /\.svg(\?|$)/.test(request.url())) {
      await route.abort();
      return;
    }
    await route.continue({ headers });
  });
}, 60_000);
afterAll(async () => {
  await watched?.close();
  await browser?.close();
  await running?.stop();
});

const file = (field: string, name: string) => {
  const { bytes } = filePart(field, name);
  return { name, mimeType: 'application/octet-stream', buffer: Buffer.from(bytes) };
};

describe('without scripts, fonts, SVG and referrer, in a small window', () => {
  let code: string;

  test('source 7: one applies discreetly from the call to the receipt', async () => {
    await page.goto('/en/calls/regional-experts');
    await page.getByRole('link', { name: 'Apply' }).first().click();
    expect(await page.getByRole('textbox', { name: 'Full name' }).isVisible()).toBe(true);
    await page.getByRole('checkbox', { name: 'I apply discreetly' }).check();
    // The label changes as the box does, by the style sheet alone.
    await page.getByRole('textbox', { name: 'Alias' }).fill('Quiet Reader');
    await page.getByLabel('E-mail address').fill('quiet@example.org');
    await page.getByRole('checkbox', { name: 'Georgia', exact: true }).check();
    await page.getByRole('checkbox', { name: 'I have read the privacy notice' }).check();
    await page.locator('#cv').setInputFiles(file('cv', 'quiet.pdf'));
    await page.locator('#coverLetter').setInputFiles(file('coverLetter', 'letter.docx'));
    await page.locator('#writingSample').setInputFiles(file('writingSample', 'sample.odt'));
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await page.waitForURL('**/check');
    const choice = page.locator('.answers > div', { hasText: 'Applying discreetly' });
    expect(await choice.locator('dd').first().textContent()).toBe(
      'Yes; mails without links, the receipt code opens the page',
    );
    await page.getByRole('button', { name: 'Submit the application' }).click();
    await page.waitForURL('**/applications/**');
    code = (await page.locator('[data-receipt-code]').textContent())!;
    expect(await page.locator('main').textContent()).not.toMatch(/Quiet|quiet|letter\.docx/);
  });

  test('source 7: one finds the page again by code and address, writes, and withdraws', async () => {
    await page.goto('/en/find');
    await page.getByLabel('Receipt code or reference').fill(code);
    await page.getByLabel('E-mail address').fill('quiet@example.org');
    await page.locator('main form button[type=submit]').click();
    await page.waitForURL('**/applications/**');
    await page.getByLabel('Write to the editors').fill('One more thing.');
    await page.getByRole('button', { name: 'Send the message' }).click();
    expect(await page.locator('main').textContent()).toContain('One more thing.');
    await page.getByRole('link', { name: 'Withdraw' }).click();
    await page.locator('main form button[type=submit]').click();
    await expect.poll(() => page.locator('h1').textContent()).toBe('You withdrew your application');
  });

  test('source 7: what it protects from and what not is read there as well', async () => {
    await page.goto('/en/discreet');
    expect(await page.locator('h2').allTextContents()).toEqual([
      'What it protects',
      'What it does not protect',
      'Before you begin',
    ]);
  });

  test('source 1: nothing was asked of anybody else, no font and no script', async () => {
    expect(asked.length).toBeGreaterThan(10);
    const { origin } = new URL(page.url());
    expect(asked.filter(({ url }) => new URL(url).origin !== origin)).toEqual([]);
    expect(asked.filter(({ kind }) => kind === 'font' || kind === 'script')).toEqual([]);
    expect(watched.complaints).toEqual([]);
  });

  test('duty 14: no cookie was set', async () => {
    expect(await page.context().cookies()).toEqual([]);
  });
});
