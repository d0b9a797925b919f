import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { readPastedTexts } from '../../src/actions/read-application.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { pastedTextLimit } from '../../src/domain/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, summaryOf, textareaOf } from '../support/html.ts';
import {
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

const texts = {
  cvText: 'My life.\n\nPart two.',
  coverLetterText: 'წერილი',
  writingSampleText: 'Ծանոթագրություն 😀',
};

async function readHeld(token: string) {
  const { application, key } = await findDraft(test.deps, token);
  const held = await listDocuments(test.deps.db, application.id);
  return { held, texts: await readPastedTexts(test.deps.db, key, held) };
}

describe('pasted text', () => {
  it('stands for each document', async () => {
    const token = await fillDraft(test.app, texts, []);
    const { held, texts: kept } = await readHeld(token);
    expect(held.map(({ kind, origin, type }) => [kind, origin, type])).toEqual([
      ['cv', 'text', 'txt'],
      ['coverLetter', 'text', 'txt'],
      ['writingSample', 'text', 'txt'],
    ]);
    expect(kept).toEqual({
      cv: texts.cvText,
      coverLetter: texts.coverLetterText,
      writingSample: texts.writingSampleText,
    });
    expect((await submit(test.app, token)).status).toBe(303);
  });

  it('is kept beside a file', async () => {
    const token = await fillDraft(test.app, texts, goodFiles());
    const { held } = await readHeld(token);
    expect(held.map(({ kind, origin }) => `${kind} ${origin}`).sort()).toEqual([
      'coverLetter file',
      'coverLetter text',
      'cv file',
      'cv text',
      'writingSample file',
      'writingSample text',
    ]);
  });

  it('is one document however often it is sent, and another one once it changed', async () => {
    const token = await fillDraft(test.app, texts, []);
    const before = (await readHeld(token)).held;
    await sendForm(test.app, { ...goodFields, ...texts, draft: token });
    expect((await readHeld(token)).held.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await sendForm(test.app, { ...goodFields, ...texts, cvText: 'My other life.', draft: token });
    const after = await readHeld(token);
    expect(after.held).toHaveLength(3);
    expect(after.texts.cv).toBe('My other life.');
  });

  it('is gone once its field was cleared, and stays when the form did not carry it', async () => {
    const token = await fillDraft(test.app, texts, []);
    const answer = await sendForm(test.app, { ...goodFields, cvText: ' \n ', draft: token });
    expect(answer.status).toBe(422);
    expect(summaryOf(await answer.text())).toEqual([
      { field: 'cv', message: 'Choose a file for the CV or paste it as text' },
    ]);
    expect((await readHeld(token)).texts).toEqual({
      cv: '',
      coverLetter: texts.coverLetterText,
      writingSample: texts.writingSampleText,
    });
  });

  it('is text whatever it begins with', async () => {
    for (const cvText of [
      '%PDF-1.7 is how a PDF begins',
      '<!doctype html><p>An essay about HTML',
      '{\\rtf1 unclosed',
      'From: nino@example.org\nSubject: my CV',
      '<?xml version="1.0"?><a/>',
      'ÿØÿ',
    ]) {
      const token = await fillDraft(test.app, { ...texts, cvText }, []);
      expect((await readHeld(token)).texts.cv).toBe(cvText);
    }
  });

  it('may have 100,000 characters of any script; one more is told and kept', async () => {
    const limit = 'წ'.repeat(pastedTextLimit);
    const token = await fillDraft(test.app, { ...texts, writingSampleText: limit }, []);
    expect((await readHeld(token)).texts.writingSample).toBe(limit);
    const longer = `${limit}ჭ`;
    const answer = await sendForm(test.app, {
      ...goodFields,
      draft: token,
      writingSampleText: longer,
    });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(summaryOf(html)).toEqual([
      {
        field: 'writingSampleText',
        message: 'Shorten the text to 100,000 characters or send it as a file',
      },
    ]);
    expect(textareaOf(html, 'writingSampleText')).toBe(longer);
    const details = elementsOf(html, 'details').filter((one) => 'open' in one);
    expect(details.length).toBeGreaterThan(0);
  });

  it('that is far too long is told, never silently cut', async () => {
    const answer = await sendForm(test.app, { ...goodFields, cvText: 'a'.repeat(600_000) });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(plainText(html)).toContain('The form carried more fields or files than it has.');
    expect(summaryOf(html).map((one) => one.field)).toContain('cvText');
  });

  it('is sealed like every document', async () => {
    const secret = 'canary in a pasted text';
    await fillDraft(test.app, { ...texts, cvText: secret }, []);
    const rows = await test.deps.db.selectFrom('documentChunks').select('data').execute();
    expect(rows.some(({ data }) => data.includes(secret))).toBe(false);
  });

  it('is called by its name on the receipt', async () => {
    const page = await test.app.request(await submitFilled(test.app, texts));
    const shown = plainText(await page.text());
    expect(shown.match(/Pasted text/g)).toHaveLength(3);
    expect(shown).not.toContain('cover-letter.txt');
  });
});
