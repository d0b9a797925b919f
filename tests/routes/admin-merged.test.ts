import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { findPairs } from '../../src/actions/find-pairs.ts';
import { liftHold, placeHold } from '../../src/actions/hold-application.ts';
import { keepRetention } from '../../src/actions/keep-retention.ts';
import { nudgeEditors } from '../../src/actions/nudge-editors.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { tellReplyLapse } from '../../src/actions/tell-reply-lapse.ts';
import { withdrawApplication } from '../../src/actions/withdraw-application.ts';
import { findByReference } from '../../src/db/applications.ts';
import { findDeletion } from '../../src/db/retention.ts';
import { found } from '../../src/errors.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';

const day = 24 * 3600;
const follows = 'it follows the one that stands for it';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

type Submitted = Awaited<ReturnType<typeof createSubmitted>>;
let main: Submitted;
let merged: Submitted;
let count = 0;
beforeEach(async () => {
  desk.clock.reset();
  await desk.deps.db.deleteFrom('applications').execute();
  count += 1;
  const values = { fullName: `Twin ${count}`, email: `twin${count}@example.org` };
  main = await createSubmitted(desk.deps, { values });
  merged = await createSubmitted(desk.deps, { values });
  await findPairs(desk.deps, merged.id);
});

const pair = (act: string, seen: string) =>
  desk.editor.post(`/admin/applications/${main.reference}/pairs/${merged.reference}`, {
    ...{ act, seen },
  });
const merge = async () => {
  expect((await pair('merge', 'suspected')).status).toBe(303);
};
const pathOf = ({ reference }: Submitted): string => `/admin/applications/${reference}`;
const page = async (application: Submitted): Promise<string> =>
  (await desk.editor.get(pathOf(application))).html.split('</main>')[0]!;
const rowOf = async ({ reference }: Submitted) =>
  found(await findByReference(desk.deps.db, reference));
const isThere = async ({ reference }: Submitted): Promise<boolean> =>
  (await findByReference(desk.deps.db, reference)) !== undefined;
const keep = async () =>
  await keepRetention(desk.deps, {
    tell: (_, error) => {
      throw error;
    },
  });
const decline = (application: Submitted) =>
  moveSilently(desk.deps, { id: application.id, name: 'decline', staff: desk.editor.staff });

it('has no buttons that move it, decide it or write to its applicant, and leads to the other one', async () => {
  await merge();
  const html = await page(merged);
  expect(html).toContain(follows);
  expect(html).toContain(`href="${pathOf(main)}"`);
  for (const control of ['/transitions"', '/decide/', 'name="message"', 'name="request"']) {
    expect(html).not.toContain(control);
  }
  expect(html).not.toContain('reply by ');
  const other = await page(main);
  for (const control of ['/transitions"', '/decide/', 'name="message"']) {
    expect(other).toContain(control);
  }
});

it('is not moved by a form from before, which is told why', async () => {
  await merge();
  const moved = await desk.editor.post(`${pathOf(merged)}/transitions`, {
    ...{ name: 'review', from: 'screening' },
  });
  expect(moved.status).toBe(409);
  expect(moved.html).toContain(follows);
  expect((await rowOf(merged)).stage).toBe('screening');
});

it('is not decided, on no page of the decision', async () => {
  await merge();
  const shown = await desk.editor.get(`${pathOf(merged)}/decide/accept`);
  expect(shown.status).toBe(409);
  expect(shown.html).toContain('counts for both');
  const late = await decide(desk.deps, merged, 'decline', desk.editor.staff);
  expect(late).toEqual({ outcome: 'obstacle', why: 'merged' });
  expect((await rowOf(merged)).decision).toBeNull();
});

it('gets no message and no request, and what was typed stays', async () => {
  await merge();
  const count = async () =>
    (
      await desk.deps.db
        .selectFrom('mails')
        .select('id')
        .where('applicationId', '=', merged.id)
        .execute()
    ).length;
  const before = await count();
  const message = await desk.editor.post(`${pathOf(merged)}/messages`, {
    ...{ message: 'Dear twin', language: 'en' },
  });
  expect(message.status).toBe(409);
  expect(message.html).toContain('Dear twin');
  expect(message.html).toContain(follows);
  const request = await desk.editor.post(`${pathOf(merged)}/requests`, {
    ...{ request: 'One more sample', language: 'en', dueOn: '2026-12-10', kinds: 'writingSample' },
  });
  expect(request.status).toBe(409);
  expect(request.html).toContain('One more sample');
  expect(request.html).toContain(follows);
  expect(await count()).toBe(before);
});

it('its reply clock stands still, and goes on once the merge is undone', async () => {
  await merge();
  const row = await rowOf(merged);
  desk.clock.advance(12 * day);
  expect(await nudgeEditors(desk.deps, row)).toBe(false);
  desk.clock.advance(3 * day);
  expect(await tellReplyLapse(desk.deps, row)).toBe(false);
  await pair('undo', 'merged');
  expect(await tellReplyLapse(desk.deps, row)).toBe(true);
});

it('undoing the merge brings back its buttons, its stage and its place in the list', async () => {
  await moveSilently(desk.deps, { id: merged.id, name: 'review', staff: desk.editor.staff });
  await merge();
  expect((await desk.editor.get('/admin')).html).not.toContain(`id="${merged.reference}"`);
  expect((await pair('undo', 'merged')).status).toBe(303);
  const html = await page(merged);
  expect(html).not.toContain(follows);
  expect(html).toContain('reply by ');
  expect(html).toContain('value="shortlist"');
  expect((await rowOf(merged)).stage).toBe('review');
  expect((await desk.editor.get('/admin')).html).toContain(`id="${merged.reference}"`);
});

it('is not merged while a letter about it is held', async () => {
  const decided = await decide(desk.deps, merged, 'decline', desk.editor.staff);
  expect(decided).toEqual({ outcome: 'done' });
  const refused = await pair('merge', 'suspected');
  expect(refused.status).toBe(409);
  expect(refused.html).toContain('is still held or on its way');
  expect((await rowOf(merged)).mergedInto).toBeNull();
});

it('a decision that could still be taken back stands while it is merged', async () => {
  await decide(desk.deps, merged, 'decline', desk.editor.staff, { withLetter: false });
  await merge();
  const act = await desk.deps.db
    .selectFrom('decisionActs')
    .select('id')
    .where('applicationId', '=', merged.id)
    .executeTakeFirstOrThrow();
  await desk.editor.post(`${pathOf(merged)}/letter/recall`, { act: act.id });
  expect((await rowOf(merged)).decision).toBe('declined');
});

it('is deleted with the one that stands for it, never before', async () => {
  await decline(merged);
  const own = found(await findDeletion(desk.deps.db, merged.id)).at;
  desk.clock.advance(100 * day);
  await merge();
  expect(await findDeletion(desk.deps.db, merged.id)).toBeUndefined();
  expect(await page(merged)).toContain('kept and deleted together with the application');
  desk.clock.set(new Date(own.getTime() + day * 1000));
  expect(await keep()).toBe(0);
  await decline(main);
  const { at, id } = found(await findDeletion(desk.deps.db, merged.id));
  expect(id).toBe(main.id);
  desk.clock.set(new Date(at.getTime() + 1000));
  expect(await keep()).toBe(1);
  expect([await isThere(main), await isThere(merged)]).toEqual([false, false]);
  const erased = await desk.deps.db
    .selectFrom('events')
    .select(['applicationId', 'actor'])
    .where('type', '=', 'erased')
    .where('applicationId', 'in', [main.id, merged.id])
    .orderBy('id')
    .execute();
  expect(erased).toEqual([
    { applicationId: main.id, actor: 'system' },
    { applicationId: merged.id, actor: 'system' },
  ]);
});

it('a hold on it keeps the one that stands for it as well', async () => {
  const { staff } = desk.admin;
  await decline(main);
  await merge();
  await placeHold(desk.deps, { id: merged.id, staffId: staff.id, reason: 'A dispute' });
  desk.clock.advance(400 * day);
  expect(await keep()).toBe(0);
  await liftHold(desk.deps, { id: merged.id, staffId: staff.id });
  expect(await keep()).toBe(1);
  expect([await isThere(main), await isThere(merged)]).toEqual([false, false]);
});

it('whoever withdraws it keeps the day that they were promised', async () => {
  await merge();
  const { db, keys } = desk.deps;
  const token = await findPrivateToken(desk.deps, merged, merged.key);
  const opened = await openPrivatePage({ db, keys }, token);
  await withdrawApplication(desk.deps, opened);
  desk.clock.advance(31 * day);
  expect(await keep()).toBe(1);
  expect([await isThere(main), await isThere(merged)]).toEqual([true, false]);
});

it('an applicant who erases the one that stands for it erases no other', async () => {
  await merge();
  await eraseApplication(desk.deps, { id: main.id, actor: 'applicant' });
  expect(await page(merged)).toContain('/transitions"');
  expect((await rowOf(merged)).mergedInto).toBeNull();
});
