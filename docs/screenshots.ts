// Makes the pictures of README.md (`npm run screenshots`): a server of its own, invented people from
// `feder seed`, and the browser that the tests use.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { type AppProcess, startApp } from '../bench/app-process.ts';
import { makePdf } from '../src/documents/samples.ts';
import { openBrowser } from '../tests/support/browser.ts';

const picture = (name: string): string => fileURLToPath(new URL(`${name}.png`, import.meta.url));
const desk = { width: 1200, height: 760 };
const phone = { width: 360, height: 1000 };

async function feder(app: AppProcess, ...args: string[]): Promise<string> {
  const env = { ...process.env, DATA_DIR: app.dataDir };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src/cli.ts', ...args],
    { env },
  );
  return stdout;
}

async function openPage(browser: Browser, viewport: typeof desk, baseURL: string): Promise<Page> {
  const context = await browser.newContext({
    viewport,
    baseURL,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  return await context.newPage();
}

/** The list, as an editor who has just enrolled sees it. */
async function shootList(app: AppProcess, browser: Browser): Promise<void> {
  const account = ['editor@example.org', '--name', 'Editor', '--role', 'editor', '--json'];
  const { link } = JSON.parse(await feder(app, 'staff', 'add', ...account)) as { link: string };
  // Cookies are for the host by its name.
  const page = await openPage(browser, desk, new URL(link).origin);
  await page.goto(link);
  await page.locator('[name=password]').fill('Lerche Bahnsteig Kupfer 58');
  await page.locator('main button[type=submit]').click();
  await page.waitForURL('**/admin');
  await page.goto('/admin/account');
  const language = page.locator('form[action$="/account/language"]');
  await language.locator('select').selectOption('en');
  await language.locator('button').click();
  await page.goto('/admin');
  await page.screenshot({ path: picture('list') });
}

/** The form on a phone, in Georgian, and the private page that its applicant ends on. */
async function shootApplying(app: AppProcess, browser: Browser): Promise<void> {
  const page = await openPage(browser, phone, app.url);
  await page.goto(`/ka/calls/regional-experts/apply`);
  await page.locator('#fullName').fill('ნინო გელაშვილი');
  await page.locator('#latinName').fill('Nino Gelashvili');
  await page.locator('#email').fill('nino.gelashvili@example.org');
  for (const box of ['places][value=georgia', 'languages][value=ka', 'languages][value=en']) {
    await page.locator(`[name=${box}]`).check();
  }
  await page.locator('#consent').check();
  for (const [id, title] of [
    ['cv', 'რეზიუმე'],
    ['coverLetter', 'წერილი'],
    ['writingSample', 'რეპორტაჟი'],
  ] as const) {
    const buffer = makePdf({ title, paragraphs: ['The river was late this year.'] }, { size: 2e5 });
    const file = { name: `${title}.pdf`, mimeType: 'application/pdf', buffer };
    await page.locator(`#${id}`).setInputFiles(file);
    await page.locator('.doc strong', { hasText: file.name }).waitFor();
  }
  await page.locator('h1').click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: picture('form') });
  await page.locator('.actions button[value=check]').click();
  await page.waitForURL('**/check');
  await page.locator('form[action$="/submit"] button').click();
  await page.waitForURL('**/applications/**');
  await page.screenshot({ path: picture('private-page') });
}

const app = await startApp();
const browser = await openBrowser();
try {
  await feder(app, 'seed', '--applications', '60');
  await shootApplying(app, browser);
  await shootList(app, browser);
} finally {
  await browser.close();
  await app.stop();
}
