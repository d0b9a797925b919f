import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import { filePart } from '../support/send-form.ts';

let test: TestApp;
let url: string;
let browser: Browser;
let watched: WatchedPage;
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
});
afterEach(async () => {
  expect(watched.complaints).toEqual([]);
  await watched.close();
});

const saved = /^Your draft is saved\. \d\d:\d\d$/;
const applyPath = '/en/calls/regional-experts/apply';
const stateOf = async (page: Page): Promise<string> =>
  (await page.locator('#typing p').innerText()).replace(/\s+/g, ' ').trim();
const soon = { timeout: 20_000 };
const expectState = (page: Page) => expect.poll(() => stateOf(page), soon);
const listDrafts = async () =>
  await test.deps.db
    .selectFrom('applications')
    .select(['fullName', 'topics', 'typedRevision'])
    .orderBy('createdAt')
    .execute();
const clear = async () => {
  await test.deps.db.deleteFrom('applicationTokens').execute();
  await test.deps.db.deleteFrom('applications').execute();
};
beforeEach(clear);

/** The server has opened the draft a second before its page learns of it. */
const answerLate = (page: Page) =>
  page.route(
    '**/calls/*/typed',
    async (route) => {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.fulfill({ response }).catch(() => {});
    },
    { times: 1 },
  );

describe('typing', () => {
  it('is kept from the first letters: through a reload, and in another browser by its link', async () => {
    const { page } = watched;
    await page.goto(applyPath);
    expect(await page.locator('#intro').textContent()).toContain('from the first letter on');
    expect(await page.locator('#later a:visible').count()).toBe(0);
    await page.locator('#fullName').pressSequentially('ნინო');
    await page.locator('#places').check();
    await page.waitForURL('**/en/drafts/*');
    await expectState(page).toMatch(saved);
    expect(await page.locator('#later a').first().textContent()).toBe(page.url());
    await page
      .locator('details', { has: page.locator('#cvText') })
      .locator('summary')
      .click();
    await page.locator('#cvText').fill('Born by a river.');
    await page.locator('#q-ai-2').check();
    await expect.poll(async () => (await listDrafts())[0]?.typedRevision, soon).toBeGreaterThan(1);
    await page.reload();
    const other = await openPage(browser, url, { javaScriptEnabled: false });
    await other.page.goto(new URL(page.url()).pathname);
    for (const one of [page, other.page]) {
      expect(await one.locator('#fullName').inputValue()).toBe('ნინო');
      expect(await one.locator('#places').isChecked()).toBe(true);
      expect(await one.locator('#cvText').inputValue()).toBe('Born by a river.');
      expect(await one.locator('#q-ai-2').isChecked()).toBe(true);
    }
    expect(other.complaints).toEqual([]);
    await other.close();
    expect(await listDrafts()).toHaveLength(1);
  });

  it('is not sent before anything was typed, nor in the middle of a composition', async () => {
    const { page } = watched;
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.postData() ?? '');
    });
    await page.goto(applyPath);
    await page.locator('#fullName').focus();
    const input = await page.context().newCDPSession(page);
    const compose = (text: string) =>
      input.send('Input.imeSetComposition', { text, selectionStart: 1, selectionEnd: 1 });
    await compose('ㄴ');
    await compose('니');
    await page.waitForTimeout(2_500);
    expect([sent, await page.locator('#fullName').inputValue()]).toEqual([[], '니']);
    await input.send('Input.insertText', { text: '니노' });
    await expectState(page).toMatch(saved);
    expect(sent).toHaveLength(1);
    expect(await listDrafts()).toMatchObject([{ fullName: '니노' }]);
    await compose('ㄱ');
    await page.waitForTimeout(2_500);
    expect(sent).toHaveLength(1);
    await input.send('Input.insertText', { text: '기' });
    await expect.poll(listDrafts, soon).toMatchObject([{ fullName: '니노기' }]);
  });

  it('that goes on while its draft is opened, a file beside it, makes one draft', async () => {
    const { page } = watched;
    await answerLate(page);
    await page.goto(applyPath);
    await page.locator('#fullName').pressSequentially('Nino');
    await page.waitForRequest('**/typed');
    const { bytes: buffer } = filePart('cv', 'cv.pdf', 30_000);
    await page
      .locator('#cv')
      .setInputFiles({ name: 'cv.pdf', mimeType: 'application/pdf', buffer });
    await page.locator('#topics').pressSequentially('Rivers');
    await expectState(page).toMatch(saved);
    await expect.poll(listDrafts, soon).toMatchObject([{ fullName: 'Nino', topics: 'Rivers' }]);
    await expect
      .poll(() => page.locator('.doc strong').allTextContents(), soon)
      .toEqual(['cv.pdf']);
  });

  it('and the button pressed at once make one draft too', async () => {
    const { page } = watched;
    await answerLate(page);
    await page.goto(applyPath);
    await page.locator('#fullName').pressSequentially('Nino');
    await page.waitForRequest('**/typed');
    await page.getByRole('button', { name: 'Save and go on later' }).click();
    await page.waitForURL('**/drafts/*?saved=save');
    expect(await listDrafts()).toMatchObject([{ fullName: 'Nino' }]);
  });

  it('is saved when its page is left in the middle of a word', async () => {
    const { page } = watched;
    await page.goto(applyPath);
    await page.locator('#fullName').fill('Nino');
    await expectState(page).toMatch(saved);
    await page.locator('#topics').pressSequentially('Riv');
    await page.getByRole('link', { name: 'Privacy notice', exact: true }).last().click();
    await page.waitForURL('**/privacy');
    await expect.poll(listDrafts, soon).toMatchObject([{ fullName: 'Nino', topics: 'Riv' }]);
  });
});

describe('without a connection', () => {
  it('the page says so, and saves once there is one again', async () => {
    const { page } = watched;
    await page.goto(applyPath);
    await page.locator('#fullName').fill('Nino');
    await expectState(page).toMatch(saved);
    await page.context().setOffline(true);
    await page.locator('#topics').fill('Rivers');
    await expectState(page).toBe(
      'Not saved yet: there is no connection. Leave this page open, it is tried again.',
    );
    watched.complaints.splice(0);
    expect(await listDrafts()).toMatchObject([{ topics: '' }]);
    await page.context().setOffline(false);
    await expectState(page).toMatch(saved);
    expect(await listDrafts()).toMatchObject([{ fullName: 'Nino', topics: 'Rivers' }]);
  });
});

describe('two windows of one draft', () => {
  it('do not overwrite each other: the older one is told, and the applicant chooses', async () => {
    const { page } = watched;
    await page.goto(applyPath);
    await page.locator('#fullName').fill('Nino');
    await expectState(page).toMatch(saved);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.locator('#topics').fill('Mountains');
    await expectState(other).toMatch(saved);
    watched.expectStatus(409);
    await page.locator('#topics').fill('Rivers');
    await expectState(page).toBe('What you type now is not saved. What you can do');
    expect(await listDrafts()).toMatchObject([{ topics: 'Mountains' }]);
    const notice = page.locator('#conflict');
    expect(await notice.getAttribute('role')).toBe('alert');
    const link = notice.getByRole('link', { name: 'Open the other version in a new window' });
    expect(await link.getAttribute('href')).toBe(new URL(page.url()).pathname);
    await notice.getByRole('button', { name: 'Keep what stands here' }).click();
    await page.waitForURL('**?saved=save');
    expect(await listDrafts()).toMatchObject([{ fullName: 'Nino', topics: 'Rivers' }]);
    await other.locator('#topics').pressSequentially(' high');
    await expectState(other).toBe('What you type now is not saved. What you can do');
    await other.close();
  });

  it('of which one sends an old form see both versions, and nothing is saved before a choice', async () => {
    const { page } = watched;
    await page.goto(applyPath);
    await page.locator('#fullName').fill('Nino');
    await expectState(page).toMatch(saved);
    const old = await page.context().newPage();
    await old.goto(page.url());
    await page.locator('#topics').fill('Rivers');
    await expect.poll(listDrafts, soon).toMatchObject([{ topics: 'Rivers' }]);
    await old.locator('#topics').fill('Mountains');
    await old.getByRole('button', { name: 'Save and go on later' }).click();
    await old.locator('#conflict').waitFor();
    expect(await old.locator('#topics').inputValue()).toBe('Mountains');
    await old.locator('#topics').fill('Mountains high');
    await old.waitForTimeout(2_500);
    expect(await listDrafts()).toMatchObject([{ topics: 'Rivers' }]);
    await old.locator('#conflict').getByRole('button').click();
    await old.waitForURL('**?saved=save');
    expect(await listDrafts()).toMatchObject([{ topics: 'Mountains high' }]);
    await old.close();
  });
});
