import type { RootOperationNode } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { disableStaff } from '../../src/auth/staff-accounts.ts';
import type { TestDatabase } from '../support/database.ts';
import {
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  sha256,
  signInSomebody,
} from '../support/staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(() => database.drop());

const minute = 60;
const createApp = () => createStaffApp(database.db, { config: { rateLimits: false } });

describe('without a session', () => {
  it('reading leads to sign-in and remembers the page', async () => {
    const browser = createBrowser(createApp());
    const locations = [];
    for (const path of [
      '/admin',
      '/admin/account',
      '/admin/applications/F-7K3M9Q?tab=cv',
      '/admin?q=nino',
      '/admin/no-such-page',
    ]) {
      const answer = await browser.get(path);
      expect(answer.status).toBe(303);
      locations.push(answer.location);
    }
    expect(locations).toEqual([
      '/admin/sign-in',
      '/admin/sign-in?next=%2Fadmin%2Faccount',
      '/admin/sign-in?next=%2Fadmin%2Fapplications%2FF-7K3M9Q%3Ftab%3Dcv',
      '/admin/sign-in?next=%2Fadmin%3Fq%3Dnino',
      '/admin/sign-in?next=%2Fadmin%2Fno-such-page',
    ]);
  });

  it('a form does nothing and leads to sign-in', async () => {
    const answer = await createBrowser(createApp()).post('/admin', { stage: 'decided' });
    expect([answer.status, answer.location]).toEqual([303, '/admin/sign-in']);
  });

  it('made-up, empty and very long cookies are no session', async () => {
    const browser = createBrowser(createApp());
    for (const value of ['', 'x', 'a'.repeat(43), 'a'.repeat(4000), '%00', '"quoted"']) {
      browser.cookies.set('feder', value);
      expect((await browser.get('/admin')).status).toBe(303);
    }
  });
});

describe('a session', () => {
  it('7.3.1 ends after an hour without use', async () => {
    const staffApp = createApp();
    const { browser } = await signInSomebody(staffApp);
    staffApp.clock.advance(59 * minute + 59);
    expect((await browser.get('/admin')).status).toBe(200);
    staffApp.clock.advance(59 * minute + 59);
    expect((await browser.get('/admin')).status).toBe(200);
    staffApp.clock.advance(60 * minute);
    expect((await browser.get('/admin')).status).toBe(303);
  });

  it('7.3.2 ends after twelve hours, however much it is used', async () => {
    const staffApp = createApp();
    const { browser } = await signInSomebody(staffApp);
    const statuses = [];
    for (let i = 0; i < 24; i += 1) {
      staffApp.clock.advance(30 * minute);
      statuses.push((await browser.get('/admin')).status);
    }
    expect(statuses).toEqual([...Array(23).fill(200), 303]);
  });

  it('7.4.2 ends at once when the person is disabled, all of them', async () => {
    const staffApp = createApp();
    const { staff, browser, password } = await signInSomebody(staffApp);
    const other = createBrowser(staffApp);
    await other.post('/admin/sign-in', { email: staff.email, password });
    await disableStaff(database.db, { email: staff.email, now: staffApp.clock.now() });
    expect((await browser.get('/admin')).status).toBe(303);
    expect((await other.get('/admin')).status).toBe(303);
    const left = await database.db
      .selectFrom('staffSessions')
      .selectAll()
      .where('staffId', '=', staff.id)
      .execute();
    expect(left).toEqual([]);
    const again = { email: staff.email, password };
    expect((await createBrowser(staffApp).post('/admin/sign-in', again)).status).toBe(422);
  });

  it('is no way in for somebody disabled, even when its row is left', async () => {
    const staffApp = createApp();
    const { staff, browser } = await signInSomebody(staffApp);
    await database.db
      .updateTable('staff')
      .set({ disabledAt: staffApp.clock.now() })
      .where('id', '=', staff.id)
      .execute();
    expect((await browser.get('/admin')).status).toBe(303);
  });

  it('costs one query, and one write a minute at most', async () => {
    const kinds: string[] = [];
    const counting = database.db.withPlugin({
      transformQuery({ node }: { node: RootOperationNode }) {
        kinds.push(node.kind);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const staffApp = createApp();
    const { browser } = await signInSomebody(staffApp);
    const counted = createBrowser(createStaffApp(counting, { config: { rateLimits: false } }));
    // Its clock stands where the other's began: not moved since.
    counted.cookies.set('feder', browser.cookies.get('feder')!);
    await counted.get('/admin');
    expect(kinds).toEqual(['SelectQueryNode']);
  });

  it('records its last use once a minute', async () => {
    const staffApp = createApp();
    const { browser } = await signInSomebody(staffApp);
    const start = staffApp.clock.now().getTime();
    const lastSeen = async () => {
      await browser.get('/admin');
      const { lastSeenAt } = await database.db
        .selectFrom('staffSessions')
        .select('lastSeenAt')
        .where('tokenHash', '=', sha256(browser.cookies.get('feder')!))
        .executeTakeFirstOrThrow();
      return (lastSeenAt.getTime() - start) / 1000;
    };
    staffApp.clock.advance(59);
    expect(await lastSeen()).toBe(0);
    staffApp.clock.advance(1);
    expect(await lastSeen()).toBe(60);
    staffApp.clock.advance(59);
    expect(await lastSeen()).toBe(60);
  });

  it('that has ended is removed at the next sign-in', async () => {
    const staffApp = createApp();
    const { staff, browser, password } = await signInSomebody(staffApp);
    const count = async () =>
      (
        await database.db
          .selectFrom('staffSessions')
          .select('tokenHash')
          .where('staffId', '=', staff.id)
          .execute()
      ).length;
    staffApp.clock.advance(61 * minute);
    expect(await count()).toBe(1);
    const form = { email: staff.email, password };
    browser.cookies.clear();
    await browser.post('/admin/sign-in', form);
    expect(await count()).toBe(1);
  });
});

it('hides pages from roles that may not see them', async () => {
  const staffApp = createApp();
  const statuses = [];
  for (const role of ['admin', 'editor', 'reviewer'] as const) {
    const { browser } = await signInSomebody(staffApp, { role });
    statuses.push((await browser.get('/admin/captured')).status);
  }
  expect(statuses).toEqual([200, 404, 404]);
});

it('speaks the language of the person behind the gate', async () => {
  const staffApp = createApp();
  const { staff, browser } = await signInSomebody(staffApp);
  const { db } = database;
  await db.updateTable('staff').set({ language: 'de' }).where('id', '=', staff.id).execute();
  expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, de`);
  await db.updateTable('staff').set({ language: 'xx' }).where('id', '=', staff.id).execute();
  expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, en`);
});

it('14.3.2: keeps every answer out of caches', async () => {
  const staffApp = createApp();
  const { browser } = await signInSomebody(staffApp, { role: 'reviewer' });
  const anonymous = createBrowser(staffApp);
  const answers = [
    await anonymous.get('/admin'),
    await anonymous.get('/admin/sign-in'),
    await anonymous.post('/admin/sign-in'),
    await anonymous.post('/admin/sign-out'),
    await anonymous.get('/admin/enrol/guessed'),
    await browser.get('/admin'),
    await browser.get('/admin/account'),
    await browser.get('/admin/captured'),
    await browser.get('/admin/no-such-page'),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([
    303, 200, 422, 303, 404, 200, 200, 404, 404,
  ]);
  expect(answers.map((answer) => answer.headers.get('cache-control'))).toEqual(
    Array(9).fill('no-store'),
  );
});
