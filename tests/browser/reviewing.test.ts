import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSession } from '../../src/auth/sessions.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, overflowOf } from '../support/browser-page.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { claim, claimAndReview } from '../support/reviewing.ts';

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

/** A page on which somebody is signed in. */
async function openSeat(
  role: 'editor' | 'reviewer',
  name: string,
  options: Parameters<typeof openPage>[2],
) {
  const { db, clock } = test.deps;
  const staff = await createStaff(test.deps, { role, name });
  const token = await db
    .transaction()
    .execute((trx) => startSession(trx, staff.id, { now: clock.now(), browser: 'other' }));
  const watched = await openPage(browser, url, options);
  await watched.page.context().addCookies([{ name: 'feder', value: token, url }]);
  return { ...watched, staff };
}

describe.each([
  ['with JavaScript', { javaScriptEnabled: true }],
  [
    'without JavaScript, on a phone',
    { javaScriptEnabled: false, viewport: { width: 360, height: 640 } },
  ],
])('reviewing %s', (_, options) => {
  it('goes from assigning to claiming, drafting, submitting, reading others and recusing', async () => {
    const rival = await createStaff(test.deps, { role: 'reviewer', name: 'Rea Rival' });
    const made = await createSubmitted(test.deps, {
      values: { fullName: 'ნინო გელაშვილი', latinName: 'Nino Gelashvili' },
      files: [{ kind: 'writingSample', name: 'pankisi.pdf', language: 'ka' }],
    });
    const other = await createSubmitted(test.deps, { values: { fullName: 'Hayk Sargsyan' } });
    await claimAndReview(test.deps, made.id, rival, { text: 'One source only.' });
    const path = `/admin/applications/${made.reference}`;
    const editor = await openSeat('editor', 'Edda Editor', options);
    const own = options.javaScriptEnabled ? 'Ana Scripted' : 'Ana Plain';
    const reviewer = await openSeat('reviewer', own, options);

    await editor.page.goto(path);
    await editor.page.getByText('Change who reads it').click();
    await editor.page
      .getByLabel('Reviewer', { exact: true })
      .selectOption({ label: `${own} (0 open)` });
    await editor.page.getByRole('button', { name: 'Assign', exact: true }).click();
    await editor.page.getByText('The review was assigned.').waitFor();

    const { page } = reviewer;
    await page.goto('/admin');
    await page.getByRole('link', { name: 'Reviewing' }).click();
    await page.getByRole('link', { name: 'ნინო გელაშვილი' }).click();
    await page.locator('#scorecard').waitFor();
    expect(await overflowOf(page)).toBe(0);
    expect(await page.getByText('One source only.').count()).toBe(0);
    const place = page.getByRole('group', { name: 'Knowledge of the place' });
    await place.getByRole('radio', { name: 'deep' }).check();
    await page.getByLabel('What should the others know?').fill('Knows the valley.');
    if (options.javaScriptEnabled) await page.getByText('Draft saved,').waitFor();
    else {
      await page.getByRole('button', { name: 'Save draft' }).click();
      await page.getByText('The draft was saved.').waitFor();
    }
    await page.goto(`${path}?waiting=me`);
    expect(await place.getByRole('radio', { name: 'deep' }).isChecked()).toBe(true);
    expect(await page.getByLabel('What should the others know?').inputValue()).toBe(
      'Knows the valley.',
    );
    const reporting = page.getByRole('group', { name: 'Reporting and sources' });
    await reporting.getByRole('radio', { name: 'good' }).check();
    const recommendation = page.getByRole('group', { name: 'Recommendation' });
    await recommendation.getByRole('radio', { name: 'rather yes' }).check();
    await page.getByRole('button', { name: 'Submit review' }).click();
    await page.getByText('Your review was submitted.').waitFor();
    expect(await page.getByText('One source only.').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Submit changes' }).isVisible()).toBe(false);
    await page.getByText('Change my review').click();
    expect(await page.getByRole('button', { name: 'Submit changes' }).isVisible()).toBe(true);
    expect(await page.getByText('On average 3.5 of 4 (2 reviews)').count()).toBe(1);
    await page.getByRole('link', { name: 'Waiting for me' }).click();
    await page.getByText('Nothing waits for your review.').waitFor();

    await page.goto(`/admin/applications/${other.reference}`);
    await page.getByRole('button', { name: 'Take it for review' }).click();
    await page.getByText('It is yours to review now.').waitFor();
    await page.getByText('I should not review this').click();
    await page.getByLabel('I know the person').check();
    await page.getByRole('button', { name: 'Do not review it' }).click();
    await page.getByText('You do not review this application now.').waitFor();
    expect(await page.locator('#scorecard').count()).toBe(0);

    await editor.page.goto('/admin');
    const row = editor.page.getByRole('row').filter({ hasText: 'Nino Gelashvili' }).first();
    expect(await row.getByText('2 of 2').count()).toBe(1);
    expect([...editor.complaints, ...reviewer.complaints]).toEqual([]);
    await Promise.all([editor.close(), reviewer.close()]);
  }, 60_000);
});

it('a review as long as it may be saves itself, in any script', async () => {
  const made = await createSubmitted(test.deps, { values: { fullName: 'Lia Long' } });
  const { page, staff, complaints, close } = await openSeat('reviewer', 'Rea Long', {});
  await claim(test.deps, made.id, staff);
  await page.goto(`/admin/applications/${made.reference}`);
  const text = 'ვ'.repeat(10_000);
  await page.getByLabel('What should the others know?').fill(text);
  await page.getByText('Draft saved,').waitFor();
  await page.reload();
  expect(await page.getByLabel('What should the others know?').inputValue()).toBe(text);
  expect(complaints).toEqual([]);
  await close();
});
