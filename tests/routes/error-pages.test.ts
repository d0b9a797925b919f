import { Hono } from 'hono';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { createApp } from '../../src/app.tsx';
import type { AppEnv } from '../../src/deps.ts';
import { AppError } from '../../src/errors.ts';
import { handleError } from '../../src/routes/handle-error.tsx';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createDraft, createSubmitted } from '../support/factories.ts';
import { hrefsOf, plainText } from '../support/html.ts';

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
    expect(hrefsOf(html)).not.toContain('/en/privacy');
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
  const hrefs = hrefsOf(await response.text());
  expect(hrefs.filter((href) => href.includes('/calls/') || href.includes('/drafts/'))).toEqual([
    expect.stringMatching(/^\/\w\w\/calls\/regional-experts$/),
  ]);
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
