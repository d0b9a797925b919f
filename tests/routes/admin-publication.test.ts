import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPrivacyNotice, getPublication } from '../../src/db/calls.ts';
import { edit, fillForm, readForm } from '../support/call-desk.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { controlOf, plainText, summaryOf, textareaOf, titleOf } from '../support/html.ts';
import { fillDraft, submit } from '../support/send-form.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const page = '/admin/publication';
const publicText = async (path: string): Promise<string> =>
  plainText(await (await desk.app.request(path)).text());

describe('the publication', () => {
  it('says what is still empty', async () => {
    const { html } = await desk.admin.get(page);
    expect(plainText(html)).toMatch(/Still to fill in:\s+imprint\s+fee of “Regional experts”/);
  });

  it('is edited, and readers see it at once', async () => {
    const answer = await edit(desk.admin, page, {
      ...{ name: 'Schwarzmeerpost', timeZone: 'asia/tbilisi', site: 'post.example' },
      ...{ imprint: 'Verlag GmbH\n\n Straße 1 ', draftDays: '14' },
    });
    expect([answer.status, answer.location]).toEqual([303, `${page}?done=saved`]);
    expect(await getPublication(desk.deps.db)).toMatchObject({
      ...{ name: 'Schwarzmeerpost', timeZone: 'Asia/Tbilisi', language: 'de', draftDays: 14 },
      imprint: { lines: ['Verlag GmbH', 'Straße 1'] },
      links: { site: 'https://post.example/' },
    });
    expect(await publicText('/en/imprint')).toContain('Verlag GmbH');
    expect(titleOf(await (await desk.app.request('/en/imprint')).text())).toBe(
      'Imprint – Schwarzmeerpost',
    );
    const again = plainText((await desk.admin.get(page)).html);
    expect(again).toMatch(/Still to fill in:\s+fee of “Regional experts”/);
  });

  it('is judged, with what was typed', async () => {
    const typed = {
      ...{ name: '', timeZone: 'Europe/Nowhere', site: 'javascript:alert(1)', draftDays: '0' },
      language: 'fr',
    };
    const answer = await edit(desk.admin, page, typed);
    expect([answer.status, titleOf(answer.html)]).toEqual([422, 'Error: Publication – Feder']);
    expect(summaryOf(answer.html)).toEqual([
      { field: 'name', message: 'Fill in “Name”' },
      {
        field: 'timeZone',
        message: 'Enter a time zone by its name, like Europe/Berlin or Asia/Tbilisi',
      },
      {
        field: 'language',
        message: 'Choose one of the options for “Language of the publication”',
      },
      { field: 'site', message: 'Enter a web address like https://example.org/article' },
      {
        field: 'draftDays',
        message: 'Enter a whole number from 1 to 365 for “Days for which a draft is kept”',
      },
    ]);
    expect(controlOf(answer.html, 'timeZone').value).toBe('Europe/Nowhere');
    expect((await getPublication(desk.deps.db)).name).toBe('Schwarzmeerpost');
  });

  it.each(['+03:00', 'UTC+3', 'Mars/Base', '../etc'])('has no time zone %s', async (timeZone) => {
    expect((await edit(desk.admin, page, { timeZone })).status).toBe(422);
  });

  it('changed meanwhile is a conflict, even at the same moment', async () => {
    const mine = await fillForm(desk.admin, page, { name: 'Mine' });
    await edit(desk.admin, page, { name: 'Theirs' });
    const answer = await desk.admin.post(page, mine);
    expect(answer.status).toBe(409);
    expect(plainText(answer.html).replace(/\s+/g, ' ')).toContain('Stands now: Theirs');
    expect(readForm(answer.html).name).toBe('Mine');
    expect((await getPublication(desk.deps.db)).name).toBe('Theirs');
    expect((await desk.admin.post(page, readForm(answer.html))).status).toBe(303);
    expect((await getPublication(desk.deps.db)).name).toBe('Mine');
  });
});

describe('the privacy notice', () => {
  it('is edited in one language as a new version; who applied keeps theirs', async () => {
    await submit(desk.app, await fillDraft(desk.app));
    const path = `${page}/notice/en`;
    const answer = await edit(desk.admin, path, {
      'text-1': 'The Mine GmbH.',
      'heading-8': 'Whom to ask',
      'text-8': 'Our officer.',
    });
    expect(answer.location).toBe(`${path}?saved=2`);
    const text = await publicText('/en/privacy');
    expect(text).toContain('Version 2');
    expect(text).toContain('The Mine GmbH.');
    expect(text).toContain('Whom to ask');
    expect(await publicText('/de/privacy')).not.toContain('Mine GmbH');
    const { sections } = (await getPrivacyNotice(desk.deps.db)).texts.de!;
    expect(sections).toHaveLength(7);
    const applied = await desk.deps.db
      .selectFrom('applications as a')
      .innerJoin('privacyNotices as n', 'n.id', 'a.privacyNoticeId')
      .select('n.number')
      .execute();
    expect(applied).toEqual([{ number: 1 }]);
    const notices = await desk.deps.db
      .selectFrom('privacyNotices')
      .select(['number', 'createdBy'])
      .orderBy('number')
      .execute();
    expect(notices).toEqual([
      { number: 1, createdBy: null },
      { number: 2, createdBy: desk.admin.staff.id },
    ]);
  });

  it('has no half sections, and none at all only where another language stands in', async () => {
    const half = await edit(desk.admin, `${page}/notice/en`, { 'heading-1': '' });
    expect(summaryOf(half.html)).toEqual([
      { field: 'heading-1', message: 'Fill in “Section 1: Heading”' },
    ]);
    const emptied = async (language: string) => {
      const path = `${page}/notice/${language}`;
      const form = await fillForm(desk.admin, path);
      const blank = Object.keys(form).map((name) => [name, name === 'base' ? form[name]! : '']);
      return await desk.admin.post(path, Object.fromEntries(blank));
    };
    expect((await emptied('de')).status).toBe(422);
    expect((await emptied('hy')).status).toBe(303);
    const fallback = await (await desk.app.request('/hy/privacy')).text();
    expect(fallback).toContain('<h2 lang="de">');
  });

  it('changed meanwhile in the same language is a conflict, in another one it is not', async () => {
    const ka = await fillForm(desk.admin, `${page}/notice/ka`, { 'text-1': 'ჩემი' });
    const az = await fillForm(desk.admin, `${page}/notice/az`, { 'text-1': 'Mənim' });
    await edit(desk.admin, `${page}/notice/ka`, { 'text-1': 'სხვისი' });
    expect((await desk.admin.post(`${page}/notice/az`, az)).status).toBe(303);
    const answer = await desk.admin.post(`${page}/notice/ka`, ka);
    expect([answer.status, textareaOf(answer.html, 'text-1')]).toEqual([409, 'ჩემი']);
    expect(plainText(answer.html).replace(/\s+/g, ' ')).toContain('Stands now: სხვისი');
    const { texts } = await getPrivacyNotice(desk.deps.db);
    expect([texts.ka!.sections[0]!.text, texts.az!.sections[0]!.text]).toEqual(['სხვისი', 'Mənim']);
  });

  it('of a language that there is not is 404', async () => {
    expect((await desk.admin.get(`${page}/notice/xx`)).status).toBe(404);
    expect((await desk.admin.post(`${page}/notice/xx`, { base: '1' })).status).toBe(404);
  });
});
