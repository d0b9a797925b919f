import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, elementsOf, idsOf, plainText, summaryOf } from '../support/html.ts';
import type { Part } from '../support/multipart.ts';
import {
  draftTokenOf,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
} from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const part = (field: string, name: string, bytes: Buffer): Part => ({ field, name, bytes });
const good = (field: string, name: string): Part => filePart(field, name);

/** Names of what the draft holds, in its order. */
async function heldNames(token: string): Promise<string[]> {
  const { application } = await findDraft(test.deps, token);
  const held = await listDocuments(test.deps.db, application.id);
  return held.map(({ kind, name }) => `${kind}: ${name}`);
}

/** Sends the form with these instead of the good file of their kind. */
async function sendWith(files: Part[], values = {}): Promise<{ status: number; html: string }> {
  const others = goodFiles().filter((one) => files.every(({ field }) => field !== one.field));
  const answer = await sendForm(test.app, { ...goodFields, ...values }, [...files, ...others]);
  return { status: answer.status, html: await answer.text() };
}

const draftIn = (html: string): string =>
  elementsOf(html, 'input').find((one) => one.name === 'draft')!.value!;

describe('too many files', () => {
  const samples = (...names: string[]): Part[] => names.map((name) => good('writingSample', name));

  it('are told at the group when all three samples are there', async () => {
    const token = await fillDraft(test.app, {}, [
      ...goodFiles().slice(0, 2),
      ...samples('a.pdf', 'b.docx', 'c.odt'),
    ]);
    const answer = await sendForm(
      test.app,
      { ...goodFields, draft: token },
      samples('d.rtf', 'e.txt'),
    );
    const html = await answer.text();
    expect(answer.status).toBe(422);
    const message = 'Only 3 files fit here. Remove one first';
    expect(summaryOf(html)).toEqual([
      { field: 'writingSample', message },
      { field: 'writingSample', message },
    ]);
    expect(controlOf(html, 'writingSample')['aria-describedby']).toContain('writingSample-error');
    expect((await heldNames(token)).slice(2)).toEqual([
      'writingSample: a.pdf',
      'writingSample: b.docx',
      'writingSample: c.odt',
    ]);
  });

  it('count those of earlier requests', async () => {
    const token = await fillDraft(test.app, {}, [...goodFiles().slice(0, 2), ...samples('a.pdf')]);
    const answer = await sendForm(
      test.app,
      { ...goodFields, draft: token },
      samples('b.docx', 'c.odt', 'd.rtf'),
    );
    expect(answer.status).toBe(422);
    expect((await heldNames(token)).slice(2)).toEqual([
      'writingSample: a.pdf',
      'writingSample: b.docx',
      'writingSample: c.odt',
    ]);
  });

  it('are refused where one fits: the first of two CVs in one request stays', async () => {
    const { status, html } = await sendWith([good('cv', 'a.pdf'), good('cv', 'b.pdf')]);
    expect(status).toBe(422);
    expect(summaryOf(html)).toEqual([
      { field: 'cv', message: 'Only one file fits here. Remove one first' },
    ]);
    expect(idsOf(html).filter((id) => id === 'cv')).toHaveLength(1);
    expect((await heldNames(draftIn(html)))[0]).toBe('cv: a.pdf');
  });

  it('keep each message at a control that is there', async () => {
    const { html } = await sendWith([
      part('writingSample', 'a.pdf', Buffer.alloc(0)),
      good('writingSample', 'b.docx'),
      part('writingSample', 'c.odt', Buffer.alloc(0)),
    ]);
    expect(summaryOf(html).map((one) => one.field)).toEqual(['writingSample', 'writingSample-2']);
    for (const { field } of summaryOf(html)) expect(idsOf(html)).toContain(field);
  });

  it('are five at most, whatever MAX_FILES allows above that', async () => {
    const large = await createTestApp({ MAX_FILES: '20' });
    try {
      const token = await fillDraft(large.app);
      const answer = await sendForm(
        large.app,
        { ...goodFields, draft: token },
        samples('two.pdf', 'three.pdf', 'four.pdf'),
      );
      expect(answer.status).toBe(422);
      expect(summaryOf(await answer.text()).map(({ field }) => field)).toEqual(['writingSample']);
      const rows = await large.deps.db.selectFrom('documents').select('id').execute();
      expect(rows).toHaveLength(5);
    } finally {
      await large.stop();
    }
  });

  it('are limited in all by MAX_FILES, replaced ones aside', async () => {
    const small = await createTestApp({ MAX_FILES: '3' });
    try {
      const token = await fillDraft(small.app);
      const replacing = await sendForm(small.app, { ...goodFields, draft: token }, [
        good('cv', 'newer.pdf'),
      ]);
      expect(replacing.status).toBe(303);
      const answer = await sendForm(
        small.app,
        { ...goodFields, draft: token },
        samples('one-more.pdf'),
      );
      expect(answer.status).toBe(422);
      expect(summaryOf(await answer.text())).toEqual([
        {
          field: 'writingSample',
          message: 'An application takes at most 3 files. Remove one first or paste the text',
        },
      ]);
    } finally {
      await small.stop();
    }
  });
});

describe('samples', () => {
  it('keep their order and languages through several requests', async () => {
    const first = await sendForm(
      test.app,
      { ...goodFields, writingSampleLanguage: ['ka', 'ru'], intent: 'save' },
      [
        { field: 'writingSample', name: '', bytes: Buffer.alloc(0) },
        good('writingSample', 'russian.pdf'),
      ],
    );
    const token = draftTokenOf(first.headers.get('location')!);
    await sendForm(
      test.app,
      { ...goodFields, draft: token, writingSampleLanguage: 'hy', intent: 'save' },
      [good('writingSample', 'armenian.odt')],
    );
    const { application } = await findDraft(test.deps, token);
    const held = await listDocuments(test.deps.db, application.id);
    expect(held.map(({ name, language }) => [name, language])).toEqual([
      ['russian.pdf', 'ru'],
      ['armenian.odt', 'hy'],
    ]);
    const change = { draft: token, [`language-${held[0]!.id}`]: 'az', intent: 'save' };
    await sendForm(test.app, { ...goodFields, ...change });
    const html = await (await test.app.request(`/en/drafts/${token}`)).text();
    const chosen = elementsOf(html, 'option').filter((one) => 'selected' in one && one.value);
    expect(chosen.map((one) => one.value)).toEqual(['az', 'hy']);
    expect(plainText(html)).toContain('armenian.odt');
  });

  it('that come twice, as with a double click, are one', async () => {
    const token = await fillDraft(test.app);
    const again = goodFiles().slice(2);
    const answer = await sendForm(
      test.app,
      { ...goodFields, draft: token, writingSampleLanguage: 'ka' },
      again,
    );
    expect(answer.status).toBe(303);
    expect((await heldNames(token)).slice(2)).toEqual(['writingSample: პანკისი.odt']);
    const { application } = await findDraft(test.deps, token);
    const held = await listDocuments(test.deps.db, application.id);
    expect(held[2]?.language).toBe('ka');
  });
});
