import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { notifyStaff } from '../../src/actions/notify-staff.ts';
import { queueDigests } from '../../src/actions/queue-digests.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { lockApplication } from '../../src/db/applications.ts';
import { claimJobs } from '../../src/db/job-leases.ts';
import { staffMailJobKind } from '../../src/db/staff-mails.ts';
import { putSettings } from '../../src/db/staff-notifications.ts';
import { createDigestHandler } from '../../src/jobs/digests.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createStaffMailHandler } from '../../src/mail/deliver-to-staff.ts';
import { createTransport } from '../../src/mail/transport.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { createTestLog } from '../support/log.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

const [hour, day] = [3600, 24 * 3600];
const timeZone = 'Europe/Berlin';
const { signal } = new AbortController();

let running: TestApp;
let smtp: TestSmtp;
let [editor, reviewer]: StaffMember[] = [];

beforeAll(async () => {
  running = await createTestApp({ PUBLIC_URL: 'http://feder.example' });
});
afterAll(async () => await running.stop());
beforeEach(async () => {
  const { deps } = running;
  running.clock.reset();
  for (const table of ['jobs', 'events', 'applications', 'staff'] as const) {
    await deps.db.deleteFrom(table).execute();
  }
  editor = await createStaff(deps, { role: 'editor', name: 'Edda Editor' });
  reviewer = await createStaff(deps, { role: 'reviewer', name: 'Rea Reviewer' });
  for (const { id } of [editor, reviewer]) {
    const settings = new Map([['mentioned', 'daily' as const]] as const);
    await deps.db.transaction().execute((trx) => putSettings(trx, id, settings));
  }
  smtp = await startSmtp();
});
afterEach(async () => {
  await smtp.stop();
});

const files = (['cv', 'coverLetter', 'writingSample'] as const).map((kind) => ({
  ...{ kind, name: `${kind}.pdf` },
}));
const apply = async (latinName: string) =>
  await createSubmitted(running.deps, { files, values: { fullName: 'ნინო', latinName } });

const tell = async (id: string, about: string): Promise<void> => {
  await running.deps.db.transaction().execute(async (trx) => {
    await lockApplication(trx, id);
    await notifyStaff(trx, running.deps, {
      ...{ event: 'mentioned', applicationId: id, actorId: null, about },
      staffIds: [editor!.id, reviewer!.id],
    });
  });
};

/** Delivers everything that is due to the mail server. */
async function deliver(): Promise<void> {
  const { db, clock, config: plain } = running.deps;
  const config = { ...plain, smtpUrl: smtp.url };
  const { log } = createTestLog();
  const transport = createTransport(config, log);
  const handler = createStaffMailHandler({ ...running.deps, config, transport });
  const { claimed } = await claimJobs(db, {
    ...{ now: clock.now(), leaseSeconds: 60, limit: 10, kinds: [staffMailJobKind] },
  });
  const abandon = new AbortController().signal;
  for (const job of claimed) {
    await runJob(job, handler, {
      ...{ db, clock, log, leaseSeconds: 60, abandon, everySeconds: undefined },
    });
  }
  transport.close();
}

const queue = async (): Promise<number> => await queueDigests(running.deps, { timeZone, signal });
const listMails = async () =>
  await running.deps.db.selectFrom('staffMails').selectAll().orderBy('id').execute();

// The clock of a test starts at 10 o’clock in Berlin.
test('what waits comes in one mail the next morning, to each by what they may know', async () => {
  const [first, second] = [await apply('Nino Example'), await apply('Ana Sample')];
  await tell(first.id, 'a');
  await tell(first.id, 'b');
  await tell(second.id, 'c');
  expect(await queue()).toBe(0);
  running.clock.advance(20 * hour);
  expect(await queue()).toBe(0);
  running.clock.advance(hour);
  expect(await queue()).toBe(2);
  await deliver();
  const received = smtp.mails;
  expect(received).toHaveLength(2);
  const mailTo = (address: string) =>
    received.find(({ recipients }) => recipients[0] === address)!.parsed;
  const { text, subject, headers, messageId } = mailTo(editor!.email);
  expect(subject).toBe('What happened by 25 November 2026');
  expect(headers.get('auto-submitted')).toBe('auto-generated');
  expect(text).toContain('There is news on 2 applications.');
  expect(text).toContain(`- ${first.reference} Nino Example (A colleague mentions you in a note)`);
  expect(text).toContain(`- ${second.reference} Ana Sample (`);
  expect(text).toContain('http://feder.example/admin/account/notifications');
  const toReviewer = mailTo(reviewer!.email);
  expect(toReviewer.text).toContain(`- ${first.reference} Nino Example (`);
  expect((await listMails()).map((one) => one.messageId)).toContain(messageId);
});

test('reviewers of a blind call are told references alone', async () => {
  const { deps } = running;
  await sql`alter table call_versions disable trigger user`.execute(deps.db);
  await sql`update call_versions set blind = true`.execute(deps.db);
  const { id, reference } = await apply('Nino Example');
  await tell(id, 'a');
  running.clock.advance(day);
  expect(await queue()).toBe(2);
  await deliver();
  await sql`update call_versions set blind = false`.execute(deps.db);
  const mailTo = ({ email }: StaffMember) =>
    smtp.mails.find(({ recipients }) => recipients[0] === email)!.parsed;
  expect(mailTo(editor!).text).toContain(`- ${reference} Nino Example (`);
  const { text, html } = mailTo(reviewer!);
  expect(text).toContain(`- ${reference} (`);
  expect(`${text} ${html}`).not.toMatch(/Nino|ნინო/);
});

test('however often and by how many the hour is looked at, it is one mail', async () => {
  await tell((await apply('Nino Example')).id, 'a');
  running.clock.advance(day);
  const counts = await Promise.all([queue(), queue(), queue()]);
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(2);
  expect(await queue()).toBe(0);
  expect(await listMails()).toHaveLength(2);
});

test('what happens after the hour waits for the next day, and a day without news has no mail', async () => {
  const { id } = await apply('Nino Example');
  await tell(id, 'a');
  running.clock.advance(day);
  expect(await queue()).toBe(2);
  await tell(id, 'b');
  running.clock.advance(hour);
  expect(await queue()).toBe(0);
  running.clock.advance(day);
  expect(await queue()).toBe(2);
  running.clock.advance(day);
  expect(await queue()).toBe(0);
  expect(await listMails()).toHaveLength(4);
});

test('nothing leaves about somebody who was erased, and nothing to somebody who was disabled', async () => {
  const { deps } = running;
  const [erased, kept] = [await apply('Nino Example'), await apply('Ana Sample')];
  await tell(erased.id, 'a');
  await tell(kept.id, 'b');
  running.clock.advance(day);
  await queue();
  await eraseApplication(deps, { id: erased.id, actor: 'system' });
  await deps.db
    .updateTable('staff')
    .set({ disabledAt: deps.clock.now() })
    .where('id', '=', reviewer!.id)
    .execute();
  await deliver();
  const [mail] = smtp.mails;
  expect(mail!.recipients).toEqual([editor!.email]);
  expect(mail!.raw.toString()).not.toContain(erased.reference);
  expect(mail!.parsed.text).toContain(kept.reference);
  expect(smtp.mails).toHaveLength(1);
  expect((await listMails()).every(({ sentAt }) => sentAt !== null)).toBe(true);
});

test('after a leap of the clock no digest is queued', async () => {
  await tell((await apply('Nino Example')).id, 'a');
  const logged = createTestLog();
  const handler = createDigestHandler({ ...running.deps, log: logged.log });
  const finishedAt = running.clock.now();
  running.clock.advance(3 * day);
  await handler({ kind: 'queue-digests', finishedAt, notBefore: finishedAt } as never, signal);
  expect(await listMails()).toEqual([]);
  await handler({ kind: 'queue-digests', finishedAt: running.clock.now() } as never, signal);
  expect(await listMails()).toHaveLength(2);
});
