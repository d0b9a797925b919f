import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { addEnrolled, goodPassword } from '../support/staff-app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({
    OIDC_ISSUER: 'https://login.example.org',
    OIDC_CLIENT_ID: 'feder',
    OIDC_CLIENT_SECRET: 'not used here',
  });
});
afterAll(async () => await test.stop());

it('6.3.2 there is no account before somebody makes the first one', async () => {
  const staff = await test.deps.db.selectFrom('staff').selectAll().execute();
  expect(staff).toEqual([]);
  for (const email of ['admin@localhost', 'feder@localhost', 'admin@example.org']) {
    const answer = await test.app.request('/admin/sign-in', {
      ...{ method: 'POST', headers: { origin: test.deps.publicUrl } },
      body: new URLSearchParams({ email, password: goodPassword }),
    });
    expect([email, answer.status, answer.headers.getSetCookie()]).toEqual([email, 422, []]);
  }
});

it('attack 18: 3.5.1 no other site signs a browser in or out', async () => {
  const { email } = await addEnrolled(test.deps.db);
  const form = { email, password: goodPassword, code: '123456', state: 'x' };
  const paths = ['', '/set-up', '/oidc/callback'].map((path) => `/admin/sign-in${path}`);
  for (const path of [
    ...paths,
    '/admin/enrol/a-token',
    '/admin/sign-out',
    '/admin/account/sessions',
  ]) {
    for (const origin of ['https://evil.example.org', 'null', undefined]) {
      const answer = await test.app.request(path, {
        ...{ method: 'POST', body: new URLSearchParams(form) },
        headers: origin === undefined ? {} : { origin },
      });
      const cookies = answer.headers.getSetCookie();
      expect([path, origin, answer.status, cookies]).toEqual([path, origin, 403, []]);
    }
  }
  const { password } = form;
  const ours = await test.app.request('/admin/sign-in', {
    ...{ method: 'POST', headers: { origin: test.deps.publicUrl } },
    body: new URLSearchParams({ email, password }),
  });
  expect(ours.headers.get('location')).toBe('/admin');
});
