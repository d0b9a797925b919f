import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, hrefsOf, idsOf, plainText, summaryOf, titleOf } from '../support/html.ts';
import type { Part } from '../support/multipart.ts';
import {
  applyPath,
  draftTokenOf,
  fieldParts,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  sendParts,
  submitFilled,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();

describe('the check page', () => {
  it('check 19: shows every answer with a way back to its control, and what was left blank', async () => {
    const token = await fillDraft(test.app, { languages: ['ka', 'de'], keepOnFile: 'yes' });
    const form = await getPage(`/en/drafts/${token}`);
    const check = await getPage(`/en/drafts/${token}/check`);
    expect(titleOf(check)).toBe('Check your answers – Caucasus Watch');
    const changes = hrefsOf(check).filter((href) => href.includes('#') && href !== '#main');
    expect(changes.map((href) => href.split('#')[1])).toEqual([
      ...['fullName', 'latinName', 'penName', 'email', 'contactChannel', 'places', 'placesOther'],
      ...['basedIn', 'languages', 'topics', 'links', 'cv', 'coverLetter', 'writingSample'],
      ...['q-ai', 'keepOnFile'],
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

  it('is stored as well when a script sends it behind the files, by the first POST that has it', async () => {
    const via = 'https://example.org/late';
    const send = (...parts: Part[]) => sendParts(test.app, parts);
    const fields = fieldParts({ ...goodFields, intent: 'save' });
    const answer = await send(...goodFiles(), ...fieldParts({ via }), ...fields);
    const token = draftTokenOf(answer.headers.get('location')!);
    expect(await viaOf(token)).toBe(via);
    const plain = await fillDraft(test.app);
    const again = await send(...fields, ...fieldParts({ draft: plain, via }));
    expect(again.status).toBe(303);
    expect(await viaOf(plain)).toBe(via);
    const unchecked = await send(filePart('cv', 'cv.pdf'), ...fieldParts({ via }));
    const form = await unchecked.text();
    expect(elementsOf(form, 'input').find((one) => one.name === 'via')?.value).toBe(via);
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
