import { it, beforeAll, afterAll } from 'vitest';
import type { Browser } from 'playwright-core';
import { startSession } from '../../src/auth/sessions.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { openPage, overflowOf } from '../support/browser-page.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { changeAssignment } from '../../src/actions/change-assignment.ts';
import { keepReview } from '../../src/actions/save-review.ts';
import { getNewestCriteria } from '../../src/db/reviews.ts';

let test: TestApp; let url: string; let browser: Browser;
beforeAll(async () => { test = await createTestApp(); url = await test.listen(); browser = await openBrowser(); }, 120_000);
afterAll(async () => { await browser?.close(); await test.stop(); });
it('shots', async () => {
  const { deps } = test; const { db, clock } = deps;
  const files = [{ kind: 'writingSample' as const, name: 'pankisi.pdf', language: 'ka' }, { kind: 'cv' as const, name: 'cv.pdf' }];
  const app = await createSubmitted(deps, { values: { fullName: 'ნინო გელაშვილი', latinName: 'Nino Gelashvili' }, files });
  const app2 = await createSubmitted(deps, { values: { fullName: 'Hayk Sargsyan' }, files });
  const callId = (await db.selectFrom('applications').select('callId').where('id', '=', app.id).executeTakeFirstOrThrow()).callId;
  const { callVersionId } = await getNewestCriteria(db, callId);
  const people = [];
  for (const [name, role] of [['Maren Brandt', 'editor'], ['Rea Reviewer', 'reviewer'], ['Ana K.', 'reviewer']] as const) people.push(await createStaff(deps, { role, name }));
  const [ed, rea, ana] = people;
  const write = async (who: any, rec: any, text: string) => {
    await changeAssignment(deps, { id: app.id, act: 'claim', staff: who, seen: 9999999 });
    return await keepReview(deps, { id: app.id, reviewer: who, intent: 'submit', callVersionId, claim: false, typing: { base: 0, page: 'testpage1', order: 0 }, content: { scores: { place: 4, reporting: 3 }, ability: 2, recommendation: rec, text } });
  };
  await write(rea, 4, 'Strong scene, one source only.\nWorth a call.');
  await changeAssignment(deps, { id: app2.id, act: 'assign', staff: ed!, reviewerId: ana!.id, seen: 99999 });
  const open = async (who: any, opts: any, lang = 'en') => {
    await db.updateTable('staff').set({ language: lang }).where('id', '=', who.id).execute();
    const token = await db.transaction().execute((trx) => startSession(trx, who.id, clock.now()));
    const w = await openPage(browser, url, opts);
    await w.page.context().addCookies([{ name: 'feder', value: token, url }]);
    return w;
  };
  const shot = async (who: any, path: string, name: string, opts: any = {}, lang = 'en', act?: (p: any) => Promise<void>) => {
    const w = await open(who, { viewport: { width: 1280, height: 900 }, ...opts }, lang);
    await w.page.goto(path); if (act) await act(w.page);
    await w.page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true });
    console.log(name, 'overflow', await overflowOf(w.page), w.complaints.join('; '));
    await w.close();
  };
  const p = `/admin/applications/${app.reference}`;
  await shot(ana, p, 'before-claim');
  await changeAssignment(deps, { id: app.id, act: 'claim', staff: ana!, seen: 9999999 });
  const fill = async (page: any) => { await page.locator('#score-place-3').check(); await page.locator('#recommendation-2').check(); await page.locator('[name=review]').fill('Knows the valley well.'); await page.waitForTimeout(2500); };
  await shot(ana, p, 'card', {}, 'en', fill);
  await shot(ana, p, 'card-phone', { viewport: { width: 360, height: 800 }, javaScriptEnabled: false }, 'ka');
  await shot(ana, p, 'card-dark-hy', { colorScheme: 'dark' }, 'hy');
  await shot(ana, p, 'card-errors', {}, 'de', async (page) => { await page.locator('button[value=submit]').click(); await page.locator('.summary').waitFor(); });
  await shot(ed, p, 'editor', {}, 'en', async (page) => { for (const d of await page.locator('details.change').all()) await d.locator('summary').click(); });
  await shot(ana, '/admin/reviewing', 'reviewing');
  await shot(ana, '/admin/reviewing', 'reviewing-phone', { viewport: { width: 360, height: 800 } });
  await shot(ed, '/admin', 'list');
  await shot(ed, '/admin', 'list-phone', { viewport: { width: 360, height: 800 } });
  await shot(ed, '/admin/account', 'account', {}, 'ru');
}, 120_000);
