import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKeyring } from '../../src/crypto.ts';
import {
  enqueueMail,
  findMailToDeliver,
  listEarlierMessageIds,
  listSeededAddresses,
  type MailContent,
  openContent,
} from '../../src/db/mails.ts';
import type { MailThread } from '../../src/db/schema.ts';
import {
  createTestApplication,
  createTestCall,
  type TestApplication,
} from '../support/applications.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const keys = createKeyring(randomBytes(32));
let database: TestDatabase;
let clock: TestClock;
let application: TestApplication;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());
beforeEach(async () => {
  clock = createTestClock();
  await database.db.deleteFrom('jobs').execute();
  await database.db.deleteFrom('mails').execute();
  const call = await createTestCall(database.db, clock.now(), { inbox: 'desk@news.example' });
  application = await createTestApplication(database.db, keys, call, { now: clock.now() });
});

const content: MailContent = {
  to: { name: 'ნინო', address: 'nino@mail.example' },
  subject: 'Canary subject',
  text: 'Canary text',
  html: '<p>Canary html</p>',
  replyTo: null,
};

const write = async (
  values: { thread?: MailThread; subject?: string; notBefore?: Date } = {},
): Promise<string> => {
  const { thread = 'applicant', subject = content.subject, ...rest } = values;
  return await database.db.transaction().execute(
    async (trx) =>
      await enqueueMail(trx, {
        applicationId: application.id,
        key: application.key,
        thread,
        template: 'receipt',
        language: 'en',
        content: { ...content, subject },
        from: 'feder@news.example',
        now: clock.now(),
        ...rest,
      }),
  );
};

const get = async (id: string) => {
  const mail = await findMailToDeliver(database.db, id);
  if (mail === undefined) throw new Error('no such mail');
  return mail;
};

test('a mail is stored sealed and opens with the key of its application only', async () => {
  const id = await write();
  const mail = await get(id);
  expect(openContent(application.key, mail)).toEqual(content);
  expect(mail.contentSealed.toString('latin1')).not.toMatch(/canary|nino/i);
  expect(() => openContent(randomBytes(32), mail)).toThrow();

  const other = await write();
  const moved = { id: other, contentSealed: mail.contentSealed };
  expect(() => openContent(application.key, moved)).toThrow();
});

test('a mail knows the call it belongs to and the wrapped key of its application', async () => {
  const mail = await get(await write());
  expect(keys.unwrapKey(application.id, mail.wrapped)).toEqual(application.key);
  expect(mail).toMatchObject({ inbox: 'desk@news.example', seededInbox: null, sentAt: null });
});

test('the first mail of a thread starts it and each later one names those before it', async () => {
  const first = await get(await write());
  const editors = await get(await write({ thread: 'editors' }));
  const second = await get(await write());
  clock.advance(-3600);
  const third = await get(await write());

  expect(first.messageId).toBe(`<${first.id}@news.example>`);
  expect([first, editors, second, third].map((mail) => mail.inReplyTo)).toEqual([
    null,
    null,
    first.messageId,
    second.messageId,
  ]);
  expect(await listEarlierMessageIds(database.db, first)).toEqual([]);
  expect(await listEarlierMessageIds(database.db, third)).toEqual([
    first.messageId,
    second.messageId,
  ]);
});

test('the subject stays as it is through the editors’ thread, not through the applicant’s', async () => {
  const subjectOf = async (id: string) => openContent(application.key, await get(id)).subject;
  await write({ thread: 'editors', subject: '[F-7K3M9Q] Nino – Georgia' });
  await write({ thread: 'applicant', subject: 'Receipt' });
  expect(await subjectOf(await write({ thread: 'editors', subject: 'Another' }))).toBe(
    '[F-7K3M9Q] Nino – Georgia',
  );
  expect(await subjectOf(await write({ thread: 'applicant', subject: 'Decision' }))).toBe(
    'Decision',
  );
});

test('each mail comes with one job, in the lane of its thread, held as long as it should be', async () => {
  const notBefore = new Date(clock.now().getTime() + 600_000);
  const first = await write();
  const held = await write({ thread: 'editors', notBefore });
  const jobs = await database.db
    .selectFrom('jobs')
    .select(['kind', 'subjectId', 'lane', 'notBefore'])
    .orderBy('notBefore')
    .execute();
  const { id } = application;
  expect(jobs).toEqual([
    { kind: 'mail', subjectId: first, lane: `${id}:applicant`, notBefore: clock.now() },
    { kind: 'mail', subjectId: held, lane: `${id}:editors`, notBefore },
  ]);
});

test('erasing an application erases its mails', async () => {
  const id = await write();
  await database.db.deleteFrom('applications').where('id', '=', application.id).execute();
  expect(await findMailToDeliver(database.db, id)).toBeUndefined();
});

test('the addresses of a seeded call count as seeded, those of an entered call do not', async () => {
  const { db } = database;
  await createTestCall(db, clock.now(), {
    seededInbox: 'redaktion@seeded.example',
    contactEmail: 'questions@seeded.example',
  });
  const { seeded, entered } = await listSeededAddresses(db);
  expect(seeded.sort()).toEqual(['questions@seeded.example', 'redaktion@seeded.example']);
  expect(new Set(entered)).toEqual(new Set(['desk@news.example']));
});
