import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { deleteExpiredDrafts } from '../../src/db/cleanup.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, elementsOf, hrefsOf, plainText, titleOf } from '../support/html.ts';
import {
  applyPath,
  draftTokenOf,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
  submitFilled,
} from '../support/send-form.ts';

const day = 86_400;
const start = new Date('2026-11-24T09:00:00Z');
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
beforeEach(() => test.clock.set(start));
afterAll(() => test.stop());

const request = async (path: string): Promise<{ status: number; html: string }> => {
  const answer = await test.app.request(path);
  return { status: answer.status, html: await answer.text() };
};

describe('an address that leads nowhere', () => {
  const token = 'x'.repeat(32);

  it.each([
    [`/en/drafts/${token}`, 'No draft at this address – Caucasus Watch'],
    [`/en/drafts/${token}/check`, 'No draft at this address – Caucasus Watch'],
    [`/de/applications/${token}`, 'Keine Bewerbung unter dieser Adresse – Caucasus Watch'],
    ['/en/calls/nothing', 'Page not found – Caucasus Watch'],
    ['/en/calls/nothing/apply', 'Page not found – Caucasus Watch'],
    ['/en/nothing', 'Page not found – Caucasus Watch'],
    ['/nothing/at/all', 'Page not found – Caucasus Watch'],
  ])('%s is 404 with a page', async (path, title) => {
    const { status, html } = await request(path);
    expect(status).toBe(404);
    expect(titleOf(html)).toBe(title);
  });

  it('to submit to is 404 as well', async () => {
    expect((await submit(test.app, token)).status).toBe(404);
  });

  it('of another kind of token is 404: a draft’s opens no private page', async () => {
    const draft = await fillDraft(test.app);
    const location = await submitFilled(test.app);
    expect((await request(`/en/applications/${draft}`)).status).toBe(404);
    expect((await request(`/en/drafts/${location.split('/').at(-1)}`)).status).toBe(404);
  });
});

describe('a language that is not there', () => {
  it('is 404 and offers the same page in those that are', async () => {
    const answer = await test.app.request('/fr/calls/regional-experts', {
      headers: { 'accept-language': 'fr, de;q=0.8' },
    });
    const html = await answer.text();
    expect(answer.status).toBe(404);
    expect(titleOf(html)).toBe('Sprache nicht verfügbar – Caucasus Watch');
    expect(hrefsOf(html)).toEqual(
      expect.arrayContaining(['/en/calls/regional-experts', '/de/calls/regional-experts']),
    );
    for (const href of ['/en/calls/regional-experts', '/de/calls/regional-experts']) {
      expect((await test.app.request(href)).status).toBe(200);
    }
  });
});

describe('a draft that was left alone', () => {
  it('is kept for 30 days after its last change', async () => {
    const token = await fillDraft(test.app);
    test.clock.advance(29 * day);
    await sendForm(test.app, { ...goodFields, draft: token });
    test.clock.advance(30 * day - 1);
    expect((await request(`/en/drafts/${token}`)).status).toBe(200);
    test.clock.advance(1);
    for (const path of [`/en/drafts/${token}`, `/en/drafts/${token}/check`]) {
      const { status, html } = await request(path);
      expect([status, titleOf(html)]).toEqual([
        410,
        'This draft has been deleted – Caucasus Watch',
      ]);
    }
    expect((await submit(test.app, token)).status).toBe(410);
  });

  it('and was deleted is 410 still, not 404', async () => {
    const token = await fillDraft(test.app);
    test.clock.advance(31 * day);
    await deleteExpiredDrafts(
      test.deps.db,
      new Date(test.clock.now().getTime() - 30 * day * 1000),
      100,
      async () => {},
    );
    expect((await request(`/de/drafts/${token}`)).status).toBe(410);
    expect((await submit(test.app, token)).status).toBe(410);
  });

  it('keeps what is typed into its old form, for a new draft', async () => {
    const token = await fillDraft(test.app);
    test.clock.advance(31 * day);
    for (const [draft, status] of [
      [token, 410],
      ['y'.repeat(32), 404],
    ] as const) {
      const answer = await sendForm(
        test.app,
        { draft, ...goodFields, topics: 'a\nb', intent: 'save' },
        goodFiles(),
      );
      const html = await answer.text();
      expect(answer.status).toBe(status);
      expect(titleOf(html)).toBe('Error: No longer here – Caucasus Watch');
      const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
      expect(carried).toEqual([
        ...Object.entries({ ...goodFields, topics: 'a\nb' }).map(([name, value]) => [
          name,
          String(value),
        ]),
      ]);
      const again = await sendForm(test.app, { ...Object.fromEntries(carried), intent: 'save' });
      expect(again.status).toBe(303);
    }
  });
});

describe('an application that was erased', () => {
  it('is 410 under each of its links', async () => {
    const token = await fillDraft(test.app);
    const location = (await submit(test.app, token)).headers.get('location')!;
    const { application } = await findDraft(test.deps, token);
    const { db } = test.deps;
    await db.deleteFrom('jobs').execute();
    await db.deleteFrom('applications').where('id', '=', application.id).execute();
    for (const path of [location, `/en/drafts/${token}`, `/en/drafts/${token}/check`]) {
      expect((await request(path)).status).toBe(410);
    }
    expect((await submit(test.app, token)).status).toBe(410);
  });
});

describe('changing the language', () => {
  it('check 23: of a form takes everything typed along, judged by nobody', async () => {
    const html = (await request(applyPath())).html;
    const [, german] = elementsOf(html, 'button').filter((one) => one.form === 'application');
    expect(german).toMatchObject({
      formaction: applyPath('de'),
      name: 'intent',
      value: 'switch',
      lang: 'de',
    });
    const answer = await sendForm(
      test.app,
      { fullName: 'ნინო', email: 'not yet', [german!.name!]: german!.value! },
      goodFiles().slice(0, 1),
      { path: german!.formaction! },
    );
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location')!;
    expect(location).toMatch(/^\/de\/drafts\//);
    const kept = (await request(location)).html;
    expect(controlOf(kept, 'fullName').value).toBe('ნინო');
    expect(controlOf(kept, 'email').value).toBe('not yet');
    expect(plainText(kept)).toContain('cv.pdf');
    expect(plainText(kept)).not.toContain('Ihr Entwurf ist gespeichert');
    const { application } = await findDraft(test.deps, draftTokenOf(location));
    expect(application.language).toBe('de');
  });

  it('of a blank form begins no draft', async () => {
    const count = async () =>
      (await test.deps.db.selectFrom('applications').select('id').execute()).length;
    const before = await count();
    const answer = await sendForm(
      test.app,
      { via: 'https://example.org/a?b', fullName: '', cvText: '', intent: 'switch' },
      [{ field: 'cv', name: '', bytes: Buffer.alloc(0) }],
      { path: applyPath('de') },
    );
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      `${applyPath('de')}?via=https%3A%2F%2Fexample.org%2Fa%3Fb`,
    );
    expect(await count()).toBe(before);
  });

  it('of the check page and the receipt leads to the same one', async () => {
    const token = await fillDraft(test.app);
    const check = (await request(`/en/drafts/${token}/check`)).html;
    expect(hrefsOf(check)).toContain(`/de/drafts/${token}/check`);
    const location = await submitFilled(test.app);
    const receipt = (await request(location)).html;
    const languages = elementsOf(receipt, 'button').map((one) => one.formaction);
    expect(languages).toContain(`${location.replace('/en/', '/de/')}/messages`);
    const german = (await request(location.replace('/en/', '/de/'))).html;
    expect(titleOf(german)).toBe('Ihre Bewerbung ist eingegangen – Caucasus Watch');
    const code = /data-receipt-code[^>]*>([^<]*)/;
    expect(code.exec(german)?.[1]).toBe(code.exec(receipt)?.[1]);
  });
});
