import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disableStaff } from '../../src/auth/staff-accounts.ts';
import { cleanLine } from '../../src/domain/text.ts';
import type { TestDatabase } from '../support/database.ts';
import { countHashes } from '../support/hash-count.ts';
import {
  addInvited,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  sha256,
  signInSomebody,
} from '../support/staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(() => database.drop());

// Limits have a test file of their own.
const createApp = (options: { publicUrl?: string } = {}) =>
  createStaffApp(database.db, { config: { rateLimits: false }, ...options });
const wrongMessage = 'The e-mail address or the password is not right';

describe('with a password only', () => {
  it('7.2.3 signs in by a token of 256 random bits that the table does not hold', async () => {
    const staffApp = createApp();
    const { staff } = await signInSomebody(staffApp);
    const browser = createBrowser(staffApp);
    expect((await browser.get('/admin/sign-in')).title).toBe('Sign in – Feder');
    const typedOtherwise = ` ${staff.email.toUpperCase()}\u200b`;
    const answer = await browser.post('/admin/sign-in', {
      email: typedOtherwise,
      password: goodPassword,
    });
    expect([answer.status, answer.location]).toEqual([303, '/admin']);
    expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, en`);
    const token = browser.cookies.get('feder')!;
    expect(token).toMatch(/^[\w-]{43}$/);
    const rows = await database.db
      .selectFrom('staffSessions')
      .select('tokenHash')
      .where('staffId', '=', staff.id)
      .execute();
    expect(rows.some((row) => row.tokenHash.equals(sha256(token)))).toBe(true);
    expect((await browser.get('/admin/sign-in')).location).toBe('/admin');
  });

  it('6.3.8 attack 19: answers a wrong password, an unknown, a disabled and a not enrolled address alike', async () => {
    const staffApp = createApp();
    const { staff: known } = await signInSomebody(staffApp);
    const { staff: disabled } = await signInSomebody(staffApp);
    await disableStaff(database.db, { email: disabled.email, now: staffApp.clock.now() });
    // As a row would be if only the date were set: the hash alone must not let anybody in.
    await database.db
      .updateTable('staff')
      .set({ passwordHash: (await rowOf(known.id)).passwordHash })
      .where('id', '=', disabled.id)
      .execute();
    const invited = await addInvited(database.db);
    const hashes = countHashes();
    try {
      const attempts = [
        { email: known.email, password: `${goodPassword}!` },
        { email: 'nobody@example.org', password: goodPassword },
        { email: disabled.email, password: goodPassword },
        { email: invited.email, password: goodPassword },
        { email: 'no address \u0000', password: goodPassword },
      ];
      const seen = [];
      for (const attempt of attempts) {
        const browser = createBrowser(staffApp);
        const answer = await browser.post('/admin/sign-in', attempt);
        const same = answer.html.replaceAll(cleanLine(attempt.email), '…');
        seen.push({ hashes: hashes.since(), status: answer.status, same });
        expect(browser.cookies.size).toBe(0);
      }
      expect(seen.map((one) => one.hashes)).toEqual([1, 1, 1, 1, 1]);
      expect(seen.map((one) => one.status)).toEqual([422, 422, 422, 422, 422]);
      expect(new Set(seen.map((one) => one.same)).size).toBe(1);
    } finally {
      hashes.stop();
    }
  });

  it('keeps the address, never the password, and says what is wrong above the heading', async () => {
    const browser = createBrowser(createApp());
    const answer = await browser.post('/admin/sign-in', {
      email: '"><b>@example.org',
      password: 'not this one, truly',
    });
    expect(answer.title).toBe('Error: Sign in – Feder');
    expect(answer.html).toContain('value="&quot;&gt;&lt;b&gt;@example.org"');
    expect(answer.html).not.toContain('not this one');
    expect(answer.html).toContain(`<a href="#email">${wrongMessage}</a>`);
    expect(answer.html).toContain('aria-describedby="email-error"');
    expect(answer.html.indexOf('error-summary')).toBeLessThan(answer.html.indexOf('<h1>'));
  });

  it('asks for what is missing, in the language of the browser', async () => {
    const browser = createBrowser(createApp(), { language: 'de-AT, en;q=0.5' });
    const answer = await browser.post('/admin/sign-in', { email: ' \u200b' });
    expect(answer.status).toBe(422);
    expect(answer.title).toBe('Fehler: Anmelden – Feder');
    expect(answer.html).toContain('<a href="#email">Geben Sie Ihre E-Mail-Adresse ein</a>');
    expect(answer.html).toContain('<a href="#password">Geben Sie Ihr Passwort ein</a>');
    expect(answer.headers.get('content-language')).toBe('de');
  });

  it('treats fields sent twice, files and other bodies as missing', async () => {
    const { app } = createApp();
    const twice = await app.request('/admin/sign-in', {
      method: 'POST',
      body: new URLSearchParams('email=a@example.org&email=b@example.org&password=x&code=1&code=2'),
    });
    expect(twice.status).toBe(422);
    const form = new FormData();
    form.set('email', new File(['x'], 'x.txt'));
    form.set('password', 'x');
    expect((await app.request('/admin/sign-in', { method: 'POST', body: form })).status).toBe(422);
    const json = { method: 'POST', body: '{"email":"a@example.org"}' };
    const headers = { 'content-type': 'application/json' };
    expect((await app.request('/admin/sign-in', { ...json, headers })).status).toBe(422);
    const big = { method: 'POST', body: new URLSearchParams({ email: 'a'.repeat(20_000) }) };
    expect((await app.request('/admin/sign-in', big)).status).toBe(413);
  });

  it('goes on to the page that was asked for, if it is one of ours', async () => {
    const staffApp = createApp();
    const { staff } = await signInSomebody(staffApp);
    const credentials = { email: staff.email, password: goodPassword };
    const landOn = async (next: string) => {
      const form = { ...credentials, next };
      return (await createBrowser(staffApp).post('/admin/sign-in', form)).location;
    };
    expect(await landOn('/admin/applications/F-7K3M9Q?tab=cv')).toBe(
      '/admin/applications/F-7K3M9Q?tab=cv',
    );
    expect(await landOn('//evil.example/admin')).toBe('/admin');
    const page = await createBrowser(staffApp).get('/admin/sign-in?next=//evil.example/admin');
    expect(page.html).not.toContain('evil.example');
  });

  it('3.3.1 3.3.2 3.3.3 3.3.4 sets a plain cookie over http and a __Host- cookie over https', async () => {
    const signIn = async (publicUrl: string) => {
      const staffApp = createApp({ publicUrl });
      const { staff } = await signInSomebody(staffApp);
      const form = { email: staff.email, password: goodPassword };
      const answer = await createBrowser(staffApp).post('/admin/sign-in', form);
      return answer.headers.getSetCookie().map((line) => line.replace(/=[\w.-]{20,}/, '=…'));
    };
    expect(await signIn('http://localhost:3000')).toEqual([
      'feder=…; Path=/; HttpOnly; SameSite=Lax',
      'feder-code=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      'feder-device=…; Max-Age=15552000; Path=/; HttpOnly; SameSite=Lax',
    ]);
    expect(await signIn('https://feder.example.org')).toEqual([
      '__Host-feder=…; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-feder-code=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-feder-device=…; Max-Age=15552000; Path=/; HttpOnly; Secure; SameSite=Lax',
    ]);
  });

  it('7.2.4 gives a new session at each sign-in and ends the one the browser had', async () => {
    const staffApp = createApp();
    const { staff, browser } = await signInSomebody(staffApp);
    const first = browser.cookies.get('feder')!;
    await browser.post('/admin/sign-in', { email: staff.email, password: goodPassword });
    const second = browser.cookies.get('feder')!;
    expect(second).not.toBe(first);
    const old = createBrowser(staffApp);
    old.cookies.set('feder', first);
    expect((await old.get('/admin')).status).toBe(303);
    expect((await browser.get('/admin')).status).toBe(200);
  });

  it('7.2.4 attack 18: never adopts a session that somebody else chose', async () => {
    const staffApp = createApp();
    const { staff } = await signInSomebody(staffApp);
    const victim = createBrowser(staffApp);
    victim.cookies.set('feder', 'fixed');
    await victim.post('/admin/sign-in', { email: staff.email, password: goodPassword });
    expect(victim.cookies.get('feder')).not.toBe('fixed');
    const attacker = createBrowser(staffApp);
    attacker.cookies.set('feder', 'fixed');
    expect((await attacker.get('/admin')).status).toBe(303);
  });

  it('7.4.1 signs out by POST alone, and the session is dead', async () => {
    const staffApp = createApp();
    const { browser } = await signInSomebody(staffApp);
    const token = browser.cookies.get('feder')!;
    await browser.get('/admin/sign-out');
    expect((await browser.get('/admin')).status).toBe(200);
    const answer = await browser.post('/admin/sign-out');
    expect([answer.status, answer.location]).toEqual([303, '/admin/sign-in']);
    expect(browser.cookies.has('feder')).toBe(false);
    browser.cookies.set('feder', token);
    expect((await browser.get('/admin')).status).toBe(303);
  });
});

describe('while the password is being checked', () => {
  /** A sign-in during which `change` happens, after the row was read and before a session starts. */
  async function signInDuring(change: (id: string) => Promise<unknown>) {
    const { staff, password } = await signInSomebody(createApp());
    let begun = false;
    const interrupted = database.db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (!begun) {
          begun = true;
          await change(staff.id);
        }
        return result;
      },
    });
    const browser = createBrowser(createStaffApp(interrupted, { config: { rateLimits: false } }));
    return await browser.post('/admin/sign-in', { email: staff.email, password });
  }
  const update = (
    id: string,
    changes: { passwordHash?: string; disabledAt?: Date; name?: string },
  ) => database.db.updateTable('staff').set(changes).where('id', '=', id).execute();

  it('a new password ends the sign-in with the old one', async () => {
    const answer = await signInDuring((id) => update(id, { passwordHash: 'scrypt$another' }));
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([422, []]);
  });

  it('disabling ends it', async () => {
    const answer = await signInDuring((id) => update(id, { disabledAt: new Date() }));
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([422, []]);
  });

  it('other changes do not', async () => {
    expect((await signInDuring((id) => update(id, { name: 'New name' }))).status).toBe(303);
  });
});

it('16.2.5: logs no address and no secret', async () => {
  const staffApp = createApp();
  const { staff } = await signInSomebody(staffApp);
  const browser = createBrowser(staffApp);
  await browser.post('/admin/sign-in', { email: staff.email, password: 'wrong wrong wrong' });
  await browser.post('/admin/sign-in', { code: '123456' });
  expect(staffApp.logged).toHaveLength(2);
  expect(staffApp.logged.join('')).not.toMatch(/@|wrong wrong|203\.0\.113|123456/);
});

async function rowOf(id: string) {
  return await database.db
    .selectFrom('staff')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
