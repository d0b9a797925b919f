import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { readPastedTexts, valuesOf } from '../../src/actions/read-application.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, elementsOf, hrefsOf, textareaOf, textOf, titleOf } from '../support/html.ts';
import { createMultipart } from '../support/multipart.ts';
import {
  applyPath,
  draftTokenOf,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  sendForm,
  submit,
} from '../support/send-form.ts';

const day = 86_400;
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
beforeEach(() => test.clock.reset());
afterAll(() => test.stop());

type Values = Parameters<typeof fieldParts>[0];

const openPath = '/en/calls/regional-experts/typed';
const post = async (path: string, values: Values, headers = {}) => {
  const { contentType, body } = createMultipart(fieldParts(values));
  const answer = await test.app.request(path, {
    method: 'POST',
    headers: { 'content-type': contentType, ...headers },
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
};
const save = (token: string, values: Values) => post(`/en/drafts/${token}/typed`, values);
const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();
/** What a page says of itself in its hidden field. */
const typedOf = (html: string): string =>
  elementsOf(html, 'input').find(({ name }) => name === 'typed')!.value!;
const later = (typed: string, by = 1): string =>
  typed.replace(/\d+$/, (order) => String(Number(order) + by));
const stored = async (token: string) => {
  const { application, key } = await findDraft(test.deps, token);
  const documents = await listDocuments(test.deps.db, application.id);
  const texts = await readPastedTexts(test.deps.db, key, documents);
  return { ...valuesOf(key, application), texts, application };
};
/** A page of a new draft that has typed its first letters. */
const openTyping = async (values: Values = { fullName: 'N' }) => {
  const typed = later(typedOf(await getPage(applyPath())));
  const { json } = await post(openPath, { ...values, typed });
  return { token: json.draft as string, typed };
};
const countDrafts = async (): Promise<number> => {
  const { count } = await test.deps.db
    .selectFrom('applications')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
};

describe('a page that saves what is typed by itself', () => {
  it('opens a draft with the first letters, and its link shows them', async () => {
    const typed = typedOf(await getPage(applyPath()));
    const via = 'https://example.org/article';
    const { status, json } = await post(openPath, { fullName: 'ნი', typed, via });
    expect(status).toBe(201);
    expect(controlOf(await getPage(`/de/drafts/${json.draft}`), 'fullName').value).toBe('ნი');
    expect((await stored(json.draft)).application.via).toBe(via);
  });

  it('stores nothing where nothing was typed', async () => {
    const before = await countDrafts();
    const blank = { fullName: ' ', email: '', 'q-ai': '', cvText: '\n' };
    expect(await post(openPath, blank)).toEqual({ status: 204, json: undefined });
    expect(await countDrafts()).toBe(before);
  });

  it('saves on, wrong values too, and keeps what a request leaves out of the pasted texts', async () => {
    const { token, typed } = await openTyping({ fullName: 'N', cvText: 'My CV' });
    const values = { fullName: 'Nino', email: 'nino@', places: ['georgia', 'x'], 'q-ai': 'none' };
    expect((await save(token, { ...values, typed: later(typed) })).status).toBe(204);
    const { fullName, email, places, answers, texts } = await stored(token);
    expect({ fullName, email, places, answers, cv: texts.cv }).toEqual({
      ...{ fullName: 'Nino', email: 'nino@', places: ['georgia', 'x'], answers: { ai: 'none' } },
      cv: 'My CV',
    });
    expect((await save(token, { cvText: '', typed: later(typed, 2) })).status).toBe(204);
    expect((await stored(token)).texts.cv).toBe('');
  });

  it('is not overtaken by its own earlier request', async () => {
    const { token, typed } = await openTyping();
    await save(token, { fullName: 'Nino Gel', typed: later(typed, 2) });
    expect((await save(token, { fullName: 'Nino', typed: later(typed, 1) })).status).toBe(204);
    expect((await stored(token)).fullName).toBe('Nino Gel');
    // The answer to the later one was lost: sent again, it is taken again.
    expect((await save(token, { fullName: 'Nino Gel', typed: later(typed, 2) })).status).toBe(204);
  });

  it('lets the draft live on', async () => {
    const { token, typed } = await openTyping();
    test.clock.advance(29 * day);
    await save(token, { fullName: 'Nino', typed: later(typed) });
    test.clock.advance(2 * day);
    expect((await test.app.request(`/en/drafts/${token}`)).status).toBe(200);
  });

  it('makes what the check page showed an older state', async () => {
    const token = await fillDraft(test.app);
    const { revision } = (await stored(token)).application;
    const typed = typedOf(await getPage(`/en/drafts/${token}`));
    await save(token, { ...goodFields, basedIn: 'Gori', typed });
    expect((await submit(test.app, token, { revision })).status).toBe(409);
  });

  it('drops answers to questions that the call does not ask, and files', async () => {
    const { token } = await openTyping();
    const { contentType, body } = createMultipart([
      ...fieldParts({ fullName: 'Nino', 'q-age': '44' }),
      filePart('cv', 'cv.pdf'),
    ]);
    const answer = await test.app.request(`/en/drafts/${token}/typed`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(body),
    });
    expect(answer.status).toBe(204);
    const { answers, application } = await stored(token);
    expect(answers).toEqual({});
    expect(await listDocuments(test.deps.db, application.id)).toEqual([]);
  });
});

describe('two pages of one draft', () => {
  it('do not overwrite each other: the older one is told, and nothing is lost', async () => {
    const { token, typed: mine } = await openTyping({ fullName: 'Nino', topics: 'Rivers' });
    const theirs = later(typedOf(await getPage(`/en/drafts/${token}`)));
    expect((await save(token, { fullName: 'Nino G.', typed: theirs })).status).toBe(204);
    const refused = await save(token, { fullName: 'Nino B.', typed: later(mine) });
    expect(refused.status).toBe(409);
    expect((await stored(token)).fullName).toBe('Nino G.');
    // With what the refusal said, the applicant's next press is a choice.
    const chosen = await save(token, { fullName: 'Nino B.', typed: later(refused.json.typed) });
    expect(chosen.status).toBe(204);
    expect((await stored(token)).fullName).toBe('Nino B.');
    expect((await save(token, { fullName: 'Nino X.', typed: later(theirs) })).status).toBe(409);
  });

  it('that say the same have nothing to settle', async () => {
    const { token, typed } = await openTyping({ fullName: 'Nino', cvText: 'CV' });
    const page = await getPage(`/en/drafts/${token}`);
    await save(token, { fullName: 'Nino', typed: later(typed) });
    const same = await save(token, { fullName: 'Nino', cvText: 'CV', typed: later(typedOf(page)) });
    expect(same.status).toBe(204);
    const other = await save(token, { fullName: 'Nino', cvText: 'C', typed: later(typed, 5) });
    expect(other.status).toBe(409);
  });

  it('meet without a script too: the form comes back with both versions', async () => {
    const token = await fillDraft(test.app);
    const mine = typedOf(await getPage(`/en/drafts/${token}`));
    const theirs = typedOf(await getPage(`/en/drafts/${token}`));
    const send = (values: Values, files = [] as ReturnType<typeof filePart>[]) =>
      sendForm(test.app, { ...goodFields, draft: token, ...values }, files);
    expect((await send({ basedIn: 'Gori', typed: theirs })).status).toBe(303);
    const answer = await send({ basedIn: 'Telavi', coverLetterText: 'x', typed: mine }, [
      filePart('cv', 'new.pdf'),
    ]);
    const html = await answer.text();
    expect(answer.status).toBe(409);
    expect(titleOf(html)).toBe('Error: Apply: Regional experts – Caucasus Watch');
    expect(textOf(html, 'conflict')).toContain('was changed in another window');
    expect(controlOf(html, 'basedIn').value).toBe('Telavi');
    expect(textareaOf(html, 'coverLetterText')).toBe('x');
    expect(hrefsOf(html)).toContain(`/en/drafts/${token}`);
    const before = await stored(token);
    expect([before.basedIn, before.texts.coverLetter]).toEqual(['Gori', '']);
    // A file is kept from the moment when it arrived.
    expect(html).toContain('new.pdf');
    const chosen = await send({ basedIn: 'Telavi', typed: typedOf(html), intent: 'save' });
    expect(chosen.status).toBe(303);
    expect((await stored(token)).basedIn).toBe('Telavi');
  });

  it('are one where somebody goes back and sends again, or where a request says nothing', async () => {
    const token = await fillDraft(test.app);
    const typed = typedOf(await getPage(`/en/drafts/${token}`));
    for (const basedIn of ['Gori', 'Telavi']) {
      const answer = await sendForm(test.app, { ...goodFields, draft: token, basedIn, typed });
      expect(answer.status).toBe(303);
    }
    const silent = await sendForm(test.app, { ...goodFields, draft: token, basedIn: 'Rustavi' });
    expect(silent.status).toBe(303);
    expect((await stored(token)).basedIn).toBe('Rustavi');
  });

  it('of which one only uploads do not disturb each other', async () => {
    const { token, typed } = await openTyping();
    const answer = await sendForm(
      test.app,
      { fullName: 'N', draft: token, typed: later(typed), intent: 'save' },
      [filePart('cv', 'cv.pdf')],
    );
    expect(draftTokenOf(answer.headers.get('location')!)).toBe(token);
    expect((await save(token, { fullName: 'Ni', typed: later(typed, 2) })).status).toBe(204);
    expect(await listDocuments(test.deps.db, (await stored(token)).application.id)).toHaveLength(1);
  });
});

describe('what can not be saved by itself', () => {
  it('is told in the reader’s language: unknown, gone, submitted, closed, foreign, no form', async () => {
    const token = await fillDraft(test.app);
    await submit(test.app, token);
    const { token: old } = await openTyping();
    const values = { fullName: 'N' };
    expect((await post(`/de/drafts/${token}/typed`, values)).json).toEqual({
      code: 'already-submitted',
      message: expect.stringContaining('abgesendet'),
    });
    expect((await save('x'.repeat(32), values)).status).toBe(404);
    expect((await post('/en/calls/nothing/typed', values)).status).toBe(404);
    test.clock.advance(31 * day);
    expect(await save(old, values)).toMatchObject({ status: 410, json: { code: 'gone' } });
    const foreign = { headers: { origin: 'https://evil.example' }, method: 'POST' };
    expect((await test.app.request(openPath, foreign)).status).toBe(403);
    expect((await test.app.request(openPath, { method: 'POST', body: 'x' })).status).toBe(422);
  });

  it('leaves no draft when its first save fails', async () => {
    const before = await countDrafts();
    expect((await post(openPath, { fullName: 'x'.repeat(5_000_000) })).status).toBe(413);
    expect(await countDrafts()).toBe(before);
  });
});
