import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.ts';
import {
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  readKey,
  readRecoveryCodes,
  signInSomebody,
  signInWithFactor,
} from '../support/staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(() => database.drop());

// Limits have a test file of their own.
const createApp = (staffMfa: 'required' | 'optional' = 'required') =>
  createStaffApp(database.db, { config: { staffMfa, rateLimits: false } });

describe('with a second factor', () => {
  it('6.3.3 asks for the code and carries on to the page that was asked for', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    const form = { email: staff.email, password, next: '/admin/outbox' };
    const first = await browser.post('/admin/sign-in', form);
    expect(first.location).toBe('/admin/sign-in/code?next=%2Fadmin%2Foutbox');
    expect(browser.cookies.has('feder')).toBe(false);
    expect((await browser.get('/admin')).status).toBe(303);
    const page = await browser.get(first.location!);
    expect(page.title).toBe('Enter your code – Feder');
    expect(page.html).toContain('autocomplete="one-time-code"');
    expect(page.html).toContain('name="next" value="/admin/outbox"');
    const code = codeFor(secret, staffApp.clock);
    const second = await browser.post('/admin/sign-in', { code, next: '/admin/outbox' });
    expect([second.status, second.location]).toEqual([303, '/admin/outbox']);
    expect(browser.cookies.has('feder-code')).toBe(false);
    expect((await browser.get('/admin')).status).toBe(200);
  });

  it('6.3.3 opens nothing by the challenge', async () => {
    const staffApp = createApp();
    const { staff, password } = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    await browser.post('/admin/sign-in', { email: staff.email, password });
    browser.cookies.set('feder', browser.cookies.get('feder-code')!);
    expect((await browser.get('/admin')).status).toBe(303);
    expect((await browser.get('/admin/sign-in/set-up')).location).toBe('/admin/sign-in');
  });

  it('shows a wrong or missing code again', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    await browser.post('/admin/sign-in', { email: staff.email, password });
    const missing = await browser.post('/admin/sign-in', { code: ' ', next: '/admin/outbox' });
    expect([missing.status, missing.title]).toEqual([422, 'Error: Enter your code – Feder']);
    expect(missing.html).toContain('<a href="#code">Enter the six-digit code</a>');
    expect(missing.html).toContain('value="/admin/outbox"');
    const right = codeFor(secret, staffApp.clock);
    const other = right === '111111' ? '222222' : '111111';
    for (const code of [other, '12345', 'abcdef']) {
      const wrong = await browser.post('/admin/sign-in', { code });
      expect(wrong.status).toBe(422);
      expect(wrong.html).toContain('This code is not right or was used before');
    }
    expect((await browser.post('/admin/sign-in', { code: right })).status).toBe(303);
  });

  it('6.5.1 takes each code once', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const credentials = { email: staff.email, password };
    const code = codeFor(secret, staffApp.clock);
    const first = createBrowser(staffApp);
    await first.post('/admin/sign-in', credentials);
    expect((await first.post('/admin/sign-in', { code })).status).toBe(303);
    const second = createBrowser(staffApp);
    await second.post('/admin/sign-in', credentials);
    expect((await second.post('/admin/sign-in', { code })).status).toBe(422);
    staffApp.clock.advance(30);
    expect((await second.post('/admin/sign-in', { code })).status).toBe(422);
    const next = codeFor(secret, staffApp.clock);
    expect((await second.post('/admin/sign-in', { code: next })).status).toBe(303);
  });

  it('6.5.1 takes a code once when it comes three times at once, in one browser or in three', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const credentials = { email: staff.email, password };
    const begin = async () => {
      const browser = createBrowser(staffApp);
      await browser.post('/admin/sign-in', credentials);
      return browser;
    };
    const three = await Promise.all([begin(), begin(), begin()]);
    const code = codeFor(secret, staffApp.clock);
    const answers = await Promise.all(
      three.map((browser) => browser.post('/admin/sign-in', { code })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 422, 422]);

    staffApp.clock.advance(30);
    const one = await begin();
    const again = codeFor(secret, staffApp.clock);
    const posts = [1, 2, 3].map(() => one.post('/admin/sign-in', { code: again }));
    const statuses = (await Promise.all(posts)).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([303, 422, 422]);
  });

  it('gives ten minutes for the code and then starts anew', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    await browser.post('/admin/sign-in', { email: staff.email, password });
    staffApp.clock.advance(599);
    expect((await browser.get('/admin/sign-in/code')).status).toBe(200);
    staffApp.clock.advance(1);
    expect((await browser.get('/admin/sign-in/code')).location).toBe('/admin/sign-in');
    const late = await browser.post('/admin/sign-in', { code: codeFor(secret, staffApp.clock) });
    expect([late.status, late.title]).toEqual([422, 'Error: Sign in – Feder']);
    expect(late.html).toContain('The sign-in took too long');
    expect(browser.cookies.has('feder-code')).toBe(false);
  });

  it('ends a challenge when the person is disabled, also one that was begun before', async () => {
    const staffApp = createApp();
    const { staff, password, secret } = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    await browser.post('/admin/sign-in', { email: staff.email, password });
    await database.db
      .updateTable('staff')
      .set({ disabledAt: staffApp.clock.now() })
      .where('id', '=', staff.id)
      .execute();
    const code = codeFor(secret, staffApp.clock);
    expect((await browser.post('/admin/sign-in', { code })).status).toBe(422);
    expect((await browser.get('/admin')).status).toBe(303);
  });

  it('binds a challenge to its person', async () => {
    const staffApp = createApp();
    const one = await signInWithFactor(staffApp);
    const two = await signInWithFactor(staffApp);
    const browser = createBrowser(staffApp);
    await browser.post('/admin/sign-in', { email: one.staff.email, password: one.password });
    const code = codeFor(two.secret, staffApp.clock);
    expect((await browser.post('/admin/sign-in', { code })).status).toBe(422);
  });
});

describe('where a second factor is required and not set up', () => {
  it('6.3.3 leads to the set-up before anything else', async () => {
    const staffApp = createApp();
    const { staff, browser: enrolled, answer } = await signInSomebody(staffApp);
    expect(answer.location).toBe('/admin/sign-in/set-up');
    expect(enrolled.cookies.has('feder')).toBe(false);

    const browser = createBrowser(staffApp);
    const form = { email: staff.email, password: goodPassword, next: '/admin/account' };
    const first = await browser.post('/admin/sign-in', form);
    expect(first.location).toBe('/admin/sign-in/set-up?next=%2Fadmin%2Faccount');
    expect((await browser.get('/admin')).status).toBe(303);
    const page = await browser.get(first.location!);
    expect(page.title).toBe('Set up your second factor – Feder');
    expect(page.html).toMatch(/translate="no">(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}</);
    expect(page.html).toMatch(/<path d="M4 4h7v1h-7z/);
    expect(page.html).not.toContain('style=');
    expect((await browser.get(first.location!)).html).toBe(page.html);
    expect((await rowOf(staff.id)).totpConfirmedAt).toBeNull();

    const secret = readKey(page.html);
    const code = codeFor(secret, staffApp.clock);
    const wrong = await browser.post('/admin/sign-in/set-up', {
      code: code === '111111' ? '222222' : '111111',
      next: '/admin/account',
    });
    expect([wrong.status, wrong.title]).toEqual([422, 'Error: Set up your second factor – Feder']);
    expect(wrong.html).toContain(secret);
    const right = await browser.post('/admin/sign-in/set-up', { code, next: '/admin/account' });
    expect([right.status, right.title]).toEqual([200, 'Recovery codes – Feder']);
    expect(readRecoveryCodes(right.html)).toHaveLength(10);
    expect(right.html).toContain('class="button" href="/admin/account"');
    expect((await browser.get('/admin')).status).toBe(200);
    expect((await rowOf(staff.id)).totpConfirmedAt).toEqual(staffApp.clock.now());

    // The first code has been used, and the set-up that was begun at enrolment is over.
    const other = createBrowser(staffApp);
    await other.post('/admin/sign-in', { email: staff.email, password: goodPassword });
    expect((await other.post('/admin/sign-in', { code })).status).toBe(422);
    expect((await enrolled.get('/admin/sign-in/set-up')).location).toBe('/admin/sign-in');
  });

  it('lets one of several set-ups win', async () => {
    const staffApp = createApp();
    const { staff } = await signInSomebody(staffApp);
    const begin = async () => {
      const browser = createBrowser(staffApp);
      await browser.post('/admin/sign-in', { email: staff.email, password: goodPassword });
      const { html } = await browser.get('/admin/sign-in/set-up');
      const secret = readKey(html);
      return { browser, code: codeFor(secret, staffApp.clock) };
    };
    const three = await Promise.all([begin(), begin(), begin()]);
    const answers = await Promise.all(
      three.map(({ browser, code }) => browser.post('/admin/sign-in/set-up', { code })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 422, 422]);
  });

  it('seals the secret', async () => {
    const staffApp = createApp();
    const { staff, secret } = await signInWithFactor(staffApp);
    const sealed = (await rowOf(staff.id)).totpSecretSealed!;
    expect(sealed.includes(secret.replaceAll(' ', ''))).toBe(false);
    expect(sealed).toHaveLength(12 + 32 + 16);
  });

  it('ends the sessions of those who signed in while it was optional', async () => {
    const { browser } = await signInSomebody(createApp('optional'));
    const strict = createBrowser(createApp());
    strict.cookies.set('feder', browser.cookies.get('feder')!);
    expect((await browser.get('/admin')).status).toBe(200);
    expect((await strict.get('/admin')).status).toBe(303);
  });
});

async function rowOf(id: string) {
  return await database.db
    .selectFrom('staff')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
