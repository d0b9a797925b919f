import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { addEnrolled, openSession } from '../support/staff-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const follow = async (path: string, init: RequestInit = {}) => {
  const answer = await test.app.request(path, init);
  return [answer.status, answer.headers.get('location')];
};

it.each([
  ['/en/', '/en'],
  ['/en/calls/regional-experts/', '/en/calls/regional-experts'],
  [
    '/en/calls/regional-experts/apply/?via=https://news.example/a',
    '/en/calls/regional-experts/apply?via=https://news.example/a',
  ],
  ['/de/privacy//', '/de/privacy'],
  ['/en/find/', '/en/find'],
  ['/healthz/', '/healthz'],
])('%s leads to %s', async (from, to) => {
  expect(await follow(from)).toEqual([308, to]);
  expect((await test.app.request(to)).status).toBeLessThan(400);
});

it('leads staff who are signed in, and those who are not to sign-in', async () => {
  const staff = await addEnrolled(test.deps.db, { role: 'admin' });
  const headers = { cookie: await openSession(test, staff.email) };
  for (const path of [
    '/admin',
    '/admin/outbox',
    '/admin/calls/regional-experts',
    '/admin/account',
  ]) {
    expect(await follow(`${path}/`, { headers })).toEqual([308, path]);
    expect((await test.app.request(path, { headers })).status).toBe(200);
  }
  expect(await follow('/admin/')).toEqual([303, '/admin/sign-in?next=%2Fadmin%2F']);
});

it('leads nowhere else, and takes no form along', async () => {
  expect(await follow('http://localhost//evil.example/')).toEqual([404, null]);
  expect((await follow('/en/nothing'))[0]).toBe(404);
  expect((await follow('/en/find/', { method: 'POST', body: 'x' }))[0]).toBe(404);
});

it('is no answer to what the page itself says with 404, and is not stored', async () => {
  const answer = await test.app.request('/en/drafts/nothing/');
  expect(answer.headers.get('location')).toBe('/en/drafts/nothing');
  expect(await answer.text()).toBe('');
});
