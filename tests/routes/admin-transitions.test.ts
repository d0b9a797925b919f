import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideByPages } from '../support/decide.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const submit = () => createSubmitted(desk.deps);
const pathOf = ({ reference }: { reference: string }): string => `/admin/applications/${reference}`;
const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');

/** Names of the acts that the page offers: buttons, and links to the steps of decisions. */
const actsOf = (html: string): string[] => [
  ...elementsOf(html, 'button').flatMap(({ name, value }) => (name === 'name' ? [value!] : [])),
  ...hrefsOf(html).flatMap((href) => /\/decide\/([a-z-]+)/.exec(href)?.[1] ?? []),
];

const move = (seat: Seat, application: { reference: string }, name: string, from: string) =>
  seat.post(`${pathOf(application)}/transitions`, { name, from });

test('the acts on the page are those of the transition table', async () => {
  const application = await submit();
  const acts = async (seat: Seat) => actsOf((await seat.get(pathOf(application))).html);
  const all = ['review', 'shortlist', 'accept', 'keep-on-file', 'decline'];
  expect(await acts(desk.editor)).toEqual(all);
  expect(await acts(desk.admin)).toEqual(all);
  expect(await acts(desk.reviewer)).toEqual([]);
  const { html } = await desk.editor.get(pathOf(application));
  const seen = elementsOf(html, 'input').filter(({ name }) => name === 'from');
  expect(seen.map(({ value }) => value)).toEqual(['screening', 'screening']);
  await decideByPages(desk.editor, application, 'accept', { letter: 'no' });
  expect(await acts(desk.editor)).toEqual(['reopen']);
});

test('an act moves the application, says so, and keeps the filters', async () => {
  const application = await submit();
  const { status, location } = await desk.editor.post(
    `${pathOf(application)}/transitions?stage=new&q=some`,
    { name: 'shortlist', from: 'screening' },
  );
  expect([status, location]).toEqual([303, `${pathOf(application)}?q=some&stage=new&moved=yes`]);
  const { html } = await desk.editor.get(location!);
  expect(textOfPage(html)).toContain('Done. The application now stands at “Shortlist”.');
});

test('an application that was moved meanwhile stays as it is: 409 and how it stands now', async () => {
  const application = await submit();
  expect((await move(desk.admin, application, 'review', 'screening')).status).toBe(303);
  const { status, html } = await move(desk.editor, application, 'review', 'screening');
  expect(status).toBe(409);
  expect(textOfPage(html)).toContain('was changed meanwhile, so nothing was done');
  expect(actsOf(html)).toEqual(['shortlist', 'accept', 'keep-on-file', 'decline']);
  const { rows } = await sql<{ stage: string }>`
    select stage from applications where id = ${application.id}`.execute(desk.deps.db);
  expect(rows).toEqual([{ stage: 'review' }]);
});

test('two who press at the same moment move it once', async () => {
  const application = await submit();
  const answers = await Promise.all(
    [desk.admin, desk.editor].map((seat) => move(seat, application, 'review', 'screening')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
});

test('acts that the table does not give to staff change nothing', async () => {
  const application = await submit();
  for (const name of ['withdraw', 'submit', 'recall', 'nonsense', 'constructor']) {
    expect((await move(desk.admin, application, name, 'screening')).status, name).toBe(409);
  }
  expect((await desk.admin.post(`${pathOf(application)}/transitions`, {})).status).toBe(422);
});

test('reviewers move nothing: for them the address is not there', async () => {
  const application = await submit();
  expect((await move(desk.reviewer, application, 'review', 'screening')).status).toBe(404);
  const { rows } = await sql<{ stage: string }>`
    select stage from applications where id = ${application.id}`.execute(desk.deps.db);
  expect(rows).toEqual([{ stage: 'screening' }]);
});

test('check 36: an act that decides is no move: the button of an old page leads to its step', async () => {
  const application = await submit();
  for (const name of ['accept', 'keep-on-file', 'decline', 'reopen']) {
    const { status, location } = await move(desk.editor, application, name, 'screening');
    expect([status, location]).toEqual([303, `${pathOf(application)}/decide/${name}`]);
  }
  const { rows } = await sql<{ stage: string }>`
    select stage from applications where id = ${application.id}`.execute(desk.deps.db);
  expect(rows).toEqual([{ stage: 'screening' }]);
});
