import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../support/desk.ts';
import { elementsOf } from '../support/html.ts';
import { fillDraft, goodFields, sendForm, submitFilled } from '../support/send-form.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

/** Each of them would say or do something where it is put into a statement as it is. */
const fragments = [
  "'; drop table applications; --",
  "' or '1'='1",
  "' union select secret::text from rate_limit_secret --",
  "'||(select pg_sleep(9))||'",
  '"; delete from staff; --',
  "\\'; truncate applications cascade; --",
  '$$; drop schema keys cascade; $$',
  '%27%20or%201=1',
  '1; select 1/0',
  "{'a':1}",
  ":' & ' | !",
];
const countAll = async () => {
  const { rows } = await sql<{ applications: string; staff: string; keys: string }>`
    select (select count(*) from applications) as applications, (select count(*) from staff) as staff,
      (select count(*) from keys.application_keys) as keys`.execute(desk.deps.db);
  return rows[0]!;
};

it('1.2.4: SQL in any field of the form is stored as it was typed', async () => {
  for (const fragment of fragments) {
    const typed = { ...goodFields, fullName: fragment, topics: fragment, basedIn: fragment };
    const token = await fillDraft(desk.app, { ...typed, 'q-ai': fragment, intent: 'save' }, []);
    const html = await (await desk.app.request(`/en/drafts/${token}`)).text();
    const name = elementsOf(html, 'input').find((one) => one.name === 'fullName');
    expect(name?.value).toBe(fragment);
  }
});

describe('1.2.4: SQL in any parameter of the list finds what it says, and nothing more', () => {
  const parameters = [
    ...['q', 'stage', 'decision', 'place', 'language', 'handling', 'call', 'sort', 'after'],
    ...['before', 'tag', 'flag', 'view', 'reviewer', 'via'],
  ];
  it.each(parameters)('%s', async (parameter) => {
    await submitFilled(desk.app);
    const before = await countAll();
    for (const fragment of fragments) {
      const query = new URLSearchParams({ [parameter]: fragment });
      const { status, html } = await desk.admin.get(`/admin?${query}`);
      expect([fragment, status < 500]).toEqual([fragment, true]);
      expect(html).not.toMatch(/syntax error|unterminated|relation "/);
      // A name that nobody has is found nowhere: a condition that was slipped in would find all.
      if (parameter === 'q') expect(html).not.toContain('გელაშვილი');
    }
    expect(await countAll()).toEqual(before);
  });
});

it('attack 22: a field that comes twice counts once, and none names what every object has', async () => {
  desk.clock.advance(1);
  const body = new FormData();
  const twice = { fullName: ['First', 'Second'], email: ['a@example.org', 'b@example.org'] };
  for (const [name, values] of Object.entries(twice)) {
    for (const value of values) body.append(name, value);
  }
  for (const name of [
    '__proto__',
    'constructor',
    '__proto__[stage]',
    'constructor[prototype][x]',
  ]) {
    body.append(name, 'accepted');
    body.append(`q-${name}`, 'accepted');
    body.append(`language-${name}`, 'de');
  }
  body.set('intent', 'save');
  const answer = await desk.app.request('/en/calls/regional-experts/apply', {
    ...{ method: 'POST', body },
  });
  expect(answer.status).toBeLessThan(500);
  expect(({} as Record<string, unknown>).stage).toBeUndefined();
  const { stage, fullName, email } = await desk.deps.db
    .selectFrom('applications')
    .select(['stage', 'fullName', 'email'])
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  expect([stage, fullName, email]).toEqual(['draft', 'First', 'a@example.org']);
});

it('15.3.3: what the form does not ask is not taken from it', async () => {
  const extra = {
    ...{ stage: 'accepted', decision: 'accepted', reference: 'F-AAAAAA', role: 'admin' },
    ...{ handlingId: 'x', submittedAt: '2020-01-01', legalName: 'x', revision: '99' },
    ...{ retentionDays: '1', callId: 'x', id: 'x', createdAt: '2020-01-01' },
  };
  desk.clock.advance(1);
  const answer = await sendForm(desk.app, { ...goodFields, ...extra, intent: 'save' });
  expect(answer.status).toBe(303);
  const row = await desk.deps.db
    .selectFrom('applications')
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ stage: 'draft', submittedAt: null });
  expect(row.reference).not.toBe('F-AAAAAA');
  expect(row.createdAt).toEqual(desk.clock.now());
});
