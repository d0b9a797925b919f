import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { moveApplication } from '../../src/actions/move-application.ts';
import { lockApplication } from '../../src/db/applications.ts';
import { recordTransition } from '../../src/db/stages.ts';
import { isBulkAct } from '../../src/domain/bulk-acts.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, plainText } from '../support/html.ts';
import { claim, review } from '../support/reviewing.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

type Made = { id: string; reference: string };
let made: Made[];
let round = 0;
beforeEach(async () => {
  round += 1;
  made = [];
  for (const name of ['Ana', 'Besik', 'Čapka']) {
    desk.clock.advance(60);
    made.push(await createSubmitted(desk.deps, { values: { fullName: `${name} Round${round}` } }));
  }
});

const address = (act: string, more: [string, string][] = [], chosen: readonly Made[] = made) =>
  `/admin/bulk?${new URLSearchParams([
    ['q', `Round${round}`],
    ...chosen.map(({ reference }): [string, string] => ['pick', reference]),
    ['act', act],
    ...more,
  ])}`;
const textOf = (html: string): string => plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ');
const formOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    elementsOf(/<form method="post" action="\/admin\/bulk.*?<\/form>/s.exec(html)![0], 'input').map(
      ({ name, value }) => [name!, value!],
    ),
  );
/** Goes to the confirming page and confirms; the result's address. */
const act = async (path: string, seat: Seat = desk.editor): Promise<string> => {
  const page = await seat.get(path);
  expect(page.status).toBe(200);
  const answer = await seat.post(`/admin/bulk?q=Round${round}`, formOf(page.html));
  expect(answer.status).toBe(303);
  return answer.location!;
};
const undo = async (result: string) => {
  const answer = await desk.editor.post(result.replace('?', '/undo?'));
  expect([answer.status, answer.location]).toEqual([303, result.replace(/[?&]asked=\d+/, '')]);
  return textOf((await desk.editor.get(answer.location!)).html);
};
const stagesOf = async () =>
  (
    await desk.deps.db
      .selectFrom('applications')
      .select('stage')
      .where(
        'id',
        'in',
        made.map(({ id }) => id),
      )
      .orderBy('id')
      .execute()
  ).map(({ stage }) => stage);
const move = ({ id }: Made, from = 'screening', name = 'shortlist') =>
  moveApplication(desk.deps, { id, name, from, staff: desk.admin.staff });
const withdraw = async ({ id }: Made) =>
  await desk.deps.db.transaction().execute(async (trx) => {
    const now = desk.clock.now();
    const application = (await lockApplication(trx, id))!;
    await recordTransition(trx, application, { name: 'withdraw', actor: 'applicant', now });
  });

it('check 39: acting on several shows how many and who, who is left out and why, and changes nothing before it is confirmed', async () => {
  await withdraw(made[1]!);
  await move(made[2]!);
  const { html } = await desk.editor.get(address('shortlist'));
  const text = textOf(html);
  expect(text).toContain('1 application will be changed: Ana');
  expect(text).toContain('Left out: 2 applications');
  expect(text).toMatch(/Besik Round\d+ F-\w{6} withdrawn by the applicant/);
  expect(text).toMatch(/Čapka Round\d+ F-\w{6} is so already/);
  expect(text).toContain('Change 1 application');
  expect(await stagesOf()).toEqual(['screening', 'withdrawn', 'shortlist']);
});

it('check 39: confirmed, each is moved and logged, however often the form is sent, and undo takes it back', async () => {
  const page = await desk.editor.get(address('review'));
  expect(textOf(page.html)).toContain('3 applications will be changed:');
  const form = formOf(page.html);
  const send = () => desk.editor.post(`/admin/bulk?q=Round${round}`, form);
  const [first, second] = await Promise.all([send(), send()]);
  expect([first.status, first.location]).toEqual([303, second.location]);
  await send();
  expect(await stagesOf()).toEqual(['review', 'review', 'review']);
  const events = await desk.deps.db
    .selectFrom('events')
    .select(['applicationId', 'fromValue', 'toValue', 'staffId'])
    .where('type', '=', 'stage-changed')
    .where(
      'applicationId',
      'in',
      made.map(({ id }) => id),
    )
    .orderBy('applicationId')
    .execute();
  expect(events).toEqual(
    made.map(({ id }) => ({
      ...{ applicationId: id, fromValue: 'screening', toValue: 'review' },
      staffId: desk.editor.staff.id,
    })),
  );
  const result = textOf((await desk.editor.get(first.location!)).html);
  expect(result).toContain('3 applications were changed.');
  expect(result).toContain('Undo until');
  expect(await undo(first.location!)).toContain('Undone for 3 applications.');
  expect(await stagesOf()).toEqual(['screening', 'screening', 'screening']);
  // A second time there is nothing left to undo.
  expect(await undo(first.location!)).toContain('Undone for 3 applications.');
});

it('check 39: an act that broke off and was undone goes on with nothing, however often its form is sent', async () => {
  const form = formOf((await desk.editor.get(address('review'))).html);
  const send = () => desk.editor.post(`/admin/bulk?q=Round${round}`, form);
  const result = (await send()).location!;
  const last = made[2]!.id;
  // As if it had broken off before the last one.
  await desk.deps.db
    .updateTable('bulkActRows')
    .set({ outcome: null, before: null, eventId: null })
    .where('applicationId', '=', last)
    .execute();
  await desk.deps.db
    .deleteFrom('events')
    .where('applicationId', '=', last)
    .where('type', '=', 'stage-changed')
    .execute();
  await desk.deps.db
    .updateTable('applications')
    .set({ stage: 'screening' })
    .where('id', '=', last)
    .execute();
  expect(await undo(result)).toContain('1 application was not come to before it was undone.');
  await send();
  expect(await stagesOf()).toEqual(['screening', 'screening', 'screening']);
});

it('check 39: what somebody changed before the form came, or since, is left alone, and told', async () => {
  const page = await desk.editor.get(address('review'));
  await move(made[0]!);
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  const result = textOf((await desk.editor.get(answer.location!)).html);
  expect(result).toContain('2 applications were changed.');
  expect(result).toMatch(/Left out: 1 application Ana Round\d+ F-\w{6} changed meanwhile/);
  await move(made[1]!, 'review');
  const undone = await undo(answer.location!);
  expect(undone).toContain('Undone for 1 application.');
  expect(undone).toMatch(/Left as it is: 1 application Somebody has changed them since. Besik/);
  expect(await stagesOf()).toEqual(['shortlist', 'shortlist', 'screening']);
});

it('moved away and back is changed too', async () => {
  const page = await desk.editor.get(address('review'));
  await move(made[0]!);
  await move(made[0]!, 'shortlist', 'review');
  await move(made[1]!);
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  await move(made[2]!, 'review', 'shortlist');
  await move(made[2]!, 'shortlist', 'review');
  expect(await undo(answer.location!)).toContain('Nothing could be undone.');
});

it('undo ends after ten minutes, and is only for who did it', async () => {
  const result = await act(address('review'));
  const path = result.replace('?', '/undo?');
  expect((await desk.admin.post(path)).status).toBe(404);
  expect((await desk.admin.get(result)).status).toBe(404);
  desk.clock.advance(601);
  const late = await desk.editor.post(path);
  expect([late.status, textOf(late.html).includes('more than 10 minutes ago')]).toEqual([
    409,
    true,
  ]);
  expect(textOf(late.html)).not.toContain('Undo until');
  expect(await stagesOf()).toEqual(['review', 'review', 'review']);
});

it('a handling editor is set for all and taken back to whoever it was', async () => {
  const { db } = desk.deps;
  const target = desk.admin.staff.id;
  await db
    .updateTable('applications')
    .set({ handlingEditorId: desk.editor.staff.id })
    .where('id', '=', made[0]!.id)
    .execute();
  const choose = await desk.editor.get(address('handling'));
  expect(textOf(choose.html)).toContain('3 applications');
  expect(choose.html).toContain(`<option value="${target}">Ada Admin</option>`);
  const result = await act(address('handling', [['target', target]]));
  const handlers = async () =>
    (
      await db
        .selectFrom('applications')
        .select('handlingEditorId')
        .where(
          'id',
          'in',
          made.map(({ id }) => id),
        )
        .orderBy('id')
        .execute()
    ).map((row) => row.handlingEditorId);
  expect(await handlers()).toEqual([target, target, target]);
  const told = () =>
    db
      .selectFrom('staffNotifications')
      .select(['delivery', 'event'])
      .where(
        'applicationId',
        'in',
        made.map(({ id }) => id),
      )
      .execute();
  // One line of the digest each, instead of three mails at once.
  expect(await told()).toEqual(Array(3).fill({ delivery: 'daily', event: 'handling-assigned' }));
  await undo(result);
  expect(await handlers()).toEqual([desk.editor.staff.id, null, null]);
  expect(await told()).toEqual([]);
  const nobody = await act(address('handling', [['target', 'none']]));
  expect(textOf((await desk.editor.get(nobody)).html)).toContain('1 application was changed.');
  expect(await handlers()).toEqual([null, null, null]);
});

it('a reviewer is assigned where they are not yet, never where they have recused, and taken back unless they have begun', async () => {
  const { db } = desk.deps;
  const { staff } = desk.reviewer;
  await db
    .insertInto('reviewAssignments')
    .values({
      ...{ applicationId: made[0]!.id, reviewerId: staff.id, state: 'recused' },
      ...{ origin: 'claimed', assignedBy: staff.id, recusal: 'conflict' },
      ...{ since: desk.clock.now(), touchedAt: desk.clock.now() },
    })
    .execute();
  const path = address('reviewer', [['target', staff.id]]);
  const page = textOf((await desk.editor.get(path)).html);
  expect(page).toContain('2 applications will be changed:');
  expect(page).toMatch(/Ana Round\d+ F-\w{6} this reviewer has recused/);
  const result = await act(path);
  const states = async () =>
    (
      await db
        .selectFrom('reviewAssignments')
        .select('state')
        .where(
          'applicationId',
          'in',
          made.map(({ id }) => id),
        )
        .orderBy('applicationId')
        .execute()
    ).map(({ state }) => state);
  expect(await states()).toEqual(['recused', 'open', 'open']);
  await review(desk.deps, made[1]!.id, staff);
  expect(await undo(result)).toContain('Undone for 1 application.');
  expect(await states()).toEqual(['recused', 'done']);
});

it('a tag is added to all, made where there was none, and removed; undo follows', async () => {
  const { db } = desk.deps;
  const tagged = async () =>
    (
      await db
        .selectFrom('applicationTags as at')
        .innerJoin('tags as g', 'g.id', 'at.tagId')
        .select(['at.applicationId', 'g.name'])
        .where(
          'at.applicationId',
          'in',
          made.map(({ id }) => id),
        )
        .orderBy('at.applicationId')
        .execute()
    ).map(({ applicationId, name }) => [made.findIndex(({ id }) => id === applicationId), name]);
  const name = `ახალი ${round}`;
  const added = await act(address('tag-add', [['target', `  ${name} `]], made.slice(0, 2)));
  expect(await tagged()).toEqual([
    [0, name],
    [1, name],
  ]);
  const again = textOf((await desk.editor.get(address('tag-add', [['target', name]]))).html);
  expect(again).toContain('1 application will be changed: Čapka');
  const { id } = await db
    .selectFrom('tags')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const removed = await act(address('tag-remove', [['target', id]]));
  expect(await tagged()).toEqual([]);
  await undo(removed);
  expect(await tagged()).toHaveLength(2);
  // The removal and its undoing have touched what the first act did.
  expect(await undo(added)).toContain('Nothing could be undone.');
  expect(await tagged()).toHaveLength(2);
});

it('all that match are those that matched when it was asked, up to 500', async () => {
  const path = `/admin/bulk?q=Round${round}&scope=all&act=review`;
  const page = await desk.editor.get(path);
  expect(textOf(page.html)).toContain('3 applications will be changed:');
  await createSubmitted(desk.deps, { values: { fullName: `Late Round${round}` } });
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  expect(textOf((await desk.editor.get(answer.location!)).html)).toContain(
    '3 applications were changed.',
  );
  const shown = made.map(({ reference }) => reference).join(',');
  const ofPage = await desk.editor.get(`/admin/bulk?scope=page&shown=${shown}&act=shortlist`);
  expect(textOf(ofPage.html)).toContain('3 applications will be changed:');
});

it('one that was erased meanwhile is told of by number alone', async () => {
  const page = await desk.editor.get(address('review'));
  await eraseApplication(desk.deps, { id: made[0]!.id, actor: 'system' });
  const answer = await desk.editor.post('/admin/bulk', formOf(page.html));
  const text = textOf((await desk.editor.get(answer.location!)).html);
  expect(text).toContain('2 applications were changed.');
  expect(text).toContain('1 application is no longer there.');
  await eraseApplication(desk.deps, { id: made[1]!.id, actor: 'system' });
  expect(await undo(answer.location!)).toContain('Undone for 1 application.');
});

it('nothing ticked, no target, a target that is none: each is told, with what was chosen', async () => {
  const nothing = await desk.editor.get(address('review', [], []));
  expect(nothing.status).toBe(422);
  expect(nothing.html).toContain('<title>Error: ');
  expect(textOf(nothing.html)).toContain('No application was selected.');
  expect((await desk.editor.get(address('handling'))).status).toBe(200);
  const missing = await desk.editor.get(address('handling', [['target', '']]));
  expect(missing.status).toBe(422);
  expect(missing.html).toContain('<a href="#target">Choose one of the list.</a>');
  const reviewer = await desk.editor.get(address('handling', [['target', desk.reviewer.staff.id]]));
  expect(reviewer.status).toBe(422);
  const tag = await desk.editor.get(address('tag-add', [['target', 'ა'.repeat(41)]]));
  expect(tag.status).toBe(422);
  expect(textOf(tag.html)).toContain('at most 40 characters');
  expect(tag.html).toContain(`name="pick" value="${made[0]!.reference}"`);
});

it('forged forms are refused, and change nothing', async () => {
  const form = formOf((await desk.editor.get(address('review'))).html);
  const status = async (change: Record<string, string>) =>
    (await desk.editor.post('/admin/bulk', { ...form, ...change })).status;
  expect(await status({ act: 'accept' })).toBe(422);
  expect(await status({ id: 'x' })).toBe(422);
  expect(await status({ rows: 'F-AAAAAA' })).toBe(422);
  expect(await status({ rows: '' })).toBe(422);
  expect(await status({ act: 'handling', target: 'x' })).toBe(422);
  const many = Array(501).fill('F-AAAAAA.1').join(' ');
  expect(await status({ rows: many })).toBe(422);
  expect(await status({ rows: 'x'.repeat(70_000) })).toBe(413);
  const foreign = { act: 'tag-remove', target: '01a20cc8-8e80-7b47-9638-d7305c2cebb3' };
  expect(await status(foreign)).toBe(404);
  expect((await desk.editor.get(address('__proto__'))).status).toBe(422);
  expect((await desk.editor.get('/admin/bulk/x')).status).toBe(404);
  expect((await desk.editor.post('/admin/bulk/x/undo')).status).toBe(404);
  expect(await stagesOf()).toEqual(['screening', 'screening', 'screening']);
  expect(isBulkAct('constructor')).toBe(false);
});

it('a disabled person is assigned to nothing, though they were chosen before', async () => {
  const { db } = desk.deps;
  const path = address('reviewer', [['target', desk.admin.staff.id]]);
  const form = formOf((await desk.editor.get(path)).html);
  const change = (disabledAt: Date | null) =>
    db.updateTable('staff').set({ disabledAt }).where('id', '=', desk.admin.staff.id).execute();
  await change(desk.clock.now());
  const answer = await desk.editor.post('/admin/bulk', form);
  await change(null);
  const text = textOf((await desk.editor.get(answer.location!)).html);
  expect(text).toContain('Nothing was changed.');
  expect(text).toContain('this person can no longer do it');
});

it('who is reviewing is assigned to nothing twice', async () => {
  await claim(desk.deps, made[0]!.id, desk.reviewer.staff);
  const path = address('reviewer', [['target', desk.reviewer.staff.id]]);
  expect(textOf((await desk.editor.get(path)).html)).toMatch(/Ana Round\d+ F-\w{6} is so already/);
});

it('reviewers have no boxes, and no such pages by address', async () => {
  const { html } = await desk.reviewer.get('/admin');
  expect(html).not.toContain('name="pick"');
  expect(html).not.toContain('/admin/bulk');
  expect((await desk.reviewer.get(address('review'))).status).toBe(404);
  const form = formOf((await desk.editor.get(address('review'))).html);
  expect((await desk.reviewer.post('/admin/bulk', form)).status).toBe(404);
  const result = await act(address('shortlist'));
  expect((await desk.reviewer.get(result)).status).toBe(404);
  expect((await desk.reviewer.post(result.replace('?', '/undo?'))).status).toBe(404);
});

it('the pages take as many queries for three as for one', async () => {
  const count = async (path: string) => {
    desk.countQueries();
    await desk.editor.get(path);
    return desk.countQueries();
  };
  const one = await count(address('review', [], made.slice(0, 1)));
  expect(await count(address('review'))).toBe(one);
  expect(one).toBe(4);
  const single = await act(address('review', [], made.slice(0, 1)));
  const all = await act(address('shortlist'));
  expect(await count(all)).toBe(await count(single));
});
