import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, type WatchedPage } from '../support/browser-page.ts';
import { type DeskFacts, prepareDesk, signIn } from '../support/desk-facts.ts';

let test: TestApp;
let desk: DeskFacts;
let browser: Browser;
let watched: WatchedPage;
let plain: WatchedPage;
beforeAll(async () => {
  test = await createTestApp();
  const url = (await test.listen()).replace('127.0.0.1', 'localhost');
  [desk, browser] = await Promise.all([prepareDesk(test), openBrowser()]);
  watched = await openPage(browser, url);
  plain = await openPage(browser, url, { javaScriptEnabled: false });
  for (const { page } of [watched, plain]) await signIn(page, desk);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});

it('check 39: by keyboard, x ticks the row that one is on and no other, and the box of the head ticks all', async () => {
  const { page, complaints } = watched;
  const ticked = () => page.locator('[name=pick]:checked').count();
  await page.goto('/admin');
  await page.keyboard.press('x');
  expect(await ticked()).toBe(0);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  expect(await page.locator('[name=pick]').nth(1).isChecked()).toBe(true);
  expect([await ticked(), await page.locator('#picked').innerText()]).toEqual([1, '✓ 1']);
  await page.getByLabel('Select all on this page').check();
  expect(await ticked()).toBe(await page.locator('[name=pick]').count());
  await page.getByLabel('Select all on this page').uncheck();
  expect(await ticked()).toBe(0);
  expect(complaints).toEqual([]);
});

it('check 39: without JavaScript, two are ticked, told, confirmed and undone', async () => {
  const { page } = plain;
  await page.goto('/admin?stage=new');
  await page.locator('[name=pick]').nth(0).check();
  await page.locator('[name=pick]').nth(1).check();
  await page.locator('#act').selectOption('tag-add');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('#target').fill('Später lesen');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Change 2 applications' }).click();
  expect(await page.getByRole('status').first().innerText()).toBe('2 applications were changed.');
  await page.getByRole('button', { name: 'Undo' }).click();
  expect(await page.getByRole('status').first().innerText()).toBe('Undone for 2 applications.');
  await page.getByRole('link', { name: 'Back to the list' }).click();
  expect(new URL(page.url()).search).toBe('?stage=new');
});

it('check 39: on a phone the box stands beside the name, on no letter of it, also under the pointer', async () => {
  const { page } = plain;
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto('/admin');
  const row = page.locator('tr.pickable').first();
  const [box, name] = [row.locator('[name=pick]'), row.locator('.person bdi')];
  for (const isUnderPointer of [false, true]) {
    if (isUnderPointer) await row.hover();
    const [left, right] = [(await box.boundingBox())!, (await name.boundingBox())!];
    expect(left.x + left.width).toBeLessThan(right.x);
  }
});
