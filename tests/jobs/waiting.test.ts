import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { answerRequest } from '../../src/actions/answer-request.ts';
import { askApplicant } from '../../src/actions/ask-applicant.ts';
import { changeAssignment } from '../../src/actions/change-assignment.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { queueWeeklyLists } from '../../src/actions/queue-weekly-lists.ts';
import { tellMailTrouble } from '../../src/actions/tell-mail-trouble.ts';
import { writeFromApplicant } from '../../src/actions/write-message.ts';
import { writeNote } from '../../src/actions/write-note.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import { claimJobs } from '../../src/db/job-leases.ts';
import { findOpenRequest } from '../../src/db/requests.ts';
import { staffMailJobKind } from '../../src/db/staff-mails.ts';
import { listWaitingFor } from '../../src/db/waiting.ts';
import { listWaitingRules } from '../../src/domain/waiting.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createStaffMailHandler } from '../../src/mail/deliver-to-staff.ts';
import { createTransport } from '../../src/mail/transport.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { createTestLog } from '../support/log.ts';
import { claim, claimAndReview, seenBy } from '../support/reviewing.ts';
import { startSmtp } from '../support/smtp.ts';

const day = 24 * 3600;
const timeZone = 'Europe/Berlin';
const { signal } = new AbortController();
const files = (['cv', 'coverLetter', 'writingSample'] as const).map((kind) => ({
  ...{ kind, name: `${kind}.pdf` },
}));

let running: TestApp;
let [editor, reviewer, colleague]: StaffMember[] = [];

beforeAll(async () => {
  running = await createTestApp({ PUBLIC_URL: 'http://feder.example' });
});
afterAll(async () => await running.stop());
beforeEach(async () => {
  const { deps } = running;
  running.clock.reset();
  for (const table of ['jobs', 'events', 'accessLog', 'applications', 'staff'] as const) {
    await deps.db.deleteFrom(table).execute();
  }
  editor = await createStaff(deps, { role: 'editor', name: 'Edda Editor' });
  reviewer = await createStaff(deps, { role: 'reviewer', name: 'Rea Reviewer' });
  colleague = await createStaff(deps, { role: 'editor', name: 'Cora Colleague' });
});

const apply = async (latinName: string) =>
  await createSubmitted(running.deps, { files, values: { fullName: 'ნინო', latinName } });
const change = async (id: string, columns: object) =>
  await running.deps.db.updateTable('applications').set(columns).where('id', '=', id).execute();
const open = async (applicationId: string) =>
  await recordOpened(running.deps.db, {
    ...{ applicationId, staffId: editor!.id, now: running.clock.now() },
  });
const setBlind = async (blind: boolean): Promise<void> => {
  const { db } = running.deps;
  await sql`alter table call_versions disable trigger user`.execute(db);
  await sql`update call_versions set blind = ${blind}`.execute(db);
};
const waitingFor = async ({ id: staffId, role }: StaffMember, show: 'all' | 'late' = 'all') => {
  const time = { now: running.clock.now(), timeZone };
  const rules = listWaitingRules(role, show);
  const rows = await listWaitingFor(running.deps.db, { staffId, role, time, rules, limit: 9 });
  return rows.map(({ rule, name }) => [rule, name]);
};

test('what is new waits for whoever handles it, and for all editors where nobody does', async () => {
  const { id } = await apply('Nino Example');
  running.clock.advance(1);
  const handled = await apply('Ana Sample');
  await change(handled.id, { handlingEditorId: editor!.id });
  expect(await waitingFor(editor!)).toEqual([
    ['new-unread', 'Nino Example'],
    ['new-unread', 'Ana Sample'],
  ]);
  expect(await waitingFor(colleague!)).toEqual([['new-unread', 'Nino Example']]);
  expect(await waitingFor(reviewer!)).toEqual([]);
  await open(id);
  expect(await waitingFor(colleague!)).toEqual([]);
});

test('an open review waits for its reviewer, who is told no name in a blind call, and is late when left lying', async () => {
  const { id } = await apply('Nino Example');
  await open(id);
  await claim(running.deps, id, reviewer!);
  expect(await waitingFor(reviewer!)).toEqual([['review-open', 'Nino Example']]);
  await setBlind(true);
  expect(await waitingFor(reviewer!)).toEqual([['review-open', '']]);
  running.clock.advance(5 * day);
  expect(await waitingFor(reviewer!, 'late')).toEqual([['claim-stale', '']]);
  await setBlind(false);
  const seen = await seenBy(running.deps, id, reviewer!);
  await changeAssignment(running.deps, { id, act: 'return', staff: reviewer!, seen });
  expect(await waitingFor(reviewer!)).toEqual([]);
});

test('complete reviews and an applicant’s answer wait for whoever handles the application', async () => {
  const application = await apply('Nino Example');
  await open(application.id);
  await change(application.id, { handlingEditorId: editor!.id, reviewersWanted: 1 });
  expect(await waitingFor(editor!)).toEqual([]);
  await claimAndReview(running.deps, application.id, reviewer!);
  expect(await waitingFor(editor!)).toEqual([['reviews-complete', 'Nino Example']]);
  const token = await findPrivateToken(running.deps, application, application.key);
  const page = await openPrivatePage(running.deps, token);
  await writeFromApplicant(running.deps, page, { body: 'Any news?', language: 'en' });
  expect(await waitingFor(editor!)).toEqual([
    ['applicant-answered', 'Nino Example'],
    ['reviews-complete', 'Nino Example'],
  ]);
  expect(await waitingFor(colleague!)).toEqual([]);
});

test('what nobody handles, or somebody who is away, waits for all editors', async () => {
  const { clock } = running;
  const { db } = running.deps;
  const application = await apply('Nino Example');
  const { id } = application;
  await open(id);
  await moveSilently(running.deps, { id, name: 'review', staff: editor! });
  await change(id, { reviewersWanted: 1 });
  await claimAndReview(running.deps, id, reviewer!);
  const token = await findPrivateToken(running.deps, application, application.key);
  const page = await openPrivatePage(running.deps, token);
  clock.advance(1);
  await writeFromApplicant(running.deps, page, { body: 'Any news?', language: 'en' });
  await db
    .updateTable('mails')
    .set({ sentAt: clock.now(), refused: 1, refusalsSealed: Buffer.from('sealed') })
    .where('template', '=', 'receipt')
    .execute();
  const all = ['mail-trouble', 'applicant-answered', 'reviews-complete'];
  const rulesOf = async (who: StaffMember) => (await waitingFor(who)).map(([rule]) => rule);
  expect(await rulesOf(colleague!)).toEqual(all);
  await change(id, { handlingEditorId: editor!.id });
  expect([await rulesOf(editor!), await rulesOf(colleague!)]).toEqual([all, []]);
  await db.updateTable('staff').set({ role: 'reviewer' }).where('id', '=', editor!.id).execute();
  expect(await rulesOf(colleague!)).toEqual(all);
  const disabled = { role: 'editor' as const, disabledAt: clock.now() };
  await db.updateTable('staff').set(disabled).where('id', '=', editor!.id).execute();
  expect([await rulesOf(colleague!), await rulesOf(reviewer!)]).toEqual([all, []]);
});

test('an answer without words to what nobody handles waits until an editor has looked', async () => {
  const application = await apply('Nino Example');
  await open(application.id);
  const { page, requestId } = await askedOf(application);
  running.clock.set(new Date('2026-11-27T23:00:00Z'));
  expect(await waitingFor(colleague!, 'late')).toEqual([['request-overdue', 'Nino Example']]);
  await answerRequest(running.deps, page, {
    ...{ requestId, arrived: [], body: '', language: 'en' },
  });
  expect(await waitingFor(colleague!)).toEqual([['applicant-answered', 'Nino Example']]);
  running.clock.advance(60);
  await open(application.id);
  expect(await waitingFor(colleague!)).toEqual([]);
});

const askedOf = async (application: Awaited<ReturnType<typeof apply>>) => {
  const token = await findPrivateToken(running.deps, application, application.key);
  const page = await openPrivatePage(running.deps, token);
  await askApplicant(running.deps, page.application, {
    ...{ authorId: editor!.id, body: 'Your newest CV', language: 'en' },
    ...{ kinds: ['cv'], dueOn: '2026-11-27' },
  });
  const { id } = (await findOpenRequest(running.deps.db, application.id))!;
  return { page, requestId: id };
};

test('a request is late for whoever handles the application once its whole day is over', async () => {
  const application = await apply('Nino Example');
  await open(application.id);
  await change(application.id, { handlingEditorId: editor!.id });
  const { page, requestId } = await askedOf(application);
  running.clock.set(new Date('2026-11-27T22:59:59Z'));
  expect(await waitingFor(editor!, 'late')).toEqual([]);
  running.clock.set(new Date('2026-11-27T23:00:00Z'));
  expect(await waitingFor(editor!, 'late')).toEqual([['request-overdue', 'Nino Example']]);
  expect(await waitingFor(colleague!)).toEqual([]);
  // An answer without words waits until it was looked at.
  await answerRequest(running.deps, page, {
    ...{ requestId, arrived: [], body: '', language: 'en' },
  });
  expect(await waitingFor(editor!)).toEqual([['applicant-answered', 'Nino Example']]);
  running.clock.advance(60);
  await open(application.id);
  expect(await waitingFor(editor!)).toEqual([]);
});

test('a mention waits for whom it was to tell until they open the application', async () => {
  const { deps, clock } = running;
  const { id } = await apply('Nino Example');
  await open(id);
  await writeNote(
    deps,
    { id, author: editor! },
    { body: 'Look', tell: [reviewer!.id, colleague!.id] },
  );
  expect(await waitingFor(reviewer!)).toEqual([['mention-unread', 'Nino Example']]);
  expect(await waitingFor(colleague!)).toEqual([['mention-unread', 'Nino Example']]);
  expect(await waitingFor(editor!)).toEqual([]);
  clock.advance(60);
  await recordOpened(deps.db, { applicationId: id, staffId: reviewer!.id, now: clock.now() });
  expect(await waitingFor(reviewer!)).toEqual([]);
});

test('a promise waits when it is near, is late when it has passed, and is over with a decision', async () => {
  const { id } = await apply('Nino Example');
  await open(id);
  expect(await waitingFor(editor!)).toEqual([]);
  running.clock.advance(12 * day);
  expect(await waitingFor(editor!)).toEqual([['reply-near', 'Nino Example']]);
  running.clock.advance(3 * day);
  expect(await waitingFor(editor!, 'late')).toEqual([['reply-late', 'Nino Example']]);
  await change(id, { stage: 'decided', decision: 'declined' });
  expect(await waitingFor(editor!)).toEqual([]);
});

test('a decision ends the wait for a reply when its letter has left, not at the click', async () => {
  const { deps, clock } = running;
  const application = await apply('Nino Example');
  await open(application.id);
  clock.advance(12 * day);
  await decide(deps, application, 'decline', editor!);
  expect(await waitingFor(colleague!)).toEqual([['reply-near', 'Nino Example']]);
  expect(await waitingFor(reviewer!)).toEqual([]);
  // The letter can't be delivered, and time goes on.
  const { id } = await deps.db
    .selectFrom('mails')
    .select('id')
    .where('template', '=', 'decision-letter')
    .executeTakeFirstOrThrow();
  await deps.db.updateTable('jobs').set({ state: 'parked' }).where('subjectId', '=', id).execute();
  clock.advance(3 * day);
  expect(await waitingFor(colleague!, 'late')).toEqual([
    ['reply-late', 'Nino Example'],
    ['mail-trouble', 'Nino Example'],
  ]);
  await change(application.id, { handlingEditorId: editor!.id });
  expect(await waitingFor(colleague!, 'late')).toEqual([]);
  await deps.db.updateTable('mails').set({ sentAt: clock.now() }).where('id', '=', id).execute();
  await deps.db.updateTable('jobs').set({ state: 'done' }).where('subjectId', '=', id).execute();
  expect(await waitingFor(editor!, 'late')).toEqual([]);
});

test('a mail that does not arrive is told once to whoever handles the application, and is late', async () => {
  const { id } = await apply('Nino Example');
  await open(id);
  await change(id, { handlingEditorId: editor!.id });
  const { db, clock } = running.deps;
  await db
    .updateTable('mails')
    .set({ sentAt: clock.now(), refused: 1, refusalsSealed: Buffer.from('sealed') })
    .where('thread', '=', 'applicant')
    .execute();
  expect(await waitingFor(editor!, 'late')).toEqual([['mail-trouble', 'Nino Example']]);
  expect([
    await tellMailTrouble(running.deps, signal),
    await tellMailTrouble(running.deps, signal),
  ]).toEqual([1, 0]);
  const told = await db
    .selectFrom('mails')
    .select('template')
    .where('template', '=', 'notify-mail-trouble')
    .execute();
  expect(told).toHaveLength(1);
});

// The clock of a test starts on a Tuesday.
test('the list of the week comes once, on Monday, to those for whom something waits and who want it', async () => {
  const { deps } = running;
  await apply('Nino Example');
  await deps.db
    .updateTable('staff')
    .set({ weeklyList: false })
    .where('id', '=', colleague!.id)
    .execute();
  const queue = async () => await queueWeeklyLists(deps, { timeZone, signal });
  expect(await queue()).toBe(0);
  running.clock.advance(6 * day - 3 * 3600);
  expect(await queue()).toBe(0);
  running.clock.advance(2 * 3600);
  const counts = await Promise.all([queue(), queue()]);
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(1);
  expect(await queue()).toBe(0);

  const smtp = await startSmtp();
  const config = { ...deps.config, smtpUrl: smtp.url };
  const { log } = createTestLog();
  const transport = createTransport(config, log);
  const handler = createStaffMailHandler({ ...deps, config, transport });
  const { claimed } = await claimJobs(deps.db, {
    ...{ now: deps.clock.now(), leaseSeconds: 60, limit: 10, kinds: [staffMailJobKind] },
  });
  const abandon = new AbortController().signal;
  const options = { db: deps.db, clock: deps.clock, log, leaseSeconds: 60, abandon };
  for (const job of claimed) await runJob(job, handler, { ...options, everySeconds: undefined });
  transport.close();
  await smtp.stop();
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([[editor!.email]]);
  const { text, subject } = smtp.mails[0]!.parsed;
  expect(subject).toBe('Waiting for me');
  expect(text).toContain('New, and nobody has looked yet');
  expect(text).toContain('Nino Example (since 24 November 2026)');
  expect(text).toContain('http://feder.example/admin/waiting');
});
