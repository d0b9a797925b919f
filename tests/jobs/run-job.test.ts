import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { enqueueJob, JobFailure } from '../../src/db/jobs.ts';
import { createGate, type JobDesk, openJobDesk } from '../support/job-desk.ts';

let desk: JobDesk;

beforeAll(async () => {
  desk = await openJobDesk();
});
afterAll(async () => await desk.drop());
afterEach(async () => await desk.clear());

test('what a job wants settled is written with its end, or not at all', async () => {
  desk.start(
    {
      good: async () => async (trx) => {
        await enqueueJob(trx, { kind: 'settled', now: desk.clock.now() });
      },
      bad: async () => async (trx) => {
        await enqueueJob(trx, { kind: 'unsettled', now: desk.clock.now() });
        throw new Error('no');
      },
    },
    { leaseSeconds: 0.9 },
  );
  await desk.add('good');
  await desk.add('bad');
  await vi.waitFor(() => expect(desk.logged.text()).toContain('could not be recorded'), 10_000);
  expect((await desk.states()).map(({ kind, state }) => [kind, state])).toEqual([
    ['bad', 'queued'],
    ['good', 'done'],
    ['settled', 'queued'],
  ]);
});

test('a poison job is tried again and parked while the others go on', async () => {
  desk.start({
    poison: async () => {
      throw new Error('no');
    },
    hopeless: async () => {
      throw new JobFailure('smtp-550', { permanent: true });
    },
    test: async () => undefined,
  });
  await desk.add('poison', { lane: 'a' });
  await desk.add('hopeless', { lane: 'b' });
  for (let round = 1; round <= 12; round += 1) {
    await desk.add('test', { lane: 'c' });
    await vi.waitFor(async () => {
      const [, poison, ...others] = await desk.states();
      expect(poison).toMatchObject({ kind: 'poison', attempts: round });
      expect(others.map(({ state }) => state)).toEqual(Array(round).fill('done'));
      const held = await desk.db
        .selectFrom('jobs')
        .select('id')
        .where('leaseId', 'is not', null)
        .execute();
      expect(held).toEqual([]);
    });
    desk.clock.advance(7 * 3600);
    await desk.announce();
  }
  expect((await desk.states()).slice(0, 2)).toEqual([
    { kind: 'hopeless', state: 'parked', attempts: 1, lastError: 'smtp-550' },
    { kind: 'poison', state: 'parked', attempts: 12, lastError: 'Error' },
  ]);
});

test('the log says what failed and where, without the words of the error', async () => {
  desk.start({
    test: async () => {
      throw new Error('550 no such mailbox nino@mail.example\n    at nino@mail.example');
    },
  });
  const jobId = await desk.add('test');
  await vi.waitFor(() => expect(desk.logged.text()).toContain('will be tried again'), 10_000);
  const line = desk.logged.lines.find(({ msg }) => msg === 'job failed, will be tried again');
  expect(line).toMatchObject({ jobId, kind: 'test', attempt: 1, error: 'Error' });
  expect(line?.at).toEqual(expect.arrayContaining([expect.stringContaining('run-job.test.ts')]));
  expect(desk.logged.text()).not.toContain('nino');
});

test('a long job keeps its lease, and is told when it lost it', async () => {
  const running = { now: () => new Date() };
  const { open, passed } = createGate();
  let reason: unknown;
  let runs = 0;
  desk.start(
    {
      test: async (_job, signal) => {
        runs += 1;
        await Promise.race([
          passed,
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reason = signal.reason;
              reject(signal.reason);
            });
          }),
        ]);
      },
    },
    { clock: running, leaseSeconds: 1.5 },
  );
  desk.clock.set(new Date());
  const id = await desk.add('test');
  const leases = new Set<number>();
  await vi.waitFor(
    async () => {
      const row = await desk.db.selectFrom('jobs').select('leasedUntil').executeTakeFirst();
      if (row?.leasedUntil) leases.add(row.leasedUntil.getTime());
      await desk.announce();
      expect(leases.size).toBeGreaterThan(3);
    },
    { timeout: 10_000 },
  );
  expect(runs).toBe(1);

  await desk.db
    .updateTable('jobs')
    .set({ leaseId: null, state: 'done' })
    .where('id', '=', id)
    .execute();
  await vi.waitFor(() => expect(reason).toMatchObject({ code: 'lease-lost' }), 10_000);
  await vi.waitFor(() => expect(desk.logged.text()).toContain('job lease lost'), 10_000);
  expect(await desk.states()).toMatchObject([{ state: 'done', lastError: null }]);
  open();
});
