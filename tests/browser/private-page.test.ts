import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askApplicant } from '../../src/actions/ask-applicant.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { focusedId, listViolations, openPage, overflowOf } from '../support/browser-page.ts';
import { createStaff } from '../support/factories.ts';
import { type Applicant, apply, openAs } from '../support/private-page.ts';
import { filePart } from '../support/send-form.ts';

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

const press = async (page: Page, name: string): Promise<void> =>
  await page.getByRole('button', { name, exact: true }).last().click();
const heading = async (page: Page): Promise<string | null> =>
  await page.getByRole('heading', { level: 1 }).textContent();

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('the private page %s', (_, javaScriptEnabled) => {
  it('replaces a document, writes, withdraws, undoes, finds itself again, exports and erases', async () => {
    const applicant = await apply(test, { email: `js-${javaScriptEnabled}@example.org` });
    const watched = await openPage(browser, url, { javaScriptEnabled, acceptDownloads: true });
    const { page } = watched;
    await page.goto(applicant.path);
    const code = (await page.locator('[data-receipt-code]').textContent())!;

    await page.getByRole('link', { name: 'Replace or add documents' }).click();
    await page.getByLabel('A new file in place of this one: CV').setInputFiles({
      name: 'newer.pdf',
      mimeType: 'application/pdf',
      buffer: filePart('cv', 'newer.pdf').bytes,
    });
    await press(page, 'Save the documents');
    await page.waitForURL('**?done=documents');
    expect(await page.locator('.doc strong').allTextContents()).toEqual([
      'newer.pdf',
      'letter.docx',
      'პანკისი.odt',
    ]);

    watched.expectStatus(422);
    await press(page, 'Send the message');
    await expect.poll(() => focusedId(page)).toBe('error-summary');
    await page.getByLabel('Write to the editors').fill('When will you\ndecide?');
    // The language changes, and what was typed stays.
    await page.getByRole('button', { name: 'Deutsch' }).click();
    expect(await page.getByLabel('An die Redaktion schreiben').inputValue()).toBe(
      'When will you\ndecide?',
    );
    await page.getByRole('button', { name: 'English' }).click();
    await press(page, 'Send the message');
    await page.waitForURL('**?done=message#messages');
    expect(await page.locator('.message .words').innerText()).toBe('When will you\ndecide?');

    await page.getByRole('link', { name: 'Withdraw the application' }).click();
    await press(page, 'Withdraw the application');
    await expect.poll(() => heading(page)).toBe('You withdrew your application');
    await press(page, 'Undo the withdrawal');
    await page.waitForURL('**?done=returned');
    expect(await heading(page)).toBe('Your application has arrived');

    await page.getByRole('link', { name: 'Find your application' }).click();
    await page
      .getByLabel('Receipt code or reference')
      .fill(code.toLowerCase().replaceAll('-', ' '));
    await page.getByLabel('E-mail address').fill(`js-${javaScriptEnabled}@example.org`);
    await press(page, 'Find');
    await page.waitForURL(`**${applicant.path}`);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export everything' }).click();
    expect((await downloading).suggestedFilename()).toBe(`${applicant.application.reference}.zip`);

    await page.getByRole('link', { name: 'Erase everything' }).click();
    await press(page, 'Erase everything for good');
    await page.waitForURL('**/en/erased');
    watched.expectStatus(410);
    await page.goto(applicant.path);
    expect(await heading(page)).toBe('This application has been deleted');
    expect(watched.complaints).toEqual([]);
    await watched.close();
  }, 60_000);
});

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('a request of the editors %s', (_, javaScriptEnabled) => {
  it('check 23: keeps both boxes through a change of language and through a message, and is answered', async () => {
    const applicant = await apply(test);
    const editor = await createStaff(test.deps, { role: 'editor' });
    await askApplicant(test.deps, applicant.application, {
      ...{ authorId: editor.id, body: 'Your newest CV', language: 'en' },
      ...{ kinds: ['cv'], dueOn: '2030-01-01' },
    });
    const watched = await openPage(browser, url, { javaScriptEnabled });
    const { page } = watched;
    await page.goto(applicant.path);
    await page.getByLabel('Your answer').fill('Here\nit is');
    await page.getByLabel('Write to the editors').fill('One more thing');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.getByLabel('Write to the editors').inputValue()).toBe('One more thing');
    await press(page, 'Send the message');
    await expect.poll(() => page.locator('.message .words').count()).toBe(2);
    expect(await page.getByLabel('Your answer').inputValue()).toBe('Here\nit is');
    await page.locator('#cv').setInputFiles({
      ...{ name: 'newest.pdf', mimeType: 'application/pdf' },
      buffer: filePart('cv', 'newest.pdf').bytes,
    });
    await press(page, 'Send the answer');
    await page.waitForURL('**?done=request#messages');
    expect(await page.locator('.doc strong').allTextContents()).toContain('newest.pdf');
    expect(await page.locator('.message .words').last().innerText()).toBe('Here\nit is');
    expect(watched.complaints).toEqual([]);
    await watched.close();
  }, 60_000);
});

describe('every state of it', () => {
  const states: [string, (applicant: Applicant) => Promise<unknown>][] = [
    ['received', async () => {}],
    ['being read', (applicant) => openAs(test, applicant)],
    [
      'withdrawn',
      ({ path }) => Promise.resolve(test.app.request(`${path}/withdraw`, { method: 'POST' })),
    ],
  ];

  it.each([
    ['ka', 'light'],
    ['hy', 'dark'],
  ] as const)(
    'fits a small screen and has nothing that axe objects to, in %s and %s',
    async (language, colorScheme) => {
      const viewport = { width: 320, height: 700 };
      const watched = await openPage(browser, url, { colorScheme, viewport });
      const { page } = watched;
      const found: string[] = [];
      const look = async (path: string, name: string): Promise<void> => {
        await page.goto(path);
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        found.push(...(await listViolations(page)).map((line) => `${name}: ${line}`));
        const overflow = await overflowOf(page);
        if (overflow > 0) found.push(`${name}: ${overflow} pixels too wide`);
      };
      for (const [name, reach] of states) {
        const applicant = await apply(test, { topics: 'word'.repeat(60) });
        const path = applicant.path.replace('/en/', `/${language}/`);
        const body = new FormData();
        body.set('message', 'გრძელისიტყვა'.repeat(20));
        await test.app.request(`${path}/messages`, { method: 'POST', body });
        await reach(applicant);
        await look(path, name);
        if (name !== 'received') continue;
        for (const rest of ['documents', 'withdraw', 'erase']) await look(`${path}/${rest}`, rest);
      }
      await look(`/${language}/find?sent=yes`, 'find');
      await look(`/${language}/erased`, 'erased');
      expect(found).toEqual([]);
      expect(watched.complaints).toEqual([]);
      await watched.close();
    },
    60_000,
  );
});
