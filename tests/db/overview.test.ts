import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import {
  countReceived,
  countSources,
  findFirstSubmission,
  listReviewerLoads,
  readProgress,
} from '../../src/db/overview.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted, type Sent } from '../support/factories.ts';
import { claim, review } from '../support/reviewing.ts';

let app: TestApp;
let editor: StaffMember;
let reviewer: StaffMember;
const timeZone = 'Europe/Berlin';
const bounds = ['2026-11-01', '2026-11-08', '2026-11-15', '2026-12-31'].map((day) => new Date(day));
const scope = { bounds };
const hours = (count: number) => count * 3600;

/** Somebody who applied at that time. */
async function applied(at: string, sent: Sent = {}) {
  app.clock.set(new Date(at));
  return await createSubmitted(app.deps, sent);
}

beforeAll(async () => {
  app = await createTestApp();
  const { deps, clock } = app;
  editor = await createStaff(deps, { role: 'editor', name: 'Edda' });
  reviewer = await createStaff(deps, { role: 'reviewer', name: 'Rea' });
  const open = async (id: string, at: string) => {
    clock.set(new Date(at));
    await recordOpened(deps.db, { applicationId: id, staffId: editor.id, now: clock.now() });
  };
  await applied('2026-10-31T23:59:59Z', { via: 'https://example.org/before' });
  const first = await applied('2026-11-01T00:00:00Z', {
    values: { places: ['georgia', 'armenia'] },
    via: 'https://www.example.org/articles/one/?utm=x#top',
  });
  const second = await applied('2026-11-09T12:00:00Z', {
    values: { places: [], placesOther: 'Elsewhere' },
    via: 'http://EXAMPLE.org/articles/one',
  });
  const third = await applied('2026-11-10T12:00:00Z', { via: 'letter from a friend' });
  const copy = await applied('2026-11-11T12:00:00Z');
  await sql`update applications set merged_into = ${third.id} where id = ${copy.id}`.execute(
    deps.db,
  );
  await open(first.id, '2026-11-01T10:00:00Z');
  await open(second.id, '2026-11-10T12:00:00Z');
  clock.set(new Date('2026-11-12T12:00:00Z'));
  await claim(deps, first.id, reviewer);
  await claim(deps, third.id, reviewer);
  clock.advance(hours(2));
  await review(deps, first.id, reviewer);
  // Told fifteen days after the first came, of fourteen promised, and in time for the second.
  clock.set(new Date('2026-11-16T12:00:00Z'));
  await moveSilently(deps, { id: first.id, name: 'review', staff: editor });
  await decide(deps, first, 'accept', editor, { withLetter: false });
  await decide(deps, second, 'decline', editor, { withLetter: false });
});
afterAll(() => app.stop());

const time = (text: string) => ({ now: new Date(text), timeZone });

describe('what came', () => {
  it('counts in each part once, and in each place', async () => {
    expect(await countReceived(app.deps.db, scope)).toEqual([
      { bucket: 0, place: null, count: 1 },
      { bucket: 0, place: 'armenia', count: 1 },
      { bucket: 0, place: 'georgia', count: 1 },
      { bucket: 1, place: null, count: 2 },
      { bucket: 1, place: '', count: 1 },
      { bucket: 1, place: 'georgia', count: 1 },
    ]);
    expect(await countReceived(app.deps.db, { bounds, call: 'no-such-call' })).toEqual([]);
    expect(await countReceived(app.deps.db, { bounds, call: 'regional-experts' })).toHaveLength(6);
  });

  it('counts by page, however its address was written', async () => {
    expect(await countSources(app.deps.db, scope, 10)).toEqual({
      sources: [
        { source: 'example.org/articles/one', count: 2 },
        { source: 'letter from a friend', count: 1 },
      ],
      ...{ others: 0, unknown: 0 },
    });
    expect(await countSources(app.deps.db, scope, 1)).toMatchObject({ others: 1 });
  });

  it('begins with the first application of a call', async () => {
    const { db } = app.deps;
    expect(await findFirstSubmission(db)).toEqual(new Date('2026-10-31T23:59:59Z'));
    expect(await findFirstSubmission(db, 'no-such-call')).toBeUndefined();
  });
});

describe('what became of it', () => {
  it('counts steps and answers, by the promise', async () => {
    expect(await readProgress(app.deps.db, scope, time('2026-11-24T12:00:00Z'))).toEqual({
      ...{ received: 3, opened: 2, reviewed: 1, shortlisted: 0 },
      ...{ accepted: 1, keptOnFile: 0, declined: 1, withdrawn: 0 },
      ...{ answeredInTime: 1, answeredLate: 1, waiting: 1, overdue: 0 },
      firstRead: [hours(10), hours(24)],
      // A decision without a letter is told once the time to take it back is over.
      answer: [hours(7 * 24) + 600, hours(15 * 24 + 12) + 600],
    });
  });

  it('is overdue once the promised day is over where the publication is', async () => {
    const overdue = async (now: string) =>
      (await readProgress(app.deps.db, scope, time(now))).overdue;
    expect(await overdue('2026-11-24T22:59:59Z')).toBe(0);
    expect(await overdue('2026-11-24T23:00:00Z')).toBe(1);
  });

  it('does not know yet of an answer that has not left', async () => {
    const before = await readProgress(app.deps.db, scope, time('2026-11-16T12:05:00Z'));
    expect([before.answer, before.answeredInTime, before.waiting]).toEqual([null, 0, 2]);
  });

  it('counts who was at several stages at each, and answers until the promised day is over', async () => {
    const undone = new Error('in vain');
    const changed = app.deps.db.transaction().execute(async (trx) => {
      await sql`insert into events (application_id, actor, type, to_value, at)
        select a.id, 'system', 'stage-changed', s.passed, now()
        from applications as a, unnest(array['review', 'shortlist']) as s (passed)
        where a.submitted_at = '2026-11-10T12:00:00Z'`.execute(trx);
      // Fourteen days later it is the morning of the day on which the answer was told at noon.
      await sql`update applications set submitted_at = '2026-11-02T00:30:00Z'
        where submitted_at = '2026-11-01T00:00:00Z'`.execute(trx);
      const progress = await readProgress(trx, scope, time('2026-11-24T12:00:00Z'));
      expect(progress).toMatchObject({
        ...{ reviewed: 2, shortlisted: 1, answeredInTime: 2, answeredLate: 0 },
      });
      throw undone;
    });
    await expect(changed).rejects.toBe(undone);
  });

  it('of nothing is nothing', async () => {
    const empty = { bounds: [new Date('2020-01-01'), new Date('2020-02-01')] };
    const progress = await readProgress(app.deps.db, empty, time('2026-11-24T12:00:00Z'));
    expect(progress).toMatchObject({ received: 0, firstRead: null, answer: null, overdue: 0 });
  });
});

it('reviewers are listed with what is open and what they wrote in the period', async () => {
  expect(await listReviewerLoads(app.deps.db, scope)).toEqual([
    { id: reviewer.id, name: 'Rea', disabled: false, open: 1, done: 1, half: hours(2) },
  ]);
  // What is open is open at any time; what was written counts where it was.
  expect(await listReviewerLoads(app.deps.db, { bounds: bounds.slice(2) })).toEqual([
    { id: reviewer.id, name: 'Rea', disabled: false, open: 1, done: 0, half: null },
  ]);
  expect(await listReviewerLoads(app.deps.db, { bounds, call: 'no-such-call' })).toEqual([]);
});
