import { afterAll, beforeAll, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { tagLimits } from '../../src/domain/tags.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
const references: string[] = [];
const ids: string[] = [];
beforeAll(async () => {
  desk = await createDesk();
  for (const fullName of ['Nino Gelashvili', 'Ani Sargsyan', 'Leyla Quliyeva']) {
    desk.clock.advance(60);
    const { id, reference } = await createSubmitted(desk.deps, { values: { fullName } });
    references.push(reference);
    ids.push(id);
  }
});
afterAll(() => desk.stop());

const add = (reference: string, tag: string, seat = desk.editor) =>
  seat.post(`/admin/applications/${reference}/tags?q=a`, { act: 'add', tag });
const remove = (reference: string, tag: string, seat = desk.editor) =>
  seat.post(`/admin/applications/${reference}/tags`, { act: 'remove', tag });
const page = async (reference: string, seat = desk.editor) =>
  (await seat.get(`/admin/applications/${reference}`)).html.split('</main>')[0]!;
const idOf = async (name: string): Promise<string> =>
  (await desk.deps.db.selectFrom('tags').select('id').where('name', '=', name).executeTakeFirst())!
    .id;
const rowsOf = (html: string): string[] =>
  hrefsOf(html).flatMap((href) => /^\/admin\/applications\/([^?]+)/.exec(href)?.[1] ?? []);

it('a tag in any script is added on the page, shown there and in the list, filtered by, logged, and removed', async () => {
  const [one, other] = references as [string, string];
  const answer = await add(one, ' კულ\u200bტურა ');
  expect([answer.status, answer.location]).toEqual([303, `/admin/applications/${one}?q=a#tags`]);
  await add(other, 'კულტურა');
  const tags = await desk.deps.db.selectFrom('tags').select(['name', 'key']).execute();
  expect(tags).toEqual([{ name: 'კულტურა', key: 'კულტურა' }]);
  const id = await idOf('კულტურა');
  expect(await page(one)).toContain('<bdi>კულტურა</bdi>');
  expect(plainText(await page(one))).toContain('Edda Editor added the tag “კულტურა”');
  const list = await desk.editor.get(`/admin?tag=${id}&place=georgia`);
  expect(rowsOf(list.html)).toEqual([other, one]);
  expect(list.html).toContain('<bdi class="tag">კულტურა</bdi>');
  expect(plainText(list.html)).toContain('2 applications');
  expect(hrefsOf(list.html)).toContain(`/admin/applications/${one}?place=georgia&tag=${id}`);
  expect(rowsOf((await desk.editor.get(`/admin?tag=${id}`)).html)).toEqual([other, one]);
  expect(rowsOf((await desk.editor.get(`/admin?tag=${id}&q=nino`)).html)).toEqual([one]);
  expect(rowsOf((await desk.editor.get(`/admin?tag=${id}&stage=decided`)).html)).toEqual([]);
  await remove(other, id);
  expect(rowsOf((await desk.editor.get(`/admin?tag=${id}`)).html)).toEqual([one]);
  expect(plainText(await page(other))).toContain('Edda Editor removed the tag “კულტურა”');
});

it('adding one that is there and removing one that is not change nothing', async () => {
  const [one] = references as [string];
  const events = () =>
    desk.deps.db
      .selectFrom('events')
      .select('id')
      .where('type', 'in', ['tag-added', 'tag-removed'])
      .execute();
  await add(one, 'Twice');
  const before = await events();
  expect((await add(one, 'TWICE')).status).toBe(303);
  const id = await idOf('Twice');
  await remove(one, id);
  expect((await remove(one, id)).status).toBe(303);
  expect(await events()).toHaveLength(before.length + 1);
});

it('the table has the tags, and no formula in them', async () => {
  await add(references[2]!, '=1+1');
  await add(references[2]!, 'Ədəbiyyat');
  const id = await idOf('Ədəbiyyat');
  const { html } = await desk.editor.get(
    `/admin/export.csv?tag=${id}&column=reference&column=tags`,
  );
  expect(
    html
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n'),
  ).toEqual(['Reference,Tags', `${references[2]},"'=1+1; Ədəbiyyat"`]);
});

it('what is no tag is told beside the line, with what was typed', async () => {
  const [one] = references as [string];
  const empty = await add(one, ' \u200b ');
  expect(empty.status).toBe(422);
  expect(empty.html).toContain('<title>Error: ');
  expect(empty.html).toContain('<a href="#tag">Enter a tag.</a>');
  const long = await add(one, 'ა'.repeat(41));
  expect(long.status).toBe(422);
  expect(long.html).toContain('at most 40 characters');
  expect(long.html).toContain(`value="${'ა'.repeat(41)}"`);
  expect((await desk.editor.post(`/admin/applications/${one}/tags`, { act: 'x' })).status).toBe(
    422,
  );
});

it('an application has so many tags at most', async () => {
  const { reference } = await createSubmitted(desk.deps, { values: { fullName: 'Many Tags' } });
  for (let number = 1; number <= tagLimits.perApplication; number += 1) {
    expect((await add(reference, `n ${number}`)).status).toBe(303);
  }
  const more = await add(reference, 'one more');
  expect(more.status).toBe(422);
  expect(more.html).toContain('at most 20 tags');
});

it('a tag is renamed everywhere, to no name that another has, and removed only when nobody has it', async () => {
  const [one] = references as [string];
  await add(one, 'Old');
  await add(one, 'Other');
  const id = await idOf('Old');
  const post = (form: Record<string, string>) => desk.editor.post(`/admin/tags/${id}`, form);
  const taken = await post({ act: 'rename', name: 'OTHER' });
  expect(taken.status).toBe(422);
  expect(taken.html).toContain(`<a href="#name-${id}">There is a tag of this name already.</a>`);
  expect(taken.html).toContain('value="OTHER"');
  expect((await post({ act: 'rename', name: 'New' })).location).toBe('/admin/tags?done=renamed');
  expect(await page(one)).toContain('<bdi>New</bdi>');
  expect((await post({ act: 'rename', name: 'NEW' })).status).toBe(303);
  const used = await post({ act: 'remove' });
  expect([used.status, used.html.includes('An application has this tag')]).toEqual([409, true]);
  await remove(one, id);
  expect((await post({ act: 'remove' })).location).toBe('/admin/tags?done=removed');
  expect(plainText(await page(one))).toContain('added the tag “a tag that is gone”');
  expect(plainText((await desk.editor.get(`/admin?tag=${id}`)).html)).toContain(
    'does not know the tag',
  );
  expect((await post({ act: 'rename', name: 'Again' })).status).toBe(404);
  expect((await desk.editor.post('/admin/tags/x', { act: 'remove' })).status).toBe(404);
});

it('reviewers neither see tags nor change or filter by them', async () => {
  const [one] = references as [string];
  await add(one, 'Secret word');
  const id = await idOf('Secret word');
  expect(await page(one, desk.reviewer)).not.toContain('Secret word');
  expect((await desk.reviewer.get('/admin')).html).not.toContain('Secret word');
  expect(rowsOf((await desk.reviewer.get(`/admin?tag=${id}`)).html)).toEqual([]);
  expect((await add(one, 'mine', desk.reviewer)).status).toBe(404);
  expect((await desk.reviewer.get('/admin/tags')).status).toBe(404);
  const rename = { act: 'rename', name: 'x' };
  expect((await desk.reviewer.post(`/admin/tags/${id}`, rename)).status).toBe(404);
});

it('tags go with the application', async () => {
  const { id, reference } = await createSubmitted(desk.deps, { values: { fullName: 'Gone' } });
  await add(reference, 'Gone tag');
  await eraseApplication(desk.deps, { id, actor: 'system' });
  const tag = await idOf('Gone tag');
  expect((await desk.editor.post(`/admin/tags/${tag}`, { act: 'remove' })).status).toBe(303);
});

it('the list takes as many queries with one tagged row as with three', async () => {
  const count = async (path: string) => {
    desk.countQueries();
    await desk.editor.get(path);
    return desk.countQueries();
  };
  const tag = await idOf('Secret word');
  const both = async () => [await count('/admin'), await count(`/admin?tag=${tag}`)];
  await add(references[1]!, 'Secret word');
  expect(await both()).toEqual([4, 4]);
  await add(references[2]!, 'Secret word');
  expect(await both()).toEqual([4, 4]);
});
