import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { createNetwork, type Network } from '../support/network.ts';
import { applyPath, filePart } from '../support/send-form.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';

const fileBytes = 5_000_000;
const half = fileBytes / 2;
const changedAt = new Date('2026-11-01T09:00:00Z');
/** What the browser sends in one request. */
const pieceBytes = 1024 * 1024;
/** Heads of requests, and pages beside the file. */
const besides = 100_000;

let folder: string;
let cv: string;
let network: Network;
let port: number;
let server: ServerProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;

async function findFreePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port: free } = taken.address() as AddressInfo;
  await new Promise<void>((resolve) => taken.close(() => resolve()));
  return free;
}

async function startAgain(): Promise<void> {
  const DATA_DIR = path.join(folder, 'data');
  const env = { DATA_DIR, PORT: String(port), PUBLIC_URL: network.url, RATE_LIMITS: 'off' };
  server = await startServer(env);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'feder-network-'));
  // A real file: a browser knows it again by its size and by when it was changed.
  cv = path.join(folder, 'cv.pdf');
  writeFileSync(cv, filePart('cv', 'cv.pdf', fileBytes).bytes);
  utimesSync(cv, changedAt, changedAt);
  network = await createNetwork();
  port = await findFreePort();
  network.leadTo(port);
  [browser] = await Promise.all([openBrowser(), startAgain()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await network?.stop();
  await server?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function openForm(address: string, storageState?: StorageState): Promise<void> {
  context = await browser.newContext({
    baseURL: network.url,
    locale: 'en-GB',
    ...(storageState && { storageState }),
  });
  page = await context.newPage();
  await page.goto(address);
}
type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** The latency and the download of slow 3G; the upload is faster, so that the test ends this minute. */
async function slowDown(): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 400_000 / 8,
    uploadThroughput: 1_000_000,
  });
}

/** Chooses the file and cuts the network at its half. */
async function cutAtHalf(): Promise<void> {
  network.countSent();
  const cut = network.cutAfter(half);
  await page.locator('#cv').setInputFiles(cv);
  await cut;
}
const hasArrived = () =>
  page.locator('.doc', { hasText: 'cv.pdf' }).locator('.chip.good').waitFor();

/** A page that was loaded anew can't reach the file by itself, and says what to do. */
async function expectOnlyTheRest(): Promise<void> {
  expect(await page.locator('[data-upload]').textContent()).toMatch(
    /^cv\.pdf: [12]\.\d MB of 5 MB has arrived\. Choose the same file again, and only the rest is sent\.$/,
  );
  network.countSent();
  await page.locator('#cv').setInputFiles(cv);
  await hasArrived();
  expect(network.countSent()).toBeLessThan(half + pieceBytes + besides);
  expect(await page.locator('[data-upload]').count()).toBe(0);
}

beforeEach(() => openForm(applyPath()));
afterEach(() => context.close());

describe('an upload that was cut at its half', () => {
  it('goes on by itself over another network, and sends at most one piece twice', async () => {
    await slowDown();
    await cutAtHalf();
    await page.getByRole('button', { name: 'Try again: cv.pdf' }).waitFor();
    network.leadTo(port, '127.0.0.2');
    await network.restore();
    await hasArrived();
    const sent = network.countSent();
    expect(sent).toBeGreaterThan(fileBytes);
    expect(sent).toBeLessThan(fileBytes + pieceBytes + besides);
    expect(await page.locator('.doc strong').allTextContents()).toEqual(['cv.pdf']);
  });

  it('goes on by itself after the server was killed and started again', async () => {
    await cutAtHalf();
    await server.end('SIGKILL');
    await startAgain();
    await network.restore();
    await hasArrived();
    expect(network.countSent()).toBeLessThan(fileBytes + pieceBytes + besides);
  });

  it('goes on after the page was loaded again, once the same file was chosen there', async () => {
    await cutAtHalf();
    await network.restore();
    await page.reload();
    await expectOnlyTheRest();
  });

  it('does not go on with another file of the same size and date: all of that one is sent', async () => {
    await cutAtHalf();
    await network.restore();
    await page.reload();
    const other = path.join(folder, 'other.pdf');
    writeFileSync(other, filePart('cv', 'other.pdf', fileBytes).bytes);
    utimesSync(other, changedAt, changedAt);
    network.countSent();
    await page.locator('#cv').setInputFiles(other);
    await page.locator('.doc', { hasText: 'other.pdf' }).locator('.chip.good').waitFor();
    expect(network.countSent()).toBeGreaterThan(fileBytes);
    expect(await page.locator('.doc strong').allTextContents()).toEqual(['other.pdf']);
  });

  it('goes on in a browser that was started again, once the same file was chosen there', async () => {
    await cutAtHalf();
    const address = page.url();
    const kept = await context.storageState();
    await context.close();
    await network.restore();
    await openForm(address, kept);
    await expectOnlyTheRest();
  });
});
