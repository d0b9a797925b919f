import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, hrefsOf, idsOf, plainText, summaryOf, titleOf } from '../support/html.ts';
import {
  applyPath,
  draftTokenOf,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
  submitFilled,
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

describe('the check page', () => {
  it('shows every answer with a way back to its control, and what was left blank', async () => {
    const token = await fillDraft(test.app, { languages: ['ka', 'de'], keepOnFile: 'yes' });
    const form = await getPage(`/en/drafts/${token}`);
    const check = await getPage(`/en/drafts/${token}/check`);
    expect(titleOf(check)).toBe('Check your answers – Caucasus Watch');
    const changes = hrefsOf(check).filter((href) => href.includes('#') && href !== '#main');
    expect(changes.map((href) => href.split('#')[1])).toEqual([
      ...['fullName', 'latinName', 'penName', 'email', 'contactChannel', 'places', 'placesOther'],
      ...['basedIn', 'languages', 'topics', 'links', 'cv', 'coverLetter', 'writingSample'],
      'keepOnFile',
    ]);
    for (const href of changes) {
      expect(href.split('#')[0]).toBe(`/en/drafts/${token}`);
      expect(idsOf(form)).toContain(href.split('#')[1]);
    }
    const shown = plainText(check);
    expect(shown).toMatch(/Full name\s+ნინო გელაშვილი\s+Change/);
    expect(shown).toMatch(/Which languages do you work in\?\s+Georgian and German\s+Change/);
    expect(shown).toMatch(/Where do you live\?\s+Not provided\s+Change/);
    expect(shown).toMatch(/CV\s+cv\.pdf/);
    expect(shown).toMatch(/Keep on file\s+Yes/);
    expect(shown).toContain('Submit the application');
  });

  it('lists what is missing instead of offering to submit', async () => {
    const answer = await sendForm(test.app, { fullName: 'Nino', intent: 'save' });
    const token = draftTokenOf(answer.headers.get('location')!);
    const check = await getPage(`/en/drafts/${token}/check`);
    expect(titleOf(check)).toBe('Error: Check your answers – Caucasus Watch');
    expect(summaryOf(check).map((one) => one.field)).toEqual([
      ...['email', 'places', 'cv', 'coverLetter', 'writingSample', 'consent'],
    ]);
    expect(elementsOf(check, 'form')).toEqual([]);
  });
});

describe('submitting', () => {
  it('stores one application with its event, its tokens and two mails, and shows the receipt', async () => {
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
    expect(shown).toMatch(/cv\.pdf\s+CV\s+[\d.]+ kB\s+SHA-256\s+[0-9a-f]{64}/);
  });

  it('is one application and one receipt, however often the button is pressed or the page reloaded', async () => {
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
    expect(titleOf(await answer.text())).toBe('Already submitted – Feder');
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
      const secrets = /[\w-]{32}|F-\w{6}|(\w{4}-){3}\w{4}|(twice|once)@|[0-9a-f]{64}|value="\d"/g;
      answers.push([form.status, check, receipt].map((one) => String(one).replace(secrets, '…')));
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[1]).toEqual(answers[2]);
  });
});

describe('the article that somebody came from', () => {
  const viaOf = async (token: string) => (await findDraft(test.deps, token)).application.via;

  it('travels from the call page to the form and is stored by the first POST', async () => {
    const via = 'https://example.org/article?id=1&x="y"';
    const call = await getPage(`/en/calls/regional-experts?via=${encodeURIComponent(via)}`);
    const apply = hrefsOf(call).find((href) => href.startsWith(applyPath()))!;
    const form = await getPage(apply);
    const carried = elementsOf(form, 'input').find((one) => one.name === 'via')?.value;
    expect(carried).toBe(via);
    const token = await fillDraft(test.app, { via: carried! });
    expect(await viaOf(token)).toBe(via);
    await sendForm(test.app, { ...goodFields, draft: token, via: 'https://other.example' });
    expect(await viaOf(token)).toBe(via);
  });

  it('is dropped beyond 300 characters', async () => {
    const longest = `https://example.org/${'a'.repeat(280)}`;
    expect(await viaOf(await fillDraft(test.app, { via: longest }))).toBe(longest);
    expect(await viaOf(await fillDraft(test.app, { via: `${longest}a` }))).toBeNull();
    const form = await getPage(`${applyPath()}?via=${encodeURIComponent(`${longest}a`)}`);
    expect(elementsOf(form, 'input').some((one) => one.name === 'via')).toBe(false);
  });

  it('is a link nowhere on the public pages', async () => {
    const location = await submitFilled(test.app, { via: 'javascript:alert(1)' });
    expect(hrefsOf(await getPage(location)).some((href) => href.includes('alert'))).toBe(false);
  });
});
