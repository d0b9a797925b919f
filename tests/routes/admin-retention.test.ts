import { afterAll, beforeAll, expect, it } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { pauseRetention } from '../../src/db/retention.ts';
import { moveSilently } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';

let desk: Desk;
let declined: Awaited<ReturnType<typeof createSubmitted>>;
beforeAll(async () => {
  desk = await createDesk();
  declined = await createSubmitted(desk.deps, { values: { fullName: 'ნინო' } });
  const staff = desk.editor.staff;
  await moveSilently(desk.deps, {
    ...{ id: declined.id, name: 'decline', staff },
  });
});
afterAll(() => desk.stop());

const page = async (seat = desk.admin) =>
  (await seat.get(`/admin/applications/${declined.reference}`)).html;
const hold = (form: Record<string, string>, seat = desk.admin) =>
  seat.post(`/admin/applications/${declined.reference}/hold?q=x`, form);

it('the page says when it is deleted and why', async () => {
  expect(await page()).toContain('Will be deleted on 26 May 2027, as the call promises');
  const { reference } = await createSubmitted(desk.deps);
  const { html } = await desk.editor.get(`/admin/applications/${reference}`);
  expect(html).toContain('No date is set: it is undecided or accepted.');
});

it('the list of what goes next is for admins, and empty while nothing is near', async () => {
  expect((await desk.admin.get('/admin/retention')).html).toContain(
    'Nothing is deleted in this time.',
  );
  expect((await desk.editor.get('/admin/retention')).status).toBe(404);
  desk.clock.advance(160 * 24 * 3600);
  const { html } = await desk.admin.get('/admin/retention');
  expect(html).toContain('1 declined');
  expect(html).toContain(declined.reference);
  expect((await desk.admin.get('/admin/publication')).html).toContain('href="/admin/retention"');
});

it('a hold needs a reason, is shown and logged, keeps it from erasure, and can be lifted', async () => {
  const blank = await hold({ act: 'place', holdReason: ' ' });
  expect(blank.status).toBe(422);
  expect(blank.html).toContain('Enter why it has to be kept');
  const long = await hold({ act: 'place', holdReason: 'x'.repeat(501) });
  expect(long.status).toBe(422);
  expect(long.html).toContain('x'.repeat(501));
  const placed = await hold({ act: 'place', holdReason: 'A dispute <b>' });
  expect([placed.status, placed.location]).toEqual([
    303,
    `/admin/applications/${declined.reference}?q=x`,
  ]);
  const html = await page();
  expect(html).toContain('A dispute &lt;b&gt;');
  expect(html).toContain('On legal hold since');
  expect(html).toContain('Ada Admin put it on legal hold');
  expect((await hold({ act: 'place', holdReason: 'Twice' })).status).toBe(409);
  expect((await desk.admin.get('/admin/retention')).html).toContain('A dispute &lt;b&gt;');

  const token = await findPrivateToken(desk.deps, declined, declined.key);
  const refused = await desk.app.request(`/de/applications/${token}/erase`, { method: 'POST' });
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('Das lässt sich jetzt nicht löschen');

  expect((await hold({ act: 'lift' })).status).toBe(303);
  expect(await page()).toContain('Ada Admin lifted the legal hold');
  expect((await hold({ act: 'lift' })).status).toBe(409);
});

it('editors see a hold and can’t touch it', async () => {
  await hold({ act: 'place', holdReason: 'Kept' });
  const html = await page(desk.editor);
  expect(html).toContain('Kept');
  expect(html).not.toContain('value="lift"');
  const reviewers = await page(desk.reviewer);
  expect(reviewers).toContain('On legal hold since');
  expect(reviewers).not.toContain('Kept');
  expect((await hold({ act: 'lift' }, desk.editor)).status).toBe(404);
  expect(await page()).toContain('Kept');
  await hold({ act: 'lift' });
});

it('after a leap of the clock an admin lets deleting go on', async () => {
  await pauseRetention(desk.deps.db, desk.clock.now(), 900_000);
  expect((await desk.admin.get('/admin/retention')).html).toContain('has leapt by more than a day');
  expect((await desk.editor.post('/admin/retention')).status).toBe(404);
  const answer = await desk.admin.post('/admin/retention');
  expect(answer.location).toBe('/admin/retention?done=yes');
  const { html } = await desk.admin.get('/admin/retention?done=yes');
  expect(html).not.toContain('has leapt');
  expect(html).toContain('What is due is deleted within the hour.');
});

it('the private page of a withdrawn application says when it is deleted', async () => {
  const application = await createSubmitted(desk.deps);
  const token = await findPrivateToken(desk.deps, application, application.key);
  await desk.app.request(`/en/applications/${token}/withdraw`, { method: 'POST' });
  const html = await (await desk.app.request(`/en/applications/${token}`)).text();
  const date = new Date(desk.clock.now().getTime() + 30 * 24 * 3600 * 1000);
  expect(html).toContain(
    `<dt>Deleted</dt><dd>${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}`,
  );
});
