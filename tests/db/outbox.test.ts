import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKeyring } from '../../src/crypto.ts';
import { claimJobs, retryJob } from '../../src/db/job-leases.ts';
import { type ClaimedJob, unparkJob } from '../../src/db/jobs.ts';
import { concludeSent, openRefusals, recordRefusals } from '../../src/db/mail-outcome.ts';
import { dealWithTrouble, listMailTrouble } from '../../src/db/mail-trouble.ts';
import { enqueueMail, openContent } from '../../src/db/mails.ts';
import { countMails, findMail, listMails, mailStates, outboxHealth } from '../../src/db/outbox.ts';
import { createTestApplication, createTestCall } from '../support/applications.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { countMailTrouble } from '../support/mail-trouble.ts';

const keys = createKeyring(randomBytes(32));
let database: TestDatabase;
let clock: TestClock;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());
beforeEach(async () => {
  clock = createTestClock();
  await database.db.deleteFrom('jobs').execute();
  await database.db.deleteFrom('mails').execute();
});

/** A mail to an application of its own, so that no lane holds it up. */
const write = async (values: { notBefore?: Date; withheld?: boolean } = {}) => {
  const { db } = database;
  const now = clock.now();
  const call = await createTestCall(db, now);
  const application = await createTestApplication(db, keys, call, { now });
  const content = { to: null, subject: 'Subject', text: 'Text', html: '<p>', replyTo: null };
  const mailId = await db.transaction().execute(
    async (trx) =>
      await enqueueMail(trx, {
        applicationId: application.id,
        key: application.key,
        thread: 'editors',
        template: 'editorial-notification',
        language: 'de',
        content,
        from: 'feder@news.example',
        now,
        ...values,
      }),
  );
  return { ...application, mailId };
};

const claim = async (): Promise<ClaimedJob> => {
  const options = { now: clock.now(), leaseSeconds: 60, limit: 1, kinds: ['mail'] };
  const [job] = (await claimJobs(database.db, options)).claimed;
  if (job === undefined) throw new Error('nothing to claim');
  return job;
};

const fail = async (permanent: boolean): Promise<ClaimedJob> => {
  const job = await claim();
  const error = { code: permanent ? 'smtp-550' : 'smtp-451', permanent };
  await retryJob(database.db, job, { now: clock.now(), error });
  return job;
};

const deliver = async (
  outcome: Partial<Parameters<typeof concludeSent>[2]> = {},
): Promise<void> => {
  const job = await claim();
  const sent = { id: job.subjectId!, key: Buffer.alloc(32), captured: false, refusals: [] };
  const end = await concludeSent(database.db, job, { ...sent, ...outcome }, clock.now());
  expect(end).toEqual({ done: true, there: true });
};

test('a mail is marked by the worker that holds its job, once, and done when it was erased', async () => {
  const { mailId, id } = await write();
  const job = await claim();
  const mail = { id: mailId, key: Buffer.alloc(32), captured: false, refusals: [] };
  const conclude = (leaseId: string) =>
    concludeSent(database.db, { ...job, leaseId }, mail, clock.now());
  expect(await conclude(randomUUID())).toEqual({ done: false, there: true });
  expect(await listMails(database.db, { limit: 1 })).toMatchObject([{ sentAt: null }]);
  await database.db.deleteFrom('applications').where('id', '=', id).execute();
  expect(await conclude(job.leaseId)).toEqual({ done: true, there: false });
  expect(await conclude(job.leaseId)).toEqual({ done: false, there: false });
});

test('the outbox shows each mail with its state, tries and last error, newest first', async () => {
  const withheld = await write({ withheld: true });
  clock.advance(1);
  const captured = await write();
  await deliver({ captured: true });
  clock.advance(1);
  const refused = await write();
  const refusals = [{ address: 'old@news.example', reply: '550 No such mailbox' }];
  await deliver({ key: refused.key, refusals });
  clock.advance(1);
  const sent = await write();
  await deliver();
  clock.advance(1);
  const parked = await write();
  const parkedJob = await fail(true);
  clock.advance(1);
  const retrying = await write();
  const retryingJob = await fail(false);
  clock.advance(1);
  const notBefore = new Date(clock.now().getTime() + 600_000);
  const queued = await write({ notBefore });
  clock.advance(1);
  const held = await write({ notBefore });
  await database.db
    .updateTable('mails')
    .set({ held: true })
    .where('id', '=', held.mailId)
    .execute();

  const rows = await listMails(database.db, { limit: 10 });
  expect(
    rows.map(({ id, state, attempts, lastError }) => [id, state, attempts, lastError]),
  ).toEqual([
    [held.mailId, 'held', 0, null],
    [queued.mailId, 'queued', 0, null],
    [retrying.mailId, 'retrying', 1, 'smtp-451'],
    [parked.mailId, 'parked', 1, 'smtp-550'],
    [sent.mailId, 'sent', 1, null],
    [refused.mailId, 'refused', 1, null],
    [captured.mailId, 'captured', 1, null],
    [withheld.mailId, 'withheld', 0, null],
  ]);
  expect(rows.map(({ troubled }) => troubled)).toEqual([
    ...[false, false, false, true, false, true, false, false],
  ]);
  expect(rows[5]!.refused).toBe(1);
  expect(openRefusals(refused.key, rows[5]!)).toEqual(refusals);
  expect(rows[5]!.refusalsSealed!.toString()).not.toContain('news');
  expect(rows[1]).toMatchObject({
    applicationId: queued.id,
    reference: queued.reference,
    thread: 'editors',
    template: 'editorial-notification',
    language: 'de',
    createdAt: new Date(clock.now().getTime() - 1000),
    notBefore,
    sentAt: null,
  });
  expect(rows.map(({ jobId }) => jobId).slice(2, 4)).toEqual([retryingJob.id, parkedJob.id]);
  expect(rows[0]).not.toHaveProperty('contentSealed');

  const found = await Promise.all(
    mailStates.map(async (state) => await listMails(database.db, { state, limit: 10 })),
  );
  expect(found.map((list) => list.map(({ state }) => state))).toEqual(
    mailStates.map((state) => [state]),
  );
  expect(await countMails(database.db)).toEqual({
    ...{ held: 1, queued: 1, retrying: 1, parked: 1 },
    ...{ refused: 1, sent: 1, captured: 1, withheld: 1 },
  });
  expect(await countMailTrouble(database.db)).toBe(2);
  expect((await listMailTrouble(database.db, refused.id)).map(({ id }) => id)).toEqual([
    refused.mailId,
  ]);
  expect(await listMailTrouble(database.db, sent.id)).toEqual([]);
});

test('a mail stays in the outbox when its finished job has been deleted', async () => {
  const { mailId } = await write();
  await deliver();
  await database.db.deleteFrom('jobs').execute();
  expect(await listMails(database.db, { limit: 10 })).toMatchObject([
    { id: mailId, state: 'sent', jobId: null, attempts: 0, notBefore: null },
  ]);
});

test('pages of the outbox follow each other without a gap or a repetition', async () => {
  const written: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    written.push((await write()).mailId);
    // Some share their time.
    if (i % 2 === 0) clock.advance(1);
  }
  const pages: string[][] = [];
  let before: { createdAt: Date; id: string } | undefined;
  do {
    const page = await listMails(database.db, { limit: 3, ...(before && { before }) });
    pages.push(page.map(({ id }) => id));
    before = page.at(-1);
  } while (before);
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1, 0]);
  expect(pages.flat().sort()).toEqual(written.sort());
});

test('one mail comes with what opens it', async () => {
  const { mailId, id } = await write();
  const mail = (await findMail(database.db, mailId))!;
  expect(mail).toMatchObject({ id: mailId, state: 'queued' });
  const key = keys.unwrapKey(id, mail.wrapped);
  expect(openContent(key, mail)).toMatchObject({ subject: 'Subject', text: 'Text' });
  expect(await findMail(database.db, id)).toBeUndefined();
});

test('the outbox is well while mails wait for their time or their first tries', async () => {
  const { db } = database;
  expect(await outboxHealth(db, clock.now())).toBe('ok');
  await write({ notBefore: new Date(clock.now().getTime() + 3_600_000) });
  await write();
  await fail(false);
  clock.advance(600);
  expect(await outboxHealth(db, clock.now())).toBe('ok');
});

test('the outbox is degraded by a mail that fails for more than ten minutes, until it has left', async () => {
  const { db } = database;
  await write();
  await fail(false);
  clock.advance(601);
  expect(await outboxHealth(db, clock.now())).toBe('degraded');
  await deliver();
  expect(await outboxHealth(db, clock.now())).toBe('ok');
});

test('the outbox is degraded by a mail that nobody takes for more than ten minutes', async () => {
  const { db } = database;
  await write();
  clock.advance(601);
  expect(await outboxHealth(db, clock.now())).toBe('degraded');
});

test('the outbox is degraded by a parked mail at once, until somebody has sent it again', async () => {
  const { db } = database;
  await write();
  const { id } = await fail(true);
  expect(await outboxHealth(db, clock.now())).toBe('degraded');
  await unparkJob(db, id, clock.now());
  await deliver();
  expect(await outboxHealth(db, clock.now())).toBe('ok');
});

test('trouble that was dealt with counts no more, until the mail is parked again', async () => {
  const { db } = database;
  const { mailId, key } = await write();
  await deliver({ key, refusals: [{ address: 'old@news.example', reply: '550 No' }] });
  const parked = await write();
  const { id: jobId } = await fail(true);
  expect(await countMailTrouble(db)).toBe(2);
  clock.advance(1);
  expect(await dealWithTrouble(db, mailId, clock.now())).toBe(true);
  expect(await dealWithTrouble(db, mailId, clock.now())).toBe(false);
  expect(await dealWithTrouble(db, parked.mailId, clock.now())).toBe(true);
  expect(await countMailTrouble(db)).toBe(0);
  expect(await outboxHealth(db, clock.now())).toBe('ok');
  expect(await listMails(db, { state: 'refused', limit: 10 })).toMatchObject([
    { id: mailId, troubled: false, dealtWithAt: clock.now() },
  ]);

  clock.advance(1);
  await unparkJob(db, jobId, clock.now());
  await fail(true);
  expect(await countMailTrouble(db)).toBe(1);
  expect(await outboxHealth(db, clock.now())).toBe('degraded');
});

test('a mail that is tried again and arrives forgets whom it could not reach', async () => {
  const { db } = database;
  const { mailId, key } = await write();
  await recordRefusals(db, { id: mailId, key, refusals: [{ address: 'a@b.example', reply: '' }] });
  expect((await findMail(db, mailId))!.refused).toBe(1);
  await deliver({ key });
  expect(await findMail(db, mailId)).toMatchObject({ state: 'sent', refused: 0 });
  // A straggler that lost its lease has no say any more.
  await recordRefusals(db, { id: mailId, key, refusals: [{ address: 'a@b.example', reply: '' }] });
  expect((await findMail(db, mailId))!.refused).toBe(0);
});
