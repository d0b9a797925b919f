import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEditedCall } from '../../src/db/call-versions.ts';
import { findCall } from '../../src/db/calls.ts';
import { edit, fillForm, readForm } from '../support/call-desk.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { controlOf, hrefsOf, plainText, summaryOf, titleOf } from '../support/html.ts';
import { claim, reviewFactsFor } from '../support/reviewing.ts';
import {
  draftTokenOf,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
  submit,
} from '../support/send-form.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  // What the first call asks already would only be in the way here.
  const ask = await fillForm(desk.admin, '/admin/calls/regional-experts/questions/ai/remove');
  await desk.admin.post('/admin/calls/regional-experts/questions/ai/order', ask);
});
afterAll(() => desk.stop());

const seeded = '/admin/calls/regional-experts';
const questionsOf = async () =>
  (await findEditedCall(desk.deps.db, 'regional-experts'))!.content.questions;
const newestReference = async (): Promise<string> =>
  /href="\/admin\/applications\/(F-\w+)/.exec((await desk.admin.get('/admin')).html)![1]!;

describe('questions', () => {
  it('are added in the publication’s language and translated on the page of texts', async () => {
    const answer = await edit(desk.admin, `${seeded}/questions/new`, {
      ...{
        label: 'Nutzen Sie KI?',
        hint: 'Ehrlich',
        key: 'ai-use',
        type: 'choice',
        required: 'yes',
      },
      ...{ 'newChoice-1': 'Nie', 'newChoice-3': 'Manchmal' },
    });
    expect(answer.location).toBe(`${seeded}/questions?saved=3`);
    expect(await questionsOf()).toEqual([
      {
        ...{ key: 'ai-use', type: 'choice', required: true },
        texts: {
          de: {
            label: 'Nutzen Sie KI?',
            hint: 'Ehrlich',
            choices: { 'choice-1': 'Nie', 'choice-2': 'Manchmal' },
          },
        },
      },
    ]);
    const half = { 'question-ai-use-label': 'Do you use AI?' };
    await edit(desk.admin, `${seeded}/texts/en`, half);
    // Half a translation stays with those who translate.
    const call = await findCall(desk.deps.db, 'regional-experts');
    expect(Object.keys(call!.questions[0]!.texts)).toEqual(['de']);
    expect(plainText((await desk.admin.get(seeded)).html)).toContain('1 text missing');
    await edit(desk.admin, `${seeded}/texts/en`, {
      'question-ai-use-hint': 'Honestly',
      'question-ai-use-choice-choice-1': 'Never',
      'question-ai-use-choice-choice-2': 'Sometimes',
    });
    const whole = await findCall(desk.deps.db, 'regional-experts');
    expect(whole!.questions[0]!.texts.en).toEqual({
      label: 'Do you use AI?',
      hint: 'Honestly',
      choices: { 'choice-1': 'Never', 'choice-2': 'Sometimes' },
    });
  });

  it('are judged', async () => {
    const page = `${seeded}/questions/new`;
    const problems = async (changes: Record<string, string>) => {
      const answer = await edit(desk.admin, page, changes);
      expect([answer.status, readForm(answer.html)]).toEqual([
        422,
        expect.objectContaining(changes),
      ]);
      return summaryOf(answer.html).map(({ field }) => field);
    };
    expect(await problems({ label: '', key: 'Bad Key' })).toEqual(['label', 'key']);
    expect(await problems({ label: 'x', key: 'ai-use' })).toEqual(['key']);
    expect(await problems({ label: 'x', key: 'y', type: 'choice' })).toEqual(['newChoice-1']);
    const forged = await edit(desk.admin, page, { label: 'x', key: 'y', type: 'nonsense' });
    expect(summaryOf(forged.html)).toEqual([
      { field: 'type', message: 'Choose one of the options for “Kind of answer”' },
    ]);
  });

  it('keep the keys of their choices: a removed one is never used again', async () => {
    await edit(desk.admin, `${seeded}/questions/ai-use`, {
      'choice-choice-2': '',
      'newChoice-1': 'Oft',
    });
    const [question] = await questionsOf();
    expect(question!.texts.de!.choices).toEqual({ 'choice-1': 'Nie', 'choice-3': 'Oft' });
    expect(question!.texts.en!.choices).toEqual({ 'choice-1': 'Never' });
  });

  it('move up and down, and go after one was asked', async () => {
    for (const key of ['second', 'third']) {
      await edit(desk.admin, `${seeded}/questions/new`, { label: `Frage ${key}`, key });
    }
    const keys = async () => (await questionsOf()).map(({ key }) => key);
    const base = async () => readForm((await desk.admin.get(`${seeded}/questions`)).html).base!;
    const order = async (key: string, move: string) =>
      await desk.admin.post(`${seeded}/questions/${key}/order`, { base: await base(), move });
    expect((await order('third', 'up')).status).toBe(303);
    expect(await keys()).toEqual(['ai-use', 'third', 'second']);
    await order('ai-use', 'down');
    expect(await keys()).toEqual(['third', 'ai-use', 'second']);
    await order('third', 'up');
    expect(await keys()).toEqual(['third', 'ai-use', 'second']);
    const ask = await desk.admin.get(`${seeded}/questions/second/remove`);
    expect(plainText(ask.html)).toContain('Answers that were given stay with their applications.');
    const form = readForm(ask.html);
    expect((await desk.admin.post(`${seeded}/questions/second/order`, form)).status).toBe(303);
    expect(await keys()).toEqual(['third', 'ai-use']);
    // Pressed again on an old page.
    const late = await desk.admin.post(`${seeded}/questions/second/order`, form);
    expect([late.status, titleOf(late.html)]).toEqual([
      409,
      'Error: Questions of this call – Feder',
    ]);
    expect((await order('third', 'sideways')).status).toBe(422);
    await order('third', 'remove');
  });

  it('of an application stay as they were answered', async () => {
    const token = await fillDraft(desk.app, { 'q-ai-use': 'choice-1' });
    expect((await submit(desk.app, token)).status).toBe(303);
    const reference = await newestReference();
    await edit(desk.admin, `${seeded}/questions/ai-use`, { label: 'Ganz anders gefragt' });
    await edit(desk.admin, `${seeded}/texts/en`, {
      'question-ai-use-label': 'Asked quite differently',
      'question-ai-use-choice-choice-1': 'Not once',
    });
    const page = plainText((await desk.admin.get(`/admin/applications/${reference}`)).html);
    expect(page).toContain('Nutzen Sie KI?');
    expect(page).toContain('Nie');
    expect(page).not.toContain('Ganz anders');
    expect(page).not.toContain('quite differently');
  });

  it('of a draft stay those it began with, also when they are gone since', async () => {
    desk.clock.advance(60);
    const token = await fillDraft(desk.app, { 'q-ai-use': 'choice-3' });
    const ask = await fillForm(desk.admin, `${seeded}/questions/ai-use/remove`);
    await desk.admin.post(`${seeded}/questions/ai-use/order`, ask);
    expect(await questionsOf()).toEqual([]);
    const again = await sendForm(
      desk.app,
      { ...goodFields, draft: token, 'q-ai-use': 'choice-3', fullName: 'Nino' },
      [],
    );
    expect(draftTokenOf(again.headers.get('location')!)).toBe(token);
    expect((await submit(desk.app, token)).status).toBe(303);
    const page = (await desk.admin.get(`/admin/applications/${await newestReference()}`)).html;
    expect(plainText(page)).toContain('Oft');
    // Whoever begins now is not asked, and an answer is one too many.
    const late = await sendForm(desk.app, { ...goodFields, 'q-ai-use': 'choice-3' }, goodFiles());
    expect(late.status).toBe(422);
  });
});

describe('criteria', () => {
  it('are kept for the review with label and description in each language', async () => {
    await edit(desk.admin, `${seeded}/criteria/new`, {
      ...{ label: 'Nähe', description: 'Kennt die Leute', key: 'closeness' },
    });
    await edit(desk.admin, `${seeded}/texts/hy`, {
      'criterion-closeness-label': 'Մոտիկություն',
      'criterion-closeness-description': 'Գիտի մարդկանց',
    });
    const call = await findCall(desk.deps.db, 'regional-experts');
    expect(call!.criteria).toEqual([
      {
        key: 'closeness',
        texts: {
          de: { label: 'Nähe', description: 'Kennt die Leute' },
          hy: { label: 'Մոտիկություն', description: 'Գիտի մարդկանց' },
        },
      },
    ]);
    const list = await desk.admin.get(`${seeded}/criteria`);
    expect(hrefsOf(list.html)).toContain(`${seeded}/criteria/closeness`);
    const page = await desk.admin.get(`${seeded}/criteria/closeness`);
    expect(controlOf(page.html, 'label')).toMatchObject({ value: 'Nähe', lang: 'de' });
  });

  it('have a scale of four words or none, translated with them, and reviewers see it', async () => {
    const words = { 'word-1': 'fern', 'word-2': 'da', 'word-3': 'nah', 'word-4': 'mitten drin' };
    const path = `${seeded}/criteria/closeness`;
    const half = await edit(desk.admin, path, { ...words, 'word-2': '', 'word-4': '' });
    expect(half.status).toBe(422);
    expect(summaryOf(half.html).map(({ field }) => field)).toEqual(['word-2', 'word-4']);
    expect(controlOf(half.html, 'word-1').value).toBe('fern');
    expect((await edit(desk.admin, path, words)).status).toBe(303);
    const texts = `${seeded}/texts/hy`;
    const inArmenian = ['հեռու', 'այստեղ', 'մոտ', 'ներսում'];
    const translated = inArmenian.map((word, index) => [
      `criterion-closeness-word-${index + 1}`,
      word,
    ]);
    expect((await edit(desk.admin, texts, { [translated[0]![0]!]: 'հեռու' })).status).toBe(422);
    expect((await edit(desk.admin, texts, Object.fromEntries(translated))).status).toBe(303);
    // What others say in the same language is saved without losing the words.
    await edit(desk.admin, texts, { 'criterion-closeness-label': 'Մերձություն' });
    const call = await findCall(desk.deps.db, 'regional-experts');
    expect(call!.criteria[0]!.texts).toMatchObject({
      de: { words: ['fern', 'da', 'nah', 'mitten drin'] },
      hy: { label: 'Մերձություն', words: inArmenian },
    });
    const { id, reference } = await createSubmitted(desk.deps);
    await claim(desk.deps, id, desk.reviewer.staff);
    const { html } = await desk.reviewer.get(`/admin/applications/${reference}`);
    expect(html).toContain('<label for="score-closeness-4" lang="de">mitten drin</label>');
  });
});

it('the number of reviews wanted follows the newest version, for applications that were there', async () => {
  const { id } = await createSubmitted(desk.deps);
  const wanted = async () => (await reviewFactsFor(desk.deps, id, desk.editor.staff))?.wanted;
  expect(await wanted()).toBe(2);
  const page = `${seeded}/newsroom`;
  expect((await edit(desk.admin, page, { reviewersWanted: '10' })).status).toBe(422);
  expect((await edit(desk.admin, page, { reviewersWanted: '3' })).status).toBe(303);
  expect(await wanted()).toBe(3);
});
