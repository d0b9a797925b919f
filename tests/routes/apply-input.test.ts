import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft, getOpenDraft } from '../../src/actions/open-draft.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createTestCall } from '../support/applications.ts';
import {
  controlOf,
  elementsOf,
  plainText,
  summaryOf,
  textareaOf,
  textOf,
} from '../support/html.ts';
import { createMultipart, type Part } from '../support/multipart.ts';
import {
  applyPath,
  fieldParts,
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

const sendParts = async (parts: readonly Part[]): Promise<Response> => {
  const { contentType, body } = createMultipart(parts);
  return await test.app.request(applyPath(), {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: new Uint8Array(body),
  });
};
const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();

describe('what was typed', () => {
  const typed = {
    fullName: `${'ნ'.repeat(300)}`,
    latinName: '"><b>Nino</b>',
    penName: '{name} <link>x</link>',
    email: 'nino@@example',
    contactChannel: 'telegram',
    contactHandle: "'; drop table applications; --",
    places: ['armenia', 'georgia'],
    placesOther: 'Tuscheti & Chewsureti',
    basedIn: 'Tbilissi',
    languages: ['ka', 'lez'],
    topics: 'one\n<script>alert(1)</script>\n\nthree',
    links: ['example.org/a', 'not a link', 'https://c.example'],
    cvText: 'Pasted <b>CV</b>',
    'q-ai': 'text',
    keepOnFile: 'yes',
  };

  const expectTyped = (html: string): void => {
    for (const field of ['fullName', 'latinName', 'penName', 'email', 'contactHandle'] as const) {
      expect(controlOf(html, field).value).toBe(typed[field]);
    }
    for (const field of ['placesOther', 'basedIn'] as const) {
      expect(controlOf(html, field).value).toBe(typed[field]);
    }
    const inputs = elementsOf(html, 'input');
    const ticked = inputs.filter((one) => 'checked' in one).map((one) => one.value);
    expect(ticked).toEqual(['armenia', 'georgia', 'ka', 'lez', 'text', 'yes']);
    expect(inputs.filter((one) => one.name === 'links').map((one) => one.value)).toEqual([
      ...typed.links,
      ...['', ''],
    ]);
    expect(textareaOf(html, 'topics')).toBe(typed.topics);
    expect(textareaOf(html, 'cvText')).toBe(typed.cvText);
    const chosen = elementsOf(html, 'option').filter((one) => 'selected' in one);
    expect(chosen.map((one) => one.value)).toContain('telegram');
  };

  it('check 7: survives a mistake as it was, right or wrong', async () => {
    const answer = await sendForm(test.app, typed);
    expect(answer.status).toBe(422);
    expectTyped(await answer.text());
  });

  it('is there again under the draft’s link, in both languages', async () => {
    const html = await (await sendForm(test.app, typed)).text();
    const draft = controlDraft(html);
    expectTyped(await getPage(`/en/drafts/${draft}`));
    expectTyped(await getPage(`/de/drafts/${draft}`));
  });
});

const controlDraft = (html: string): string =>
  elementsOf(html, 'input').find((one) => one.name === 'draft')!.value!;

describe('hostile fields', () => {
  it('are cleaned of what the database can not hold, in every place', async () => {
    const token = await fillDraft(
      test.app,
      {
        fullName: 'Ni\0no\ud83d',
        email: 'nino\0@example.org',
        basedIn: '\0',
        topics: 'a\0b',
        contactChannel: '\0signal',
        contactHandle: '+995\0',
        links: ['example.org/\0a'],
        cvText: 'a\0b',
        'q-a\0i': 'no\0ne',
        via: 'https://example.org/\0article',
        intent: 'save',
      },
      goodFiles().map((part) => ({ ...part, name: `a\0${part.name}` })),
    );
    const html = await getPage(`/en/drafts/${token}`);
    expect(controlOf(html, 'fullName').value).toBe('Nino\ufffd');
    expect(controlOf(html, 'email').value).toBe('nino@example.org');
    expect(textareaOf(html, 'cvText')).toBe('ab');
    expect(plainText(html)).toContain('acv.pdf');
  });

  it('lead nowhere in an address either', async () => {
    for (const path of [
      '/en/calls/a%00b',
      '/en/calls/a%00b/apply',
      '/en/drafts/a%00b',
      '/en/applications/%00',
      '/en/calls/%ff%fe',
      '/en/calls/%',
    ]) {
      expect([path, (await test.app.request(path)).status]).toEqual([path, 404]);
    }
    expect((await sendForm(test.app, goodFields, [], { path: '/en/calls/%00/apply' })).status).toBe(
      404,
    );
  });

  it('attack 22: can not name what every object has', async () => {
    const token = await fillDraft(test.app, {
      places: ['georgia', 'constructor', '__proto__'],
      languages: ['constructor', 'x!'],
      contactChannel: 'constructor',
      __proto__x: '1',
      intent: 'save',
    });
    expect((await test.app.request(`/en/drafts/${token}`)).status).toBe(200);
    const check = await test.app.request(`/en/drafts/${token}/check`);
    expect(check.status).toBe(200);
    expect(summaryOf(await check.text()).map((one) => one.field)).toEqual([
      'contactChannel',
      'places',
      'languages',
    ]);
    const answer = await sendForm(test.app, {
      draft: token,
      'q-__proto__': 'y',
      'q-toString': 'z',
    });
    expect(answer.status).toBe(422);
    expect(textOf(await answer.text(), 'alert')).toContain(
      'a question that this call does not ask',
    );
    expect((await findDraft(test.deps, token)).application.answers).toEqual({});
  });

  it('do not choose their own documents to change', async () => {
    const token = await fillDraft(test.app);
    const answer = await sendForm(test.app, {
      ...goodFields,
      draft: token,
      remove: "not-a-uuid' or 1=1",
      'language-------------------------------------': 'ka',
      'language-00000000-0000-7000-8000-000000000000': 'ka',
    });
    expect(answer.status).toBe(303);
    expect(plainText(await getPage(`/en/drafts/${token}`))).toContain('cv.pdf');
  });

  it('attack 21: can not reach into another draft', async () => {
    const theirs = await fillDraft(test.app);
    const [remove] = elementsOf(await getPage(`/en/drafts/${theirs}`), 'button').filter(
      (one) => one.name === 'remove',
    );
    const mine = await fillDraft(test.app);
    await sendForm(test.app, { ...goodFields, draft: mine, remove: remove!.value! });
    expect(plainText(await getPage(`/en/drafts/${theirs}`))).toContain('cv.pdf');
    expect(plainText(await getPage(`/en/drafts/${mine}`))).toContain('cv.pdf');
  });

  it('can not bring the draft of one call into another', async () => {
    await createTestCall(test.deps.db, test.clock.now(), { slug: 'second' });
    const draft = await fillDraft(test.app);
    const path = '/en/calls/second/apply';
    const answer = await sendForm(test.app, { ...goodFields, fullName: 'X', draft }, [], { path });
    expect(answer.status).toBe(404);
    const { application } = await findDraft(test.deps, draft);
    expect(application.fullName).toBe(goodFields.fullName);
  });

  it('15.3.3: never set a stage or a decision', async () => {
    const token = await fillDraft(test.app, { stage: 'accepted', decision: 'accepted' });
    const draft = await findDraft(test.deps, token);
    expect(draft.application).toMatchObject({ stage: 'draft', decision: null });
    await submit(test.app, token);
    const submitted = await findDraft(test.deps, token);
    expect(submitted.application).toMatchObject({ stage: 'screening', decision: null });
  });

  it('beyond a number are dropped, and the form says so', async () => {
    const parts = fieldParts({ ...goodFields, places: ['georgia'] });
    const many = Array.from({ length: 1000 }, (_, index) => ({
      field: `x${index}`,
      bytes: Buffer.from('x'),
    }));
    const answer = await sendParts([...parts, ...many]);
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(plainText(html)).toContain('The form carried more fields or files than it has.');
    expect(controlOf(html, 'fullName').value).toBe(goodFields.fullName);
  });

  it('beyond any number that a form could have are not read', async () => {
    const one = { field: 'x', bytes: Buffer.from('x') };
    const answer = await sendParts([
      ...fieldParts(goodFields),
      ...Array.from({ length: 5000 }, () => one),
    ]);
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(plainText(html)).toContain('The form carried more fields or files than it has.');
    expect(controlOf(html, 'fullName').value).toBe(goodFields.fullName);
  });

  it('count once when they are repeated', async () => {
    const answer = await sendForm(test.app, {
      ...goodFields,
      fullName: ['First', 'Second'],
      consent: ['no', 'yes'],
    });
    const html = await answer.text();
    expect(controlOf(html, 'fullName').value).toBe('First');
    expect(summaryOf(html).map((one) => one.field)).toContain('consent');
  });

  it('are discreet whatever the value of that box is', async () => {
    for (const discreet of ['yes', 'no', '']) {
      const token = await fillDraft(test.app, { discreet });
      const { application } = await getOpenDraft(test.deps, token);
      expect(application.discreet).toBe(true);
    }
  });
});
