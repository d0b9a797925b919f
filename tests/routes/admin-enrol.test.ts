import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEnrolment } from '../../src/auth/enrolment.ts';
import { disableStaff, resetStaff } from '../../src/auth/staff-accounts.ts';
import { enrolmentLink } from '../../src/domain/enrolment-link.ts';
import type { TestDatabase } from '../support/database.ts';
import { countHashes } from '../support/hash-count.ts';
import {
  addInvited,
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  goodPassword,
  type StaffApp,
  sha256,
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
const invite = async ({ clock }: StaffApp) => {
  const staff = await addInvited(database.db);
  const token = await createEnrolment(database.db, { staffId: staff.id, now: clock.now() });
  return { staff, path: `/admin/enrol/${token}`, token };
};

describe('an enrolment link', () => {
  it('11.5.1 is an address with a token of 256 bits that the table does not hold', async () => {
    const { token } = await invite(createApp());
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(enrolmentLink('https://feder.example.org', token)).toBe(
      `https://feder.example.org/admin/enrol/${token}`,
    );
    const [row] = await database.db.selectFrom('staffEnrolments').selectAll().execute();
    expect(row!.tokenHash).toEqual(sha256(token));
  });

  it('attack 17: shows the form as often as it is opened and uses nothing up', async () => {
    const staffApp = createApp();
    const { staff, path } = await invite(staffApp);
    for (let i = 0; i < 3; i += 1) {
      const page = await createBrowser(staffApp).get(path);
      expect([page.status, page.title]).toEqual([200, 'Choose a password – Feder']);
      expect(page.html).toContain(`For the account ${staff.email}.`);
      expect(page.html).toContain('At least 15 characters');
      expect(page.html).toContain('autocomplete="new-password"');
      expect(page.html).not.toMatch(/<script|autosubmit|http-equiv/);
    }
    const answer = await createBrowser(staffApp).post(path, { password: goodPassword });
    expect(answer.status).toBe(303);
  });

  it('signs in once the password is chosen, and works once', async () => {
    const staffApp = createApp();
    const { staff, path } = await invite(staffApp);
    const browser = createBrowser(staffApp);
    const answer = await browser.post(path, { password: goodPassword });
    expect([answer.status, answer.location]).toEqual([303, '/admin']);
    expect((await browser.get('/admin')).html).toBe(`list for ${staff.name}, en`);
    const again = await createBrowser(staffApp).post(path, { password: `${goodPassword} anders` });
    expect([again.status, again.title]).toEqual([410, 'This link has ended – Feder']);
    expect((await createBrowser(staffApp).get(path)).status).toBe(410);
    const signIn = { email: staff.email, password: goodPassword };
    expect((await createBrowser(staffApp).post('/admin/sign-in', signIn)).status).toBe(303);
  });

  it('works once when it is posted three times at once', async () => {
    const staffApp = createApp();
    const { staff, path } = await invite(staffApp);
    const passwords = ['eins', 'zwei', 'drei'].map((word) => `${goodPassword} ${word}`);
    const answers = await Promise.all(
      passwords.map((password) => createBrowser(staffApp).post(path, { password })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 410, 410]);
    const won = passwords[answers.findIndex((answer) => answer.status === 303)]!;
    const signIn = { email: staff.email, password: won };
    expect((await createBrowser(staffApp).post('/admin/sign-in', signIn)).status).toBe(303);
  });

  it('ends after 24 hours', async () => {
    const staffApp = createApp();
    const { path } = await invite(staffApp);
    staffApp.clock.advance(24 * 3600 - 1);
    expect((await createBrowser(staffApp).get(path)).status).toBe(200);
    staffApp.clock.advance(1);
    expect((await createBrowser(staffApp).get(path)).status).toBe(410);
    const late = await createBrowser(staffApp).post(path, { password: goodPassword });
    expect(late.status).toBe(410);
  });

  it('ends when the person is disabled, and when another one of theirs was used', async () => {
    const staffApp = createApp();
    const { staff, path } = await invite(staffApp);
    const now = staffApp.clock.now();
    const other = await createEnrolment(database.db, { staffId: staff.id, now });
    await createBrowser(staffApp).post(`/admin/enrol/${other}`, { password: goodPassword });
    expect((await createBrowser(staffApp).get(path)).status).toBe(410);
    const disabled = await invite(staffApp);
    await disableStaff(database.db, { email: disabled.staff.email, now });
    expect((await createBrowser(staffApp).get(disabled.path)).status).toBe(410);
  });

  it('that never was is not found and costs no hash', async () => {
    const staffApp = createApp();
    const hashes = countHashes();
    const browser = createBrowser(staffApp);
    expect((await browser.get('/admin/enrol/guessed')).status).toBe(404);
    const form = { password: goodPassword };
    expect((await browser.post('/admin/enrol/guessed', form)).status).toBe(404);
    expect(hashes.since()).toBe(0);
    hashes.stop();
  });

  it('refuses weak passwords beside the field, keeps the link and shows no password again', async () => {
    const staffApp = createApp();
    const { staff, path } = await invite(staffApp);
    const browser = createBrowser(staffApp);
    const messageFor = async (password: string) => {
      const answer = await browser.post(path, { password });
      expect([answer.status, answer.title]).toEqual([422, 'Error: Choose a password – Feder']);
      if (password) expect(answer.html).not.toContain(password);
      return /<a href="#password">([^<]*)</.exec(answer.html)?.[1];
    };
    expect(await messageFor('')).toBe('Enter a new password');
    expect(await messageFor('Kupfer Lerche5')).toBe(
      'The password is too short: it needs at least 15 characters',
    );
    expect(await messageFor('Kupfer 5 '.repeat(23))).toBe(
      'The password is too long: 200 characters are the limit',
    );
    expect(await messageFor('PasswordPassword')).toMatch(/^This password is easy to guess/);
    expect(await messageFor(`${staff.email}1`)).toMatch(/^This password is easy to guess/);
    expect(await messageFor('Caucasus-Desk-2026')).toMatch(/^This password is easy to guess/);
    expect((await browser.post(path, { password: goodPassword })).status).toBe(303);
  });
});

describe('a reset', () => {
  it('6.4.3 ends password, sessions and what was begun, and asks for the second factor that was kept', async () => {
    const staffApp = createApp('required');
    const { staff, browser, password, secret } = await signInWithFactor(staffApp);
    const begun = createBrowser(staffApp);
    await begun.post('/admin/sign-in', { email: staff.email, password });
    const now = staffApp.clock.now();
    const token = await resetStaff(database.db, { email: staff.email.toUpperCase(), now });

    expect((await browser.get('/admin')).status).toBe(303);
    const code = codeFor(secret, staffApp.clock);
    expect((await begun.post('/admin/sign-in', { code })).status).toBe(422);
    const old = createBrowser(staffApp);
    expect((await old.post('/admin/sign-in', { email: staff.email, password })).status).toBe(422);

    const fresh = createBrowser(staffApp);
    const chosen = { password: 'Teekanne 77 Fahrradklingel' };
    const answer = await fresh.post(`/admin/enrol/${token}`, chosen);
    expect([answer.status, answer.location]).toEqual([303, '/admin/sign-in/code']);
    expect((await fresh.get('/admin')).status).toBe(303);
    expect((await fresh.get('/admin/sign-in/set-up')).location).toBe('/admin/sign-in');
    expect((await fresh.post('/admin/sign-in', { code })).status).toBe(303);
    expect((await fresh.get('/admin')).status).toBe(200);
  });

  it('does the same where the second factor is optional', async () => {
    const strict = createApp('required');
    const { staff } = await signInWithFactor(strict);
    const lenient = createApp('optional');
    const now = lenient.clock.now();
    const token = await resetStaff(database.db, { email: staff.email, now });
    const answer = await createBrowser(lenient).post(`/admin/enrol/${token}`, {
      password: goodPassword,
    });
    expect(answer.location).toBe('/admin/sign-in/code');
  });

  it('ends the links that were made before', async () => {
    const staffApp = createApp();
    const { staff } = await signInSomebody(staffApp);
    const now = staffApp.clock.now();
    const first = await resetStaff(database.db, { email: staff.email, now });
    const second = await resetStaff(database.db, { email: staff.email, now });
    expect((await createBrowser(staffApp).get(`/admin/enrol/${first}`)).status).toBe(410);
    expect((await createBrowser(staffApp).get(`/admin/enrol/${second}`)).status).toBe(200);
  });
});
