import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { createApp } from '../../src/app.tsx';
import { openContent } from '../../src/db/mails.ts';
import type { AppEnv } from '../../src/deps.ts';
import type { Question } from '../../src/domain/calls.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import {
  controlOf,
  elementsOf,
  hrefsOf,
  plainText,
  summaryOf,
  textareaOf,
  textOf,
} from '../support/html.ts';
import { askQuestions } from '../support/questions.ts';
import { applyPath, draftTokenOf, fillDraft, sendForm, submit } from '../support/send-form.ts';

const questions: Question[] = [
  {
    ...{ key: 'role', type: 'short-text', required: true },
    texts: { de: { label: 'Beruf', hint: 'Auch mehrere' }, en: { label: 'Profession' } },
  },
  { key: 'plan', type: 'long-text', required: false, texts: { de: { label: 'Ihr Plan' } } },
  {
    ...{ key: 'pace', type: 'choice', required: true, choices: ['slow', 'a'] },
    texts: {
      de: { label: 'Wie oft?', choices: { slow: 'Selten', a: 'Oft' } },
      en: { label: 'How often?', choices: { slow: 'Rarely', a: 'Often' } },
    },
  },
  { key: 'pass', type: 'yes-no', required: false, texts: { en: { label: 'A press card?' } } },
  { key: 'site', type: 'link', required: false, texts: { en: { label: 'Your site' } } },
];
const answers = { 'q-role': 'Hydrologist', 'q-pace': 'slow' };

let desk: Desk;
let app: Hono<AppEnv>;
beforeAll(async () => {
  desk = await createDesk();
  app = createApp(desk.deps);
  await askQuestions(desk.deps, questions);
});
afterAll(() => desk.stop());

const getPage = async (path: string): Promise<string> => await (await app.request(path)).text();
const storedAnswers = async (token: string) =>
  (await findDraft(desk.deps, token)).application.answers;

describe('the questions that a call adds', () => {
  it('stand on the form in the reader’s language, else in one that says which it is', async () => {
    const html = await getPage(applyPath());
    expect(plainText(html)).toMatch(/Questions of this call\s+Profession\s+Auch mehrere/);
    expect(html).toContain('<span lang="de">Auch mehrere</span>');
    expect(html).toContain('<span lang="de">Ihr Plan</span>');
    expect(html).not.toContain('<span lang="en">');
    expect(controlOf(html, 'q-role')).toEqual({
      ...{ id: 'q-role', name: 'q-role', type: 'text', value: '' },
      'aria-describedby': 'q-role-hint',
    });
    expect(textareaOf(html, 'q-plan')).toBe('');
    expect(controlOf(html, 'q-site').type).toBe('url');
    const radios = elementsOf(html, 'input').filter(({ type }) => type === 'radio');
    expect(radios.map(({ name, value }) => [name, value])).toEqual([
      ...[
        ['q-pace', 'slow'],
        ['q-pace', 'a'],
      ],
      ...[
        ['q-pass', 'yes'],
        ['q-pass', 'no'],
        ['q-pass', ''],
      ],
    ]);
    // Nothing is answered for somebody, but what may stay open is open.
    expect(radios.filter((one) => 'checked' in one).map(({ id }) => id)).toEqual(['q-pass-3']);
  });

  it('are told beside their controls when they are missed or answered wrongly', async () => {
    const wrong = {
      'q-pace': 'Rarely',
      'q-site': 'javascript:alert(1)',
      'q-plan': 'x'.repeat(5001),
    };
    const answer = await sendForm(app, wrong);
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(summaryOf(html).filter(({ field }) => field.startsWith('q-'))).toEqual([
      { field: 'q-role', message: 'Answer the question “Profession”' },
      { field: 'q-plan', message: 'Shorten the answer to “Ihr Plan” to 5,000 characters' },
      { field: 'q-pace', message: 'Choose one of the answers to “How often?”' },
      {
        field: 'q-site',
        message: 'Enter a web address like https://example.org/article for “Your site”',
      },
    ]);
    for (const id of ['q-role', 'q-plan', 'q-pace', 'q-site']) {
      const control = controlOf(html, id);
      expect(control['aria-invalid']).toBe('true');
      expect(control['aria-describedby']).toContain(`${id}-error`);
      expect(textOf(html, `${id}-error`)).not.toBe('');
    }
    expect(controlOf(html, 'q-site').value).toBe('javascript:alert(1)');
  });

  it('follow the documents and stand before the consent in the summary', async () => {
    const html = await (await sendForm(app, {})).text();
    const fields = summaryOf(html).map(({ field }) => field);
    expect(fields.slice(-4)).toEqual(['writingSample', 'q-role', 'q-pace', 'consent']);
  });

  it('are answered once, and read on the check page, by the editors and in their mail', async () => {
    const more = { 'q-plan': 'Eins\nzwei', 'q-pass': 'no', 'q-site': 'nino.example' };
    const token = await fillDraft(app, { ...answers, ...more });
    const check = await getPage(`/en/drafts/${token}/check`);
    expect(plainText(check)).toMatch(/How often\?\s+Rarely\s+Change/);
    expect(plainText(check)).toMatch(/A press card\?\s+No\s+Change/);
    expect(check).toContain('<dt lang="de">Ihr Plan</dt>');
    expect(hrefsOf(check)).toContain('https://nino.example/');
    expect(hrefsOf(check)).toContain(`/en/drafts/${token}#q-pace`);
    expect((await submit(app, token)).status).toBe(303);

    const { application, key } = await findDraft(desk.deps, token);
    const page = await desk.editor.get(`/admin/applications/${application.reference}`);
    expect(plainText(page.html)).toMatch(/Profession\s+Hydrologist\s+.*How often\?\s+Rarely/s);
    const mail = await desk.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('applicationId', '=', application.id)
      .where('thread', '=', 'editors')
      .executeTakeFirstOrThrow();
    const { text } = openContent(key, mail);
    expect(text).toContain('Beruf: Hydrologist\nIhr Plan: Eins\n  zwei\nWie oft?: Selten');
    expect(text).toContain('A press card?: Nein');
  });

  it('that may stay open stay open: the check page says so', async () => {
    const token = await fillDraft(app, answers);
    const check = await getPage(`/en/drafts/${token}/check`);
    expect(plainText(check)).toMatch(/A press card\?\s+Not provided/);
    expect(await storedAnswers(token)).toEqual({ role: 'Hydrologist', pace: 'slow' });
  });

  it('make no draft of a form that only changes its language', async () => {
    const open = { 'q-role': '', 'q-plan': ' ', 'q-pass': '', 'q-site': '', intent: 'switch' };
    const answer = await sendForm(app, open, [], { path: applyPath('de') });
    expect(answer.headers.get('location')).toBe(applyPath('de'));
  });
});

describe('an answer of any kind', () => {
  const naughty =
    '"><img src=x onerror=alert(1)></textarea><script>alert(1)</script>{x, plural, other {y}}';
  const expectInert = (html: string): void => {
    expect(html).not.toMatch(/<img|<script>|\sonerror="/);
    for (const href of hrefsOf(html)) expect(href).not.toMatch(/^\s*javascript:/i);
  };

  it('is inert on the form, the check page, the desk and in the mail', async () => {
    const site = 'https://a.example/"><script>alert(1)</script>';
    const named = { 'q-role': naughty, 'q-plan': `${naughty}\n${naughty}`, 'q-site': site };
    const token = await fillDraft(app, { ...answers, ...named });
    const form = await getPage(`/en/drafts/${token}`);
    expectInert(form);
    expect(controlOf(form, 'q-role').value).toBe(naughty);
    expect(textareaOf(form, 'q-plan')).toBe(`${naughty}\n${naughty}`);
    expectInert(await getPage(`/en/drafts/${token}/check`));
    await submit(app, token);
    const { application, key } = await findDraft(desk.deps, token);
    const page = await desk.editor.get(`/admin/applications/${application.reference}`);
    expectInert(page.html);
    expect(plainText(page.html)).toContain(naughty);
    const mails = await desk.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('applicationId', '=', application.id)
      .execute();
    for (const mail of mails) expectInert(openContent(key, mail).html);
  });

  it('of 100 KB is told beside its question and kept for mending', async () => {
    const long = 'ა'.repeat(34_000);
    const all = { 'q-role': long, 'q-plan': long, 'q-pace': long, 'q-pass': long, 'q-site': long };
    const answer = await sendForm(app, all);
    const html = await answer.text();
    expect(answer.status).toBe(422);
    const wrong = summaryOf(html).filter(({ field }) => field.startsWith('q-'));
    expect(wrong.map(({ field }) => field)).toEqual(Object.keys(all));
    expect(controlOf(html, 'q-role').value).toBe(long);
    const draft = controlOfDraft(html);
    const check = await getPage(`/en/drafts/${draft}/check`);
    expect(elementsOf(check, 'form')).toEqual([]);
    expect((await submit(app, draft)).status).toBe(422);
  });
});

describe('an answer that nobody asked for', () => {
  it('is told and not stored, and everything else is', async () => {
    const answer = await sendForm(app, { fullName: 'Nino', ...answers, 'q-age': '44' });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(textOf(html, 'alert')).toBe(
      'An answer came to a question that this call does not ask. That answer was not kept; everything else is. Check it below.',
    );
    const token = draftTokenOf(`/drafts/${controlOfDraft(html)}`);
    expect(await storedAnswers(token)).toEqual({ role: 'Hydrologist', pace: 'slow' });
    expect(controlOf(html, 'fullName').value).toBe('Nino');
  });

  it('does not stand in the way of the next press', async () => {
    const token = await fillDraft(app, answers);
    const answer = await sendForm(app, { draft: token, ...answers, 'q-x': 'y', intent: 'save' });
    expect(answer.status).toBe(422);
    const again = await fillDraft(app, { draft: token, ...answers }, []);
    expect((await submit(app, again)).status).toBe(303);
  });
});

const controlOfDraft = (html: string): string =>
  elementsOf(html, 'input').find(({ name }) => name === 'draft')!.value!;
