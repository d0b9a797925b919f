import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeRole } from '../../src/auth/staff-accounts.ts';
import type { StaffRow } from '../../src/db/staff.ts';
import type { TestDatabase } from '../support/database.ts';
import {
  addEnrolled,
  type Browser,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  signInSomebody,
  signInWithFactor,
} from '../support/staff-app.ts';

let database: TestDatabase;
let staffApp: ReturnType<typeof createStaffApp>;
let admin: StaffRow;
let browser: Browser;

beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(async () => await database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('staff').execute();
  staffApp = createStaffApp(database.db);
  const signedIn = await signInSomebody(staffApp, { role: 'admin' });
  admin = signedIn.staff;
  browser = signedIn.browser;
});

const findByEmail = async (email: string) =>
  await database.db.selectFrom('staff').selectAll().where('email', '=', email).executeTakeFirst();
const listLog = async () =>
  await database.db
    .selectFrom('staffEvents')
    .select(['type', 'staffId', 'actorId', 'fromValue', 'toValue'])
    .orderBy('id')
    .execute();
const invitation = {
  ...{ name: 'Nana Neu', email: 'nana@example.org', role: 'reviewer', language: 'ka' },
};
const linkIn = (html: string): string | undefined =>
  /<code class="once">([^<]+)<\/code>/.exec(html)?.[1];

describe('inviting somebody', () => {
  test('adds the account, shows the link this one time, queues its mail, and logs neither', async () => {
    const { status, html } = await browser.post('/admin/staff', invitation);
    expect(status).toBe(200);
    const link = linkIn(html);
    expect(link).toMatch(/^http:\/\/localhost:3000\/admin\/enrol\/[\w-]{22,}$/);
    const invited = await findByEmail('nana@example.org');
    expect(invited).toMatchObject({ name: 'Nana Neu', role: 'reviewer', passwordHash: null });
    const again = await browser.get(`/admin/staff/${invited!.id}`);
    expect(again.html).not.toContain('/admin/enrol/');
    const mails = await database.db.selectFrom('staffMails').selectAll().execute();
    expect(mails).toMatchObject([{ staffId: invited!.id, template: 'enrolment', sentAt: null }]);
    const token = link!.split('/').at(-1)!;
    expect(JSON.stringify(mails) + staffApp.logged.join()).not.toContain(token);
    expect(await listLog()).toEqual([
      {
        ...{ type: 'invited', staffId: invited!.id, actorId: admin.id },
        ...{ fromValue: null, toValue: 'reviewer' },
      },
    ]);
    const enrolled = await createBrowser(staffApp).post(`/admin/enrol/${token}`, {
      password: goodPassword,
    });
    expect([enrolled.status, enrolled.location]).toEqual([303, '/admin']);
  });

  test('shows no link where mail leaves by SMTP', async () => {
    staffApp = createStaffApp(database.db, { config: { smtpUrl: 'smtp://127.0.0.1:1' } });
    const signedIn = await signInSomebody(staffApp, { role: 'admin' });
    const { status, html } = await signedIn.browser.post('/admin/staff', invitation);
    expect([status, html.includes('/admin/enrol/')]).toEqual([200, false]);
  });

  test('refuses what is missing or known, with what was typed', async () => {
    const empty = await browser.post('/admin/staff', { ...invitation, name: ' ', email: 'x' });
    expect([empty.status, empty.title.startsWith('Error:')]).toEqual([422, true]);
    expect(empty.html).toContain('href="#name"');
    expect(empty.html).toContain('href="#email"');
    const long = await browser.post('/admin/staff', { ...invitation, name: 'a'.repeat(201) });
    expect(long.status).toBe(422);
    expect(long.html).toContain('The name is too long: 200 characters are the limit');
    const known = await browser.post('/admin/staff', {
      ...invitation,
      email: admin.email.toUpperCase(),
    });
    expect(known.status).toBe(422);
    expect(known.html).toContain('Somebody with this address works here already');
    expect(known.html).toContain('value="Nana Neu"');
    expect(await listLog()).toEqual([]);
  });

  test('of two invitations at once one is sent', async () => {
    const answers = await Promise.all([
      browser.post('/admin/staff', invitation),
      browser.post('/admin/staff', invitation),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await database.db.selectFrom('staffMails').selectAll().execute()).toHaveLength(1);
  });
});

describe('an account', () => {
  test('7.4.2 is disabled after a page that says what it means: its sessions end at once', async () => {
    const other = await signInSomebody(staffApp, { role: 'editor' });
    const { id } = other.staff;
    const page = await browser.get(`/admin/staff/${id}/disable`);
    expect(page.html).toContain('signed out everywhere at once');
    expect((await other.browser.get('/admin')).status).toBe(200);
    const answer = await browser.post(`/admin/staff/${id}/disable`);
    expect(answer.location).toBe(`/admin/staff/${id}?done=disable`);
    expect((await other.browser.get('/admin')).location).toContain('/admin/sign-in');
    expect((await browser.get(`/admin/staff/${id}?done=disable`)).html).toContain('is disabled');
  });

  test('comes back with a new link and its old role', async () => {
    const other = await addEnrolled(database.db, { role: 'editor' });
    await browser.post(`/admin/staff/${other.id}/disable`);
    const { status, html } = await browser.post(`/admin/staff/${other.id}/enable`);
    expect([status, linkIn(html) !== undefined]).toEqual([200, true]);
    expect(await findByEmail(other.email)).toMatchObject({ role: 'editor', disabledAt: null });
    expect((await listLog()).map(({ type }) => type)).toEqual(['disabled', 'enabled']);
  });

  test('6.4.3 gets a new link that keeps the second factor', async () => {
    const other = await addEnrolled(database.db, { role: 'editor' });
    const factor = { totpSecretSealed: Buffer.from('x'), totpConfirmedAt: new Date() };
    await database.db.updateTable('staff').set(factor).where('id', '=', other.id).execute();
    await browser.post(`/admin/staff/${other.id}/reset`, { factor: 'yes' });
    const now = await findByEmail(other.email);
    expect([now?.totpConfirmedAt !== null, now?.passwordHash]).toEqual([true, null]);
    expect((await listLog()).map(({ type }) => type)).toEqual(['link-renewed']);
  });

  test('6.4.3 loses its second factor only by an act of its own, which is logged and told', async () => {
    const strict = createStaffApp(database.db, { config: { staffMfa: 'required' } });
    const other = await signInWithFactor(strict, { role: 'editor' });
    const { id, email } = other.staff;
    await database.db.deleteFrom('staffEvents').execute();
    await database.db.deleteFrom('staffMails').execute();
    const page = await browser.get(`/admin/staff/${id}/factor`);
    expect(page.html).toContain('who has lost the device and the recovery codes');
    expect((await findByEmail(email))?.totpConfirmedAt).not.toBe(null);
    const done = await browser.post(`/admin/staff/${id}/factor`);
    expect(done.location).toBe(`/admin/staff/${id}?done=factor`);
    const now = await findByEmail(email);
    expect(now).toMatchObject({ totpSecretSealed: null, totpConfirmedAt: null });
    expect(now?.passwordHash).not.toBe(null);
    const codes = database.db.selectFrom('staffRecoveryCodes').where('staffId', '=', id);
    expect(await codes.selectAll().execute()).toEqual([]);
    // Not only for want of a factor, where one is required.
    const sessions = database.db.selectFrom('staffSessions').where('staffId', '=', id);
    expect(await sessions.selectAll().execute()).toEqual([]);
    expect(await listLog()).toEqual([
      {
        ...{ type: 'factor-dropped', staffId: id, actorId: admin.id },
        ...{ fromValue: null, toValue: null },
      },
    ]);
    const mails = await database.db.selectFrom('staffMails').selectAll().execute();
    expect(mails).toMatchObject([{ staffId: id, template: 'factor-dropped' }]);
    // Once, and never one's own.
    expect((await browser.post(`/admin/staff/${id}/factor`)).status).toBe(409);
    expect((await browser.get(`/admin/staff/${id}`)).html).not.toContain(`${id}/factor`);
    expect((await browser.post(`/admin/staff/${admin.id}/factor`)).status).toBe(409);
  });

  test('has its sessions ended by an admin', async () => {
    const other = await signInSomebody(staffApp, { role: 'editor' });
    await browser.post(`/admin/staff/${other.staff.id}/sessions`);
    expect((await other.browser.get('/admin')).location).toContain('/admin/sign-in');
    expect((await browser.get('/admin')).status).toBe(200);
  });

  test('shows the day of the last sign-in', async () => {
    const { html } = await browser.get('/admin/staff');
    expect(html).toContain('24 November 2026');
    expect((await browser.get(`/admin/staff/${admin.id}`)).html).toContain('24 November 2026');
  });
});

describe('roles', () => {
  test('are changed, unless they are no longer what the page showed', async () => {
    const other = await addEnrolled(database.db, { role: 'editor' });
    const path = `/admin/staff/${other.id}/role`;
    expect((await browser.post(path, { from: 'editor', role: 'reviewer' })).status).toBe(303);
    const late = await browser.post(path, { from: 'editor', role: 'admin' });
    expect(late.status).toBe(409);
    expect(late.html).toContain('Somebody changed the account');
    expect((await findByEmail(other.email))?.role).toBe('reviewer');
    expect((await browser.post(path, { from: 'reviewer', role: 'owner' })).status).toBe(500);
  });

  test('and accounts are not one’s own to take away', async () => {
    await addEnrolled(database.db, { role: 'admin' });
    for (const act of ['role', 'disable', 'reset']) {
      const form = { from: 'admin', role: 'editor' };
      const answer = await browser.post(`/admin/staff/${admin.id}/${act}`, form);
      expect([act, answer.status]).toEqual([act, 409]);
      expect(answer.html).toContain('Nobody takes their own role or account away');
    }
    expect(await findByEmail(admin.email)).toMatchObject({ role: 'admin', disabledAt: null });
  });

  test('of two admins who demote each other at once one stays', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await addEnrolled(database.db, { role: 'admin' });
      const asked = { from: 'admin', role: 'editor', now: new Date() } as const;
      const outcomes = await Promise.allSettled([
        changeRole(database.db, { ...asked, email: other.email, actorId: admin.id }),
        changeRole(database.db, { ...asked, email: admin.email, actorId: other.id }),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const admins = await database.db
        .selectFrom('staff')
        .select('id')
        .where('role', '=', 'admin')
        .execute();
      expect(admins).toHaveLength(1);
      await database.db.deleteFrom('staff').where('id', '=', other.id).execute();
      await database.db.updateTable('staff').set({ role: 'admin' }).execute();
    }
  });

  test('of the last admin who can sign in stay', async () => {
    const other = await addEnrolled(database.db, { role: 'admin' });
    const asked = { from: 'admin', role: 'editor', now: new Date() } as const;
    await changeRole(database.db, { ...asked, email: other.email });
    await expect(changeRole(database.db, { ...asked, email: admin.email })).rejects.toThrow(
      'conflict',
    );
  });
});

test('nobody but admins finds any of it', async () => {
  const other = await addEnrolled(database.db, { role: 'editor' });
  for (const role of ['editor', 'reviewer'] as const) {
    const { browser: theirs } = await signInSomebody(staffApp, { role });
    const paths = ['', '/log', '/permissions', `/${other.id}`, `/${other.id}/disable`];
    const statuses = [];
    for (const path of paths) statuses.push((await theirs.get(`/admin/staff${path}`)).status);
    statuses.push((await theirs.post(`/admin/staff/${other.id}/disable`)).status);
    statuses.push((await theirs.post('/admin/staff', invitation)).status);
    expect(statuses).toEqual(Array(7).fill(404));
    expect((await theirs.get('/admin/account')).html).not.toContain('/admin/staff"');
  }
  for (const path of ['/nobody', `/${crypto.randomUUID()}`, `/${other.id}/promote`]) {
    expect((await browser.get(`/admin/staff${path}`)).status).toBe(404);
  }
});

test('a name is shown as it is, whatever it is', async () => {
  const name = '<b>Ж\u202eგ</b>';
  await browser.post('/admin/staff', { ...invitation, name });
  const { html } = await browser.get('/admin/staff');
  expect(html).toContain('&lt;b&gt;Жგ&lt;/b&gt;');
});
