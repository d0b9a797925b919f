import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { findPairs } from '../../src/actions/find-pairs.ts';
import { findByReference } from '../../src/db/applications.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

let one: string;
let other: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  const values = { fullName: `Twin ${count}`, email: `twin${count}@example.org` };
  ({ reference: one } = await createSubmitted(desk.deps, { values }));
  const second = await createSubmitted(desk.deps, { values });
  other = second.reference;
  await findPairs(desk.deps, second.id);
});

const page = async (reference: string) =>
  (await desk.editor.get(`/admin/applications/${reference}`)).html;
const decide = (act: string, seen: string, seat = desk.editor) =>
  seat.post(`/admin/applications/${one}/pairs/${other}?q=Twin`, { act, seen });
const listed = async () => {
  const { html } = await desk.editor.get(`/admin?q=Twin+${count}`);
  return [one, other].filter((reference) => html.includes(`id="${reference}"`));
};

it('both pages and the list tell of the suspicion and its reasons', async () => {
  const html = await page(one);
  expect(html).toContain('Perhaps the same person');
  expect(html).toContain('same e-mail address');
  expect(html).toContain(`/admin/applications/${other}`);
  expect(await page(other)).toContain(`/admin/applications/${one}`);
  const list = await desk.editor.get(`/admin?q=Twin+${count}`);
  expect(list.html.split('<tbody')[1]).toContain('Possible duplicate');
});

it('a link is kept, logged with both, and undone', async () => {
  const answer = await decide('link', 'suspected');
  expect([answer.status, answer.location]).toEqual([303, `/admin/applications/${one}?q=Twin`]);
  for (const reference of [one, other]) {
    const html = await page(reference);
    expect(html).toContain('Linked by Edda Editor');
    expect(html).toContain('Edda Editor linked it with another application');
  }
  await decide('undo', 'linked');
  expect(await page(one)).toContain('Edda Editor undid what was decided');
  expect(await page(one)).toContain('value="merge"');
});

it('who is set apart is no duplicate any more', async () => {
  await decide('set-apart', 'suspected');
  expect(await page(other)).toContain('Not the same person, says Edda Editor');
  const { html } = await desk.editor.get(`/admin?q=Twin+${count}`);
  const rows = html.split('<tbody')[1]!.split('</tbody')[0];
  expect(rows).toContain(other);
  expect(rows).not.toContain('Possible duplicate');
});

it('a merge leaves one of both in the list, each leads to the other, and undo brings it back', async () => {
  expect(await listed()).toEqual([one, other]);
  await decide('merge', 'suspected');
  expect(await listed()).toEqual([one]);
  expect(await page(one)).toContain('Merged into this one by Edda Editor');
  const gone = await page(other);
  expect(gone).toContain('This application was merged');
  expect(gone).toContain(`/admin/applications/${one}`);
  // Its applicant may call and name it.
  expect((await desk.editor.get(`/admin?q=${other}`)).html).toContain(
    `<a href="/admin/applications/${other}">`,
  );
  await decide('undo', 'merged');
  expect(await listed()).toEqual([one, other]);
});

it('when the one that was kept is erased, the other comes back', async () => {
  await decide('merge', 'suspected');
  const { id } = (await findByReference(desk.deps.db, one))!;
  await eraseApplication(desk.deps, { id, actor: 'system' });
  expect(await listed()).toEqual([other]);
  expect(await page(other)).not.toContain('This application was merged');
});

it('a chain of merges is refused, and so is a decision on what somebody else has decided', async () => {
  const values = { fullName: `Twin ${count}`, email: `twin${count}@example.org` };
  const third = await createSubmitted(desk.deps, { values });
  await findPairs(desk.deps, third.id);
  await decide('merge', 'suspected');
  const chained = await desk.editor.post(`/admin/applications/${third.reference}/pairs/${one}`, {
    act: 'merge',
    seen: 'suspected',
  });
  expect(chained.status).toBe(409);
  expect(chained.html).toContain('one of them is merged already');
  const late = await decide('link', 'suspected');
  expect(late.status).toBe(409);
  expect(await listed()).toEqual([one]);
});

it('reviewers see it and can’t decide; nonsense and strangers are refused', async () => {
  const { html } = await desk.reviewer.get(`/admin/applications/${one}`);
  expect(html).toContain('Perhaps the same person');
  expect(html).not.toContain('value="merge"');
  expect((await decide('merge', 'suspected', desk.reviewer)).status).toBe(404);
  expect((await decide('explode', 'suspected')).status).toBe(422);
  const nothing = await desk.editor.post(`/admin/applications/${one}/pairs/F-%00`, { act: 'link' });
  expect(nothing.status).toBe(404);
  const stranger = await createSubmitted(desk.deps, {
    values: { fullName: 'Nobody', email: 'nobody@example.org' },
  });
  const foreign = await desk.editor.post(`/admin/applications/${one}/pairs/${stranger.reference}`, {
    act: 'link',
    seen: 'suspected',
  });
  expect(foreign.status).toBe(404);
  expect(await listed()).toEqual([one, other]);
});
