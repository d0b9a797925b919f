import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { addEnrolled, openSession } from '../support/staff-app.ts';

let test: TestApp;
let headers: Record<string, string>;
beforeAll(async () => {
  test = await createTestApp();
  const { email } = await addEnrolled(test.deps.db, { role: 'reviewer' });
  headers = { cookie: await openSession(test, email), origin: test.deps.publicUrl };
});
afterAll(() => test.stop());

const post = (keyboard: string) =>
  test.app.request('/admin/keys', {
    method: 'POST',
    headers,
    body: new URLSearchParams({ keyboard }),
  });

it('whoever is signed in switches their own keys', async () => {
  expect(await (await test.app.request('/admin', { headers })).text()).toContain('keys.');
  const off = await post('off');
  expect([off.status, off.headers.get('location')]).toEqual([303, '/admin/keys?done=yes']);
  const page = await (await test.app.request('/admin/keys?done=yes', { headers })).text();
  expect(page).toContain('The keys are switched off.');
  expect(page).not.toContain('<script');
});

it('any other wish is refused and changes nothing', async () => {
  await post('on');
  expect((await post('perhaps')).status).toBe(422);
  const page = await (await test.app.request('/admin/keys', { headers })).text();
  expect(page).toContain('The keys are switched on.');
});

it('nobody else gets there', async () => {
  const answer = await test.app.request('/admin/keys');
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    '/admin/sign-in?next=%2Fadmin%2Fkeys',
  ]);
});
