import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted, type Sent } from '../support/factories.ts';
import { elementsOf, hrefsOf } from '../support/html.ts';
import {
  claimIt,
  countRows,
  formTo,
  goodScores,
  type Made,
  pathOf,
  press,
  textOfPage,
} from '../support/review-forms.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const submit = (sent?: Sent): Promise<Made> => createSubmitted(desk.deps, sent);

describe('roles', () => {
  const posts: [string, Record<string, string>][] = [
    ['handling', { editor: '', seen: '0' }],
    ['reviewers-wanted', { wanted: '3', seen: '0' }],
    ['assignments', { act: 'by-load', seen: '999999999' }],
    ['assignments', { act: 'assign', seen: '999999999' }],
    ['assignments', { act: 'unassign', seen: '999999999' }],
  ];

  it('reviewers neither assign nor set anything: for them the address is not there', async () => {
    const application = await submit();
    const before = await countRows(desk, application);
    for (const [action, form] of posts) {
      const to = `${pathOf(application)}/${action}`;
      const sent = { ...form, reviewer: desk.reviewer.staff.id };
      expect([action, (await desk.reviewer.post(to, sent)).status]).toEqual([action, 404]);
    }
    expect(await countRows(desk, application)).toEqual(before);
    const { html } = await desk.reviewer.get(pathOf(application));
    const actions = elementsOf(html.split('</main>')[0]!, 'form').map(({ action }) =>
      action?.split('/').at(-1),
    );
    expect(actions).toEqual(['sign-out', 'assignment', 'assignment', 'notes']);
  });

  it('everybody else may: each form of the page does what it says', async () => {
    for (const seat of [desk.editor, desk.admin]) {
      const application = await submit();
      const done = async (action: string, form: Record<string, string>) =>
        (await press(seat, application, action, form)).location?.split('=').at(-1);
      expect(await done('handling', { editor: desk.admin.staff.id })).toBe('handling');
      expect(await done('reviewers-wanted', { wanted: '3' })).toBe('wanted');
      const reviewer = desk.reviewer.staff.id;
      expect(await done('assignments', { act: 'assign', reviewer })).toBe('assigned');
      const text = textOfPage((await seat.get(pathOf(application))).html);
      expect(text).toContain('Handling editor Ada Admin Reviews 0 of 3');
      expect(text).toContain('gave it to Rea Reviewer for review');
      expect(await done('assignments', { act: 'unassign', reviewer })).toBe('unassigned');
      expect(await done('handling', { editor: '' })).toBe('handling');
      expect(await done('reviewers-wanted', { wanted: '' })).toBe('wanted');
    }
  });

  it('nobody assigns somebody who is no staff, or makes a reviewer the handling editor', async () => {
    const application = await submit();
    const nobody = '00000000-0000-7000-8000-000000000000';
    const send = async (action: string, form: Record<string, string>) =>
      (await press(desk.editor, application, action, form)).status;
    expect(await send('assignments', { act: 'assign', reviewer: nobody })).toBe(404);
    expect(await send('assignments', { act: 'assign', reviewer: 'x' })).toBe(422);
    expect(await send('handling', { editor: desk.reviewer.staff.id })).toBe(404);
    expect(await send('reviewers-wanted', { wanted: '10' })).toBe(422);
    expect(await send('reviewers-wanted', { wanted: '2', seen: 'x' })).toBe(422);
    expect((await desk.reviewer.get('/admin/applications/F-222222')).status).toBe(404);
  });
});

describe('what waits for me', () => {
  it('is a page of its own, from which one goes on to the next', async () => {
    const seat = desk.reviewer;
    await sql`delete from review_assignments`.execute(desk.deps.db);
    const made: Made[] = [];
    for (const fullName of ['First Waiting', 'Second Waiting']) {
      const application = await submit({ values: { fullName } });
      made.push(application);
      desk.clock.advance(60);
      await claimIt(seat, application);
    }
    const { html } = await seat.get('/admin/reviewing');
    const links = hrefsOf(html).filter((href) => href.includes('waiting=me'));
    expect(links).toEqual(made.map((one) => `${pathOf(one)}?waiting=me`));
    const page = await seat.get(links[0]!);
    expect(hrefsOf(page.html)).toContain(links[1]);
    const sent = { ...formTo(page.html, 'review'), ...goodScores, intent: 'submit' };
    const answer = await seat.post(`${pathOf(made[0]!)}/review?waiting=me`, sent);
    expect(answer.location).toBe(`${pathOf(made[0]!)}?waiting=me&review=submitted`);
    expect(hrefsOf((await seat.get(answer.location!)).html)).toContain(links[1]);
    const text = textOfPage((await seat.get('/admin/reviewing')).html);
    expect(text).not.toContain('First Waiting');
    expect(text).toMatch(/Rea Reviewer Reviewer – Open: 1 Done: 1/);
    const nothing = textOfPage((await desk.admin.get('/admin/reviewing')).html);
    expect(nothing).toContain('Nothing waits for your review.');
  });
});

describe('how much a colleague has', () => {
  it('is counted up to a hundred open ones and a thousand done ones, and says where there is more', async () => {
    const { db } = desk.deps;
    const { id } = await submit();
    const application = await submit();
    const reviewer = desk.reviewer.staff.id;
    const give = async (state: 'open' | 'done', count: number): Promise<void> => {
      await sql`
        with copied as (
          insert into applications select r.* from applications as a, generate_series(1, ${count}::int) as n,
            lateral (select md5(${state} || n)::uuid as id, ${state} || '-' || n as reference) as c,
            jsonb_populate_record(a, to_jsonb(c)) as r
          where a.id = ${id} returning id)
        insert into review_assignments (application_id, reviewer_id, state, origin, assigned_by, since, touched_at)
        select id, ${reviewer}::uuid, ${state}, 'assigned', ${desk.editor.staff.id}::uuid, now(), now() from copied`.execute(
        db,
      );
    };
    const shown = async () => ({
      choice: textOfPage((await desk.editor.get(pathOf(application))).html).match(
        /Rea Reviewer \((.*?)\)/,
      )?.[1],
      row: textOfPage((await desk.editor.get('/admin/reviewing')).html).match(
        /Rea Reviewer Reviewer – Open: (.*?) Done: ([> ]*[\d,]+)/,
      ),
    });
    await sql`delete from review_assignments where reviewer_id = ${reviewer}`.execute(db);
    await give('open', 100);
    await give('done', 1000);
    const full = await shown();
    expect([full.choice, full.row?.slice(1)]).toEqual(['100 open', ['100', '1,000']]);
    await sql`delete from review_assignments where reviewer_id = ${reviewer}`.execute(db);
    await sql`delete from applications where reference ~ '^(open|done)-'`.execute(db);
    await give('open', 101);
    await give('done', 1001);
    const over = await shown();
    expect([over.choice, over.row?.slice(1)]).toEqual(['> 100 open', ['> 100', '> 1,000']]);
  });
});
