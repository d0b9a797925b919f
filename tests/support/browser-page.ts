import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type WatchedPage = {
  page: Page;
  /** What the browser complained about, answers with an error status that were expected aside. */
  complaints: string[];
  /** The next answer may have this status without being a complaint. */
  expectStatus(status: number): void;
  close(): Promise<void>;
};

/** A page in a context of its own whose console is watched; requests to other hosts are complaints. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const expected: number[] = [];
  page.on('console', (message) => {
    const status = /status of (\d{3})/.exec(message.text())?.[1];
    const index = expected.indexOf(Number(status));
    if (index >= 0) expected.splice(index, 1);
    else if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`request to ${request.url()}`);
  });
  return {
    page,
    complaints,
    expectStatus: (status) => expected.push(status),
    close: () => context.close(),
  };
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What depends on the colour scheme. */
const colourRules = ['color-contrast', 'link-in-text-block'];

/** Violations that axe finds in light and dark, one line each. */
export async function listViolations(page: Page): Promise<string[]> {
  // Legacy mode leaves out a second page for frames of other origins, which ours do not have.
  const createAxe = () => new AxeBuilder({ page }).setLegacyMode(true);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await createAxe().withTags(tags).analyze();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await createAxe().withRules(colourRules).analyze();
  return [light, dark].flatMap(({ violations }, index) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id} in ${index === 0 ? 'light' : 'dark'}: ${html}`),
    ),
  );
}

/** By how many pixels the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** The id of the element that has focus. */
export async function focusedId(page: Page): Promise<string> {
  return await page.evaluate(() => document.activeElement?.id ?? '');
}
