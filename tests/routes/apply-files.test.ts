import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { readDocument } from '../../src/documents/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { makeLockedDocx, makeLockedPdf, makeZip } from '../support/documents.ts';
import { controlOf, elementsOf, idsOf, plainText, summaryOf, textOf } from '../support/html.ts';
import type { Part } from '../support/multipart.ts';
import {
  draftTokenOf,
  filePart,
  fillDraft,
  goodFields,
  goodFiles,
  sendForm,
} from '../support/send-form.ts';

const maxBytes = 10_000_000;
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

describe('a file that is not taken', () => {
  it.each([
    [
      'wrong type',
      part('cv', 'photo.jpg', Buffer.from('\xff\xd8\xff\xe0\x00\x10JFIF\x00', 'latin1')),
      'Choose a PDF, DOCX, ODT, RTF or TXT file; photo.jpg is an image',
    ],
    [
      'wrong extension',
      part('cv', 'cv.docx', makePdf({ title: 'a', paragraphs: ['b'] })),
      'cv.docx is a PDF file under another name. Rename it or save it as what it is called',
    ],
    ['empty', part('cv', 'cv.pdf', Buffer.alloc(0)), 'cv.pdf is empty. Choose a file with content'],
    [
      'encrypted PDF',
      part('cv', 'cv.pdf', makeLockedPdf()),
      'cv.pdf is protected by a password. Save it without the password and choose it again',
    ],
    [
      'encrypted DOCX',
      part('cv', 'cv.docx', makeLockedDocx()),
      'cv.docx is protected by a password. Save it without the password and choose it again',
    ],
    [
      'zip that is no DOCX',
      part('cv', 'cv.docx', makeZip('a.txt', 'b.txt')),
      'Choose a PDF, DOCX, ODT, RTF or TXT file; cv.docx is an archive',
    ],
    [
      'cut off',
      part('cv', 'cv.pdf', makePdf({ title: 'a', paragraphs: ['b'] }).subarray(0, 600)),
      'cv.pdf is damaged or was cut off. Save it again and choose it once more',
    ],
    [
      'too big by one byte',
      part('cv', 'cv.pdf', makePdf({ title: 'a', paragraphs: ['b'] }, { size: maxBytes + 1 })),
      'cv.pdf is larger than 10 MB. Choose a smaller file or paste the text',
    ],
  ])('gets its own message beside its field, the others stay: %s', async (_, file, message) => {
    const { status, html } = await sendWith([file]);
    expect(status).toBe(422);
    expect(summaryOf(html)).toEqual([{ field: 'cv', message }]);
    expect(textOf(html, 'cv-error')).toBe(message);
    expect(controlOf(html, 'cv')['aria-describedby']?.split(' ')).toContain('cv-error');
    expect(controlOf(html, 'fullName').value).toBe(goodFields.fullName);
    expect(await heldNames(draftIn(html))).toEqual([
      'coverLetter: letter.docx',
      'writingSample: პანკისი.odt',
    ]);
  });

  it('leaves no row and no chunk behind', async () => {
    const rows = async (): Promise<number> =>
      (await test.deps.db.selectFrom('documentChunks').select('number').execute()).length;
    const before = await rows();
    await sendForm(test.app, goodFields, [
      part('cv', 'cv.pdf', makePdf({ title: 'a', paragraphs: ['b'] }, { size: maxBytes + 1 })),
    ]);
    expect(await rows()).toBe(before);
    const receiving = await test.deps.db
      .selectFrom('documents')
      .select('id')
      .where('state', '=', 'receiving')
      .execute();
    expect(receiving).toEqual([]);
  });
});

describe('a file that is taken', () => {
  it('may have exactly the size of the limit, and comes out as it went in', async () => {
    const file = filePart('cv', 'cv.pdf', maxBytes);
    expect(file.bytes.length).toBe(maxBytes);
    const token = await fillDraft(test.app, {}, [file, ...goodFiles().slice(1)]);
    const { application, key } = await findDraft(test.deps, token);
    const [cv] = await listDocuments(test.deps.db, application.id);
    const expected = createHash('sha256').update(file.bytes).digest('hex');
    expect(cv?.sha256.toString('hex')).toBe(expected);
    expect(cv?.size).toBe(maxBytes);
    const hash = createHash('sha256');
    for await (const bytes of readDocument(test.deps.db, key, cv!)) hash.update(bytes);
    expect(hash.digest('hex')).toBe(expected);
  });

  it('takes the place of the one before, where one fits', async () => {
    const token = await fillDraft(test.app);
    await sendForm(test.app, { ...goodFields, draft: token }, [good('cv', 'newer.pdf')]);
    expect(await heldNames(token)).toEqual([
      'cv: newer.pdf',
      'coverLetter: letter.docx',
      'writingSample: პანკისი.odt',
    ]);
  });

  it('does not take the place of the one before when it is refused', async () => {
    const token = await fillDraft(test.app);
    const answer = await sendForm(test.app, { ...goodFields, draft: token }, [
      part('cv', 'newer.pdf', Buffer.alloc(0)),
    ]);
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect((await heldNames(token))[0]).toBe('cv: cv.pdf');
    expect(summaryOf(html)).toEqual([
      { field: 'cv', message: 'newer.pdf is empty. Choose a file with content' },
    ]);
    expect(idsOf(html)).toContain('cv');
    expect(textOf(html, 'cv-error')).toBe('newer.pdf is empty. Choose a file with content');
  });
});

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
