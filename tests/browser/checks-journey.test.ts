import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { focusedId, openPage, type WatchedPage } from '../support/browser-page.ts';
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

const file = (field: string, name: string, size = 30_000) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: filePart(field, name, size).bytes,
});

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('check 1: the whole journey %s', (_, javaScriptEnabled) => {
  let watched: WatchedPage;
  beforeEach(async () => {
    watched = await openPage(browser, url, { javaScriptEnabled });
  });
  afterEach(async () => {
    expect(watched.complaints).toEqual([]);
    await watched.close();
  });

  it('leads from the article to the receipt, mistakes included', async () => {
    const { page } = watched;
    const via = `https://example.org/${javaScriptEnabled}`;
    await page.goto(`/en/calls/regional-experts?via=${encodeURIComponent(via)}`);
    await page.getByRole('link', { name: 'Apply' }).first().click();
    await expect.poll(() => page.title()).toBe('Apply: Regional experts – Caucasus Watch');

    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await expect.poll(() => page.title()).toBe('Error: Apply: Regional experts – Caucasus Watch');
    await expect.poll(() => focusedId(page)).toBe('error-summary');
    const summary = page.locator('#error-summary');
    expect(await summary.getByRole('heading').textContent()).toBe('7 things need your attention');
    await summary.getByRole('link', { name: 'Enter your e-mail address' }).click();
    await expect.poll(() => focusedId(page)).toBe('email');

    await page.getByLabel('Full name').fill('ნინო გელაშვილი');
    await page.getByLabel('E-mail address').fill('nino@example');
    await page.getByRole('checkbox', { name: 'Georgia', exact: true }).check();
    await page.getByRole('checkbox', { name: 'I have read the privacy notice' }).check();
    await page.locator('#cv').setInputFiles(file('cv', 'რეზიუმე.pdf'));
    await page.locator('#coverLetter').setInputFiles(file('coverLetter', 'letter.docx'));
    await page.locator('#writingSample').setInputFiles(file('writingSample', 'sample.odt'));
    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await expect
      .poll(() => summary.getByRole('link').allTextContents())
      .toEqual(['Enter an e-mail address like name@example.org']);
    expect(await page.locator('.doc strong').allTextContents()).toEqual([
      'რეზიუმე.pdf',
      'letter.docx',
      'sample.odt',
    ]);

    // Enter in a field is the same as the button, and removes nothing.
    await page.getByLabel('E-mail address').fill('nino@example.org');
    await page.getByLabel('E-mail address').press('Enter');
    await page.waitForURL('**/check');
    await expect.poll(() => page.title()).toBe('Check your answers – Caucasus Watch');
    const row = page.locator('.answers > div', { hasText: 'Where do you live?' });
    expect(await row.locator('dd').first().textContent()).toBe('Not provided');
    await row.getByRole('link', { name: 'Change: Where do you live?' }).click();
    await page.waitForURL('**#basedIn');
    await page.getByLabel('Where do you live?').fill('თბილისი');
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await page.waitForURL('**/check');
    expect(await row.locator('dd').first().textContent()).toBe('თბილისი');

    await page.getByRole('button', { name: 'Submit the application' }).dblclick();
    await page.waitForURL('**/applications/**');
    const code = await page.locator('[data-receipt-code]').textContent();
    expect(code).toMatch(/^(\w{4}-){3}\w{4}$/);
    expect(await page.locator('.doc .code').allTextContents()).toHaveLength(3);
    await page.reload();
    expect(await page.locator('[data-receipt-code]').textContent()).toBe(code);

    await page.getByRole('button', { name: 'Deutsch' }).click();
    await expect.poll(() => page.title()).toBe('Ihre Bewerbung ist eingegangen – Caucasus Watch');
    expect(await page.locator('[data-receipt-code]').textContent()).toBe(code);
    const stored = await test.deps.db
      .selectFrom('applications')
      .select(['fullName', 'basedIn', 'stage'])
      .where('via', '=', via)
      .execute();
    expect(stored).toEqual([
      { fullName: 'ნინო გელაშვილი', basedIn: 'თბილისი', stage: 'screening' },
    ]);
  });

  it('changes the language in its middle, removes a file and pastes the text instead', async () => {
    const { page } = watched;
    await page.goto('/en/calls/regional-experts/apply');
    await page.getByLabel('Full name').fill('Հայկ Սարգսյան');
    await page.locator('#cv').setInputFiles(file('cv', 'Lebenslauf.rtf'));
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.waitForURL('**/de/drafts/**');
    expect(await page.getByLabel('Vollständiger Name').inputValue()).toBe('Հայկ Սարգսյան');

    await page.getByRole('button', { name: 'Lebenslauf.rtf entfernen' }).click();
    await page.waitForURL('**saved=remove**');
    expect(await page.locator('.notice[role=status]').textContent()).toBe(
      'Die Unterlage wurde entfernt.',
    );
    for (const kind of ['cv', 'coverLetter', 'writingSample']) {
      const text = page.locator(`#${kind}Text`);
      await page.locator('details', { has: text }).locator('summary').click();
      await text.fill(`${kind}: ein Text`);
    }
    await page.locator('#email').fill('hayk@example.org');
    await page.locator('#placesOther').fill('Սյունիք');
    await page.locator('#consent').check();
    await page.getByRole('button', { name: 'Angaben prüfen' }).last().click();
    await page.waitForURL('**/check');
    await page.getByRole('button', { name: 'Bewerbung absenden' }).click();
    await page.waitForURL('**/de/applications/**');
    expect(await page.getByText('Eingefügter Text').count()).toBe(3);
  });
});

describe('with JavaScript', () => {
  it('check 4, check 5: the summary of even one mistake has the focus, and its link leads to its control', async () => {
    const watched = await openPage(browser, url);
    const { page, complaints } = watched;
    await page.goto('/en/calls/regional-experts/apply');
    for (const kind of ['cv', 'coverLetter', 'writingSample']) {
      const text = page.locator(`#${kind}Text`);
      await page.locator('details', { has: text }).locator('summary').click();
      await text.fill(`${kind}: a text`);
    }
    await page.locator('#email').fill('nino@example.org');
    await page.locator('#placesOther').fill('Pankisi');
    await page.locator('#consent').check();
    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await expect.poll(() => focusedId(page)).toBe('error-summary');
    const summary = page.locator('#error-summary');
    expect(await summary.getByRole('heading').textContent()).toBe('One thing needs your attention');
    const isAbove = await page.evaluate(() => {
      const bottom = document.getElementById('error-summary')!.getBoundingClientRect().bottom;
      return bottom <= document.querySelector('h1')!.getBoundingClientRect().top;
    });
    expect(isAbove).toBe(true);
    await summary.getByRole('link', { name: 'Enter your name' }).click();
    await expect.poll(() => focusedId(page)).toBe('fullName');
    expect(await page.locator('#fullName-error').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await watched.close();
  });

  it('check 7: a form that came back with mistakes is at its draft’s address: a reload and Back keep it', async () => {
    const watched = await openPage(browser, url);
    const { page, complaints } = watched;
    await page.goto('/en/calls/regional-experts/apply');
    await page.locator('#fullName').fill('Nino');
    await page.locator('#email').fill('nino@');
    await page.locator('#links').fill('javascript:alert(1)');
    await page.locator('#topics').fill('ნ'.repeat(2100));
    await page.locator('#cvText').evaluate((box: HTMLTextAreaElement) => {
      box.value = 'A life in short';
    });
    watched.expectStatus(422);
    await page.getByRole('button', { name: 'Check your answers' }).last().click();
    await expect.poll(() => focusedId(page)).toBe('error-summary');
    const address = await page.locator('#draft-kept a').getAttribute('href');
    expect(new URL(page.url()).pathname).toBe(address);
    const read = () =>
      page.evaluate(() =>
        ['fullName', 'email', 'links', 'topics', 'cvText'].map(
          (id) => (document.getElementById(id) as HTMLInputElement).value,
        ),
      );
    const typed = ['Nino', 'nino@', 'javascript:alert(1)', 'ნ'.repeat(2100), 'A life in short'];
    const methods: string[] = [];
    page.on('request', (one) => one.isNavigationRequest() && methods.push(one.method()));
    await page.reload();
    expect(await read()).toEqual(typed);
    await page.getByRole('link', { name: 'Privacy notice', exact: true }).click();
    await page.waitForURL('**/privacy');
    await page.goBack();
    expect(new URL(page.url()).pathname).toBe(address);
    expect(await read()).toEqual(typed);
    expect(methods).not.toContain('POST');
    expect(complaints).toEqual([]);
    await watched.close();
  });

  it('check 17: every control is written in 16 pixels or more', async () => {
    const { page, close } = await openPage(browser, url, { viewport: { width: 320, height: 640 } });
    await page.goto('/en/calls/regional-experts/apply');
    const sizes = await page.evaluate(() =>
      [...document.querySelectorAll('input, select, textarea')]
        .filter((one) => !one.matches('[type=hidden], [type=checkbox], [type=radio]'))
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
    );
    expect(sizes.length).toBeGreaterThan(15);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16);
    await close();
  });

  it('check 9: a file that can not be taken is told when it is chosen, not when a field is left', async () => {
    const { page, complaints, close } = await openPage(browser, url);
    await page.goto('/en/calls/regional-experts/apply');
    await page.locator('#email').fill('no address');
    await page.locator('#fullName').focus();
    expect(await page.getByRole('alert').count()).toBe(0);
    const cv = page.locator('#cv');
    for (const [name, size, message] of [
      [
        'cv.doc',
        10,
        'Choose a PDF, DOCX, ODT, RTF or TXT file; cv.doc is an older Word file (DOC). Open it, choose “Save as”, and there DOCX or PDF',
      ],
      [
        'photo.jpg',
        10,
        'Choose a PDF, DOCX, ODT, RTF or TXT file; photo.jpg is another type of file',
      ],
      ['cv.pdf', 0, 'cv.pdf is empty. Choose a file with content'],
      [
        'cv.pdf',
        10_000_001,
        'cv.pdf is larger than 10 MB. Choose a smaller file or paste the text',
      ],
    ] as const) {
      await cv.setInputFiles({ name, mimeType: 'x/y', buffer: Buffer.alloc(size) });
      expect(await page.locator('#cv-selected').textContent()).toBe(message);
      expect(await cv.getAttribute('aria-describedby')).toBe('cv-selected cv-hint');
      expect(await cv.inputValue()).toBe('');
    }
    await cv.setInputFiles(file('cv', 'cv.pdf'));
    expect(await page.locator('#cv-selected').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('check 25: a draft goes on by its link in another browser, files and all', async () => {
    const first = await openPage(browser, url);
    await first.page.goto('/en/calls/regional-experts/apply');
    await first.page.getByLabel('Full name').fill('Əli Quliyev');
    await first.page.locator('#cv').setInputFiles(file('cv', 'cv.pdf'));
    await first.page.locator('.chip.good').waitFor();
    await first.page.getByRole('button', { name: 'Save and go on later' }).click();
    await first.page.locator('.notice.good').waitFor();
    const link = await first.page.locator('#draft-kept a').getAttribute('href');
    await first.close();

    const second = await openPage(browser, url, { javaScriptEnabled: false, locale: 'az-AZ' });
    await second.page.goto(link!);
    expect(await second.page.getByLabel('Full name').inputValue()).toBe('Əli Quliyev');
    expect(await second.page.locator('.doc strong').allTextContents()).toEqual(['cv.pdf']);
    expect(second.complaints).toEqual([]);
    await second.close();
  });

  it('check 10: a form whose sending was stopped can be sent again', async () => {
    const { page, complaints, close } = await openPage(browser, url);
    await page.goto('/en/calls/regional-experts/apply');
    // An answer without content leaves the page as it is, like the browser's Stop.
    await page.route('**/apply', (route) => route.fulfill({ status: 204 }), { times: 1 });
    await page.locator('#fullName').fill('Nino');
    const button = page.getByRole('button', { name: 'Save and go on later' });
    await button.click();
    await vi.waitFor(async () => {
      await button.click();
      await page.waitForURL('**/drafts/**', { timeout: 300 });
    }, 10_000);
    expect(await page.locator('#fullName').inputValue()).toBe('Nino');
    expect(complaints).toEqual([]);
    await close();
  });
});
