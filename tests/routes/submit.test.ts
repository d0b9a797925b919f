import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { plainText, summaryOf, titleOf } from '../support/html.ts';
import {
  draftTokenOf,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();
const receiptCodeOf = (html: string): string | undefined =>
  /<strong data-receipt-code[^>]*>([^<]*)<\/strong>/.exec(html)?.[1];

/** Rows that belong to one draft, whatever has become of it. */
async function rowsOf(token: string) {
  const { db } = test.deps;
  const { application } = await findDraft(test.deps, token);
  const events = await db
    .selectFrom('events')
    .select(['type', 'fromValue', 'toValue', 'actor'])
    .where('applicationId', '=', application.id)
    .execute();
  const mails = await db
    .selectFrom('mails')
    .select(['thread', 'template', 'language'])
    .where('applicationId', '=', application.id)
    .orderBy('thread')
    .execute();
  const tokens = await db
    .selectFrom('applicationTokens')
    .select('kind')
    .where('applicationId', '=', application.id)
    .orderBy('kind')
    .execute();
  return { stage: application.stage, events, mails, tokens: tokens.map(({ kind }) => kind) };
}

const submitted = {
  stage: 'screening',
  events: [{ type: 'submitted', fromValue: 'draft', toValue: 'screening', actor: 'applicant' }],
  mails: [
    { thread: 'applicant', template: 'receipt', language: 'en' },
    { thread: 'editors', template: 'editorial-notification', language: 'de' },
  ],
  tokens: ['draft', 'private', 'receipt'],
};

describe('submitting', () => {
  it('check 20: stores one application with its event, its tokens and two mails, and shows the receipt', async () => {
    const token = await fillDraft(test.app);
    const answer = await submit(test.app, token, { revision: 2 });
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location')!;
    expect(location).toMatch(/^\/en\/applications\/[\w-]{32}$/);
    expect(await rowsOf(token)).toEqual(submitted);
    const receipt = await getPage(location);
    expect(receiptCodeOf(receipt)).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/);
    const shown = plainText(receipt);
    expect(shown).toContain('Your application has arrived');
    expect(shown).toContain('by 8 December 2026');
    expect(shown).toContain('A receipt goes to nino@example.org.');
    expect(shown).toContain('i.dostalik@caucasuswatch.de');
    expect(shown).toMatch(/F-[2-9A-HJ-NP-Z]{6}/);
    expect(shown).toMatch(/cv\.pdf\s+CV\s+[\d.]+ kB\s+Download\s+SHA-256\s+[0-9a-f]{64}/);
  });

  it('check 10: is one application and one receipt, however often the button is pressed or the page reloaded', async () => {
    const token = await fillDraft(test.app);
    const first = await submit(test.app, token, { revision: 2 });
    const again = await submit(test.app, token, { revision: 2 });
    const unspecific = await submit(test.app, token);
    const locations = [first, again, unspecific].map((one) => one.headers.get('location'));
    expect(new Set(locations).size).toBe(1);
    expect(await rowsOf(token)).toEqual(submitted);
    const codes = [await getPage(locations[0]!), await getPage(locations[0]!)].map(receiptCodeOf);
    expect(codes[0]).toBe(codes[1]);
    expect(codes[0]).toBeDefined();
  });

  it('fifty times at once is one application', async () => {
    const token = await fillDraft(test.app);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => submit(test.app, token, { revision: 2 })),
    );
    expect(new Set(answers.map((one) => one.status))).toEqual(new Set([303]));
    expect(new Set(answers.map((one) => one.headers.get('location'))).size).toBe(1);
    expect(await rowsOf(token)).toEqual(submitted);
  });

  it('of what was changed meanwhile shows it again, with 409', async () => {
    const token = await fillDraft(test.app);
    await sendForm(test.app, { ...goodFields, fullName: 'Changed', draft: token });
    for (const revision of [2, 'x', 4]) {
      const answer = await submit(test.app, token, { revision });
      const html = await answer.text();
      expect(answer.status).toBe(409);
      expect(titleOf(html)).toBe('Error: Check your answers – Caucasus Watch');
      expect(plainText(html)).toContain('The draft was changed since this page was opened');
      expect(plainText(html)).toContain('Changed');
    }
    expect((await rowsOf(token)).stage).toBe('draft');
    expect((await submit(test.app, token, { revision: 3 })).status).toBe(303);
  });

  it('after it was submitted, with another state of it, is a conflict', async () => {
    const token = await fillDraft(test.app);
    await submit(test.app, token, { revision: 2 });
    expect((await submit(test.app, token, { revision: 1 })).status).toBe(409);
    expect(await rowsOf(token)).toEqual(submitted);
  });

  it('of an incomplete draft comes back as the form, with 422', async () => {
    const answer = await sendForm(
      test.app,
      { ...goodFields, intent: 'save' },
      goodFiles().slice(1),
    );
    const token = draftTokenOf(answer.headers.get('location')!);
    const refused = await submit(test.app, token);
    const html = await refused.text();
    expect(refused.status).toBe(422);
    expect(titleOf(html)).toBe('Error: Apply: Regional experts – Caucasus Watch');
    expect(summaryOf(html)).toEqual([
      { field: 'cv', message: 'Choose a file for the CV or paste it as text' },
    ]);
    expect((await rowsOf(token)).stage).toBe('draft');
  });

  it('leaves an address that leads back to the check page', async () => {
    const token = await fillDraft(test.app);
    const answer = await test.app.request(`/de/drafts/${token}/submit`);
    expect(answer.headers.get('location')).toBe(`/de/drafts/${token}/check`);
  });

  it('tells a body that is no form', async () => {
    const token = await fillDraft(test.app);
    const answer = await test.app.request(`/en/drafts/${token}/submit`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'not that',
    });
    expect([422, 303]).toContain(answer.status);
    expect(answer.status).toBe(422);
    expect((await rowsOf(token)).stage).toBe('draft');
  });

  it('settles the applicant’s language, that of the receipt', async () => {
    const token = await fillDraft(test.app);
    const answer = await submit(test.app, token, { language: 'de' });
    expect(answer.headers.get('location')).toMatch(/^\/de\/applications\//);
    expect((await rowsOf(token)).mails[0]).toEqual({ ...submitted.mails[0], language: 'de' });
    expect((await findDraft(test.deps, token)).application.language).toBe('de');
  });
});

describe('a submitted draft', () => {
  it('leads to the receipt', async () => {
    const token = await fillDraft(test.app);
    const location = (await submit(test.app, token)).headers.get('location');
    for (const path of [`/en/drafts/${token}`, `/en/drafts/${token}/check`]) {
      const answer = await test.app.request(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    }
  });

  it('takes no more changes: 409, and nothing is added to it', async () => {
    const token = await fillDraft(test.app);
    await submit(test.app, token);
    const answer = await sendForm(
      test.app,
      { ...goodFields, fullName: 'Late', cvText: 'late', draft: token },
      [filePart('writingSample', 'late.pdf')],
    );
    expect(answer.status).toBe(409);
    expect(titleOf(await answer.text())).toBe('Already submitted – Caucasus Watch');
    const { application } = await findDraft(test.deps, token);
    expect(application.fullName).toBe(goodFields.fullName);
    const documents = await test.deps.db
      .selectFrom('documents')
      .select('name')
      .where('applicationId', '=', application.id)
      .execute();
    expect(documents).toHaveLength(3);
  });

  it('says nothing about whether its address has applied before', async () => {
    const answers = [];
    for (const email of ['twice@example.org', 'twice@example.org', 'once@example.org']) {
      const form = await sendForm(test.app, { ...goodFields, email }, goodFiles());
      const token = draftTokenOf(form.headers.get('location')!);
      const check = await getPage(`/en/drafts/${token}/check`);
      const receipt = await getPage((await submit(test.app, token)).headers.get('location')!);
      const secrets =
        /[\w-]{32,36}|F-\w{6}|(\w{4}-){3}\w{4}|(twice|once)@|[0-9a-f]{64}|value="\d"/g;
      answers.push([form.status, check, receipt].map((one) => String(one).replace(secrets, '…')));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[1]).toEqual(answers[2]);
  });
});
