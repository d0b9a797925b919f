import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { languages, type MessageKey, translatorFor } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, summaryOf, textOf, titleOf } from '../support/html.ts';
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

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();

describe.each(languages)('the form in %s', (language) => {
  const t = translatorFor(language);
  const path = applyPath(language);

  it('check 3, check 4: says Error first in its title and lists even a single mistake above the heading', async () => {
    const values = { ...goodFields, fullName: '' };
    const answer = await sendForm(test.app, values, goodFiles(), { path });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    const word = { en: 'Error', de: 'Fehler', ru: 'Ошибка', ka: 'შეცდომა', hy: 'Սխալ', az: 'Xəta' };
    expect(titleOf(html)).toMatch(new RegExp(`^${word[language]}[:՝] `));
    expect(html.indexOf('id="error-summary"')).toBeGreaterThan(html.indexOf('<main'));
    expect(html.indexOf('id="error-summary"')).toBeLessThan(html.indexOf('<h1'));
    expect(html.match(/autofocus/g)).toHaveLength(1);
    const message = t('problem.fullName.missing');
    expect(summaryOf(html)).toEqual([{ field: 'fullName', message }]);
    expect(textOf(html, 'fullName-error')).toBe(message);
  });

  it('check 12: has a message of its own for each thing that can be wrong with a file', () => {
    const gaps = { name: 'cv.pdf', limit: '10 MB', detected: 'other' };
    const keys: MessageKey[] = [
      'problem.cv.missing',
      'problem.file.wrongType',
      'problem.file.mismatch',
      'problem.file.tooBig',
      'problem.file.empty',
      'problem.file.passwordProtected',
      'problem.file.damaged',
      'problem.file.tooMany',
      'problem.file.tooManyInAll',
      'upload.failed',
    ];
    const messages = keys.map((key) => t(key, gaps));
    expect(new Set(messages).size).toBe(keys.length);
  });

  it('check 15: says of each field that can stay empty that it is optional, and of no other', async () => {
    const html = await getPage(path);
    const optional = t('form.optional');
    const labels = [...html.matchAll(/<(label|legend)[^>]*?(?: for="([^"]*)")?>(.*?)<\/\1>/gs)];
    const said = (name: string): boolean => {
      const label = labels.find(
        ([, , id, inside]) => id === name || plainText(inside!).startsWith(name),
      );
      if (!label) throw new Error(`no label ${name}`);
      return label[3]!.includes(optional);
    };
    const blank = [
      ...['latinName', 'penName', 'contactChannel', 'contactHandle', 'placesOther', 'basedIn'],
      ...['topics', 'writingSample-language'],
      ...[t('field.languages'), t('field.links')],
    ];
    const needed = [
      ...['fullName', 'email'],
      ...[t('field.places'), t('document.cv'), t('document.coverLetter')],
      t('document.writingSample'),
    ];
    expect(blank.filter((name) => !said(name))).toEqual([]);
    expect(needed.filter(said)).toEqual([]);
  });

  it('check 16: says types and sizes before the first file can be chosen', async () => {
    const html = await getPage(path);
    const hint = html.indexOf(t('apply.documents.hint', { size: t.size(10_000_000) }));
    expect(hint).toBeGreaterThan(0);
    expect(hint).toBeLessThan(html.indexOf('type="file"'));
    for (const type of ['PDF', 'DOCX', 'ODT', 'RTF', 'TXT']) {
      expect(t('apply.documents.hint', { size: '' })).toContain(type);
    }
  });
});

it('check 10: no button of the form or the check page is disabled before it is pressed', async () => {
  const token = await fillDraft(test.app);
  for (const path of [applyPath(), `/en/drafts/${token}`, `/en/drafts/${token}/check`]) {
    const html = await getPage(path);
    const controls = ['button', 'input', 'select', 'textarea'].flatMap((tag) =>
      elementsOf(html, tag),
    );
    expect(controls.filter((one) => 'disabled' in one)).toEqual([]);
  }
});

it('check 18: spaces and invisible characters around an answer are taken off, and it is taken', async () => {
  const token = await fillDraft(test.app, {
    fullName: '\u200b  ნინო\u00a0 გელაშვილი \u202e',
    email: ' nino@example.org\u200b\u00a0',
    links: ['\ufeffhttps://example.org/a '],
  });
  const { application } = await findDraft(test.deps, token);
  expect(application.fullName).toBe('ნინო გელაშვილი');
  expect(application.email).toBe('nino@example.org');
  expect(application.links).toEqual(['https://example.org/a']);
});

it('check 22: no page of the journey sets a cookie', async () => {
  const token = await fillDraft(test.app);
  const paths = ['/', '/en/calls/regional-experts', applyPath(), `/en/drafts/${token}`];
  const answers = [
    ...(await Promise.all(paths.map(async (path) => await test.app.request(path)))),
    await sendForm(test.app, {}),
    await submit(test.app, token),
    await test.app.request(await submitFilled(test.app)),
  ];
  expect(answers.flatMap((answer) => answer.headers.getSetCookie())).toEqual([]);
});

it('check 26: a person applies without solving anything, limits on', async () => {
  const guarded = await createTestApp({ RATE_LIMITS: 'on' });
  const html = await (await guarded.app.request(applyPath())).text();
  expect(html).not.toMatch(/captcha|challenge|puzzle|<iframe|<canvas/i);
  const started = await sendForm(guarded.app, goodFields, goodFiles());
  const token = draftTokenOf(started.headers.get('location')!);
  expect((await submit(guarded.app, token)).status).toBe(303);
  await guarded.stop();
});
