import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createId, createKeyring } from '../../src/crypto.ts';
import { claimJobs, finishJob } from '../../src/db/job-leases.ts';
import { enqueueJob, ensureSchedule, secondsAfter } from '../../src/db/jobs.ts';
import { createScheduleHandlers, schedules } from '../../src/jobs/schedules.ts';
import { createTestApplication, createTestCall, type TestCall } from '../support/applications.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createTestLog, type TestLog } from '../support/log.ts';

const keys = createKeyring(randomBytes(32));
const hour = 3600;
const day = 24 * hour;
const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-schedules-'));
let database: TestDatabase;
let clock: TestClock;
let logged: TestLog;
let call: TestCall;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  clock = createTestClock();
  logged = createTestLog();
  const { db } = database;
  for (const table of ['jobs', 'applicationTokens', 'applications'] as const) {
    await db.deleteFrom(table).execute();
  }
  call = await createTestCall(db, clock.now());
});

/** Runs a schedule once, as the loop would. */
const run = async (kind: string, options: { signal?: AbortSignal } = {}): Promise<void> => {
  const { db } = database;
  const { everySeconds, name } = schedules.find((one) => one.kind === kind)!;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
  const now = clock.now();
  const claim = await claimJobs(db, { now, leaseSeconds: 60, limit: 1, kinds: [kind] });
  const handlers = createScheduleHandlers({ db, clock, log: logged.log, config: { dataDir } });
  const job = claim.claimed[0]!;
  await handlers[kind]!(job, options.signal ?? new AbortController().signal);
  await finishJob(db, job, { now, next: secondsAfter(now, everySeconds) });
};

const insertDraft = async (ageSeconds: number) => {
  const updatedAt = secondsAfter(clock.now(), -ageSeconds);
  const values = { stage: 'draft', updatedAt, now: clock.now() } as const;
  return await createTestApplication(database.db, keys, call, values);
};

const applicationIds = async () =>
  (await database.db.selectFrom('applications').select('id').execute()).map(({ id }) => id).sort();

test('each schedule has a name and a kind of its own and a handler', () => {
  const handlers = createScheduleHandlers({
    ...{ db: database.db, clock, log: logged.log, config: { dataDir } },
  });
  expect(schedules.map(({ kind, everySeconds }) => [kind, everySeconds])).toEqual([
    ['delete-broken-uploads', hour],
    ['delete-old-uploads', hour],
    ['delete-expired-drafts', hour],
    ['delete-old-sessions', hour],
    ['delete-old-bulk-acts', day],
    ['delete-old-staff-mails', day],
    ['delete-finished-jobs', day],
  ]);
  expect(Object.keys(handlers)).toEqual(schedules.map(({ kind }) => kind));
});

test('drafts go after thirty days without a touch, with their keys; submitted ones stay', async () => {
  const { db } = database;
  const fresh = await insertDraft(30 * day);
  const old = await insertDraft(30 * day + 1);
  const submitted = await createTestApplication(db, keys, call, {
    now: clock.now(),
    updatedAt: secondsAfter(clock.now(), -90 * day),
  });
  await run('delete-expired-drafts');
  expect(await applicationIds()).toEqual([fresh.id, submitted.id].sort());
  const left = await db.selectFrom('keys.applicationKeys').select('applicationId').execute();
  expect(left.map(({ applicationId }) => applicationId)).not.toContain(old.id);
});

test('the token of a deleted draft stays as a bare hash', async () => {
  const { db } = database;
  const { id } = await insertDraft(31 * day);
  const tokenHash = randomBytes(32);
  await db
    .insertInto('applicationTokens')
    .values({
      tokenHash,
      kind: 'draft',
      applicationId: id,
      sealed: randomBytes(40),
      createdAt: clock.now(),
    })
    .execute();
  await run('delete-expired-drafts');
  expect(await db.selectFrom('applicationTokens').selectAll().execute()).toEqual([
    { tokenHash, kind: 'draft', applicationId: null, sealed: null, createdAt: clock.now() },
  ]);
});

test('more rows than one batch holds go in one run', async () => {
  for (let i = 0; i < 205; i += 1) await insertDraft(31 * day);
  await run('delete-expired-drafts');
  expect(await applicationIds()).toEqual([]);
  expect(logged.lines).toMatchObject([{ kind: 'delete-expired-drafts', count: 205 }]);
});

test('a run that is stopped leaves the rest to the next one', async () => {
  await insertDraft(31 * day);
  await run('delete-expired-drafts', { signal: AbortSignal.abort() });
  expect(await applicationIds()).toHaveLength(1);
});

test('uploads that broke off go after an hour with their chunks, received ones stay', async () => {
  const { db } = database;
  const { id: applicationId } = await insertDraft(0);
  const insert = async (ageSeconds: number, received: boolean) => {
    const id = randomUUID();
    const startedAt = secondsAfter(clock.now(), -ageSeconds);
    await db
      .insertInto('documents')
      .values({
        id,
        applicationId,
        kind: 'cv',
        origin: 'file',
        state: received ? 'received' : 'receiving',
        position: 0,
        name: 'cv.pdf',
        startedAt,
        ...(received && {
          type: 'pdf',
          size: 1,
          sha256: Buffer.alloc(32),
          chunkCount: 1,
          receivedAt: startedAt,
        }),
      })
      .execute();
    const chunk = { documentId: id, number: 0, data: Buffer.alloc(1) };
    await db.insertInto('documentChunks').values(chunk).execute();
    return id;
  };
  const kept = [await insert(hour, false), await insert(2 * hour, true)];
  await insert(hour + 1, false);
  await run('delete-broken-uploads');
  const chunks = await db.selectFrom('documentChunks').select('documentId').execute();
  expect(chunks.map(({ documentId }) => documentId).sort()).toEqual(kept.sort());
});

test('uploads that can go on are there for a day after their last byte; then a whole one stays as a document only', async () => {
  const { db } = database;
  const { id: applicationId } = await insertDraft(0);
  const insert = async (touched: number, received: boolean, started = 3 * day): Promise<string> => {
    const id = randomUUID();
    const startedAt = secondsAfter(clock.now(), -started);
    const whole = { type: 'pdf', size: 9, sha256: Buffer.alloc(32), chunkCount: 0 } as const;
    await db
      .insertInto('documents')
      .values({
        ...{
          id,
          applicationId,
          kind: 'cv',
          origin: 'file',
          position: 0,
          name: 'cv.pdf',
          startedAt,
        },
        ...(received
          ? { ...whole, state: 'received', receivedAt: startedAt }
          : { state: 'receiving' }),
      })
      .execute();
    await db
      .insertInto('uploads')
      .values({
        ...{ documentId: id, tokenHash: randomBytes(32), tokenSealed: Buffer.alloc(1) },
        ...{ length: 9, received: received ? 9 : 1, language: 'en', holder: randomUUID() },
        touchedAt: secondsAfter(clock.now(), -touched),
      })
      .execute();
    return id;
  };
  const stays = [await insert(day, false), await insert(day, true)];
  const whole = await insert(day + 1, true);
  await insert(day + 1, false);
  await run('delete-broken-uploads');
  await run('delete-old-uploads');
  const uploads = await db.selectFrom('uploads').select('documentId').execute();
  expect(uploads.map(({ documentId }) => documentId).sort()).toEqual([...stays].sort());
  const documents = await db.selectFrom('documents').select('id').execute();
  expect(documents.map(({ id }) => id).sort()).toEqual([...stays, whole].sort());
});

test('sessions and enrolment links go when they are over', async () => {
  const { db } = database;
  const now = clock.now();
  const staffId = createId(now);
  const staff = { id: staffId, email: 'a@news.example', name: 'A', role: 'admin' } as const;
  await db
    .insertInto('staff')
    .values({ ...staff, language: 'en', createdAt: now })
    .execute();
  const alive = secondsAfter(now, 1);
  const over = secondsAfter(now, -1);
  const token = (name: string) => ({ tokenHash: Buffer.from(name), staffId, createdAt: over });
  await db
    .insertInto('staffSessions')
    .values([
      { ...token('alive'), lastSeenAt: now, expiresAt: alive },
      { ...token('over'), lastSeenAt: now, expiresAt: over },
    ])
    .execute();
  await db
    .insertInto('staffEnrolments')
    .values([
      { ...token('alive'), expiresAt: alive },
      { ...token('over'), expiresAt: over },
      { ...token('used'), expiresAt: alive, usedAt: over },
    ])
    .execute();
  await run('delete-old-sessions');
  for (const table of ['staffSessions', 'staffEnrolments'] as const) {
    const left = await db.selectFrom(table).select('tokenHash').execute();
    expect(left.map(({ tokenHash }) => tokenHash.toString())).toEqual(['alive']);
  }
});

test('finished jobs go after thirty days, parked and waiting ones stay', async () => {
  const { db } = database;
  const insert = async (state: 'queued' | 'done' | 'parked', ageSeconds: number) => {
    const at = secondsAfter(clock.now(), -ageSeconds);
    const id = await db
      .transaction()
      .execute(async (trx) => await enqueueJob(trx, { kind: `${state}`, now: at }));
    await db.updateTable('jobs').set({ state, finishedAt: at }).where('id', '=', id).execute();
    return id;
  };
  const kept = [
    await insert('queued', 40 * day),
    await insert('parked', 40 * day),
    await insert('done', 30 * day),
  ];
  await insert('done', 30 * day + 1);
  await run('delete-finished-jobs');
  const left = await db.selectFrom('jobs').select('id').where('schedule', 'is', null).execute();
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
});

test.each([
  ['forth', 400 * day],
  ['forth by little more than a day', day + hour + 1],
])('nothing is deleted in the first run after the clock leapt %s', async (_way, seconds) => {
  await insertDraft(0);
  await run('delete-expired-drafts');
  clock.advance(seconds);
  await insertDraft(31 * day);
  await run('delete-expired-drafts');
  expect(await applicationIds()).toHaveLength(2);
  expect(logged.lines).toMatchObject([
    { level: 50, kind: 'delete-expired-drafts', sinceLastSeconds: seconds },
  ]);
});

test('nothing is deleted after the clock leapt back by more than a day', async () => {
  clock.advance(day + 1);
  await run('delete-expired-drafts');
  clock.advance(-day - 1);
  await insertDraft(31 * day);
  await database.db.updateTable('jobs').set({ notBefore: clock.now() }).execute();
  await run('delete-expired-drafts');
  expect(await applicationIds()).toHaveLength(1);
});

test('after a leap the next regular run deletes again', async () => {
  await insertDraft(0);
  await run('delete-expired-drafts');
  clock.advance(400 * day);
  await run('delete-expired-drafts');
  clock.advance(hour);
  await run('delete-expired-drafts');
  expect(await applicationIds()).toEqual([]);
});
