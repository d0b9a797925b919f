import { afterAll, beforeAll, expect, it } from 'vitest';
import { viewLimits } from '../../src/domain/list-views.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  await createSubmitted(desk.deps, { values: { fullName: 'Nino Gelashvili' } });
  await createSubmitted(desk.deps, { values: { fullName: 'Ani Sargsyan', places: ['armenia'] } });
});
afterAll(() => desk.stop());

const views = (html: string): string =>
  plainText(/<nav class="views".*?<\/nav>/s.exec(html)?.[0] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
const list = async (path = '/admin', seat: Seat = desk.editor) => (await seat.get(path)).html;
const save = (form: Record<string, string>, seat: Seat = desk.editor) =>
  seat.post('/admin/views', form);
const idOf = async (name: string): Promise<string> =>
  (
    await desk.deps.db
      .selectFrom('savedViews')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
  ).id;

it('filters are kept under a name, stand above the list, and say how many fit when shown', async () => {
  expect(views(await list())).toBe('Waiting for me Late Mine Nobody’s Manage views');
  const filtered = await list('/admin?place=armenia&stage=new');
  expect(hrefsOf(filtered)).toContain('/admin/views?stage=new&place=armenia');
  const page = await list('/admin/views?stage=new&place=armenia&before=x');
  expect(elementsOf(page, 'input').find(({ name }) => name === 'query')?.value).toBe(
    'stage=new&place=armenia',
  );
  // Whatever order they come in, and with a place in the list, they are the same filters.
  const answer = await save({ name: ' Հայաստան ', query: 'place=armenia&stage=new&after=abc' });
  expect([answer.status, answer.location]).toEqual([303, '/admin?stage=new&place=armenia']);
  expect(views(await list())).toBe('Waiting for me Late Mine Nobody’s Հայաստան Manage views');
  expect(views(await list('/admin?stage=new&place=armenia'))).toBe(
    'Waiting for me Late Mine Nobody’s Հայաստան 1 Manage views',
  );
  expect(views(await list('/admin?handling=none'))).toBe(
    'Waiting for me Late Mine Nobody’s 2 Հայաստան Manage views',
  );
  expect(views(await list('/admin', desk.admin))).not.toContain('Հայաստան');
});

it('what is shared is seen by all editors, changed by its owner and admins, by nobody else', async () => {
  await save({ name: 'Georgia', query: 'place=georgia', shared: 'yes' });
  const id = await idOf('Georgia');
  expect(views(await list('/admin', desk.admin))).toContain('Georgia');
  const page = plainText((await desk.admin.get('/admin/views')).html).replace(/\s+/g, ' ');
  expect(page).toContain('for the whole newsroom · Edda Editor');
  const change = { act: 'change', name: 'Sakartvelo', shared: 'yes' };
  expect((await desk.admin.post(`/admin/views/${id}`, change)).location).toBe(
    '/admin/views?done=changed',
  );
  expect(views(await list())).toContain('Sakartvelo');
  const own = await save({ name: 'Admin’s own', query: 'sort=oldest' }, desk.admin);
  expect(own.status).toBe(303);
  await save({ name: 'Admin’s shared', query: 'sort=waiting', shared: 'yes' }, desk.admin);
  for (const name of ['Admin’s own', 'Admin’s shared']) {
    for (const act of ['change', 'remove']) {
      const tried = await desk.editor.post(`/admin/views/${await idOf(name)}`, { act, name: 'x' });
      expect(tried.status).toBe(404);
    }
  }
  const shared = await idOf('Admin’s shared');
  expect((await list('/admin/views')).includes(`action="/admin/views/${shared}"`)).toBe(false);
  expect((await desk.admin.post(`/admin/views/${id}`, { act: 'remove' })).status).toBe(303);
  expect((await desk.editor.post(`/admin/views/${id}`, { act: 'remove' })).status).toBe(404);
  expect(views(await list())).not.toContain('Sakartvelo');
});

it('a view says when what it filters by is gone', async () => {
  const { deps } = desk;
  const tag = { id: '01a20cc8-8e80-7b47-9638-d7305c2cebb3', name: 'Brief', key: 'brief' };
  await deps.db
    .insertInto('tags')
    .values({ ...tag, createdBy: null, createdAt: deps.clock.now() })
    .execute();
  await save({ name: 'Tagged', query: `tag=${tag.id}` });
  expect(await list(`/admin?tag=${tag.id}`)).not.toContain('no longer there');
  await deps.db.deleteFrom('tags').execute();
  expect(plainText(await list(`/admin?tag=${tag.id}`))).toContain(
    'This saved view filters by something that is no longer there.',
  );
  expect(plainText(await list('/admin/views'))).toContain('filters by something that is gone');
});

it('a name is needed, not longer than 60 characters, and what was typed stays', async () => {
  const empty = await save({ name: ' ', query: 'place=georgia', shared: 'yes' });
  expect(empty.status).toBe(422);
  expect(empty.html).toContain('<title>Error: ');
  expect(empty.html).toContain('<a href="#name">Enter a name.</a>');
  expect(elementsOf(empty.html, 'input').find(({ id }) => id === 'shared')).toHaveProperty(
    'checked',
  );
  const long = await save({ name: 'ა'.repeat(61), query: 'place=georgia' });
  expect([long.status, long.html.includes(`value="${'ა'.repeat(61)}"`)]).toEqual([422, true]);
  const id = await idOf('Հայաստան');
  const renamed = await desk.editor.post(`/admin/views/${id}`, { act: 'change', name: '' });
  expect(renamed.status).toBe(422);
  expect(renamed.html).toContain(`<a href="#name-${id}">Enter a name.</a>`);
});

it('filters that there are not are no view, nor is the whole list', async () => {
  const broken = await save({ name: 'Mars', query: 'place=mars' });
  expect([broken.status, broken.html.includes('can’t be saved')]).toEqual([422, true]);
  expect((await save({ name: 'All', query: '' })).status).toBe(422);
  expect((await save({ name: 'All', query: 'after=1&x=2' })).status).toBe(422);
  expect((await desk.editor.post('/admin/views/x', { act: 'remove' })).status).toBe(404);
  const id = await idOf('Հայաստան');
  expect((await desk.editor.post(`/admin/views/${id}`, { act: 'x' })).status).toBe(422);
});

it('one person keeps so many views at most', async () => {
  const { db } = desk.deps;
  const own = await db
    .selectFrom('savedViews')
    .select('id')
    .where('ownerId', '=', desk.editor.staff.id)
    .execute();
  for (let number = own.length; number < viewLimits.perPerson; number += 1) {
    expect((await save({ name: `v ${number}`, query: 'sort=oldest' })).status).toBe(303);
  }
  const more = await save({ name: 'one more', query: 'sort=oldest' });
  expect([more.status, more.html.includes('You have 30 views already')]).toEqual([422, true]);
});

it('reviewers have no views, and can’t make any by address', async () => {
  expect(await list('/admin', desk.reviewer)).not.toContain('<nav class="views"');
  expect((await desk.reviewer.get('/admin/views')).status).toBe(404);
  expect((await save({ name: 'x', query: 'sort=oldest' }, desk.reviewer)).status).toBe(404);
});

it('a list begins with the view that its reader chose, and the whole list is a link away', async () => {
  await desk.deps.db.deleteFrom('savedViews').execute();
  const start = (view: string, seat: Seat = desk.editor) =>
    seat.post('/admin/views/start', { view });
  expect(await list('/admin?handling=me')).toContain('Always begin with this view');
  const chosen = await start('mine');
  expect([chosen.status, chosen.location]).toEqual([303, '/admin?handling=me']);
  const begun = await desk.editor.get('/admin');
  expect([begun.status, begun.location]).toEqual([303, '/admin?handling=me']);
  expect((await desk.admin.get('/admin')).status).toBe(200);
  const html = await list('/admin?handling=me');
  expect(html).toContain('Begin with all applications again');
  expect(hrefsOf(html.split('</main>')[0]!)).toContain('/admin?all=yes');
  const whole = await desk.editor.get('/admin?all=yes');
  expect(whole.status).toBe(200);
  expect(whole.html).toContain('Nino Gelashvili');
  await save({ name: 'Begin here', query: 'place=armenia' });
  const id = await idOf('Begin here');
  expect((await start(id)).location).toBe('/admin?place=armenia');
  expect((await desk.editor.get('/admin')).location).toBe('/admin?place=armenia');
  // Nobody else's, and none that is gone.
  expect((await start(id, desk.admin)).status).toBe(404);
  expect((await start('nonsense')).status).toBe(404);
  expect((await start('mine', desk.reviewer)).status).toBe(404);
  await desk.editor.post(`/admin/views/${id}`, { act: 'remove' });
  expect((await desk.editor.get('/admin')).status).toBe(200);
  await start('mine');
  expect((await start('')).location).toBe('/admin?all=yes');
  expect((await desk.editor.get('/admin')).status).toBe(200);
});

it('reviewers see no view of others: its name or its search may tell who applied', async () => {
  const form = { name: 'Canary Galdavadze', query: 'q=galdavadze', shared: 'yes' };
  expect((await desk.editor.post('/admin/views', form)).status).toBe(303);
  expect((await desk.admin.get('/admin')).html).toContain('Canary Galdavadze');
  expect((await desk.reviewer.get('/admin')).html.toLowerCase()).not.toContain('galdavadze');
});
