import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { readDocument } from '../../src/documents/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { makeLockedDocx, makeLockedPdf, makeOle, makeZip } from '../support/documents.ts';
import { controlOf, elementsOf, idsOf, summaryOf, textOf } from '../support/html.ts';
import type { Part } from '../support/multipart.ts';
import { filePart, fillDraft, goodFields, goodFiles, sendForm } from '../support/send-form.ts';

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
      'older Word file',
      part('cv', 'cv.doc', makeOle(['WordDocument', '1Table'])),
      'Choose a PDF, DOCX, ODT, RTF or TXT file; cv.doc is an older Word file (DOC). Open it, choose “Save as”, and there DOCX or PDF',
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
  ])(
    'check 8, check 12: gets its own message beside its field, the others stay: %s',
    async (_, file, message) => {
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
    },
  );

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
