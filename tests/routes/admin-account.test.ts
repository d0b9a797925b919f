import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestDatabase } from '../support/database.ts';
import {
  type Browser,
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

const createApp = (mfa: 'required' | 'optional' = 'optional') =>
  createStaffApp(database.db, { config: { staffMfa: mfa } });
const newPassword = 'Teekanne 77 Fahrradklingel';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** The sessions that an account page lists, in words. */
const readSessions = (html: string): string[] =>
  [...html.matchAll(/<li>(<strong>.*?)<\/li>/g)].map((match) =>
    match[1]!.replace(/<[^>]*>/g, '').trim(),
  );

/** The confirmation on the page that an answer leads to. */
async function readDone(browser: Browser, location: string | null): Promise<string | undefined> {
  const { html } = await browser.get(location ?? '');
  return /role="status">([^<]*)</.exec(html)?.[1];
}

describe('the account page', () => {
  it('tells who one is and where one is signed in', async () => {
    const staffApp = createApp();
    const { staff, browser, password } = await signInSomebody(staffApp, { role: 'reviewer' });
    staffApp.clock.advance(600);
    const form = { email: staff.email, password };
    await createBrowser(staffApp, { agent: firefox }).post('/admin/sign-in', form);
    const { html, title } = await browser.get('/admin/account');
    expect(title).toBe('Your account – Feder');
    const facts = [...html.split('</main>')[0]!.matchAll(/<dd>([^<]*)<\/dd>/g)].map(
      (match) => match[1],
    );
    expect(facts).toEqual([staff.name, staff.email, 'Reviewer']);
    const at = (time: string) => `24 November 2026, ${time} CET`;
    expect(readSessions(html)).toEqual([
      `Firefox Signed in ${at('10:10')}, last used ${at('10:10')}End this session`,
      `Unknown browser this browserSigned in ${at('10:00')}, last used ${at('10:10')}`,
    ]);
    expect(html).not.toContain('role="status"');
  });

  it('ignores confirmations that it does not know', async () => {
    const { browser } = await signInSomebody(createApp());
    expect(await readDone(browser, '/admin/account?done=<b>')).toBeUndefined();
  });
});

it('changes the language', async () => {
  const { browser } = await signInSomebody(createApp());
  const answer = await browser.post('/admin/account/language', { language: 'de' });
  expect(answer.status).toBe(303);
  expect(await readDone(browser, answer.location)).toBe('Die Sprache wurde geändert.');
  const unknown = await browser.post('/admin/account/language', { language: '__proto__' });
  expect([unknown.status, unknown.title]).toEqual([422, 'Fehler: Ihr Konto – Feder']);
  expect(unknown.html).toContain('<a href="#language">Wählen Sie eine der Sprachen</a>');
});

it('keeps what one reads and covers, and nothing that there is not', async () => {
  const { browser, staff } = await signInSomebody(createApp());
  const body = new URLSearchParams([
    ...['ka', 'hy', 'ka', 'xx'].map((code) => ['reads', code]),
    ['covers', 'atlantis'],
  ]);
  const answer = await browser.post('/admin/account/reading', body as never);
  expect(await readDone(browser, answer.location)).toBe('What you read was saved.');
  const row = await database.db
    .selectFrom('staff')
    .select(['languages', 'places'])
    .where('id', '=', staff.id)
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ languages: ['ka', 'hy'], places: [] });
  const { html } = await browser.get('/admin/account');
  const ticked = [...html.matchAll(/<input type="checkbox"[^>]*value="(\w+)"[^>]* checked/g)];
  expect(ticked.map((match) => match[1]).sort()).toEqual(['hy', 'ka']);
  await browser.post('/admin/account/reading');
  expect((await browser.get('/admin/account')).html).not.toMatch(/checkbox"[^>]* checked/);
});

describe('changing the password', () => {
  it('asks for the current one and says what is wrong', async () => {
    const { browser, password } = await signInSomebody(createApp());
    const post = async (form: Record<string, string>) => {
      const answer = await browser.post('/admin/account/password', form);
      expect([answer.status, answer.title]).toEqual([422, 'Error: Your account – Feder']);
      expect(answer.html).not.toContain(newPassword);
      return [...answer.html.matchAll(/<li><a href="(#\w+)">([^<]*)</g)].map((m) => m.slice(1, 3));
    };
    expect(await post({ currentPassword: '', password: newPassword })).toEqual([
      ['#currentPassword', 'Enter your current password'],
    ]);
    expect(await post({ currentPassword: 'not it', password: newPassword })).toEqual([
      ['#currentPassword', 'The current password is not right'],
    ]);
    expect(await post({ currentPassword: password, password: 'kurz' })).toEqual([
      ['#password', 'The password is too short: it needs at least 15 characters'],
    ]);
  });

  it('ends the other sessions and renews this one', async () => {
    const staffApp = createApp();
    const { staff, browser, password } = await signInSomebody(staffApp);
    const other = createBrowser(staffApp);
    await other.post('/admin/sign-in', { email: staff.email, password });
    const before = browser.cookies.get('feder')!;
    const form = { currentPassword: password, password: newPassword };
    const answer = await browser.post('/admin/account/password', form);
    expect(await readDone(browser, answer.location)).toBe(
      'The password was changed. You were signed out everywhere else.',
    );
    expect(browser.cookies.get('feder')).not.toBe(before);
    expect((await other.get('/admin')).status).toBe(303);
    const stale = createBrowser(staffApp);
    stale.cookies.set('feder', before);
    expect((await stale.get('/admin')).status).toBe(303);
    const signIn = (chosen: string) =>
      createBrowser(staffApp).post('/admin/sign-in', { email: staff.email, password: chosen });
    expect((await signIn(password)).status).toBe(422);
    expect((await signIn(newPassword)).status).toBe(303);
  });

  it('ends a sign-in that waits for its code', async () => {
    const staffApp = createApp('required');
    const { staff, browser, password, secret } = await signInWithFactor(staffApp);
    const begun = createBrowser(staffApp);
    await begun.post('/admin/sign-in', { email: staff.email, password });
    const form = { currentPassword: password, password: newPassword };
    expect((await browser.post('/admin/account/password', form)).status).toBe(303);
    const code = codeFor(secret, staffApp.clock);
    expect((await begun.post('/admin/sign-in', { code })).status).toBe(422);
  });

  it('is refused after ten wrong current passwords', async () => {
    const staffApp = createApp();
    const { browser, password } = await signInSomebody(staffApp);
    const post = (currentPassword: string) =>
      browser.post('/admin/account/password', { currentPassword, password: newPassword });
    for (let i = 0; i < 10; i += 1) expect((await post('not it')).status).toBe(422);
    const refused = await post(password);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
    staffApp.clock.advance(900);
    expect((await post(password)).status).toBe(303);
  });
});

describe('the second factor', () => {
  const begin = (browser: Browser, proof: string) =>
    browser.post('/admin/account/second-factor', { proof });

  it('is set up by the password and counts from its first code on', async () => {
    const staffApp = createApp();
    const { staff, browser, password } = await signInSomebody(staffApp);
    const other = createBrowser(staffApp);
    await other.post('/admin/sign-in', { email: staff.email, password });
    expect((await browser.get('/admin/account')).html).toContain('Off: signing in asks');
    for (const [proof, message] of [
      ['', 'Enter your current password'],
      ['not it', 'The current password is not right'],
    ] as const) {
      const refused = await begin(browser, proof);
      expect(refused.status).toBe(422);
      expect(refused.html).toContain(`<a href="#proof">${message}</a>`);
    }
    expect((await begin(browser, password)).location).toBe('/admin/account/second-factor');
    const page = await browser.get('/admin/account/second-factor');
    expect(page.title).toBe('Set up your second factor – Feder');
    const key = readKey(page.html);
    const code = codeFor(key, staffApp.clock);
    const confirm = (typed: string) =>
      browser.post('/admin/account/second-factor/confirm', { code: typed });
    const wrong = await confirm(code === '111111' ? '222222' : '111111');
    expect(wrong.status).toBe(422);
    expect(readKey(wrong.html)).toBe(key);
    expect((await confirm('')).html).toContain('Enter the six-digit code');
    const signIn = () =>
      createBrowser(staffApp).post('/admin/sign-in', { email: staff.email, password });
    expect((await signIn()).location).toBe('/admin');

    const right = await confirm(code);
    expect([right.status, readRecoveryCodes(right.html).length]).toEqual([200, 10]);
    expect(right.html).toContain('href="/admin/account?done=factor"');
    expect(await readDone(browser, '/admin/account?done=factor')).toBe(
      'The second factor is on. You were signed out everywhere else.',
    );
    expect((await other.get('/admin')).status).toBe(303);
    expect((await signIn()).location).toBe('/admin/sign-in/code');
    expect((await browser.get('/admin/account/second-factor')).location).toBe('/admin/account');
    const late = await confirm(code);
    expect(late.status).toBe(422);
    expect(late.html).toContain('The set-up took too long. Begin again');
  });

  it('is replaced by a code of the current one, which works once', async () => {
    const staffApp = createApp('required');
    const { staff, browser, password, secret } = await signInWithFactor(staffApp);
    expect((await begin(browser, password)).status).toBe(422);
    expect((await begin(browser, '')).html).toContain('Enter the six-digit code');
    const code = codeFor(secret, staffApp.clock);
    expect((await begin(browser, code)).status).toBe(303);
    expect((await begin(browser, code)).status).toBe(422);
    const signIn = createBrowser(staffApp);
    await signIn.post('/admin/sign-in', { email: staff.email, password });
    expect((await signIn.post('/admin/sign-in', { code })).status).toBe(422);

    const key = readKey((await browser.get('/admin/account/second-factor')).html);
    expect(key.replaceAll(' ', '')).not.toBe(secret.replaceAll(' ', ''));
    const confirmed = await browser.post('/admin/account/second-factor/confirm', {
      code: codeFor(key, staffApp.clock),
    });
    expect(readRecoveryCodes(confirmed.html)).toHaveLength(10);
    staffApp.clock.advance(30);
    const fresh = createBrowser(staffApp);
    await fresh.post('/admin/sign-in', { email: staff.email, password });
    const old = codeFor(secret, staffApp.clock);
    expect((await fresh.post('/admin/sign-in', { code: old })).status).toBe(422);
    const current = codeFor(key, staffApp.clock);
    expect((await fresh.post('/admin/sign-in', { code: current })).status).toBe(303);
  });

  it("is never shown or set by somebody else's set-up, nor by one from sign-in", async () => {
    const staffApp = createApp();
    const one = await signInSomebody(staffApp);
    const two = await signInSomebody(staffApp);
    await begin(one.browser, one.password);
    const { html } = await one.browser.get('/admin/account/second-factor');
    two.browser.cookies.set('feder-code', one.browser.cookies.get('feder-code')!);
    expect((await two.browser.get('/admin/account/second-factor')).location).toBe('/admin/account');
    const code = codeFor(readKey(html), staffApp.clock);
    const confirmed = await two.browser.post('/admin/account/second-factor/confirm', { code });
    expect(confirmed.status).toBe(422);
    // A set-up begun on the account page opens no session by itself.
    const stranger = createBrowser(staffApp);
    stranger.cookies.set('feder-code', one.browser.cookies.get('feder-code')!);
    expect((await stranger.post('/admin/sign-in/set-up', { code })).status).toBe(422);
    expect((await stranger.get('/admin')).status).toBe(303);
  });
});

it('ends one session, and nobody else’s', async () => {
  const staffApp = createApp();
  const { staff, browser } = await signInSomebody(staffApp);
  const signIn = async (agent: string) => {
    const one = createBrowser(staffApp, { agent });
    await one.post('/admin/sign-in', { email: staff.email, password: goodPassword });
    return one;
  };
  const [lost, kept] = [await signIn(firefox), await signIn('')];
  const stranger = await signInSomebody(staffApp);
  const { html } = await browser.get('/admin/account');
  const id = /name="session" value="([^"]+)"[^>]*><button[^>]*aria-label="[^"]*Firefox/.exec(
    html,
  )![1]!;
  expect(html).not.toContain(lost.cookies.get('feder')!);
  // By nobody else, and by nothing that is no session.
  for (const session of [id, 'x', '']) {
    expect((await stranger.browser.post('/admin/account/sessions', { session })).status).toBe(303);
  }
  expect((await lost.get('/admin')).status).toBe(200);
  const answer = await browser.post('/admin/account/sessions', { session: id });
  expect(await readDone(browser, answer.location)).toBe('That session has ended.');
  expect((await lost.get('/admin')).status).toBe(303);
  for (const one of [browser, kept, stranger.browser]) {
    expect((await one.get('/admin')).status).toBe(200);
  }
  expect(readSessions((await browser.get('/admin/account')).html)).toHaveLength(2);
});

it('ends the other sessions', async () => {
  const staffApp = createApp();
  const { staff, browser, password } = await signInSomebody(staffApp);
  const stranger = await signInSomebody(staffApp);
  const other = createBrowser(staffApp);
  await other.post('/admin/sign-in', { email: staff.email, password: goodPassword });
  expect(password).toBe(goodPassword);
  const answer = await browser.post('/admin/account/sessions');
  expect(await readDone(browser, answer.location)).toBe('You were signed out everywhere else.');
  expect((await browser.get('/admin')).status).toBe(200);
  expect((await other.get('/admin')).status).toBe(303);
  expect((await stranger.browser.get('/admin')).status).toBe(200);
});
