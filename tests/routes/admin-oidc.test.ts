import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signInWithOidc } from '../../src/auth/oidc-sign-in.ts';
import { disableStaff } from '../../src/auth/staff-accounts.ts';
import type { TestDatabase } from '../support/database.ts';
import {
  comeBack,
  oidcClient,
  oidcConfig,
  readParts,
  startOidcProvider,
  visitProvider,
} from '../support/oidc.ts';
import type { OidcAccount } from '../support/oidc-account.ts';
import {
  addEnrolled,
  addInvited,
  type Browser,
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  type StaffApp,
  signInSomebody,
  signInWithFactor,
} from '../support/staff-app.ts';

const callback = 'http://localhost:3000/admin/sign-in/oidc/callback';

let database: TestDatabase;
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
let staffApp: StaffApp;
beforeAll(async () => {
  database = await createStaffDatabase();
  provider = await startOidcProvider([callback]);
});
afterAll(async () => {
  await provider.stop();
  await database.drop();
});
beforeEach(async () => {
  await database.db.deleteFrom('staff').execute();
  staffApp = createApp();
});

const createApp = (staffMfa: 'required' | 'optional' = 'optional') =>
  createStaffApp(database.db, {
    config: { ...oidcConfig(provider.issuer), staffMfa, rateLimits: false },
  });

const begin = async (browser: Browser, next = ''): Promise<string> => {
  const answer = await browser.get(`/admin/sign-in/oidc${next}`);
  expect(answer.status).toBe(303);
  return answer.location!;
};
/** The whole way, in a browser of its own unless told. */
async function signIn(account: OidcAccount | null, browser = createBrowser(staffApp), next = '') {
  const back = await visitProvider(await begin(browser, next), account);
  return { browser, back, answer: await comeBack(browser, back) };
}
const accountOf = ({ email }: { email: string }, subject = 'person-1'): OidcAccount => ({
  ...{ subject, email, verified: true },
});
const rowOf = async (id: string) =>
  await database.db.selectFrom('staff').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const countSessions = async () =>
  (await database.db.selectFrom('staffSessions').selectAll().execute()).length;

describe('single sign-on at a real provider', () => {
  it('6.3.3 signs in whoever works here, after a page with a button, and goes on to the page asked for', async () => {
    const staff = await addInvited(database.db, { role: 'editor' });
    const browser = createBrowser(staffApp);
    const page = await browser.get('/admin/sign-in?next=%2Fadmin%2Faccount');
    const host = new URL(provider.issuer).host;
    expect(page.html).toContain(
      `href="/admin/sign-in/oidc?next=%2Fadmin%2Faccount">Sign in with ${host}</a>`,
    );
    const address = new URL(await begin(browser, '?next=%2Fadmin%2Faccount'));
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: oidcClient.id,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid email',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
    const back = await visitProvider(address.href, accountOf(staff));
    // What arrives by GET changes nothing, however often.
    const { pathname, search } = new URL(back);
    for (let i = 0; i < 2; i += 1) {
      const confirm = await browser.get(`${pathname}${search}`);
      expect([confirm.status, confirm.title]).toEqual([200, 'Finish signing in – Feder']);
      expect([await countSessions(), (await rowOf(staff.id)).oidcSubject]).toEqual([0, null]);
    }
    const answer = await comeBack(browser, back);
    expect([answer.status, answer.location]).toEqual([303, '/admin/account']);
    expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, en`);
    expect(browser.cookies.has('feder-oidc')).toBe(false);
    expect(await rowOf(staff.id)).toMatchObject({
      ...{ oidcIssuer: provider.issuer, oidcSubject: 'person-1', passwordHash: null },
    });
    const account = await browser.get('/admin/account');
    expect(account.html).toContain(`You can sign in through ${host}.`);
    expect(account.html).toContain('You have no password here.');
    expect(account.html).not.toContain('name="currentPassword"');
    const events = await database.db.selectFrom('staffEvents').select('type').execute();
    const mails = await database.db.selectFrom('staffMails').select('template').execute();
    expect([events, mails]).toEqual([
      [{ type: 'identity-bound' }],
      [{ template: 'identity-bound' }],
    ]);
  });

  it('finds them by the account there afterwards, whatever its address is then', async () => {
    const staff = await addEnrolled(database.db);
    await signIn(accountOf(staff));
    const other = await addEnrolled(database.db);
    const moved = { subject: 'person-1', email: other.email, verified: false };
    const { browser, answer } = await signIn(moved);
    expect(answer.location).toBe('/admin');
    expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, en`);
    expect((await rowOf(other.id)).oidcSubject).toBeNull();
  });

  it('refuses whoever does not work here, has no verified address, or has another account there', async () => {
    const staff = await addEnrolled(database.db);
    await signIn(accountOf(staff));
    const disabled = await addEnrolled(database.db);
    await disableStaff(database.db, { email: disabled.email, now: staffApp.clock.now() });
    const unbound = await addEnrolled(database.db);
    const before = await countSessions();
    const host = new URL(provider.issuer).host;
    for (const [account, words] of [
      [accountOf({ email: 'nobody@example.org' }, 'x-1'), 'Nobody works here under the address'],
      [accountOf(disabled, 'x-2'), 'Nobody works here under the address'],
      [{ ...accountOf(unbound, 'x-3'), verified: false }, 'did not say that your e-mail address'],
      [accountOf(staff, 'x-4'), `is tied to another account at ${host}`],
    ] as const) {
      const { answer, browser } = await signIn(account);
      expect([account.subject, answer.status, answer.title]).toEqual([
        ...[account.subject, 422, 'You are not signed in – Feder'],
      ]);
      expect(answer.html).toContain(words);
      expect(browser.cookies.has('feder')).toBe(false);
    }
    expect(await countSessions()).toBe(before);
    expect((await rowOf(unbound.id)).oidcSubject).toBeNull();
  });

  it('7.4.2 is no way in for somebody who was disabled, and finds nobody by an old binding', async () => {
    const staff = await addEnrolled(database.db);
    const { browser } = await signIn(accountOf(staff));
    await disableStaff(database.db, { email: staff.email, now: staffApp.clock.now() });
    expect((await browser.get('/admin')).status).toBe(303);
    const { answer } = await signIn(accountOf(staff));
    expect([answer.status, (await rowOf(staff.id)).oidcSubject]).toEqual([422, null]);
  });

  it('tells in the language of the browser that the person went away there', async () => {
    const browser = createBrowser(staffApp, { language: 'de' });
    const { answer } = await signIn(null, browser);
    expect([answer.status, answer.title]).toEqual([422, 'Sie sind nicht angemeldet – Feder']);
    expect(answer.html).toContain('hat Sie nicht eingelassen, oder Sie haben dort abgebrochen');
  });

  it('6.5.1 takes an answer once', async () => {
    const staff = await addEnrolled(database.db);
    const browser = createBrowser(staffApp);
    const address = await begin(browser);
    const kept = browser.cookies.get('feder-oidc')!;
    const back = await visitProvider(address, accountOf(staff));
    const { pathname, search } = new URL(back);
    const parts = readParts((await browser.get(`${pathname}${search}`)).html);
    expect(Object.keys(parts)).toEqual(['code', 'state', 'iss']);
    const post = () => browser.post('/admin/sign-in/oidc/callback', parts);
    expect((await post()).status).toBe(303);
    expect((await post()).html).toContain('was used already');
    // Not even with what the browser was told to forget.
    browser.cookies.set('feder-oidc', kept);
    const again = await post();
    expect([again.status, again.html.includes('was used already')]).toEqual([422, true]);
  });

  it('attack 18: signs nobody in by an answer to what another browser began', async () => {
    const [attacker, victim] = [await addEnrolled(database.db), await addEnrolled(database.db)];
    const theirs = createBrowser(staffApp);
    const back = await visitProvider(await begin(theirs), accountOf(attacker));
    // A link to the attacker's answer, with nothing begun and with a sign-in of one's own begun.
    for (const start of [false, true]) {
      const browser = createBrowser(staffApp);
      if (start) await begin(browser);
      const { pathname, search } = new URL(back);
      const opened = await browser.get(`${pathname}${search}`);
      expect([start, opened.status]).toEqual([start, 422]);
      expect(opened.html).toContain('begun in another browser');
      const query = Object.fromEntries(new URL(back).searchParams);
      const posted = await browser.post('/admin/sign-in/oidc/callback', query);
      expect([start, posted.status, browser.cookies.has('feder')]).toEqual([start, 422, false]);
    }
    // Nor does it end the session of somebody who is in.
    const { browser } = await signIn(accountOf(victim, 'victim'));
    const query = Object.fromEntries(new URL(back).searchParams);
    expect((await browser.post('/admin/sign-in/oidc/callback', query)).status).toBe(422);
    expect((await browser.get('/admin')).html).toContain(victim.name);
  });

  it('attack 18: 7.2.4 gives a session of its own, never one that was there before', async () => {
    const staff = await addEnrolled(database.db);
    const other = await signInSomebody(staffApp);
    const before = other.browser.cookies.get('feder')!;
    await signIn(accountOf(staff), other.browser);
    expect(other.browser.cookies.get('feder')).not.toBe(before);
    const old = createBrowser(staffApp);
    old.cookies.set('feder', before);
    expect((await old.get('/admin')).status).toBe(303);
  });

  it('gives ten minutes, and takes nothing that was changed on the way', async () => {
    const staff = await addEnrolled(database.db);
    const late = createBrowser(staffApp);
    const back = await visitProvider(await begin(late), accountOf(staff));
    staffApp.clock.advance(600);
    expect((await comeBack(late, back)).html).toContain('took too long');

    const browser = createBrowser(staffApp);
    const answer = await visitProvider(await begin(browser), accountOf(staff));
    const kept = browser.cookies.get('feder-oidc')!;
    browser.cookies.set('feder-oidc', `${kept.slice(0, -2)}AA`);
    expect((await comeBack(browser, answer)).status).toBe(422);
    browser.cookies.set('feder-oidc', kept);
    const forged = new URL(answer);
    forged.searchParams.set('code', 'made-up');
    expect((await comeBack(browser, forged.href)).status).toBe(422);
    browser.cookies.set('feder-oidc', kept);
    const elsewhere = new URL(answer);
    elsewhere.searchParams.set('iss', 'https://issuer.example.org');
    const mixed = await comeBack(browser, elsewhere.href);
    expect([mixed.status, mixed.html.includes('could not be verified')]).toEqual([422, true]);
    for (const form of [{}, { code: 'x' }, { state: '', code: '' }]) {
      expect((await browser.post('/admin/sign-in/oidc/callback', form)).status).toBe(422);
    }
    expect(await countSessions()).toBe(0);
  });

  it('6.3.3 asks for our second factor where the provider does not say that it asked for one', async () => {
    staffApp = createApp('required');
    const person = await signInWithFactor(staffApp);
    const { browser, answer } = await signIn(
      accountOf(person.staff),
      undefined,
      '?next=/admin/staff',
    );
    expect(answer.location).toBe('/admin/sign-in/code?next=%2Fadmin%2Fstaff');
    expect((await browser.get('/admin')).status).toBe(303);
    const code = codeFor(person.secret, staffApp.clock);
    expect((await browser.post('/admin/sign-in', { code })).location).toBe('/admin');
    const fresh = await addInvited(database.db);
    const set = await signIn(accountOf(fresh, 'fresh'));
    expect(set.answer.location).toBe('/admin/sign-in/set-up');
  });

  it('6.3.3 takes the second factor of a provider that says that it asked for one, also after a new password', async () => {
    staffApp = createApp('required');
    const staff = await addEnrolled(database.db);
    const identity = {
      ...{ issuer: provider.issuer, subject: 'with-mfa', severalFactors: true },
      findVerifiedEmail: async () => staff.email,
    };
    const step = await signInWithOidc(staffApp.deps, identity, { browser: 'other' });
    expect(step).toEqual({ kind: 'session', token: expect.any(String), email: staff.email });
    const browser = createBrowser(staffApp);
    browser.cookies.set('feder', step.token);
    expect((await browser.get('/admin')).status).toBe(200);
    const form = { currentPassword: goodPassword, password: 'Teekanne 77 Fahrradklingel' };
    expect((await browser.post('/admin/account/password', form)).status).toBe(303);
    expect((await browser.get('/admin')).status).toBe(200);
    const byPassword = createBrowser(staffApp);
    const { email } = staff;
    const answer = await byPassword.post('/admin/sign-in', { email, password: form.password });
    expect(answer.location).toBe('/admin/sign-in/set-up');
  });

  it('does not begin ahead of a click', async () => {
    const { app } = staffApp;
    const headers = { 'sec-purpose': 'prefetch' };
    const answer = await app.request('/admin/sign-in/oidc', { headers });
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([503, []]);
  });

  it('keeps what it began in a sealed cookie that scripts and other sites do not get', async () => {
    const { app } = createStaffApp(database.db, {
      config: oidcConfig(provider.issuer),
      publicUrl: 'https://feder.example.org',
    });
    const answer = await app.request('/admin/sign-in/oidc');
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie.replace(/=[\w-]{200,}/, '=…')).toBe(
      '__Host-feder-oidc=…; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    const state = new URL(answer.headers.get('location')!).searchParams.get('state')!;
    const value = /=([\w-]+)/.exec(cookie)![1]!;
    expect(Buffer.from(value, 'base64url').includes(state)).toBe(false);
  });

  it('logs neither code, state nor person', async () => {
    const { back } = await signIn(accountOf({ email: 'canary@example.org' }, 'canary-subject'));
    const { searchParams } = new URL(back);
    const logged = staffApp.logged.join('');
    expect(logged).toContain('"refusal":"unknown"');
    for (const secret of [searchParams.get('code')!, searchParams.get('state')!, 'canary']) {
      expect(logged).not.toContain(secret);
    }
  });
});

describe('what an admin sees of it', () => {
  it('is who uses it, and releases them for another account there', async () => {
    const staff = await addEnrolled(database.db);
    const theirs = await signIn(accountOf(staff));
    const { browser, staff: admin } = await signInSomebody(staffApp, { role: 'admin' });
    const page = await browser.get(`/admin/staff/${staff.id}`);
    expect(page.html).toContain('<dt>Single sign-on</dt><dd>Used</dd>');
    expect(page.html).toContain(`href="/admin/staff/${staff.id}/identity"`);
    const done = await browser.post(`/admin/staff/${staff.id}/identity`);
    expect(done.location).toBe(`/admin/staff/${staff.id}?done=identity`);
    expect((await theirs.browser.get('/admin')).status).toBe(303);
    expect((await signIn(accountOf(staff, 'new-one'))).answer.location).toBe('/admin');
    expect((await rowOf(staff.id)).oidcSubject).toBe('new-one');
    const events = await database.db
      .selectFrom('staffEvents')
      .select(['type', 'actorId'])
      .orderBy('id')
      .execute();
    expect(events).toEqual([
      { type: 'identity-bound', actorId: staff.id },
      { type: 'identity-released', actorId: admin.id },
      { type: 'identity-bound', actorId: staff.id },
    ]);
    expect((await browser.post(`/admin/staff/${admin.id}/identity`)).status).toBe(409);
  });
});

describe('without a configuration', () => {
  it('there is no button and no address', async () => {
    const plain = createStaffApp(database.db);
    const browser = createBrowser(plain);
    expect((await browser.get('/admin/sign-in')).html).not.toContain('oidc');
    // What is no page is the gate's to answer, as of any address below /admin.
    for (const path of ['', '/callback?code=x&state=y']) {
      const answer = await browser.get(`/admin/sign-in/oidc${path}`);
      expect([answer.status, answer.location]).toEqual([303, '/admin/sign-in']);
    }
    const form = { email: (await addEnrolled(database.db)).email, password: goodPassword };
    expect((await browser.post('/admin/sign-in', form)).location).toBe('/admin');
  });
});
