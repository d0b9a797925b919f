import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureFirstAdminLink } from '../../src/auth/staff-accounts.ts';
import type { TestDatabase } from '../support/database.ts';
import {
  addInvited,
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  readKey,
} from '../support/staff-app.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('staffEnrolments').execute();
  await database.db.deleteFrom('staff').execute();
});

const createApp = (mfa: 'required' | 'optional' = 'optional') =>
  createStaffApp(database.db, { config: { staffMfa: mfa } });
const firstAdmin = { name: 'Nino Gelashvili', email: 'nino@example.org', password: goodPassword };
/** How many connections of this database wait for a lock. */
async function countWaiting(): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*) as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(database.db);
  return rows[0]!.waiting;
}
const listStaff = () => database.db.selectFrom('staff').selectAll().execute();

describe('the first admin', () => {
  it('says who they are and can do everything', async () => {
    const staffApp = createApp();
    const token = await ensureFirstAdminLink(database.db, staffApp.clock.now());
    const browser = createBrowser(staffApp, { language: 'de' });
    const page = await browser.get(`/admin/enrol/${token}`);
    expect(page.title).toBe('Erstes Administrationskonto anlegen – Feder');
    expect(page.html).toMatch(/id="name"[^>]*autocomplete="name"/);
    const answer = await browser.post(`/admin/enrol/${token}`, {
      ...firstAdmin,
      name: ' Nino\u200b  Gelashvili ',
      email: ' nino@EXAMPLE.org ',
    });
    expect([answer.status, answer.location]).toEqual([303, '/admin']);
    expect(await listStaff()).toMatchObject([
      { name: 'Nino Gelashvili', email: 'nino@example.org', role: 'admin', language: 'de' },
    ]);
    expect((await browser.get('/admin/captured')).status).toBe(200);
    expect(await ensureFirstAdminLink(database.db, staffApp.clock.now())).toBeNull();
  });

  it('gets messages beside the fields, with what was typed kept', async () => {
    const staffApp = createApp();
    const token = await ensureFirstAdminLink(database.db, staffApp.clock.now());
    const browser = createBrowser(staffApp);
    const post = (form: Record<string, string>) => browser.post(`/admin/enrol/${token}`, form);
    const bare = await post({ password: '' });
    expect(bare.status).toBe(422);
    const messages = [...bare.html.matchAll(/<li><a href="(#\w+)">([^<]*)</g)].map((m) =>
      m.slice(1),
    );
    expect(messages).toEqual([
      ['#name', 'Enter your full name'],
      ['#email', 'Enter your e-mail address'],
      ['#password', 'Enter a new password'],
    ]);
    const odd = await post({ ...firstAdmin, email: 'nino@localhost', name: 'ნ' });
    expect(odd.status).toBe(422);
    expect(odd.html).toContain('Enter an e-mail address in the form name@example.org');
    expect(odd.html).toContain('value="nino@localhost"');
    expect(odd.html).toContain('value="ნ"');
    expect((await post({ ...firstAdmin, name: 'ნ'.repeat(201) })).html).toContain(
      'The name is too long: 200 characters are the limit',
    );
    const easy = await post({ ...firstAdmin, password: 'Nino Gelashvili 2026' });
    expect(easy.html).toContain('This password is easy to guess');
    expect(await listStaff()).toEqual([]);
    expect((await post({ ...firstAdmin, name: 'ნ' })).status).toBe(303);
  });

  it('is one, when two links are posted at once, twice each', async () => {
    const staffApp = createApp();
    const now = staffApp.clock.now();
    const tokens = [
      await ensureFirstAdminLink(database.db, now),
      await ensureFirstAdminLink(database.db, now),
    ];
    // Nobody can write to the table before all four are there: reading first and writing then
    // would let all of them through.
    const answers = await database.db.transaction().execute(async (trx) => {
      await sql`lock table staff in share mode`.execute(trx);
      const posts = [...tokens, ...tokens].map((token, i) =>
        createBrowser(staffApp).post(`/admin/enrol/${token}`, {
          ...firstAdmin,
          email: `admin${i}@example.org`,
        }),
      );
      await vi.waitFor(async () => expect(await countWaiting()).toBe(4), 10_000);
      return { posts };
    });
    const statuses = (await Promise.all(answers.posts)).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([303, 410, 410, 410]);
    expect(await listStaff()).toHaveLength(1);
    for (const token of tokens) {
      expect((await createBrowser(staffApp).get(`/admin/enrol/${token}`)).status).toBe(410);
    }
  });

  it('6.3.2 can no longer be made by a link once there is any staff', async () => {
    const staffApp = createApp();
    const token = await ensureFirstAdminLink(database.db, staffApp.clock.now());
    await addInvited(database.db);
    const answer = await createBrowser(staffApp).post(`/admin/enrol/${token}`, firstAdmin);
    expect(answer.status).toBe(410);
    expect(await listStaff()).toHaveLength(1);
  });

  it('sets the second factor up before anything else where it is required', async () => {
    const staffApp = createApp('required');
    const token = await ensureFirstAdminLink(database.db, staffApp.clock.now());
    const browser = createBrowser(staffApp);
    const answer = await browser.post(`/admin/enrol/${token}`, firstAdmin);
    expect(answer.location).toBe('/admin/sign-in/set-up');
    expect((await browser.get('/admin')).status).toBe(303);
    const { html } = await browser.get('/admin/sign-in/set-up');
    const code = codeFor(readKey(html), staffApp.clock);
    expect((await browser.post('/admin/sign-in/set-up', { code })).status).toBe(200);
    expect((await browser.get('/admin')).status).toBe(200);
  });
});
