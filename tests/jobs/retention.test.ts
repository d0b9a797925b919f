import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { liftHold, placeHold } from '../../src/actions/hold-application.ts';
import { keepRetention } from '../../src/actions/keep-retention.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { claimJobs, finishJob } from '../../src/db/job-leases.ts';
import { ensureSchedule, secondsAfter } from '../../src/db/jobs.ts';
import { findDeletion, findPause, resumeRetention } from '../../src/db/retention.ts';
import { createRetentionHandler, retentionSchedule } from '../../src/jobs/retention.ts';
import { capturedFile } from '../../src/mail/captured.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import { createTestLog, type TestLog } from '../support/log.ts';

const hour = 3600;
const day = 24 * hour;
let app: TestApp;
let editor: StaffMember;
let logged: TestLog;

beforeAll(async () => {
  app = await createTestApp();
  editor = await createStaff(app.deps, { role: 'editor' });
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.clock.reset();
  logged = createTestLog();
  for (const table of ['jobs', 'events', 'retentionPause', 'applications'] as const) {
    await app.deps.db.deleteFrom(table).execute();
  }
});

/** An application that was decided at the clock's time. */
async function decide(name: 'decline' | 'keep-on-file' | 'accept', sent: Sent = {}) {
  const application = await createSubmitted(app.deps, sent);
  const { id } = application;
  await moveSilently(app.deps, { id, name, staff: editor });
  return application;
}

const remaining = async () =>
  (await app.deps.db.selectFrom('applications').select('reference').execute()).length;
const keep = async () =>
  await keepRetention(app.deps, {
    tell: (_, error) => {
      throw error;
    },
  });

/** Runs the schedule once, as the loop would, an hour after it was due first. */
async function run(): Promise<void> {
  const { db, clock } = app.deps;
  const now = clock.now();
  const { name, kind, everySeconds } = retentionSchedule;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now });
  await db.updateTable('jobs').set({ notBefore: now }).where('schedule', '=', name).execute();
  const claim = await claimJobs(db, { now, leaseSeconds: 60, limit: 1, kinds: [kind] });
  const job = claim.claimed[0]!;
  await createRetentionHandler({ ...app.deps, log: logged.log })(job, new AbortController().signal);
  await finishJob(db, job, { now, next: secondsAfter(now, everySeconds) });
}

describe('an application is deleted', () => {
  it('duty 8: after a decline when the promise of its call is over, and not a minute sooner', async () => {
    await decide('decline');
    app.clock.advance(183 * day - 60);
    expect([await keep(), await remaining()]).toEqual([0, 1]);
    app.clock.advance(61);
    expect([await keep(), await remaining()]).toEqual([1, 0]);
  });

  it('thirty days after its withdrawal', async () => {
    const { id } = await createSubmitted(app.deps);
    await app.deps.db
      .updateTable('applications')
      .set({ stage: 'withdrawn', stageSince: app.clock.now() })
      .where('id', '=', id)
      .execute();
    app.clock.advance(30 * day - 1);
    expect(await keep()).toBe(0);
    app.clock.advance(2);
    expect(await keep()).toBe(1);
  });

  it('a year after it was agreed to keep it on file, whether declined or kept', async () => {
    const values = { keepOnFile: true };
    await decide('decline', { values });
    await decide('keep-on-file', { values });
    app.clock.advance(364 * day);
    expect(await keep()).toBe(0);
    app.clock.advance(2 * day);
    expect(await keep()).toBe(2);
  });

  it('duty 9: like a declined one when nobody agreed to keep it on file', async () => {
    await decide('keep-on-file');
    app.clock.advance(184 * day);
    expect(await keep()).toBe(1);
  });

  it('never while it is undecided or accepted, nor once it was reopened', async () => {
    await createSubmitted(app.deps);
    await decide('accept');
    const { id } = await decide('decline');
    await moveSilently(app.deps, {
      id,
      name: 'reopen',
      staff: editor,
    });
    app.clock.advance(4000 * day);
    expect([await keep(), await remaining()]).toEqual([0, 3]);
  });

  it('with its documents, mails and captured files, and leaves a database that verifies', async () => {
    const { id, reference } = await decide('decline', {
      files: [{ kind: 'cv', name: 'cv.pdf' }],
    });
    const mails = await app.deps.db.selectFrom('mails').select('id').execute();
    const { dataDir } = app.deps.config;
    const files = mails.map((mail) => capturedFile(dataDir, mail.id));
    mkdirSync(path.join(dataDir, 'mail'), { recursive: true });
    for (const file of files) writeFileSync(file, 'mail');
    app.clock.advance(184 * day);
    await keep();
    for (const table of ['documents', 'documentChunks', 'mails', 'messages'] as const) {
      expect(await app.deps.db.selectFrom(table).selectAll().execute()).toEqual([]);
    }
    expect(files.filter((file) => existsSync(file))).toEqual([]);
    const last = await app.deps.db
      .selectFrom('events')
      .select(['applicationId', 'actor', 'type'])
      .orderBy('id', 'desc')
      .executeTakeFirst();
    expect(last).toEqual({ applicationId: id, actor: 'system', type: 'erased' });
    const problems: string[] = [];
    await verifyDatabase(app.deps, {
      report: ({ rule, problem }) => problems.push(`${rule}: ${problem}`),
    });
    expect([reference, problems]).toEqual([reference, []]);
  });
});

test('duty 10: a legal hold keeps it, from its applicant too, until it is lifted', async () => {
  const { id } = await decide('decline');
  await placeHold(app.deps, { id, reason: 'A dispute about a fee', staffId: editor.id });
  app.clock.advance(400 * day);
  expect(await findDeletion(app.deps.db, id)).toBeUndefined();
  expect([await keep(), await remaining()]).toEqual([0, 1]);
  await expect(eraseApplication(app.deps, { id, actor: 'applicant' })).rejects.toMatchObject({
    code: 'on-hold',
  });
  expect(await remaining()).toBe(1);
  await expect(
    placeHold(app.deps, { id, reason: 'Again', staffId: editor.id }),
  ).rejects.toMatchObject({ code: 'conflict' });
  await liftHold(app.deps, { id, staffId: editor.id });
  await expect(liftHold(app.deps, { id, staffId: editor.id })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await app.deps.db.selectFrom('legalHolds').selectAll().execute()).toEqual([]);
  expect(await keep()).toBe(1);
});

test('two at once share the work, and each goes once', async () => {
  for (let count = 0; count < 12; count += 1) await decide('decline');
  app.clock.advance(200 * day);
  const counts = await Promise.all([keep(), keep()]);
  expect(counts[0] + counts[1]).toBe(12);
  const erased = await app.deps.db
    .selectFrom('events')
    .select('applicationId')
    .where('type', '=', 'erased')
    .execute();
  expect(erased).toHaveLength(12);
});

test('one that can’t be deleted keeps no other, and is told', async () => {
  const { id } = await decide('decline');
  await decide('decline');
  const mail = await app.deps.db
    .selectFrom('mails')
    .select('id')
    .where('applicationId', '=', id)
    .executeTakeFirstOrThrow();
  // A folder is no file that could be removed.
  const inTheWay = capturedFile(app.deps.config.dataDir, mail.id);
  mkdirSync(inTheWay, { recursive: true });
  app.clock.advance(200 * day);
  const told: string[] = [];
  const count = await keepRetention(app.deps, { tell: (one) => told.push(one) });
  expect([count, told, await remaining()]).toEqual([1, [id], 1]);
  rmdirSync(inTheWay);
  expect(await keep()).toBe(1);
});

describe('after a leap of the clock', () => {
  it('nothing is deleted until somebody confirms, however often it runs', async () => {
    await decide('decline');
    await run();
    app.clock.advance(200 * day);
    await run();
    expect([await remaining(), (await findPause(app.deps.db)) !== undefined]).toEqual([1, true]);
    app.clock.advance(hour);
    await run();
    expect(await remaining()).toBe(1);
    expect(logged.lines.map(({ msg }) => msg)).toContain(
      'the clock has leapt by more than a day: no application is deleted until an admin confirms',
    );
    await resumeRetention(app.deps.db);
    app.clock.advance(hour);
    await run();
    expect(await remaining()).toBe(0);
  });
});
