import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  claimJobs,
  finishJob,
  maxAttempts,
  renewLease,
  retryJob,
} from '../../src/db/job-leases.ts';
import {
  type ClaimedJob,
  createIdAfter,
  enqueueJob,
  ensureSchedule,
  unparkJob,
} from '../../src/db/jobs.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let clock: TestClock;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());
beforeEach(async () => {
  clock = createTestClock();
  await database.db.deleteFrom('jobs').execute();
});

const add = async (job: { kind?: string; lane?: string; notBefore?: Date } = {}): Promise<string> =>
  await database.db
    .transaction()
    .execute(async (trx) => await enqueueJob(trx, { kind: 'test', now: clock.now(), ...job }));

const claim = async (limit = 10, kinds = ['test']) =>
  await claimJobs(database.db, { now: clock.now(), leaseSeconds: 60, limit, kinds });

const claimIds = async (limit?: number): Promise<string[]> =>
  (await claim(limit)).claimed.map((job) => job.id).sort();

const claimOne = async (): Promise<ClaimedJob> => {
  const { claimed } = await claim(1);
  if (claimed[0] === undefined) throw new Error('nothing to claim');
  return claimed[0];
};

const read = async (id: string) =>
  await database.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const fail = async (job: ClaimedJob, permanent = false) =>
  await retryJob(database.db, job, { now: clock.now(), error: { code: 'smtp-451', permanent } });

test('a job whose transaction is rolled back never was', async () => {
  const failing = database.db.transaction().execute(async (trx) => {
    await enqueueJob(trx, { kind: 'test', now: clock.now() });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await claimIds()).toEqual([]);
});

test('a claim takes what is due, of its kinds, the longest due first, and no more than its limit', async () => {
  const second = await add();
  clock.advance(-60);
  const first = await add();
  clock.advance(60);
  await add({ notBefore: new Date(clock.now().getTime() + 1) });
  await add({ kind: 'other' });
  expect(await claimIds(1)).toEqual([first]);
  expect(await claimIds()).toEqual([second]);
  expect(await claimIds()).toEqual([]);
});

test('claims at the same moment share no job and leave none', async () => {
  const added = await Promise.all(Array.from({ length: 300 }, async () => await add()));
  const claims: string[] = [];
  while (claims.length < added.length) {
    const round = await Promise.all(Array.from({ length: 8 }, async () => await claimIds(3)));
    claims.push(...round.flat());
  }
  expect(claims.sort()).toEqual(added.sort());
});

test('a lane gives only its oldest job, which blocks the others until it is done', async () => {
  const first = await add({ lane: 'a' });
  const second = await add({ lane: 'a' });
  const elsewhere = await add({ lane: 'b' });
  const { claimed } = await claim();
  expect(claimed.map((job) => job.id).sort()).toEqual([first, elsewhere].sort());
  expect(await claimIds()).toEqual([]);

  await fail(claimed.find((job) => job.id === first)!);
  expect(await claimIds()).toEqual([]);

  clock.advance(40);
  const again = await claimOne();
  expect(again.id).toBe(first);
  await finishJob(database.db, again, { now: clock.now() });
  expect(await claimIds()).toEqual([second]);
});

test('a parked job does not block its lane, and unparked it waits for the one that runs', async () => {
  const first = await add({ lane: 'a' });
  const second = await add({ lane: 'a' });
  expect(await fail(await claimOne(), true)).toBe('parked');
  const running = await claimOne();
  expect(running.id).toBe(second);

  expect(await unparkJob(database.db, first, clock.now())).toBe(true);
  expect(await claimIds()).toEqual([]);
  await finishJob(database.db, running, { now: clock.now() });
  expect(await claimIds()).toEqual([first]);
});

test('jobs added to a lane within one millisecond, or after the clock was put back, keep their order', async () => {
  const ids = await database.db.transaction().execute(async (trx) => {
    const added: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      if (i === 10) clock.advance(-3600);
      added.push(await enqueueJob(trx, { kind: 'test', lane: 'a', now: clock.now() }));
    }
    return added;
  });
  expect(ids).toEqual([...ids].sort());
});

test('an id after another one is never smaller, whatever the clock says', () => {
  const now = new Date('2026-11-24T09:00:00Z');
  const later = createIdAfter(new Date('2030-01-01T00:00:00Z'), undefined);
  expect(createIdAfter(now, later) > later).toBe(true);
  const time = createIdAfter(now, undefined).replaceAll('-', '').slice(0, 12);
  expect(Number.parseInt(time, 16)).toBe(now.getTime());
});

test('a worker that lost its lease changes nothing', async () => {
  const id = await add();
  const slow = await claimOne();
  clock.advance(59);
  expect(await claimIds()).toEqual([]);
  clock.advance(1);
  const quick = await claimOne();
  expect(quick).toMatchObject({ id, attempts: 2, lastError: 'worker-lost' });

  const before = await read(id);
  const { db } = database;
  expect(await finishJob(db, slow, { now: clock.now() })).toBe(false);
  expect(await fail(slow)).toBe('lost');
  expect(await fail(slow, true)).toBe('lost');
  expect(await renewLease(db, slow, { now: clock.now(), leaseSeconds: 60 })).toBe(false);
  expect(await read(id)).toEqual(before);

  expect(await finishJob(db, quick, { now: clock.now() })).toBe(true);
  expect(await finishJob(db, quick, { now: clock.now() })).toBe(false);
});

test('a renewed lease lasts from the renewal', async () => {
  const id = await add();
  const job = await claimOne();
  clock.advance(50);
  await renewLease(database.db, job, { now: clock.now(), leaseSeconds: 60 });
  clock.advance(59);
  expect(await claimIds()).toEqual([]);
  clock.advance(1);
  expect(await claimIds()).toEqual([id]);
});

test('a failing job waits longer each time, by at most a tenth more, and is parked after twelve tries', async () => {
  const id = await add();
  const waits: number[] = [];
  for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
    expect(await fail(await claimOne())).toBe('queued');
    const { notBefore } = await read(id);
    waits.push((notBefore.getTime() - clock.now().getTime()) / 1000);
    clock.set(new Date(notBefore.getTime() - 1));
    expect(await claimIds()).toEqual([]);
    clock.set(notBefore);
  }
  const table = [30, 120, 600, 1800, 3600, 7200, 14_400, 21_600, 21_600, 21_600, 21_600];
  // From the longest wait: times are whole milliseconds, which is too coarse for 30 seconds.
  const jitter = waits.at(-1)! / 21_600;
  expect(jitter).toBeGreaterThanOrEqual(1);
  expect(jitter).toBeLessThan(1.1);
  expect(waits.map((wait) => Math.round(wait / jitter))).toEqual(table);

  expect(await fail(await claimOne())).toBe('parked');
  expect(await read(id)).toMatchObject({
    state: 'parked',
    attempts: 12,
    lastError: 'smtp-451',
    leaseId: null,
    leasedUntil: null,
    finishedAt: clock.now(),
  });
  clock.advance(1_000_000);
  expect(await claimIds()).toEqual([]);
});

test('a permanent failure parks at once, and unparking gives all tries again', async () => {
  const id = await add();
  expect(await fail(await claimOne(), true)).toBe('parked');
  expect(await claimIds()).toEqual([]);
  expect(await unparkJob(database.db, randomUUID(), clock.now())).toBe(false);
  expect(await unparkJob(database.db, id, clock.now())).toBe(true);
  expect(await unparkJob(database.db, id, clock.now())).toBe(false);
  expect(await claimOne()).toMatchObject({ id, attempts: 1, finishedAt: null });
});

test('a job that ends its process every time is parked as well', async () => {
  const id = await add();
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    expect((await claim()).claimed).toMatchObject([{ id, attempts: attempt }]);
    clock.advance(60);
  }
  const last = await claim();
  expect(last.claimed).toEqual([]);
  expect(last.givenUp).toMatchObject([{ id, state: 'parked', lastError: 'worker-lost' }]);
  expect(await read(id)).toMatchObject({ state: 'parked', attempts: 12, leaseId: null });
});

test('a schedule has one job, which is queued again for its next time', async () => {
  const schedule = { schedule: 'clean', kind: 'test', everySeconds: 3600, now: clock.now() };
  await ensureSchedule(database.db, schedule);
  await ensureSchedule(database.db, schedule);
  const job = await claimOne();
  expect(await claimIds()).toEqual([]);
  const next = new Date(clock.now().getTime() + 3_600_000);
  await finishJob(database.db, job, { now: clock.now(), next });
  expect(await read(job.id)).toMatchObject({
    state: 'queued',
    attempts: 0,
    notBefore: next,
    finishedAt: clock.now(),
  });
  expect((await claim()).nextDue).toEqual(next);
  await ensureSchedule(database.db, { ...schedule, now: clock.now() });
  expect(await read(job.id)).toMatchObject({ notBefore: next });
});

test('a schedule is never parked: it rests for a day when its tries are used up', async () => {
  const schedule = { schedule: 'clean', kind: 'test', everySeconds: 3600, now: clock.now() };
  await ensureSchedule(database.db, schedule);
  const job = await claimOne();
  expect(await fail(job, true)).toBe('queued');
  const rested = new Date(clock.now().getTime() + 86_400_000);
  await ensureSchedule(database.db, schedule);
  expect(await read(job.id)).toMatchObject({ state: 'queued', attempts: 0, notBefore: rested });

  clock.set(rested);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    await claimOne();
    clock.advance(60);
  }
  expect((await claim()).givenUp).toMatchObject([{ id: job.id, state: 'queued', attempts: 0 }]);
  expect(await claimIds()).toEqual([]);
});

test('a schedule that a wrong clock put far ahead is brought back', async () => {
  const schedule = { schedule: 'clean', kind: 'test', everySeconds: 3600 };
  await ensureSchedule(database.db, { ...schedule, now: new Date('2028-01-01T00:00:00Z') });
  await ensureSchedule(database.db, { ...schedule, now: clock.now() });
  expect((await claim()).nextDue).toEqual(new Date(clock.now().getTime() + 3_600_000));
});
