import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { createApp } from '../../src/app.tsx';
import { deleteExpiredDrafts } from '../../src/db/cleanup.ts';
import type { AppEnv } from '../../src/deps.ts';
import { AppError } from '../../src/errors.ts';
import { handleError } from '../../src/routes/handle-error.tsx';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createDraft, createSubmitted } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText, titleOf } from '../support/html.ts';

let app: TestApp;
let desk: Desk;
beforeAll(async () => {
  app = await createTestApp();
  desk = await createDesk();
});
afterAll(async () => {
  await app.stop();
  await desk.stop();
});

test('what staff can’t find stands on a page of the desk, with the way back to the list', async () => {
  for (const path of ['/admin/applications/F-222222', '/admin/outbox/none']) {
    const { status, html } = await desk.admin.get(path);
    expect([path, status]).toEqual([path, 404]);
    expect(html).toMatch(/\/desk\.\w+\.css/);
    expect(plainText(html)).toContain('To the list of applications');
    expect(plainText(html)).toContain('Sign out');
    expect(hrefsOf(html)).toContain('/admin/outbox');
  }
});

test('a failure of ours and a refusal stand there too, before sign-in with the way to it', async () => {
  const failing = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set('requestId', 'test');
      if (c.req.query('in')) c.set('staff', desk.reviewer.staff);
      await next();
    })
    .get('/admin/boom', () => {
      throw new Error('boom');
    })
    .get('/admin/no', () => {
      throw new AppError('forbidden');
    });
  failing.onError(handleError(desk.deps));
  const shown = async (path: string) => {
    const response = await failing.request(path, { headers: { 'accept-language': 'en' } });
    const text = plainText(await response.text());
    return [response.status, text.includes('To the list'), text.includes('To sign-in')];
  };
  expect(await shown('/admin/boom?in=yes')).toEqual([500, true, false]);
  expect(await shown('/admin/boom')).toEqual([500, false, true]);
  expect(await shown('/admin/no?in=yes')).toEqual([403, true, false]);
});

test('a page below another word than admin stays public', async () => {
  const response = await app.app.request('/administration', {
    headers: { 'accept-language': 'en' },
  });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('public');
});

test('a form of a draft that was submitted already leads to its receipt', async () => {
  const { app: site, deps } = app;
  const token = await createDraft(deps);
  const sent = new FormData();
  sent.set('draft', token);
  sent.set('fullName', 'Late');
  await deps.db
    .updateTable('applications')
    .set({ stage: 'screening', submittedAt: new Date() })
    .execute();
  const address = '/en/calls/regional-experts/apply';
  const response = await site.request(address, { method: 'POST', body: sent });
  const html = await response.text();
  expect(response.status).toBe(409);
  expect(hrefsOf(html)).toContain(`/en/drafts/${token}`);
  expect(plainText(html)).toContain('To your application');
});

test('where the draft is not known the call is', async () => {
  const failing = new Hono<AppEnv>().all('*', (c) => {
    c.set('typed', new Map([['draft', ['"><b>']]]));
    throw new AppError('already-submitted');
  });
  failing.onError(handleError(desk.deps));
  const response = await failing.request('/ka/calls/regional-experts/apply', {
    headers: { 'accept-language': 'en' },
  });
  const html = await response.text();
  expect(waysOf(html)).toEqual(['/ka/calls/regional-experts', '/ka', '/ka/find']);
  expect(hrefsOf(html).filter((href) => href.includes('/drafts/'))).toEqual([]);
});

/** Where the page of a failure leads on to. */
const waysOf = (html: string): string[] =>
  elementsOf(html, 'a').flatMap(({ class: name, href }) => (name === 'way' ? [href!] : []));

test('a failure speaks the language of its address, under the publication’s name, and leads on', async () => {
  const { app: site } = app;
  for (const [path, title] of [
    ['/ka/nothing', 'გვერდი ვერ მოიძებნა'],
    ['/hy/calls/nothing', 'Էջը չի գտնվել'],
  ] as const) {
    const response = await site.request(path, { headers: { 'accept-language': 'de' } });
    const html = await response.text();
    const language = path.slice(1, 3);
    expect([response.status, titleOf(html)]).toEqual([404, `${title} – Caucasus Watch`]);
    expect(waysOf(html)).toEqual([`/${language}`, `/${language}/find`]);
    const hrefs = hrefsOf(html);
    expect(hrefs).toEqual(
      expect.arrayContaining([
        `/${language}/privacy`,
        `/${language}/imprint`,
        `/de${path.slice(3)}`,
      ]),
    );
  }
});

test('a renamed publication has its new name there at once', async () => {
  const { app: site, deps } = app;
  const name = async (): Promise<string> => titleOf(await (await site.request('/en/x')).text());
  await deps.db.updateTable('publication').set({ name: 'Mountain Post' }).execute();
  expect(await name()).toBe('Page not found – Mountain Post');
  await deps.db.updateTable('publication').set({ name: 'Caucasus Watch' }).execute();
  expect(await name()).toBe('Page not found – Caucasus Watch');
});

test('links that lead nowhere say what they were to, and what to do', async () => {
  const { app: site } = app;
  const shown = async (path: string): Promise<[number, string]> => {
    const response = await site.request(path);
    return [response.status, plainText(await response.text())];
  };
  const mistyped = 'a'.repeat(32);
  const draft = await shown(`/en/drafts/${mistyped}`);
  expect(draft[0]).toBe(404);
  expect(draft[1]).toContain('No draft at this address');
  expect(draft[1]).toContain('copy it again whole');
  const application = await shown(`/en/applications/${mistyped}`);
  expect(application[0]).toBe(404);
  expect(application[1]).toContain('find your application by its receipt code or reference');
});

test('a draft that has expired says after how many days, the row being there or not', async () => {
  const { app: site, deps } = app;
  const token = await createDraft(deps);
  const hash = deps.keys.lookup('token', token);
  await deps.db.updateTable('publication').set({ draftDays: 21 }).execute();
  const gone = async (): Promise<[number, string]> => {
    const response = await site.request(`/en/drafts/${token}`);
    return [response.status, plainText(await response.text())];
  };
  const old = new Date(deps.clock.now().getTime() - 40 * 86_400_000);
  await deps.db
    .updateTable('applications')
    .set({ updatedAt: old })
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('applicationTokens').select('applicationId').where('tokenHash', '=', hash),
    )
    .execute();
  const expected = [410, expect.stringContaining('nobody has changed it for 21 days')];
  expect(await gone()).toEqual(expected);
  expect(await deleteExpiredDrafts(deps.db, deps.clock.now(), 10, async () => {})).toBeGreaterThan(
    0,
  );
  expect(await gone()).toEqual(expected);
});

test('an application that was erased says so, and where to read how long one is kept', async () => {
  const { app: site, deps } = app;
  const { id, key } = await createSubmitted(deps);
  const token = await findPrivateToken(deps, { id }, key);
  const erased = await site.request(`/en/applications/${token}/erase`, { method: 'POST' });
  expect(erased.status).toBeLessThan(400);
  const response = await site.request(`/en/applications/${token}`);
  const html = await response.text();
  expect([response.status, titleOf(html)]).toEqual([
    410,
    'This application has been deleted – Caucasus Watch',
  ]);
  expect(plainText(html)).toContain('no longer stored');
});

test('opening by any staff member, a reviewer too, is “Being read” for the applicant', async () => {
  const { reference, id, key } = await createSubmitted(desk.deps);
  const token = await findPrivateToken(desk.deps, { id }, key);
  const status = async (): Promise<string> => {
    const response = await createApp(desk.deps).request(`/en/applications/${token}`);
    return plainText(await response.text());
  };
  expect(await status()).toContain('Received');
  expect(await status()).not.toContain('Being read');
  await desk.reviewer.get(`/admin/applications/${reference}`);
  expect(await status()).toContain('Being read');
});
