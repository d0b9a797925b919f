import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, overflowOf, type WatchedPage } from '../support/browser-page.ts';
import { createDatabaseProxy, type DatabaseProxy } from '../support/database-proxy.ts';
import { applyPath, filePart, fillDraft, goodFiles, submitFilled } from '../support/send-form.ts';

const longWord = 'გრძელისიტყვა'.repeat(8);
const answers = {
  fullName: 'ნინო გელაშვილი-წერეთელი',
  latinName: 'Nino Gelashvili-Tsereteli',
  penName: 'Հայկուհի Տեր-Հովհաննիսյան',
  languages: ['ka', 'hy', 'lez'],
  placesOther: longWord,
  topics: `${'Water, roads and schools. '.repeat(12)}\n\n${longWord}`,
  links: [`https://example.org/${'a'.repeat(120)}`, 'https://example.org/b'],
  cvText: `${'A pasted line.\n'.repeat(60)}`,
};
const files = [
  filePart('cv', `${'Lebenslauf-'.repeat(9)}.pdf`),
  ...goodFiles().slice(1),
  filePart('writingSample', 'second.txt'),
];

let test: TestApp;
let url: string;
let browser: Browser;
let proxy: DatabaseProxy;
let draft: string;
let receipt: string;
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  draft = await fillDraft(test.app, answers, files);
  receipt = await submitFilled(test.app, answers);
  proxy = await createDatabaseProxy(test.deps.db);
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await proxy?.stop();
  await test.stop();
});

type Language = 'en' | 'de';
type Visit = {
  name: string;
  status?: number;
  show(page: Page, language: Language): Promise<unknown>;
};

const goTo =
  (path: (language: Language) => string) =>
  async (page: Page, language: Language): Promise<unknown> =>
    await page.goto(path(language));

/** Shows the answer of a request that a browser would send by a button. */
const showAnswer = async (page: Page, answer: Response | Promise<Response>): Promise<void> => {
  const { status, headers } = await answer;
  const body = Buffer.from(await (await answer).arrayBuffer());
  await page.route('**/shown', (route) =>
    route.fulfill({ status, headers: Object.fromEntries(headers), body }),
  );
  await page.goto('/shown');
};
const post = (app: TestApp['app'], language: Language): Response | Promise<Response> => {
  const body = new FormData();
  body.set('links', 'javascript:alert(1)');
  body.append('cv', new File(['x'], 'photo.jpg'));
  body.append('cv', new File([], 'again.pdf'));
  return app.request(applyPath(language), { method: 'POST', body });
};

const visits: Visit[] = [
  { name: 'call', show: goTo((language) => `/${language}/calls/regional-experts`) },
  { name: 'blank form', show: goTo((language) => applyPath(language)) },
  { name: 'draft', show: goTo((language) => `/${language}/drafts/${draft}?saved=save`) },
  {
    name: 'form with errors',
    status: 422,
    show: (page, language) => showAnswer(page, post(test.app, language)),
  },
  { name: 'check page', show: goTo((language) => `/${language}/drafts/${draft}/check`) },
  { name: 'receipt', show: goTo((language) => receipt.replace('/en/', `/${language}/`)) },
  { name: 'privacy notice', show: goTo((language) => `/${language}/privacy`) },
  { name: 'imprint', show: goTo((language) => `/${language}/imprint`) },
  { name: 'calls', show: goTo((language) => `/${language}`) },
  { name: 'not found', status: 404, show: goTo((language) => `/${language}/nothing`) },
  {
    name: 'retry',
    status: 503,
    async show(page, language) {
      await proxy.cut();
      await showAnswer(page, post(createApp({ ...test.deps, db: proxy.db }), language));
      await proxy.restore();
    },
  },
];

/** Looks at every page; `look` says what is wrong with it, one line each. */
async function expectNothingOn(
  watched: WatchedPage,
  language: Language,
  look: (page: Page) => Promise<string[]>,
): Promise<void> {
  const found: string[] = [];
  for (const { name, status, show } of visits) {
    if (status) watched.expectStatus(status);
    await show(watched.page, language);
    found.push(...(await look(watched.page)).map((line) => `${name}: ${line}`));
    await watched.page.unrouteAll();
  }
  expect(found).toEqual([]);
}

describe('every public page', () => {
  // Two of the four: colours do not depend on the language.
  it.each([
    ['en', 'light'],
    ['de', 'dark'],
  ] as const)(
    'has nothing that axe objects to, in %s and %s',
    async (language, colorScheme) => {
      const watched = await openPage(browser, url, { colorScheme });
      await expectNothingOn(watched, language, async (page) => {
        await page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        return await listViolations(page);
      });
      expect(watched.complaints).toEqual([]);
      await watched.close();
    },
    60_000,
  );

  it.each(['en', 'de'] as const)(
    'fits into 320 pixels in %s, with wide spacing of text too',
    async (language) => {
      const watched = await openPage(browser, url, { viewport: { width: 320, height: 600 } });
      await expectNothingOn(watched, language, async (page) => {
        const plain = await overflowOf(page);
        // WCAG 1.4.12; the policy of the page forbids a style element.
        await page.evaluate(() => {
          for (const element of document.querySelectorAll<HTMLElement>('body *')) {
            element.style.letterSpacing = '0.12em';
            element.style.wordSpacing = '0.16em';
            element.style.lineHeight = '1.5';
          }
        });
        const spaced = await overflowOf(page);
        return plain + spaced === 0 ? [] : [`${plain} px too wide, ${spaced} px with spacing`];
      });
      await watched.close();
    },
  );
});

describe('the form', () => {
  it('has targets of 44 pixels', async () => {
    const watched = await openPage(browser, url, { viewport: { width: 360, height: 640 } });
    await watched.page.goto(`/en/drafts/${draft}`);
    const small = await watched.page.evaluate(() =>
      [...document.querySelectorAll('button, select, summary, textarea, .choice, input')]
        .filter((one) => !one.matches('.first, [type=hidden], [type=checkbox], [type=radio]'))
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
        .map((one) => `${one.tagName} ${one.className} ${one.getBoundingClientRect().height}`),
    );
    expect(small).toEqual([]);
    await watched.close();
  });

  it('can be walked through by the keyboard, each stop in sight', async () => {
    const watched = await openPage(browser, url, { viewport: { width: 360, height: 640 } });
    const { page } = watched;
    await page.goto(`/en/drafts/${draft}`);
    const stops: string[] = [];
    for (let count = 0; count < 120; count += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const one = document.activeElement!;
        const { top, bottom, width, height } = one.getBoundingClientRect();
        const inSight = bottom > 0 && top < innerHeight && width > 1 && height > 1;
        const name = one.id || one.textContent || one.tagName;
        return { name, inSight, outlined: getComputedStyle(one).outlineStyle !== 'none' };
      });
      if (stop.name.includes('Skip to content') && stops.length > 1) break;
      expect(stop).toMatchObject({ inSight: true, outlined: true });
      stops.push(stop.name);
    }
    expect(stops).toEqual(expect.arrayContaining(['Skip to content', 'fullName', 'consent']));
    expect(stops.at(-1)).toBe('Imprint');
    await watched.close();
  });
});
