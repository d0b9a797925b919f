import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportApplication } from '../../src/actions/export-application.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { withdrawApplication } from '../../src/actions/withdraw-application.ts';
import { createApp } from '../../src/app.tsx';
import { connect } from '../../src/db/client.ts';
import { decide } from '../support/decide.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { elementsOf, textareaOf } from '../support/html.ts';
import { sendForm } from '../support/send-form.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const show = async (path = '/admin/contributors', seat: Seat = desk.editor) => {
  const answer = await seat.get(path);
  return { ...answer, main: answer.html.split('</main>')[0]!.split('<main')[1] ?? '' };
};

type Who = Awaited<ReturnType<typeof createSubmitted>>;

/** Somebody who was accepted and told so, unless the act is another one. */
async function accepted(values: object, act: 'accept' | 'keep-on-file' | 'decline' = 'accept') {
  const who = await createSubmitted(desk.deps, { values });
  await decide(desk.deps, who, act, desk.editor.staff, { withLetter: false });
  desk.clock.advance(601);
  return who;
}

const pathOf = async (who: Who) =>
  `/en/applications/${await findPrivateToken(desk.deps, who, who.key)}`;

async function send(path: string, fields: Record<string, string | string[]>) {
  const response = await sendForm(desk.app, fields, [], { path });
  const { status, headers } = response;
  return { status, location: headers.get('location'), html: await response.text() };
}

const details = {
  byline: 'N. Canary',
  places: ['georgia'],
  languages: ['ka', 'en'],
  beats: 'Rivers',
};

describe('who is in the directory', () => {
  it('nobody at first, which the page says', async () => {
    expect((await show()).main).toContain('Nobody yet.');
  });

  it('follows what the applicant was told, not the click', async () => {
    const who = await createSubmitted(desk.deps, { values: { fullName: 'Told Later' } });
    await decide(desk.deps, who, 'accept', desk.editor.staff, { withLetter: false });
    expect((await show()).main).not.toContain('Told Later');
    expect((await desk.app.request(`${await pathOf(who)}/details`)).status).toBe(404);
    desk.clock.advance(601);
    expect((await show()).main).toContain('Told Later');
    expect((await show(`/admin/contributors/${who.reference}`)).status).toBe(200);
  });

  it('has those on file who agreed to it, and none who was declined, withdrew or was reopened', async () => {
    const file = await accepted({ fullName: 'On File', keepOnFile: true }, 'keep-on-file');
    const declined = await accepted({ fullName: 'Was Declined' }, 'decline');
    const gone = await accepted({ fullName: 'Went Away' });
    await withdrawApplication(
      desk.deps,
      await openPrivatePage(desk.deps, (await pathOf(gone)).split('/').at(-1)!),
    );
    const back = await accepted({ fullName: 'Came Back' });
    await decide(desk.deps, back, 'reopen', desk.editor.staff, { withLetter: false });
    const { main } = await show();
    expect(main).toContain('On File');
    for (const name of ['Was Declined', 'Went Away', 'Came Back']) expect(main).not.toContain(name);
    expect((await show('/admin/contributors?state=kept-on-file')).main).toContain('1 contributor<');
    for (const { reference } of [declined, gone, back])
      expect((await desk.editor.get(`/admin/contributors/${reference}`)).status).toBe(404);
    expect((await desk.editor.get(`/admin/contributors/${file.reference}`)).status).toBe(200);
  });

  it('is for editors and admins', async () => {
    const { reference } = await accepted({ fullName: 'Some One' });
    for (const path of ['', '.csv', `/${reference}`]) {
      expect((await desk.reviewer.get(`/admin/contributors${path}`)).status).toBe(404);
      expect((await desk.admin.get(`/admin/contributors${path}`)).status).toBe(200);
    }
    const look = { lookReason: 'Contract' };
    const seat = desk.reviewer;
    expect((await seat.post(`/admin/contributors/${reference}/legal-name`, look)).status).toBe(404);
    expect((await seat.post(`/admin/contributors/${reference}`, {})).status).toBe(404);
  });
});

describe('what contributors say of themselves', () => {
  it('comes back as it was typed, however long it is, and while the database is away', async () => {
    const who = await accepted({ fullName: 'Long Writer', places: ['georgia'], languages: ['ka'] });
    const path = `${await pathOf(who)}/details`;
    const beats = 'რ'.repeat(100_000);
    const long = await send(path, { ...details, beats });
    expect([long.status, textareaOf(long.html, 'beats')]).toEqual([422, beats]);
    const nowhere = connect({ url: 'postgres://127.0.0.1:9/none' });
    const away = createApp({ ...desk.deps, db: nowhere });
    const typed = { ...details, availability: 'later', availabilityNote: 'In May', legalName: 'L' };
    const failed = await sendForm(away, { ...typed, intent: 'send' }, [], { path });
    expect(failed.status).toBe(503);
    const carried = elementsOf(await failed.text(), 'input').map(({ name, value }) => [
      name,
      value,
    ]);
    expect(carried).toEqual(
      Object.entries(typed).flatMap(([name, values]) =>
        [values].flat().map((value) => [name, value]),
      ),
    );
    await nowhere.destroy();
  });

  it('is offered on their page, comes back with what is wrong, and is kept', async () => {
    const who = await accepted({ fullName: 'ნინო კანარი', places: ['georgia'], languages: ['ka'] });
    const path = await pathOf(who);
    expect(await (await desk.app.request(path)).text()).toContain(`href="${path}/details"`);
    const form = await (await desk.app.request(`${path}/details`)).text();
    expect(form).toContain('value="ნინო კანარი"');
    expect(form).toMatch(/value="georgia" checked/);

    const wrong = await send(`${path}/details`, {
      ...details,
      byline: ' ',
      beats: 'b'.repeat(2001),
      languages: ['xx'],
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('<title>Error:');
    for (const text of [
      'Enter the name under which',
      'Enter at most 2,000',
      'Choose from what',
      'b'.repeat(2001),
    ])
      expect(wrong.html).toContain(text);

    const [, intent = ''] = /name="intent" value="(\w+)">\s*Save my details/.exec(
      form.split('</h1>')[1]!,
    )!;
    const kept = await send(`${path}/details`, {
      ...details,
      intent,
      availability: 'now',
      legalName: 'Legal Canary',
    });
    expect([kept.status, kept.location]).toEqual([303, `${path}?done=details`]);
    const { main } = await show(`/admin/contributors/${who.reference}`);
    for (const text of ['N. Canary', 'Rivers', 'They last filled in their details on'])
      expect(main).toContain(text);
    expect(main).not.toContain('Legal Canary');
    expect((await show(`/admin/applications/${who.reference}`)).html).toContain(
      'The contributor filled in their details',
    );
  });

  it('keeps the legal name sealed, opens it for a reason only, and keeps who looked', async () => {
    const who = await accepted({ fullName: 'Sealed One' });
    const path = await pathOf(who);
    await send(`${path}/details`, { ...details, legalName: 'Zaza Canary-Legal' });
    // Saving again without one leaves it.
    await send(`${path}/details`, { ...details, byline: 'Other' });
    const dump = await sql<{
      row: string;
    }>`select to_jsonb(a)::text || coalesce(to_jsonb(c)::text, '') as row
      from applications as a left join contributors as c on c.application_id = a.id where a.id = ${who.id}`.execute(
      desk.deps.db,
    );
    expect(dump.rows[0]!.row).not.toContain('Canary-Legal');
    const address = `/admin/contributors/${who.reference}/legal-name`;
    const refused = await desk.editor.post(address, { lookReason: ' ' });
    expect(refused.status).toBe(422);
    expect(refused.html).not.toContain('Canary-Legal');
    const shown = await desk.editor.post(address, { lookReason: 'The contract' });
    expect(shown.html).toContain('Zaza Canary-Legal');
    const { main } = await show(`/admin/contributors/${who.reference}`);
    expect(main).toContain('Edda Editor looked it up:');
    expect(main).toContain('The contract');
    expect(main).not.toContain('Canary-Legal');
    const { rows } = await sql<{
      reason: string;
    }>`select reason from legal_name_looks where application_id = ${who.id}`.execute(desk.deps.db);
    expect(rows).toEqual([{ reason: 'The contract' }]);
  });

  it('is in their export; the newsroom’s notes are not', async () => {
    const who = await accepted({ fullName: 'Asks Everything' });
    await send(`${await pathOf(who)}/details`, { ...details, legalName: 'Own Legal' });
    await desk.editor.post(`/admin/contributors/${who.reference}`, {
      ...{ revision: '1', byline: 'N. Canary', fee: '150 € per article', notes: 'Secret note' },
    });
    const page = await openPrivatePage(desk.deps, (await pathOf(who)).split('/').at(-1)!);
    const [json] = await exportApplication(desk.deps, page);
    let text = '';
    for await (const part of json!.read()) text += part.toString();
    expect(JSON.parse(text).contributor).toMatchObject({
      ...{ byline: 'N. Canary', legalName: 'Own Legal', agreedFee: '150 € per article' },
    });
    expect(text).not.toContain('Secret note');
  });
});

describe('finding somebody', () => {
  it('by name in another script, by beat, place, language and availability', async () => {
    const who = await accepted({ fullName: 'ანი მაგალიძე' });
    await send(`${await pathOf(who)}/details`, {
      ...{ byline: 'Ani Zvirvelidze', places: ['armenia'], languages: ['hy'] },
      ...{ beats: 'Glaciers', availability: 'sometimes' },
    });
    for (const query of [
      'q=Magalidze',
      'q=ზვირველიძე',
      'q=glaciers',
      'language=hy&place=armenia',
      'availability=sometimes',
    ])
      expect((await show(`/admin/contributors?${query}`)).main, query).toContain('Ani Zvirvelidze');
    expect((await show('/admin/contributors?q=glaciers&place=georgia')).main).toContain(
      'Nobody fits',
    );
  });

  it('a filter that does not exist is told, and nothing is searched', async () => {
    for (const query of [
      'state=declined',
      'place=nowhere',
      'language=xx',
      `q=${'a'.repeat(10_000)}`,
    ]) {
      const { status, main } = await show(`/admin/contributors?${query}`);
      expect([query.slice(0, 20), status]).toEqual([query.slice(0, 20), 422]);
      expect(main).toContain('Nothing was searched');
    }
    expect((await show('/admin/contributors?after=forged')).status).toBe(200);
  });

  it('1.2.10: the table holds no formula', async () => {
    const who = await accepted({ fullName: '=cmd()' });
    const { html } = await show(`/admin/contributors.csv?q=${who.reference}`);
    expect(html.split('\r\n')[1]).toContain(`"'=cmd()"`);
  });
});

it('two editors at one entry: the second is told what the first saved, and loses nothing', async () => {
  const { reference } = await accepted({ fullName: 'Two Hands' });
  const path = `/admin/contributors/${reference}`;
  const mine = { revision: '0', byline: 'First', notes: 'of the first' };
  expect((await desk.editor.post(path, mine)).location).toBe(`${path}?done=saved`);
  const second = await desk.admin.post(path, {
    revision: '0',
    byline: 'Second',
    notes: 'of the second',
  });
  expect(second.status).toBe(409);
  for (const text of ['of the first', 'of the second', 'name="revision" value="1"'])
    expect(second.html).toContain(text);
  expect((await desk.admin.post(path, { revision: 'x', byline: 'Second' })).status).toBe(422);
});

it('an entry takes long texts in any script, and keeps a place that no call has any more', async () => {
  const who = await accepted({ fullName: 'Long Entry', places: ['georgia'] });
  const path = `/admin/contributors/${who.reference}`;
  const long = 'ა'.repeat(2000);
  const form = { revision: '0', byline: 'Long Entry', places: 'georgia', beats: long, notes: long };
  expect((await desk.editor.post(path, form)).location).toBe(`${path}?done=saved`);
  await sql`update contributors set places = '{old-place}' where application_id = ${who.id}`.execute(
    desk.deps.db,
  );
  expect((await show(path)).main).toMatch(/value="old-place" checked/);
  const again = { ...form, revision: '1', places: 'old-place' };
  expect((await desk.editor.post(path, again)).status).toBe(303);
  const stale = await desk.admin.post(path, { ...again, languages: 'hy' });
  expect([stale.status, stale.html.includes('<dd>old-place</dd>')]).toEqual([409, true]);
});

it('an address finds whoever has it', async () => {
  const who = await accepted({ fullName: 'By Address', email: 'unusual.address@example.org' });
  const { main } = await show('/admin/contributors?q=unusual.address%40example.org');
  expect(main).toContain(who.reference);
  expect(main).toContain('1 contributor<');
});
