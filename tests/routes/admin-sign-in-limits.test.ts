import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accountLimits, clientLimits } from '../../src/auth/throttle.ts';
import { type Limited, takeFromEach } from '../../src/rate-limit.ts';
import type { TestDatabase } from '../support/database.ts';
import { countHashes } from '../support/hash-count.ts';
import {
  addEnrolled,
  addInvited,
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  signInSomebody,
  signInWithFactor,
} from '../support/staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('rateLimitCounters').execute();
});

const minute = 60;
/** Where guesses come from. */
const strange = '198.51.100.1';

/** Uses limits up without the work of trying. */
async function spend(
  { deps }: ReturnType<typeof createStaffApp>,
  limits: Limited[],
  times: number,
): Promise<void> {
  for (let i = 0; i < times; i += 1) await takeFromEach(deps, limits);
}

/** Tries wrong passwords for an address, all from one client address unless told. */
async function guess(
  staffApp: ReturnType<typeof createStaffApp>,
  email: string,
  { times, address = strange }: { times: number; address?: string },
): Promise<number[]> {
  const statuses = [];
  for (let i = 0; i < times; i += 1) {
    const browser = createBrowser(staffApp, { address });
    const form = { email, password: 'wrong wrong wrong' };
    statuses.push((await browser.post('/admin/sign-in', form)).status);
  }
  return statuses;
}

it('6.3.1 refuses an account for a quarter of an hour after ten wrong passwords', async () => {
  const staffApp = createStaffApp(database.db);
  const { staff } = await signInSomebody(staffApp);
  const right = { email: staff.email, password: goodPassword };
  expect(await guess(staffApp, staff.email, { times: 10 })).toEqual(Array(10).fill(422));
  staffApp.clock.advance(5 * minute);

  const hashes = countHashes();
  const browser = createBrowser(staffApp, { address: strange });
  const refused = await browser.post('/admin/sign-in', right);
  expect(hashes.since()).toBe(0);
  hashes.stop();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600']);
  expect(refused.title).toBe('Error: Sign in – Feder');
  expect(refused.html).toContain('Too many attempts. Try again in 10 minutes');
  expect(refused.html).toContain(`value="${staff.email}"`);
  expect(browser.cookies.size).toBe(0);

  staffApp.clock.advance(10 * minute);
  expect((await browser.post('/admin/sign-in', right)).status).toBe(303);
  // Having signed in, the person starts with a clean slate.
  expect(await guess(staffApp, staff.email, { times: 1 })).toEqual([422]);
});

it('makes the delay grow with the number of wrong passwords, and always ends it', async () => {
  const { deps, clock } = createStaffApp(database.db);
  const limits = accountLimits({ client: '', email: 'a@example.org', device: undefined });
  const waits = [];
  for (let tries = 0; tries < 50; ) {
    const seconds = await takeFromEach(deps, limits);
    if (seconds === 0) tries += 1;
    else waits.push({ tries, minutes: seconds / minute });
    clock.advance(seconds);
  }
  expect(waits).toEqual([
    { tries: 10, minutes: 15 },
    { tries: 20, minutes: 15 },
    { tries: 20, minutes: 30 },
    { tries: 30, minutes: 15 },
    { tries: 40, minutes: 15 },
    { tries: 40, minutes: 30 },
  ]);
  // However long a stranger goes on, nobody waits for more than an hour.
  for (let tries = 0; tries < 100; tries += 1) {
    const seconds = await takeFromEach(deps, limits);
    expect(seconds).toBeLessThanOrEqual(60 * minute);
    clock.advance(seconds);
  }
});

it('counts addresses without an account alike, in any spelling', async () => {
  const staffApp = createStaffApp(database.db);
  await spend(
    staffApp,
    accountLimits({ client: strange, email: 'nobody@example.org', device: undefined }),
    9,
  );
  expect(await guess(staffApp, ' Nobody@Example.org', { times: 2 })).toEqual([422, 429]);
  expect(await guess(staffApp, 'somebody@example.org', { times: 1 })).toEqual([422]);
});

it('6.3.1 does not let a stranger keep a person out who comes from elsewhere', async () => {
  const staffApp = createStaffApp(database.db);
  const staff = await addEnrolled(database.db);
  expect(await guess(staffApp, staff.email, { times: 11 })).toEqual([...Array(10).fill(422), 429]);
  const right = { email: staff.email, password: goodPassword };
  const newDevice = createBrowser(staffApp, { address: '203.0.113.50' });
  expect((await newDevice.post('/admin/sign-in', right)).status).toBe(303);
});

it('6.3.1 refuses strangers who guess one account from a hundred addresses, and lets a known device in', async () => {
  const staffApp = createStaffApp(database.db);
  const { staff, browser } = await signInSomebody(staffApp);
  await browser.post('/admin/sign-out');
  for (let i = 0; i < 100; i += 1) {
    const limits = accountLimits({ client: `many ${i}`, email: staff.email, device: undefined });
    expect(await takeFromEach(staffApp.deps, limits)).toBe(0);
  }
  expect(await guess(staffApp, staff.email, { times: 1 })).toEqual([429]);
  const right = { email: staff.email, password: goodPassword };
  expect((await browser.post('/admin/sign-in', right)).status).toBe(303);
});

it('6.3.1 does not let strangers keep a person out of a browser that they have used', async () => {
  const staffApp = createStaffApp(database.db);
  const { staff, browser } = await signInSomebody(staffApp);
  await browser.post('/admin/sign-out');
  const strangers = { client: '203.0.113.77', email: staff.email, device: undefined };
  await spend(staffApp, accountLimits(strangers), 10);
  const address = strangers.client;
  expect(await guess(staffApp, staff.email, { times: 1, address })).toEqual([429]);
  const right = { email: staff.email, password: goodPassword };
  expect((await browser.post('/admin/sign-in', right)).status).toBe(303);
  await browser.post('/admin/sign-out');

  // The browser has a limit of its own, and is known for this person only.
  const device = browser.cookies.get('feder-device')!.split('.')[0];
  await spend(staffApp, accountLimits({ ...strangers, device }), 10);
  expect((await browser.post('/admin/sign-in', right)).status).toBe(429);
  const other = await signInSomebody(staffApp);
  await spend(staffApp, accountLimits({ ...strangers, email: other.staff.email }), 10);
  const stranger = createBrowser(staffApp);
  stranger.cookies.set('feder-device', browser.cookies.get('feder-device')!);
  const others = { email: other.staff.email, password: goodPassword };
  expect((await stranger.post('/admin/sign-in', others)).status).toBe(429);
  stranger.cookies.set('feder-device', 'made-up.signature');
  expect((await stranger.post('/admin/sign-in', others)).status).toBe(429);
});

it('refuses an address after thirty wrong passwords, whosever they are', async () => {
  const staffApp = createStaffApp(database.db);
  const { staff } = await signInSomebody(staffApp);
  const address = '203.0.113.99';
  const right = { email: staff.email, password: goodPassword };
  const colleague = createBrowser(staffApp, { address });
  // Right ones are not counted: a newsroom may share an address.
  await spend(staffApp, clientLimits({ client: address }), 29);
  for (let i = 0; i < 3; i += 1) await colleague.post('/admin/sign-in', right);
  expect(await guess(staffApp, 'nobody1@example.org', { times: 1, address })).toEqual([422]);
  expect(await guess(staffApp, 'nobody2@example.org', { times: 1, address })).toEqual([429]);
  expect((await createBrowser(staffApp, { address }).post('/admin/sign-in', right)).status).toBe(
    429,
  );
  const elsewhere = createBrowser(staffApp, { address: '203.0.113.98' });
  expect((await elsewhere.post('/admin/sign-in', right)).status).toBe(303);
  staffApp.clock.advance(15 * minute);
  expect((await createBrowser(staffApp, { address }).post('/admin/sign-in', right)).status).toBe(
    303,
  );
});

it('6.3.1 refuses codes after ten wrong ones, also in new sign-ins, and lets a known device in', async () => {
  const staffApp = createStaffApp(database.db, { config: { staffMfa: 'required' } });
  const { staff, browser, password, secret } = await signInWithFactor(staffApp);
  const begin = async (one = createBrowser(staffApp)) => {
    await one.post('/admin/sign-in', { email: staff.email, password });
    return one;
  };
  const first = await begin();
  const right = codeFor(secret, staffApp.clock);
  const wrong = right === '111111' ? '222222' : '111111';
  for (let i = 0; i < 10; i += 1) {
    expect((await first.post('/admin/sign-in', { code: wrong })).status).toBe(422);
  }
  const second = await begin();
  const refused = await second.post('/admin/sign-in', { code: right });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
  expect(refused.title).toBe('Error: Enter your code – Feder');
  expect((await (await begin(browser)).post('/admin/sign-in', { code: right })).status).toBe(303);
  staffApp.clock.advance(15 * minute);
  const third = await begin();
  const code = codeFor(secret, staffApp.clock);
  expect((await third.post('/admin/sign-in', { code })).status).toBe(303);
});

it('counts nothing when limits are off', async () => {
  const staffApp = createStaffApp(database.db, { config: { rateLimits: false } });
  const { email } = await addInvited(database.db);
  expect(await guess(staffApp, email, { times: 11 })).toEqual(Array(11).fill(422));
  expect(await database.db.selectFrom('rateLimitCounters').selectAll().execute()).toEqual([]);
});

it('stores no client address and no account address in any table but its own', async () => {
  const staffApp = createStaffApp(database.db, { config: { trustProxy: 1 } });
  await signInSomebody(staffApp);
  const browser = createBrowser(staffApp, { address: '203.0.113.77' });
  await browser.post('/admin/sign-in', { email: 'canary@example.org', password: 'wrong wrong' });
  await staffApp.app.request('/admin/sign-in', {
    method: 'POST',
    headers: { 'x-forwarded-for': '198.51.100.77' },
    body: new URLSearchParams({ email: 'canary@example.org', password: 'wrong wrong' }),
  });
  const dump = await dumpEverything();
  expect(dump).toContain('sign-in-address');
  for (const canary of ['203.0.113.77', '198.51.100.77', 'canary@example.org']) {
    expect(dump).not.toContain(canary);
    expect(dump).not.toContain(Buffer.from(canary).toString('hex'));
  }
});

async function dumpEverything(): Promise<string> {
  const { db } = database;
  const tables = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const rows = [];
  for (const { name } of tables.rows) {
    const dumped = await sql<{
      row: string;
    }>`select t::text as row from ${sql.raw(name)} t`.execute(db);
    rows.push(name, ...dumped.rows.map(({ row }) => row));
  }
  return rows.join('\n');
}
