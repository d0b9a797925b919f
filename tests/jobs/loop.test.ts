import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { enqueueJob } from '../../src/db/jobs.ts';
import { createGate, type JobDesk, openJobDesk } from '../support/job-desk.ts';

let desk: JobDesk;

beforeAll(async () => {
  desk = await openJobDesk();
});
afterAll(async () => await desk.drop());
afterEach(async () => await desk.clear());

test('a committed job is done by announcement, a rolled back one never', async () => {
  const seen: (string | null)[] = [];
  desk.start({ test: async (job) => void seen.push(job.id) });
  await desk.listening();
  const failing = desk.db.transaction().execute(async (trx) => {
    await enqueueJob(trx, { kind: 'test', now: desk.clock.now() });
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const id = await desk.add('test');
  await desk.allDone();
  expect(seen).toEqual([id]);
});

test('jobs that were there before the loop, or came while nobody listened, are done', async () => {
  await desk.add('test');
  desk.start({ test: async () => undefined });
  await desk.allDone();
  const pid = await desk.listening();
  await sql`select pg_terminate_backend(${pid})`.execute(desk.db);
  await desk.add('test');
  await desk.allDone();
  await desk.listening();
  await desk.add('test');
  await desk.allDone();
  expect(await desk.states()).toHaveLength(3);
});

test('a job that is not due yet wakes the loop when it is', async () => {
  const running = { now: () => new Date() };
  desk.start({ test: async () => undefined }, { clock: running });
  await desk.listening();
  await desk.db.transaction().execute(async (trx) => {
    const now = running.now();
    await enqueueJob(trx, { kind: 'test', now, notBefore: new Date(now.getTime() + 150) });
  });
  await desk.allDone();
});

test('no more jobs run at once than there are slots, and a free slot is filled', async () => {
  const { open, passed } = createGate();
  let running = 0;
  let most = 0;
  desk.start(
    {
      test: async () => {
        running += 1;
        most = Math.max(most, running);
        await passed;
        running -= 1;
      },
    },
    { concurrency: 3 },
  );
  for (let i = 0; i < 10; i += 1) await desk.add('test');
  await vi.waitFor(() => expect(running).toBe(3), 10_000);
  open();
  await desk.allDone();
  expect(most).toBe(3);
});

test('stopping waits for running jobs and claims no more', async () => {
  const { open, passed } = createGate();
  let ended = 0;
  const loop = desk.start(
    {
      test: async () => {
        await passed;
        ended += 1;
      },
    },
    { concurrency: 1 },
  );
  await desk.add('test');
  await desk.add('test');
  await vi.waitFor(async () => {
    expect((await desk.states()).map(({ attempts }) => attempts).sort()).toEqual([0, 1]);
  });
  const stopped = loop.stop();
  open();
  await stopped;
  expect(ended).toBe(1);
  expect((await desk.states()).map(({ state }) => state).sort()).toEqual(['done', 'queued']);
});

test('stopping aborts a job that does not end, and queues it again', async () => {
  const loop = desk.start(
    {
      test: (_job, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    },
    { graceMs: 50 },
  );
  await desk.add('test');
  await vi.waitFor(
    async () => expect(await desk.states()).toMatchObject([{ attempts: 1 }]),
    10_000,
  );
  await loop.stop();
  expect(await desk.states()).toEqual([
    { kind: 'test', state: 'queued', attempts: 1, lastError: 'stopped' },
  ]);
  const left = await desk.db.selectFrom('jobs').select('leaseId').executeTakeFirst();
  expect(left).toEqual({ leaseId: null });
});

test('two loops share the jobs, keep the order of each lane, and do none twice', async () => {
  const done = new Map<string, string[]>();
  const handlers = {
    test: async (job: { lane: string | null; id: string }) => {
      const lane = done.get(job.lane!) ?? [];
      done.set(job.lane!, [...lane, job.id]);
    },
  };
  const second = connect(desk.connection);
  desk.start(handlers);
  desk.start(handlers, { db: second });
  const expected = new Map<string, string[]>();
  await desk.db.transaction().execute(async (trx) => {
    for (let i = 0; i < 200; i += 1) {
      const lane = `lane ${i % 25}`;
      const id = await enqueueJob(trx, { kind: 'test', lane, now: desk.clock.now() });
      expected.set(lane, [...(expected.get(lane) ?? []), id]);
    }
  });
  await desk.allDone();
  expect(done).toEqual(expected);
  expect((await desk.states()).map(({ attempts }) => attempts)).toEqual(Array(200).fill(1));
  await desk.stopLoops();
  await second.destroy();
});

test('schedules are ensured, run, and queued for their next time', async () => {
  let runs = 0;
  const schedules = [{ name: 'clean', kind: 'clean', everySeconds: 3600 }];
  const clean = async () => {
    runs += 1;
  };
  desk.start({ clean }, { schedules });
  await vi.waitFor(async () => {
    const [row] = await desk.db.selectFrom('jobs').selectAll().execute();
    expect(row).toMatchObject({
      schedule: 'clean',
      state: 'queued',
      attempts: 0,
      finishedAt: desk.clock.now(),
      notBefore: new Date(desk.clock.now().getTime() + 3_600_000),
    });
  });
  expect(runs).toBe(1);
  desk.clock.advance(3600);
  await desk.announce();
  await vi.waitFor(() => expect(runs).toBe(2), 10_000);
});

test('a database that can not be reached is logged once and the loop comes back', async () => {
  let broken = true;
  const { db } = desk;
  const flaky = new Proxy(db, {
    get(target, property) {
      if (property === 'executeQuery' && broken) throw new Error('connection refused');
      const value = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await desk.add('test');
  desk.start({ test: async () => undefined }, { db: flaky, pollMs: 20 });
  await vi.waitFor(() => expect(desk.logged.text()).toContain('can not be claimed'), 10_000);
  broken = false;
  await desk.allDone();
  const messages = desk.logged.lines.map(({ msg }) => msg);
  expect(messages.filter((msg) => msg === 'jobs can not be claimed')).toHaveLength(1);
  expect(messages).toContain('jobs are claimed again');
});
