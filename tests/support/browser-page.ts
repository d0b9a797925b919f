import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { RunOptions } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

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
  // Once a page: its source is more than half a megabyte. Evaluating does not come under the page's policy.
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(axeSource);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await runAxe(page, { runOnly: { type: 'tag', values: tags } });
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await runAxe(page, { runOnly: { type: 'rule', values: colourRules } });
  return [...light.map((line) => `light: ${line}`), ...dark.map((line) => `dark: ${line}`)];
}

async function runAxe(page: Page, options: RunOptions): Promise<string[]> {
  return await page.evaluate(
    async (options) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(options);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    },
    // Nothing but what is wrong need be described.
    { ...options, resultTypes: ['violations' as const] },
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
