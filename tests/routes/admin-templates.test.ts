import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findUnknownPlaceholders, templateKinds } from '../../src/domain/letter-placeholders.ts';
import { standardTemplate } from '../../src/domain/standard-templates.ts';
import { languages } from '../../src/i18n.ts';
import { readControls } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { hrefsOf, plainText, textareaOf, titleOf } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const list = '/admin/calls/regional-experts/templates';
const textOf = (html: string): string => plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ');

describe('response templates', () => {
  it('are there in every language for every act, with placeholders that are known', () => {
    for (const kind of templateKinds) {
      for (const language of languages) {
        const { subject, body } = standardTemplate(kind, language);
        expect([kind, language, body.includes('{name}')]).toEqual([kind, language, true]);
        expect(findUnknownPlaceholders(subject + body, kind)).toEqual([]);
      }
    }
  });

  it('are changed by editors, and letters begin with what was saved', async () => {
    const path = `${list}/accept/en`;
    const form = readControls((await desk.editor.get(path)).html);
    const body = 'Welcome, {name}.\n\n{signature}';
    const saved = await desk.editor.post(path, { ...form, body });
    expect([saved.status, saved.location]).toEqual([303, `${path}?saved=yes`]);
    expect(textOf((await desk.editor.get(list)).html)).toContain('by Edda Editor');
    const { html } = await desk.editor.get(path);
    expect(textareaOf(html, 'body')).toBe(body);
    expect(textOf(html)).toContain('Standard text to copy from');
    const { reference } = await createSubmitted(desk.deps);
    const step = await desk.editor.get(`/admin/applications/${reference}/decide/accept`);
    expect(textareaOf(step.html, 'body')).toBe(body);
  });

  it('with a placeholder that there is not are not saved: the word is named, and what there is', async () => {
    const path = `${list}/decline/de`;
    const form = readControls((await desk.editor.get(path)).html);
    const answer = await desk.editor.post(path, { ...form, subject: 'Re {until}', body: '{nmae}' });
    expect(answer.status).toBe(422);
    expect(titleOf(answer.html)).toMatch(/^Error: /);
    expect(textOf(answer.html)).toContain('Subject: nothing is called {until}. There are: {name}');
    expect(textOf(answer.html)).toContain('Text: nothing is called {nmae}.');
    expect(hrefsOf(answer.html)).toEqual(expect.arrayContaining(['#subject', '#body']));
    expect(textareaOf(answer.html, 'body')).toBe('{nmae}');
    const empty = await desk.editor.post(path, { ...form, body: ' \u200b' });
    expect(textOf(empty.html)).toContain('Enter Text');
    const long = await desk.editor.post(path, { ...form, body: 'ა'.repeat(5001) });
    expect(textOf(long.html)).toContain('one character too many; 5,000 fit');
  });

  it('check 41: saved by somebody else meanwhile, both texts stand on the page', async () => {
    const path = `${list}/reopen/ka`;
    const form = readControls((await desk.editor.get(path)).html);
    await desk.admin.post(path, { ...form, body: 'Of Ada.' });
    const answer = await desk.editor.post(path, { ...form, body: 'Of Edda.' });
    expect(answer.status).toBe(409);
    expect(textOf(answer.html)).toContain('Ada Admin saved this template meanwhile.');
    expect(textOf(answer.html)).toContain('Of Ada.');
    const again = readControls(answer.html);
    expect(again.body).toBe('Of Edda.');
    expect((await desk.editor.post(path, again)).status).toBe(303);
  });

  it('saved by two at the same moment, one of them is told', async () => {
    const path = `${list}/accept/az`;
    const form = readControls((await desk.editor.get(path)).html);
    const answers = await Promise.all([
      desk.editor.post(path, { ...form, body: 'One' }),
      desk.admin.post(path, { ...form, body: 'Two' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('are not there for reviewers, nor of what there is not', async () => {
    for (const path of [list, `${list}/accept/en`]) {
      expect((await desk.reviewer.get(path)).status).toBe(404);
    }
    expect((await desk.reviewer.post(`${list}/accept/en`, {})).status).toBe(404);
    for (const path of [`${list}/accept/fr`, `${list}/nothing/en`, '/admin/calls/no/templates']) {
      expect((await desk.admin.get(path)).status).toBe(404);
    }
  });
});
