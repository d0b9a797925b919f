import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { listViolations, openPage, type WatchedPage } from '../support/browser-page.ts';
import { storeCopies } from '../support/copies.ts';
import { type DeskFacts, prepareDesk, signIn } from '../support/desk-facts.ts';
import { createSubmitted } from '../support/factories.ts';

let test: TestApp;
let desk: DeskFacts;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let url: string;
beforeAll(async () => {
  test = await createTestApp();
  [desk, browser] = await Promise.all([prepareDesk(test), openBrowser()]);
  for (const name of ['Zaza Berdze', 'Nino Berdze', 'Berdze Gia']) {
    test.clock.advance(60);
    await createSubmitted(test.deps, { values: { fullName: name } });
  }
  url = (await test.listen()).replace('127.0.0.1', 'localhost');
  watched = await openPage(browser, url);
  ({ page } = watched);
  await signIn(page, desk);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await test.stop();
});
beforeEach(() => page.goto('/admin'));

const focusedText = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
const heading = () => page.locator('h1').innerText();
const stage = () => page.locator('.head .chip').innerText();
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Presses a key that leads to another page. */
const follow = async (key: string) => {
  await Promise.all([page.waitForEvent('load'), page.keyboard.press(key)]);
};

describe('check 30: keys', () => {
  it('walk the rows, open one, go on inside the filter, and come back to where one was', async () => {
    await page.goto('/admin?q=berdze');
    await press('j', 'j');
    expect(await focusedText()).toBe('Nino Berdze');
    await press('k');
    expect(await focusedText()).toBe('Berdze Gia');
    await press('k');
    expect(await focusedText()).toBe('Berdze Gia');
    await follow('Enter');
    expect(await heading()).toBe('Berdze Gia');
    await follow('j');
    await follow('j');
    expect([await heading(), new URL(page.url()).search]).toEqual(['Zaza Berdze', '?q=berdze']);
    await press('j');
    expect(await heading()).toBe('Zaza Berdze');
    await follow('k');
    await follow('u');
    expect(await focusedText()).toBe('Nino Berdze');
    expect(new URL(page.url()).search).toBe('?q=berdze');
  });

  it('move an application with s and a letter, and say what s waits for', async () => {
    await page.goto('/admin?q=Zaza');
    await press('j');
    await follow('Enter');
    await press('s');
    expect(await page.locator('#keys-waiting').innerText()).toContain('s s – Put on the shortlist');
    await follow('s');
    expect(await stage()).toBe('Shortlist');
    // A second key that means nothing here ends the waiting.
    await press('s', 'x');
    expect(await page.locator('#keys-waiting').innerText()).toBe('');
    await press('s', 'Escape', 'r');
    expect(await stage()).toBe('Shortlist');
  });

  it('are found on a keyboard that writes another script', async () => {
    await page.locator('body').press('j');
    const sent = await page.evaluate(() => {
      const event = new KeyboardEvent('keydown', {
        key: 'о',
        code: 'KeyJ',
        bubbles: true,
        cancelable: true,
      });
      return !document.activeElement!.dispatchEvent(event);
    });
    expect(sent).toBe(true);
    expect(await page.locator('[data-row]').nth(1).innerText()).toBe(await focusedText());
  });

  it('are listed by ?, in a dialog that Escape closes', async () => {
    await press('?');
    expect(await page.locator('#keys').getByRole('heading').innerText()).toBe('Keyboard');
    expect(await listViolations(page)).toEqual([]);
    const before = page.url();
    await press('j', 'u');
    expect(page.url()).toBe(before);
    await press('Escape');
    expect(await page.locator('#keys').isVisible()).toBe(false);
  });

  it('are off while somebody types, and with Ctrl, Alt or Meta', async () => {
    await press('/');
    await press('j', 'u', '?');
    expect(await page.locator('#q').inputValue()).toBe('ju?');
    await page.locator('body').click({ position: { x: 1, y: 1 } });
    await press('Control+j', 'Alt+j', 'Meta+j');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
  });

  it('can be switched off and on, by each person', async () => {
    await page.goto('/admin/keys');
    await page.getByRole('button', { name: 'Switch the keys off' }).click();
    expect(await page.getByRole('status').first().innerText()).toBe('The keys are switched off.');
    await page.goto('/admin');
    await press('j', '?');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    expect(await page.locator('script[src*="/keys."]').count()).toBe(0);
    await page.goto('/admin/keys');
    await page.getByRole('button', { name: 'Switch the keys on' }).click();
    await page.goto('/admin');
    await press('j');
    expect(await focusedText()).not.toBe('');
  });

  it('nothing of it is a complaint to the browser', () => {
    expect(watched.complaints).toEqual([]);
  });
});

it('check 31, check 32: what each key presses is there without JavaScript, and Next stays inside the filter', async () => {
  const { page, close } = await openPage(browser, url, { javaScriptEnabled: false });
  await signIn(page, desk);
  await page.locator('#q').fill('Berdze');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('link', { name: 'Berdze Gia' }).click();
  await page.getByRole('link', { name: 'Next' }).click();
  expect(await page.locator('h1').innerText()).toBe('Nino Berdze');
  await page.getByRole('button', { name: 'Put on the shortlist' }).click();
  expect(await page.locator('.head .chip').innerText()).toBe('Shortlist');
  await page.getByRole('link', { name: 'Next' }).click();
  expect(await page.locator('h1').innerText()).toBe('Zaza Berdze');
  await page.getByRole('link', { name: 'Previous' }).click();
  await page.getByRole('link', { name: 'Applications' }).last().click();
  expect(new URL(page.url()).searchParams.get('q')).toBe('Berdze');
  await page.getByRole('link', { name: 'Keyboard' }).click();
  await page.locator('.keys kbd').first().waitFor();
  const shown = await page.locator('.keys kbd').allInnerTexts();
  expect(shown).toEqual(expect.arrayContaining(['j', 'k', 's', '?']));
  await close();
});

it('check 33: documents stand beside the scorecard, and whoever read one sees so', async () => {
  const { reference, id } = await createSubmitted(test.deps, {
    values: { fullName: 'Lali Beside' },
    files: [{ kind: 'writingSample', name: 'sample.pdf', language: 'ka' }],
  });
  await storeCopies(test.deps, id);
  const wide = await openPage(browser, url, { viewport: { width: 1280, height: 800 } });
  await signIn(wide.page, desk);
  await wide.page.goto(`/admin/applications/${reference}`);
  await wide.page.keyboard.press('c');
  await wide.page.locator('#scorecard').waitFor();
  const [sample, card] = await Promise.all(
    ['.document', '#scorecard'].map((one) => wide.page.locator(one).first().boundingBox()),
  );
  expect(sample!.x + sample!.width).toBeLessThanOrEqual(card!.x);
  expect(Math.abs(sample!.y - card!.y)).toBeLessThan(800);
  expect(await wide.page.locator('.document .chip').count()).toBe(0);
  await wide.page.keyboard.press('v');
  await wide.page.locator('canvas').first().waitFor();
  await wide.page.reload();
  expect(await wide.page.locator('.document .chip').innerText()).toBe('viewed by you');
  expect([id.length, wide.complaints]).toEqual([36, []]);
  await wide.close();
});

it('a reviewer reads and reviews fifty applications by keyboard alone', async () => {
  const many = 50;
  for (let number = 0; number < many; number += 1) {
    test.clock.advance(1);
    await createSubmitted(test.deps, {
      values: { fullName: `Keyboard ${number}`, email: `k${number}@example.org` },
      texts: { writingSample: `Sample ${number}` },
    });
  }
  const seat = await openPage(browser, url);
  await signIn(seat.page, desk);
  const keys = seat.page.keyboard;
  const lead = async (key: string) => {
    await Promise.all([seat.page.waitForEvent('load'), keys.press(key)]);
  };
  await keys.press('/');
  await keys.type('Keyboard');
  await lead('Enter');
  await keys.press('j');
  await lead('Enter');
  for (let number = many - 1; number >= 0; number -= 1) {
    expect(await seat.page.locator('h1').innerText()).toBe(`Keyboard ${number}`);
    await lead('c');
    await keys.press('r');
    // Each group of radio buttons is one stop, and a space chooses where one is.
    for (let group = 0; group < 4; group += 1) {
      if (group > 0) await keys.press('Tab');
      await keys.press('Space');
    }
    await lead('Enter');
    expect(await seat.page.getByText('Your review was submitted.').count()).toBe(1);
    if (number > 0) await lead('j');
  }
  const reviews = await test.deps.db.selectFrom('reviewVersions').select('number').execute();
  expect(reviews.length).toBeGreaterThanOrEqual(many);
  expect(seat.complaints).toEqual([]);
  await seat.close();
}, 180_000);
