import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStaffMailHandler } from '../../src/mail/deliver-to-staff.ts';
import type { OutgoingMail } from '../../src/mail/transport.ts';
import type { TestDatabase } from '../support/database.ts';
import {
  type Answer,
  codeFor,
  createBrowser,
  createStaffApp,
  createStaffDatabase,
  readRecoveryCodes,
  type StaffApp,
  sha256,
  signInWithFactor,
} from '../support/staff-app.ts';

let database: TestDatabase;
let staffApp: StaffApp;
beforeAll(async () => {
  database = await createStaffDatabase();
});
afterAll(async () => await database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('staff').execute();
  staffApp = createStaffApp(database.db, { config: { staffMfa: 'required', rateLimits: false } });
});

type Person = Awaited<ReturnType<typeof signInWithFactor>>;

const leftIn = ({ html }: Pick<Answer, 'html'>): string | undefined =>
  /id="codes-left">([^<]*)</.exec(html)?.[1];

/** Enters address and password in a browser of its own. */
async function begin({ staff, password }: Person) {
  const browser = createBrowser(staffApp);
  await browser.post('/admin/sign-in', { email: staff.email, password });
  return browser;
}

const listMails = async () =>
  await database.db.selectFrom('staffMails').select(['id', 'template']).orderBy('id').execute();
const listEvents = async (staffId: string) =>
  (
    await database.db
      .selectFrom('staffEvents')
      .select('type')
      .where('staffId', '=', staffId)
      .orderBy('id')
      .execute()
  ).map(({ type }) => type);

describe('recovery codes', () => {
  it('11.5.1 are ten of 140 random bits, shown once, and not in the table', async () => {
    const { staff, browser, recoveryCodes } = await signInWithFactor(staffApp);
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code.replaceAll('-', '')).toHaveLength(28);
    const account = await browser.get('/admin/account');
    expect(leftIn(account)).toBe('Recovery codes left: 10 of 10.');
    expect(readRecoveryCodes(account.html)).toEqual([]);
    const rows = await database.db.selectFrom('staffRecoveryCodes').selectAll().execute();
    expect(rows).toHaveLength(10);
    const dump = JSON.stringify(rows) + Buffer.concat(rows.map((row) => row.codeHash)).toString();
    for (const code of recoveryCodes) expect(dump).not.toContain(code.replaceAll('-', ''));
    const hashes = recoveryCodes.map((code) =>
      sha256(`recovery code\0${code.replaceAll('-', '')}`),
    );
    expect(rows.map((row) => row.codeHash.toString('hex')).sort()).toEqual(
      hashes.map((hash) => hash.toString('hex')).sort(),
    );
    expect(rows.every((row) => row.staffId === staff.id)).toBe(true);
  });

  it('6.5.1 sign in once, lead to the account page, and are told by mail', async () => {
    const person = await signInWithFactor(staffApp);
    const browser = await begin(person);
    const page = await browser.get('/admin/sign-in/code?next=%2Fadmin%2Foutbox');
    expect(page.html).toContain('href="/admin/sign-in/recovery?next=%2Fadmin%2Foutbox"');
    const recovery = await browser.get('/admin/sign-in/recovery?next=%2Fadmin%2Foutbox');
    expect(recovery.title).toBe('Enter a recovery code – Feder');
    const [code, other] = person.recoveryCodes as [string, string];
    // As people type: small letters, spaces, letters of another script that look the same.
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ')}`;
    const answer = await browser.post('/admin/sign-in', { code: typed, sort: 'recovery' });
    expect([answer.status, answer.location]).toEqual([303, '/admin/account?done=recovery']);
    const account = await browser.get('/admin/account?done=recovery');
    expect(account.html).toContain('That recovery code is used up.');
    expect(leftIn(account)).toBe('Recovery codes left: 9 of 10.');
    expect(await listEvents(person.staff.id)).toEqual(['factor-set', 'recovery-code-used']);
    expect((await listMails()).map(({ template }) => template)).toEqual([
      ...['factor-set', 'recovery-code-used'],
    ]);

    const second = await begin(person);
    const again = await second.post('/admin/sign-in', { code, sort: 'recovery' });
    expect([again.status, again.title]).toEqual([...[422, 'Error: Enter a recovery code – Feder']]);
    expect(again.html).toContain('This recovery code is not right or was used before');
    expect((await second.post('/admin/sign-in', { code: other })).status).toBe(303);
  });

  it('6.5.1 sign in once when one comes three times at once, in three browsers', async () => {
    const person = await signInWithFactor(staffApp);
    const three = [await begin(person), await begin(person), await begin(person)];
    const [code] = person.recoveryCodes as [string];
    const answers = await Promise.all(
      three.map((browser) => browser.post('/admin/sign-in', { code, sort: 'recovery' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422]);
    const used = await database.db
      .selectFrom('staffRecoveryCodes')
      .selectAll()
      .where('usedAt', 'is not', null)
      .execute();
    expect(used).toHaveLength(1);
  });

  it('are not lost to a sign-in that another request has finished', async () => {
    const person = await signInWithFactor(staffApp);
    const browser = await begin(person);
    const [one, two] = person.recoveryCodes as [string, string];
    const answers = await Promise.all(
      [one, two].map((code) => browser.post('/admin/sign-in', { code, sort: 'recovery' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(await countLeft()).toBe(9);
  });

  it('open nothing without the password, and nothing for somebody else', async () => {
    const [one, two] = [await signInWithFactor(staffApp), await signInWithFactor(staffApp)];
    const [code] = two.recoveryCodes as [string];
    const stranger = createBrowser(staffApp);
    expect((await stranger.post('/admin/sign-in', { code, sort: 'recovery' })).status).toBe(422);
    const browser = await begin(one);
    const answer = await browser.post('/admin/sign-in', { code, sort: 'recovery' });
    expect([answer.status, await countLeft()]).toEqual([422, 20]);
    expect((await createBrowser(staffApp).get('/admin/sign-in/recovery')).location).toBe(
      '/admin/sign-in',
    );
  });

  it('are asked for when none is typed, beside the field', async () => {
    const browser = await begin(await signInWithFactor(staffApp));
    const answer = await browser.post('/admin/sign-in', { code: ' ', sort: 'recovery' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('<a href="#code">Enter a recovery code</a>');
    expect(answer.html).toContain('name="sort" value="recovery"');
  });

  it('also prove that one may move to another app, and end with the old one', async () => {
    const person = await signInWithFactor(staffApp);
    const { browser, recoveryCodes } = person;
    const [code, other] = recoveryCodes as [string, string];
    const begun = await browser.post('/admin/account/second-factor', { proof: code });
    expect(begun.location).toBe('/admin/account/second-factor');
    const key = /translate="no">([A-Z2-7 ]+)</.exec((await browser.get(begun.location!)).html)![1]!;
    const confirmed = await browser.post('/admin/account/second-factor/confirm', {
      code: codeFor(key, staffApp.clock),
    });
    const fresh = readRecoveryCodes(confirmed.html);
    expect([confirmed.status, fresh.length]).toEqual([200, 10]);
    const signIn = await begin(person);
    expect((await signIn.post('/admin/sign-in', { code: other })).status).toBe(422);
    expect((await signIn.post('/admin/sign-in', { code: fresh[0]! })).status).toBe(303);
  });
});

describe('new recovery codes', () => {
  const renew = (person: Person, codesPassword: string, codesProof: string) =>
    person.browser.post('/admin/account/recovery-codes', { codesPassword, codesProof });

  it('take password and code, end the old ones, and are told by mail', async () => {
    const person = await signInWithFactor(staffApp);
    const { staff, password, secret, recoveryCodes } = person;
    const code = codeFor(secret, staffApp.clock);
    for (const [form, field, message] of [
      [['', code], 'codesPassword', 'Enter your current password'],
      [['not it', code], 'codesPassword', 'The current password is not right'],
      [[password, ''], 'codesProof', 'Enter the six-digit code'],
      [[password, '12345'], 'codesProof', 'This code is not right or was used before'],
    ] as const) {
      const refused = await renew(person, form[0], form[1]);
      expect([form, refused.status]).toEqual([form, 422]);
      expect(refused.html).toContain(`<a href="#${field}">${message}`);
    }
    const answer = await renew(person, password, code);
    const fresh = readRecoveryCodes(answer.html);
    expect([answer.status, fresh.length]).toEqual([200, 10]);
    expect(answer.html).toContain('href="/admin/account?done=codes"');
    expect((await renew(person, password, code)).status).toBe(422);
    const events = ['factor-set', 'recovery-codes-renewed'];
    expect(await listEvents(staff.id)).toEqual(events);
    expect((await listMails()).map(({ template }) => template)).toEqual(events);
    const browser = await begin(person);
    const old = recoveryCodes[3]!;
    expect((await browser.post('/admin/sign-in', { code: old })).status).toBe(422);
    expect((await browser.post('/admin/sign-in', { code: fresh[3]! })).status).toBe(303);
  });

  it('are not for those who have no second factor', async () => {
    const optional = createStaffApp(database.db, { config: { staffMfa: 'optional' } });
    const person = await signInWithFactor(staffApp);
    await database.db
      .updateTable('staff')
      .set({ totpSecretSealed: null, totpConfirmedAt: null })
      .execute();
    const browser = createBrowser(optional);
    const form = { email: person.staff.email, password: person.password };
    expect((await browser.post('/admin/sign-in', form)).location).toBe('/admin');
    expect(leftIn(await browser.get('/admin/account'))).toBeUndefined();
    const answer = await browser.post('/admin/account/recovery-codes', {
      ...{ codesPassword: person.password, codesProof: person.recoveryCodes[0]! },
    });
    expect([answer.status, readRecoveryCodes(answer.html)]).toEqual([422, []]);
  });
});

it('the mail says what happened and when, in the language of the person, and holds no code', async () => {
  const person = await signInWithFactor(staffApp);
  await database.db.updateTable('staff').set({ language: 'de' }).execute();
  const browser = await begin(person);
  const [code] = person.recoveryCodes as [string];
  await browser.post('/admin/sign-in', { code, sort: 'recovery' });
  const sent: OutgoingMail[] = [];
  const handler = createStaffMailHandler({
    ...staffApp.deps,
    transport: {
      kind: 'captured',
      send: async (mail) => {
        sent.push(mail);
        return { refusals: [] };
      },
      forget: async () => {},
      close: () => {},
    },
  });
  const [, mail] = await listMails();
  const job = await database.db
    .selectFrom('jobs')
    .selectAll()
    .where('subjectId', '=', mail!.id)
    .executeTakeFirstOrThrow();
  await handler(job as never, new AbortController().signal);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.to).toEqual([{ name: person.staff.name, address: person.staff.email }]);
  expect(sent[0]!.subject).toBe('Ihr Konto bei Caucasus Desk wurde geändert');
  expect(sent[0]!.text).toContain(
    'Am 24. November 2026, 10:00 MEZ, wurde einer Ihrer Wiederherstellungscodes benutzt.',
  );
  expect(sent[0]!.text).toContain('http://localhost:3000/admin/account');
  expect(sent[0]!.text).not.toContain(code);
});

async function countLeft(): Promise<number> {
  const rows = await database.db
    .selectFrom('staffRecoveryCodes')
    .select('usedAt')
    .where('usedAt', 'is', null)
    .execute();
  return rows.length;
}
