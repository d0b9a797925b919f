import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { findCall } from '../../src/db/calls.ts';
import { edit, fillForm, openCall, prepareCall, readForm } from '../support/call-desk.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { controlOf, plainText, summaryOf, textareaOf, titleOf } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const seeded = '/admin/calls/regional-experts';
const publicPage = async (path: string): Promise<string> =>
  await (await desk.app.request(path)).text();
const countVersions = async (slug: string): Promise<number> =>
  (await findEditedCall(desk.deps.db, slug))!.number;

describe('saving', () => {
  it('makes a new version that readers get at once, with who made it', async () => {
    const answer = await edit(desk.admin, `${seeded}/fee`, {
      ...{ currency: 'eur', from: '150', to: '300', expenses: 'yes', paidWithinDays: '30' },
    });
    expect([answer.status, answer.location]).toEqual([303, `${seeded}/fee?saved=2`]);
    expect(plainText((await desk.admin.get(answer.location!)).html)).toContain(
      'Saved. Version 2 is in force.',
    );
    expect(plainText(await publicPage('/en/calls/regional-experts'))).toContain(
      '150 to 300 EUR per published piece',
    );
    const rows = await desk.deps.db
      .selectFrom('callVersions')
      .select(['number', 'createdBy', 'seededInbox', 'typed'])
      .orderBy('number')
      .execute();
    const seededInbox = 'redaktion@caucasuswatch.de';
    expect(rows).toEqual([
      { number: 1, createdBy: null, seededInbox, typed: null },
      { number: 2, createdBy: desk.admin.staff.id, seededInbox, typed: null },
    ]);
  });

  it('that changes nothing makes no version', async () => {
    const before = await countVersions('regional-experts');
    for (const page of ['fee', 'places', 'documents', 'newsroom', 'languages', 'texts/ka']) {
      const answer = await edit(desk.admin, `${seeded}/${page}`, {});
      expect(answer.location).toBe(`${seeded}/${page}?saved=${before}`);
    }
    expect(await countVersions('regional-experts')).toBe(before);
  });

  it('keeps what was typed beside what has to be mended', async () => {
    const typed = { currency: 'EURO', from: '300', to: '1.5', killFeePercent: '101' };
    const answer = await edit(desk.admin, `${seeded}/fee`, { ...typed, paidWithinDays: '' });
    expect([answer.status, titleOf(answer.html)]).toEqual([422, 'Error: Fee – Feder']);
    expect(summaryOf(answer.html)).toEqual([
      { field: 'currency', message: 'Shorten “Currency” to 3 characters' },
      {
        field: 'to',
        message: 'Enter a whole number from 0 to 1,000,000 for “Highest fee for a published piece”',
      },
      {
        field: 'killFeePercent',
        message: 'Enter a whole number from 0 to 100 for “Kill fee in percent”',
      },
      { field: 'paidWithinDays', message: 'Fill in “Paid within how many days”' },
    ]);
    expect(readForm(answer.html)).toMatchObject(typed);
    expect(controlOf(answer.html, 'to')['aria-invalid']).toBe('true');
  });

  it('refuses texts beyond their limits, and a body beyond all', async () => {
    const long = 'ა'.repeat(3001);
    const answer = await edit(desk.admin, `${seeded}/texts/ka`, { seek: long });
    expect([answer.status, textareaOf(answer.html, 'seek')]).toEqual([422, long]);
    expect(summaryOf(answer.html)).toEqual([
      { field: 'seek', message: 'Shorten “Whom we seek” to 3,000 characters' },
    ]);
    const huge = await desk.admin.post(`${seeded}/texts/ka`, { seek: 'a'.repeat(600_000) });
    expect(huge.status).toBe(413);
  });

  it('shows naughty strings inert', async () => {
    const naughty = `<script>alert('x')</script>\u202e\u0000 &amp; "'{count, plural}`;
    await edit(desk.admin, `${seeded}/texts/en`, { title: naughty, offer: naughty });
    const page = await publicPage('/en/calls/regional-experts');
    expect(page).not.toContain('<script>alert');
    expect(plainText(page)).toContain(`alert('x')`);
    const { html } = await desk.admin.get(seeded);
    expect(html).not.toContain('<script>alert');
    await edit(desk.admin, `${seeded}/texts/en`, { title: 'Regional experts', offer: 'Fair pay' });
  });

  it.each(['nothing', 'texts', 'texts/xx', 'questions/none', 'fee/x', 'constructor'])(
    'of %s is 404',
    async (page) => {
      expect((await desk.admin.get(`${seeded}/${page}`)).status).toBe(404);
      expect((await desk.admin.post(`${seeded}/${page}`, { base: '1' })).status).toBe(404);
    },
  );

  it('without the version it is based on is refused', async () => {
    expect((await desk.admin.post(`${seeded}/fee`, {})).status).toBe(422);
    expect((await desk.admin.post(`${seeded}/fee`, { base: '99' })).status).toBe(409);
    expect((await desk.admin.get('/admin/calls/%00')).status).toBe(404);
  });
});

describe('two at once', () => {
  it('on the same texts: the second is told, with both texts before them', async () => {
    const page = `${seeded}/texts/ru`;
    const mine = await fillForm(desk.admin, page, { title: 'Мой заголовок', lead: 'Моё' });
    await edit(desk.admin, page, { title: 'Чужой заголовок' });
    const answer = await desk.admin.post(page, mine);
    expect(answer.status).toBe(409);
    const text = plainText(answer.html).replace(/\s+/g, ' ');
    expect(text).toContain('Ada Admin saved version');
    expect(text).toContain('Stands now: Чужой заголовок');
    expect(text.match(/Stands now/g)).toHaveLength(1);
    expect(readForm(answer.html)).toMatchObject({ title: 'Мой заголовок', lead: 'Моё' });
    const call = await findCall(desk.deps.db, 'regional-experts');
    expect(call!.texts.ru!.title).toBe('Чужой заголовок');
    // Saved again, it replaces what was seen.
    expect((await desk.admin.post(page, readForm(answer.html))).status).toBe(303);
    expect((await findCall(desk.deps.db, 'regional-experts'))!.texts.ru).toMatchObject({
      title: 'Мой заголовок',
      lead: 'Моё',
    });
  });

  it('on different parts: both are kept', async () => {
    const mine = await fillForm(desk.admin, `${seeded}/texts/az`, { title: 'Mənim' });
    await edit(desk.admin, `${seeded}/documents`, { cv: 'optional' });
    expect((await desk.admin.post(`${seeded}/texts/az`, mine)).status).toBe(303);
    const call = await findCall(desk.deps.db, 'regional-experts');
    expect([call!.texts.az!.title, call!.documents.cv]).toEqual(['Mənim', 'optional']);
  });

  it('who press Save at the same moment make versions one after the other', async () => {
    const before = await countVersions('regional-experts');
    const page = `${seeded}/documents`;
    const form = await fillForm(desk.admin, page);
    const answers = await Promise.all(
      ['off', 'required', 'off', 'required'].map((coverLetter, index) =>
        desk.admin.post(page, { ...form, coverLetter, cv: index < 2 ? 'off' : 'required' }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, 409, 409, 409]);
    expect(await countVersions('regional-experts')).toBe(before + 1);
    await edit(desk.admin, page, { cv: 'required', coverLetter: 'required' });
  });
});

describe('languages', () => {
  it('that lack texts are told, and offered only on a second word', async () => {
    const path = await prepareCall(desk, 'two-languages');
    await openCall(desk, path);
    const overview = plainText((await desk.admin.get(path)).html).replace(/\s+/g, ' ');
    expect(overview).toContain('Georgian 5 texts missing not offered');
    const refused = await edit(desk.admin, `${path}/languages`, { 'offer-ka': 'yes' });
    expect(refused.status).toBe(422);
    expect(summaryOf(refused.html).map(({ field }) => field)).toEqual(['offer-ka']);
    expect(plainText(refused.html)).toContain('5 texts are missing');
    expect(readForm(refused.html)).toMatchObject({ 'offer-de': 'yes', 'offer-ka': 'yes' });
    const sure = { ...readForm(refused.html), sure: 'yes' };
    expect((await desk.admin.post(`${path}/languages`, sure)).status).toBe(303);
    // Offered, but not readable: the whole call in the publication's language, marked as such.
    const fallback = await publicPage('/ka/calls/two-languages');
    expect(fallback).toContain('<html lang="ka"');
    expect(fallback).toContain('<h1 lang="de">Stimmen vom Schwarzen Meer</h1>');
    await edit(desk.admin, `${path}/texts/ka`, {
      ...{ title: 'ხმები', lead: 'მოკლედ', seek: 'ვინ', readers: 'რედაქცია' },
    });
    const page = await publicPage('/ka/calls/two-languages');
    expect(page).toContain('<h1>ხმები</h1>');
    // A place without a name there keeps that of the publication's language.
    expect(plainText(page)).toContain('Batumi');
  });

  it('that are not offered stay unread, however finished', async () => {
    const path = await prepareCall(desk, 'not-offered');
    await openCall(desk, path);
    await edit(desk.admin, `${path}/texts/ka`, {
      ...{ title: 'საიდუმლო', lead: 'მოკლედ', seek: 'ვინ', readers: 'რედაქცია' },
    });
    for (const page of ['/ka/calls/not-offered', '/ka/calls/not-offered/apply', '/ka']) {
      expect(await publicPage(page)).not.toContain('საიდუმლო');
    }
  });

  it('always include the publication’s, and an open call never loses its words', async () => {
    const answer = await edit(desk.admin, '/admin/calls/two-languages/languages', {
      'offer-de': '',
    });
    expect([answer.status, summaryOf(answer.html)]).toEqual([
      422,
      [
        {
          field: 'offer-de',
          message: 'The call is always offered in the publication’s language',
        },
      ],
    ]);
    const emptied = await edit(desk.admin, '/admin/calls/two-languages/texts/ka', { title: ' ' });
    expect(summaryOf(emptied.html)).toEqual([{ field: 'title', message: 'Fill in “Title”' }]);
  });
});

describe('places', () => {
  it('are added under a key of their own and removed', async () => {
    const path = await prepareCall(desk, 'many-places');
    const added = await edit(desk.admin, `${path}/places`, {
      ...{ 'name-1': 'Süd-Ufer', 'name-2': 'სოხუმის გზა', 'key-2': 'coast-road' },
      'remove-batumi': 'yes',
    });
    expect(added.status).toBe(303);
    const { content } = (await findEditedCall(desk.deps.db, 'many-places'))!;
    expect(content.places).toEqual(['sud-ufer', 'coast-road']);
    expect(content.texts.de!.places).toEqual({
      'sud-ufer': 'Süd-Ufer',
      'coast-road': 'სოხუმის გზა',
    });
    const refused = await edit(desk.admin, `${path}/places`, {
      ...{ 'name-1': 'ხულო', 'name-2': 'Süd Ufer', 'key-3': 'x' },
    });
    expect(summaryOf(refused.html).map(({ field }) => field)).toEqual(['key-1', 'key-2', 'name-3']);
  });

  it('of an open call never run out', async () => {
    const places = ['armenia', 'azerbaijan', 'georgia', 'north-caucasus'];
    const all = Object.fromEntries(places.map((one) => [`remove-${one}`, 'yes']));
    const answer = await edit(desk.admin, `${seeded}/places`, all);
    expect(summaryOf(answer.html)).toEqual([
      {
        field: 'name-1',
        message: 'An open call has at least one place. Keep one or add one',
      },
    ]);
  });
});

describe('the inbox', () => {
  const inboxOf = async (slug: string): Promise<string | null> =>
    (await findEditedCall(desk.deps.db, slug))!.inbox;

  it('is never filled with the seeded address by itself', async () => {
    const page = await desk.admin.get(`${seeded}/newsroom`);
    expect(controlOf(page.html, 'inbox').value).toBe('');
    await edit(desk.admin, `${seeded}/newsroom`, { replyDays: '21' });
    expect(await inboxOf('regional-experts')).toBe(null);
  });

  it('is what an admin entered, several addresses included, and can be emptied', async () => {
    const page = `${seeded}/newsroom`;
    const before = await countVersions('regional-experts');
    const inbox = 'Desk@news.example,  second@news.example, Desk@news.example';
    expect((await edit(desk.admin, page, { inbox })).status).toBe(303);
    expect(await inboxOf('regional-experts')).toBe('Desk@news.example, second@news.example');
    // No part of a version.
    expect(await countVersions('regional-experts')).toBe(before);
    const wrong = await edit(desk.admin, page, { inbox: 'desk@news.example, nobody' });
    expect([wrong.status, controlOf(wrong.html, 'inbox').value]).toEqual([
      422,
      'desk@news.example, nobody',
    ]);
    await edit(desk.admin, page, { inbox: '' });
    expect(await inboxOf('regional-experts')).toBe(null);
  });

  it('changed meanwhile is a conflict', async () => {
    const page = `${seeded}/newsroom`;
    const mine = await fillForm(desk.admin, page, { inbox: 'mine@news.example' });
    await edit(desk.admin, page, { inbox: 'other@news.example' });
    const answer = await desk.admin.post(page, mine);
    expect(answer.status).toBe(409);
    expect(plainText(answer.html)).toContain('other@news.example');
    expect(await inboxOf('regional-experts')).toBe('other@news.example');
  });
});
