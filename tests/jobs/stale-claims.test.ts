import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeAssignment } from '../../src/actions/change-assignment.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { listEvents } from '../../src/db/events.ts';
import { claimJobs, finishJob } from '../../src/db/job-leases.ts';
import { ensureSchedule, secondsAfter } from '../../src/db/jobs.ts';
import { findAssignment } from '../../src/db/review-assignments.ts';
import { findOwnReview } from '../../src/db/reviews.ts';
import { updateStaff } from '../../src/db/staff.ts';
import { staleClaimDays } from '../../src/domain/reviews.ts';
import { createStaleClaimsHandler, staleClaimsSchedule } from '../../src/jobs/stale-claims.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { claim, review, seenBy } from '../support/reviewing.ts';

const day = 24 * 3600;
let app: TestApp;
let editor: StaffMember;
let rea: StaffMember;
beforeAll(async () => {
  app = await createTestApp();
  editor = await createStaff(app.deps, { role: 'editor', name: 'Edda' });
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.clock.reset();
  await app.deps.db.deleteFrom('jobs').execute();
  await app.deps.db.deleteFrom('reviewAssignments').execute();
  rea = await createStaff(app.deps, { role: 'reviewer', name: 'Rea' });
});

const submit = async () => (await createSubmitted(app.deps)).id;
const stateOf = async (applicationId: string) =>
  (await findAssignment(app.deps.db, { applicationId, reviewerId: rea.id }))?.state;

/** Runs the job once, as the loop would. */
const run = async (): Promise<void> => {
  const { db, clock } = app.deps;
  const { name, kind, everySeconds } = staleClaimsSchedule;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
  const now = clock.now();
  const { claimed } = await claimJobs(db, { now, leaseSeconds: 60, limit: 1, kinds: [kind] });
  await createStaleClaimsHandler(app.deps)(claimed[0]!, new AbortController().signal);
  await finishJob(db, claimed[0]!, { now, next: secondsAfter(now, everySeconds) });
};

test('a claim that nobody worked on returns to the pool, with an event, and what was written stays', async () => {
  const id = await submit();
  await claim(app.deps, id, rea);
  await review(app.deps, id, rea, { intent: 'save', content: { text: 'Half.' } });
  app.clock.advance(staleClaimDays * day);
  await run();
  expect(await stateOf(id)).toBe('open');
  app.clock.advance(3600);
  await run();
  expect(await stateOf(id)).toBe('returned');
  const last = (await listEvents(app.deps.db, id)).at(-1);
  expect(last).toMatchObject({ type: 'review-returned', actor: 'system', toName: 'Rea' });
  const whose = { applicationId: id, reviewerId: rea.id };
  expect((await findOwnReview(app.deps, whose))?.text).toBe('Half.');
  await claim(app.deps, id, rea);
  expect(await stateOf(id)).toBe('open');
});

test('work on it begins the days anew, and what was assigned or is done stays', async () => {
  const [touched, assigned, done] = [await submit(), await submit(), await submit()];
  await claim(app.deps, touched, rea);
  await claim(app.deps, done, rea);
  await review(app.deps, done, rea);
  const seen = await seenBy(app.deps, assigned, editor);
  const assign = { id: assigned, act: 'assign', reviewerId: rea.id, staff: editor, seen } as const;
  await changeAssignment(app.deps, assign);
  app.clock.advance(5 * day);
  await review(app.deps, touched, rea, { intent: 'save' });
  app.clock.advance(5 * day);
  await run();
  const states = await Promise.all([touched, assigned, done].map(stateOf));
  expect(states).toEqual(['open', 'open', 'done']);
});

test('what lies with somebody who can’t sign in any more returns at once', async () => {
  const id = await submit();
  const seen = await seenBy(app.deps, id, editor);
  const assign = { id, act: 'assign', reviewerId: rea.id, staff: editor, seen } as const;
  await changeAssignment(app.deps, assign);
  await updateStaff(app.deps.db, rea.id, { disabledAt: app.clock.now() });
  await run();
  expect(await stateOf(id)).toBe('returned');
});

test('after a leap of the clock nothing returns, and it is logged', async () => {
  const id = await submit();
  await claim(app.deps, id, rea);
  await run();
  app.clock.advance(30 * day);
  await run();
  expect(await stateOf(id)).toBe('open');
  expect(app.logged.some((line) => line.includes('no claims are returned'))).toBe(true);
});
