import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { getEnrolment } from '../../src/auth/enrolment.ts';
import { dropSecondFactor } from '../../src/auth/staff-access.ts';
import {
  addStaff,
  disableStaff,
  ensureFirstAdminLink,
  listStaff,
  resetStaff,
} from '../../src/auth/staff-accounts.ts';
import type { Db } from '../../src/db/client.ts';
import { defaults } from '../support/configuration.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await db.deleteFrom('staffEnrolments').execute();
  await db.deleteFrom('staff').execute();
});

const now = new Date('2026-11-24T09:00:00Z');
const nino = {
  email: 'nino@example.org',
  name: 'Nino',
  role: 'editor',
  language: 'de',
  now,
} as const;
const ani = {
  email: 'ani@example.org',
  name: 'Ani',
  role: 'reviewer',
  language: 'en',
  now,
} as const;

it('adds people, who are invited until they enrol', async () => {
  const token = await addStaff(db, { ...nino, email: ' Nino@EXAMPLE.org ', name: ' Nino\u200b ' });
  await addStaff(db, { ...ani, now: new Date(now.getTime() + 1) });
  expect(await getEnrolment(db, token, now)).toMatchObject({ email: 'Nino@example.org' });
  expect(await listStaff(db)).toEqual([
    {
      id: expect.any(String),
      lastSignInOn: null,
      email: 'Nino@example.org',
      name: 'Nino',
      role: 'editor',
      language: 'de',
      state: 'invited',
      secondFactor: false,
      singleSignOn: false,
      createdAt: now,
    },
    {
      id: expect.any(String),
      lastSignInOn: null,
      email: 'ani@example.org',
      name: 'Ani',
      role: 'reviewer',
      language: 'en',
      state: 'invited',
      secondFactor: false,
      singleSignOn: false,
      createdAt: new Date(now.getTime() + 1),
    },
  ]);
});

it('refuses addresses that have an account, in any spelling, and what is no address or name', async () => {
  await addStaff(db, nino);
  await expect(addStaff(db, { ...nino, email: 'NINO@example.org' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(addStaff(db, { ...ani, email: 'ani' })).rejects.toMatchObject({ code: 'malformed' });
  await expect(addStaff(db, { ...ani, name: ' \u200b' })).rejects.toMatchObject({
    code: 'malformed',
  });
  expect(await listStaff(db)).toHaveLength(1);
});

it('disables by address, once and for all links', async () => {
  const token = await addStaff(db, nino);
  await disableStaff(db, { email: 'NINO@example.org', now });
  const later = new Date(now.getTime() + 1000);
  await disableStaff(db, { email: nino.email, now: later });
  expect((await listStaff(db)).map((entry) => entry.state)).toEqual(['disabled']);
  const { disabledAt } = await db.selectFrom('staff').selectAll().executeTakeFirstOrThrow();
  expect(disabledAt).toEqual(now);
  await expect(getEnrolment(db, token, now)).rejects.toMatchObject({ code: 'gone' });
  await expect(resetStaff(db, { email: nino.email, now })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(disableStaff(db, { email: 'nobody@example.org', now })).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(resetStaff(db, { email: 'nobody@example.org', now })).rejects.toMatchObject({
    code: 'not-found',
  });
});

it('takes somebody who was disabled back with a new name, role and link', async () => {
  const old = await addStaff(db, nino);
  await disableStaff(db, { email: nino.email, now });
  const token = await addStaff(db, { ...nino, name: 'Nino G.', role: 'admin' });
  expect(await getEnrolment(db, token, now)).toMatchObject({ name: 'Nino G.', role: 'admin' });
  await expect(getEnrolment(db, old, now)).rejects.toMatchObject({ code: 'gone' });
  expect((await listStaff(db)).map(({ name, state }) => [name, state])).toEqual([
    ['Nino G.', 'invited'],
  ]);
});

it('makes a link for the first admin while there is no staff, a new one each time', async () => {
  const first = await ensureFirstAdminLink(db, now);
  const second = await ensureFirstAdminLink(db, now);
  expect(second).not.toBe(first);
  expect(await getEnrolment(db, first!, now)).toBeNull();
  await addStaff(db, nino);
  expect(await ensureFirstAdminLink(db, now)).toBeNull();
  await expect(getEnrolment(db, second!, now)).rejects.toMatchObject({ code: 'gone' });
});

it('6.4.3 keeps the second factor at a reset, and drops it only by an act of its own', async () => {
  await addStaff(db, nino);
  const confirmFactor = () =>
    db
      .updateTable('staff')
      .set({ totpSecretSealed: Buffer.from('sealed'), totpConfirmedAt: now, totpLastStep: 1 })
      .execute();
  const hasFactor = async () => (await listStaff(db))[0]?.secondFactor;
  await confirmFactor();
  await resetStaff(db, { email: nino.email, now });
  expect(await hasFactor()).toBe(true);
  const deps = { db, config: defaults };
  await dropSecondFactor(deps, { email: nino.email, now });
  expect(await hasFactor()).toBe(false);
  await expect(dropSecondFactor(deps, { email: nino.email, now })).rejects.toMatchObject({
    code: 'conflict',
  });
});

it('brings somebody back in the language that was asked for', async () => {
  await addStaff(db, nino);
  await disableStaff(db, { email: nino.email, now });
  await addStaff(db, { ...nino, language: 'en' });
  expect((await listStaff(db)).map(({ language, state }) => [language, state])).toEqual([
    ['en', 'invited'],
  ]);
});
