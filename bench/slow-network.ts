import type { CDPSession, Page } from 'playwright-core';
import { makePdf } from '../src/documents/samples.ts';
import { openBrowser } from '../tests/support/browser.ts';
import { startApp } from './app-process.ts';
import { median, time } from './measure.ts';

/** Slow 3G as browsers' developer tools have it, in bytes per second. */
const slow3g = {
  latency: 400,
  downloadThroughput: 400_000 / 8,
  uploadThroughput: 200_000 / 8,
};
const fileBytes = 5_000_000;
const rounds = 5;
const form = '/ka/calls/regional-experts/apply';

const emulate = (session: CDPSession, offline: boolean): Promise<unknown> =>
  session.send('Network.emulateNetworkConditions', { offline, ...slow3g });

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** How much of the file has been sent, in percent, as the page says. */
const readShare = async (page: Page): Promise<number> =>
  Number.parseInt((await page.locator('.upload .num').textContent()) || '0', 10);

/**
 * The first view of the form over slow 3G with a cold cache, and a file of 5 MB whose network goes
 * away at its half. The second takes some four minutes.
 */
export async function benchSlowNetwork(): Promise<void> {
  const app = await startApp();
  const browser = await openBrowser();
  const openSlowly = async (): Promise<{ page: Page; session: CDPSession }> => {
    const page = await (await browser.newContext({ baseURL: app.url })).newPage();
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await emulate(session, false);
    return { page, session };
  };
  try {
    const painted: number[] = [];
    const loaded: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const { page } = await openSlowly();
      loaded.push(await time(() => page.goto(form)));
      const first = await page.waitForFunction(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      );
      painted.push(Number(await first.jsonValue()));
      await page.context().close();
    }
    print('First view of the form in Georgian, cold cache, slow 3G (400 ms, 400/200 kbit/s):');
    print(
      `  first text ${Math.round(median(painted))} ms, all loaded ${Math.round(median(loaded))} ms`,
    );

    const { page, session } = await openSlowly();
    await page.goto(form);
    let pieces = 0;
    page.on('request', (request) => {
      if (request.method() === 'PATCH') pieces += 1;
    });
    const buffer = makePdf({ title: 'CV', paragraphs: ['A line.'] }, { size: fileBytes });
    const away = 20_000;
    const taken = await time(async () => {
      await page
        .locator('#cv')
        .setInputFiles({ name: 'cv.pdf', mimeType: 'application/pdf', buffer });
      await page.locator('.upload').waitFor();
      while ((await readShare(page)) < 50) await page.waitForTimeout(500);
      await emulate(session, true);
      await page.waitForTimeout(away);
      await emulate(session, false);
      await page.locator('.chip.good').first().waitFor({ timeout: 600_000 });
    });
    const least = fileBytes / slow3g.uploadThroughput + away / 1000;
    print('A file of 5 MB on the same network, away for 20 s at its half:');
    print(
      `  ${Math.round(taken / 1000)} s where the line alone takes ${Math.round(least)} s, ${pieces} requests of at most 1 MB`,
    );
  } finally {
    await browser.close();
    await app.stop();
  }
}
