import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { focusedId, openPage, type WatchedPage } from '../support/browser-page.ts';
import { applyPath, filePart } from '../support/send-form.ts';

let test: TestApp;
let url: string;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
/** Requests of the page to the uploads, as method and status or failure. */
let requests: string[];

beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});
beforeEach(async () => {
  watched = await openPage(browser, url);
  ({ page } = watched);
  requests = [];
  page.on('request', (request) => {
    if (request.url().includes('/uploads')) requests.push(request.method());
  });
  await page.goto(applyPath());
});
afterEach(() => watched.close());

const file = (field: string, name: string, size = 30_000) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: filePart(field, name, size).bytes,
});
const choose = (field: string, name: string, size?: number) =>
  page.locator(`#${field}`).setInputFiles(file(field, name, size));
const arrived = (name: string) =>
  page.locator('.doc .row', { hasText: name }).locator('.chip.good');
const draftToken = () => page.locator('input[name=draft]').inputValue();

/** Answers every piece of a file from the second on with nothing, as a network does that is gone. */
async function holdAfterFirstPiece(field: string): Promise<void> {
  let pieces = 0;
  await page.route('**/uploads/*', async (route) => {
    if (route.request().method() !== 'PATCH') return await route.continue();
    pieces += 1;
    if (pieces === 1) await route.continue();
  });
  await choose(field, `${field}.pdf`, 3_000_000);
  await expect.poll(() => pieces, { timeout: 20_000 }).toBe(2);
}

describe('leaving the page', () => {
  /** Follows a link after a click somewhere; whether the browser asked first. */
  const leave = async (): Promise<boolean> => {
    let asked = false;
    page.once('dialog', async (dialog) => {
      asked = dialog.type() === 'beforeunload';
      await dialog.accept();
    });
    // Browsers ask only where somebody has touched the page.
    await page.locator('h1').click();
    await page.goto('/en');
    return asked;
  };

  it('is asked about while a file is on its way', async () => {
    await holdAfterFirstPiece('cv');
    expect(await leave()).toBe(true);
  });

  it('is not asked about before, afterwards, or when the form is sent without the file', async () => {
    expect(await leave()).toBe(false);
    await page.goto(applyPath());
    await choose('cv', 'cv.pdf');
    await arrived('cv.pdf').waitFor();
    expect(await leave()).toBe(false);
    await page.goto(applyPath());
    await holdAfterFirstPiece('cv');
    let asked = false;
    page.on('dialog', async (dialog) => {
      asked = true;
      await dialog.accept();
    });
    const send = page.locator('button[value=save]').first();
    await send.click();
    await page.waitForTimeout(1100);
    await Promise.all([page.waitForURL(/saved=save/), send.click()]);
    expect(asked).toBe(false);
  });
});

describe('an upload', () => {
  it('says start, each quarter and the end, politely, and never moves the focus', async () => {
    await page.evaluate(() => {
      const said: string[] = [];
      Object.assign(window, { said });
      const line = document.getElementById('cv-status')!;
      new MutationObserver(() => said.push(line.textContent)).observe(line, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    await page.locator('#topics').focus();
    await choose('cv', 'cv.pdf', 4 * 1024 * 1024);
    const row = page.locator('.upload');
    await row.waitFor();
    const bar = row.locator('progress');
    expect(await bar.getAttribute('aria-label')).toBe('Upload of cv.pdf');
    expect(
      await bar.evaluate((one) => one.closest('[aria-live], [role=status], [role=alert]')),
    ).toBeNull();
    await arrived('cv.pdf').waitFor();
    const line = page.locator('#cv-status');
    expect(await line.getAttribute('role')).toBe('status');
    await expect.poll(() => line.textContent()).toBe('cv.pdf has arrived and is kept');
    expect(await page.evaluate(() => (window as unknown as { said: string[] }).said)).toEqual([
      'Uploading cv.pdf',
      '25% of cv.pdf has been sent',
      '50% of cv.pdf has been sent',
      '75% of cv.pdf has been sent',
      'cv.pdf has arrived and is kept',
    ]);
    expect(await focusedId(page)).toBe('topics');
    expect(watched.complaints).toEqual([]);
  });

  it('begins with the choice, several at once into one draft, by a script that nobody else loads', async () => {
    const scripts = () =>
      page.evaluate(() => [...document.scripts].filter((one) => one.src.includes('upload')).length);
    expect(await scripts()).toBe(0);
    const all = [
      ['cv', 'cv.pdf'],
      ['coverLetter', 'letter.docx'],
      ['writingSample', 'sample.odt'],
    ] as const;
    await Promise.all(all.map(([field, name]) => choose(field, name, 1_500_000)));
    for (const [, name] of all) await arrived(name).waitFor();
    expect(await scripts()).toBe(1);
    expect(new URL(page.url()).pathname).toBe(`/en/drafts/${await draftToken()}`);
    await page.reload();
    expect(await page.locator('.doc strong').allTextContents()).toEqual(
      all.map(([, name]) => name),
    );
    expect(await page.locator('input[name=draft]').count()).toBe(1);
    expect(watched.complaints).toEqual([]);
  });

  it('is not begun for a file of another type, an empty or a large one: no byte is sent', async () => {
    for (const [name, size] of [
      ['photo.jpg', 10],
      ['cv.pdf', 0],
      ['cv.pdf', 10_000_001],
    ] as const) {
      const buffer = Buffer.alloc(size);
      await page.locator('#cv').setInputFiles({ name, mimeType: 'x/y', buffer });
      await page.locator('#cv-selected').waitFor();
    }
    expect(requests).toEqual([]);
  });

  it('can be removed under way and afterwards; its input is there again and nothing is left', async () => {
    await holdAfterFirstPiece('cv');
    await page.getByRole('button', { name: 'Remove cv.pdf' }).click();
    expect(await page.locator('#cv-status').textContent()).toBe('cv.pdf was removed');
    expect(await focusedId(page)).toBe('cv');
    await page.unrouteAll();
    // What has the focus stays in sight.
    await page.locator('#topics').focus();
    await choose('cv', 'again.pdf');
    await arrived('again.pdf').waitFor();
    expect(await page.locator('#cv').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Remove again.pdf' }).click();
    await expect.poll(() => page.locator('#cv-status').textContent()).toBe('again.pdf was removed');
    expect(await page.locator('#cv').isVisible()).toBe(true);
    expect(await focusedId(page)).toBe('cv');
    await page.reload();
    expect(await page.locator('.doc strong').count()).toBe(0);
    expect(await page.locator('[data-upload]').count()).toBe(0);
  });

  it('that the server refuses says why beside its input, and the others stand', async () => {
    await choose('coverLetter', 'letter.docx');
    await arrived('letter.docx').waitFor();
    const picture = Buffer.concat([Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), Buffer.alloc(900)]);
    watched.expectStatus(422);
    const name = 'cv.pdf';
    await page.locator('#cv').setInputFiles({ name, mimeType: 'x/y', buffer: picture });
    const message = page.locator('#cv-selected');
    await message.waitFor();
    expect(await message.textContent()).toBe(
      'Choose a PDF, DOCX, ODT, RTF or TXT file; cv.pdf is an image',
    );
    expect(await page.locator('#cv').getAttribute('aria-invalid')).toBe('true');
    expect(await arrived('letter.docx').isVisible()).toBe(true);
    expect(watched.complaints).toEqual([]);
  });

  it('holds the form back until it is there, then the form goes by itself', async () => {
    await page.getByLabel('Full name').fill('Nino');
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/uploads/*', async (route) => {
      await released;
      await route.continue();
    });
    await choose('cv', 'cv.pdf');
    await page.locator('.upload').waitFor();
    await page.getByRole('button', { name: 'Save and go on later' }).click();
    await page.locator('#upload-hold:not(:empty)').waitFor();
    expect(page.url()).not.toContain('saved');
    release();
    await page.waitForURL('**saved=save**');
    expect(await page.locator('.doc strong').allTextContents()).toEqual(['cv.pdf']);
    expect(await page.getByLabel('Full name').inputValue()).toBe('Nino');
  });
});

describe('check 24: a connection that is lost at half of an upload', () => {
  it('leaves Retry at that file and lets the others stand; back online it goes on from there', async () => {
    await choose('coverLetter', 'letter.docx');
    await arrived('letter.docx').waitFor();
    await page.locator('#topics').fill('Typed before');
    await holdAfterFirstPiece('cv');
    await watched.page.context().setOffline(true);
    const retry = page.getByRole('button', { name: 'Try again: cv.pdf' });
    await retry.waitFor();
    expect(await page.locator('#cv-status').textContent()).toMatch(
      /^The connection is interrupted\. 3[0-9]% of cv\.pdf is kept/,
    );
    expect(await arrived('letter.docx').isVisible()).toBe(true);
    expect(await page.locator('#topics').inputValue()).toBe('Typed before');
    await page.unrouteAll();
    requests.length = 0;
    await watched.page.context().setOffline(false);
    await arrived('cv.pdf').waitFor();
    // It asks where it stands and sends the two pieces that are missing; none is begun anew.
    expect(requests.filter((one) => one === 'POST')).toEqual([]);
    expect(requests.filter((one) => one === 'PATCH')).toHaveLength(2);
  });

  it('goes on by Retry where the browser believes to be online', async () => {
    let isGone = true;
    await page.route('**/uploads/*', async (route) => {
      if (isGone && route.request().method() === 'PATCH') await route.abort('connectionreset');
      else await route.continue();
    });
    await choose('cv', 'cv.pdf', 1_500_000);
    const retry = page.getByRole('button', { name: 'Try again: cv.pdf' });
    await retry.waitFor();
    isGone = false;
    await retry.click();
    await arrived('cv.pdf').waitFor();
    expect(requests.filter((one) => one === 'POST')).toHaveLength(1);
  });
});
