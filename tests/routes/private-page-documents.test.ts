import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordOpened } from '../../src/db/access-log.ts';
import { lockApplication } from '../../src/db/applications.ts';
import { readingJobKind } from '../../src/db/document-texts.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createStaff } from '../support/factories.ts';
import { plainText, summaryOf, textareaOf, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  openAs,
  postForm,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';
import { filePart } from '../support/send-form.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

const documentsOf = async ({ application: { id } }: Applicant) =>
  await listDocuments(test.deps.db, id);
const namesOf = async (applicant: Applicant): Promise<string[]> =>
  (await documentsOf(applicant)).map(({ name }) => name);
/** Rows of any state: nothing may be left over. */
const countRows = async ({ application: { id } }: Applicant): Promise<number> => {
  const rows = await test.deps.db
    .selectFrom('documents')
    .select('id')
    .where('applicationId', '=', id)
    .execute();
  return rows.length;
};
const countReadingJobs = async ({ application: { id } }: Applicant): Promise<number> => {
  const jobs = await test.deps.db
    .selectFrom('jobs')
    .select('id')
    .where('kind', '=', readingJobKind)
    .where('subjectId', '=', id)
    .execute();
  return jobs.length;
};
const change = async ({ path }: Applicant, parts: Parameters<typeof postParts>[2]) =>
  await postParts(test, `${path}/documents`, parts);

describe('while nobody has opened it', () => {
  it('a document is replaced, another added, with events and one mail to the editors', async () => {
    const applicant = await apply(test);
    const before = await documentsOf(applicant);
    const answer = await change(applicant, [
      filePart('cv', 'newer.pdf'),
      filePart('writingSample', 'second.docx'),
      textPart('writingSampleLanguage', 'ka'),
      textPart('intent', 'check'),
    ]);
    expect([answer.status, answer.location]).toEqual([303, `${applicant.path}?done=documents`]);
    expect(await namesOf(applicant)).toEqual([
      'newer.pdf',
      'letter.docx',
      'პანკისი.odt',
      'second.docx',
    ]);
    expect((await documentsOf(applicant)).map(({ language }) => language)).toEqual([
      ...[null, null, null, 'ka'],
    ]);
    expect((await listEventsOf(test, applicant)).slice(1)).toEqual([
      'applicant document-replaced cv',
      'applicant document-added writingSample',
    ]);
    const mails = await listMailsOf(test, applicant);
    const [first, told] = mails.filter(({ thread }) => thread === 'editors');
    expect(told).toMatchObject({ template: 'documents-changed', inReplyTo: first!.messageId });
    expect(told!.content.subject).toBe(first!.content.subject);
    expect(told!.content.text).toContain('Lebenslauf: ersetzt\nArbeitsprobe: hinzugefügt');
    expect(mails).toHaveLength(3);
    // One from submitting, one for what came now.
    expect(await countReadingJobs(applicant)).toBe(2);
    const shown = plainText((await getPage(test, answer.location!)).html);
    expect(shown).toContain('The documents are stored as they stand below.');
    expect(shown).toMatch(/second\.docx\s+Writing sample\s+1 kB\s+Georgian\s+Download/);
    const gone = await getPage(test, `${applicant.path}/documents/${before[0]!.id}`);
    expect(gone.status).toBe(404);
    expect(await verify(test)).toEqual([]);
  });

  it('a text is pasted beside a file, and taken back again', async () => {
    const applicant = await apply(test);
    await change(applicant, [textPart('cvText', 'Pasted lines')]);
    const form = await getPage(test, `${applicant.path}/documents`);
    expect(textareaOf(form.html, 'cvText')).toBe('Pasted lines');
    expect((await documentsOf(applicant)).map(({ origin }) => origin)).toEqual([
      ...['file', 'text', 'file', 'file'],
    ]);
    await change(applicant, [textPart('cvText', '')]);
    expect(await namesOf(applicant)).toEqual(['cv.pdf', 'letter.docx', 'პანკისი.odt']);
    expect((await listEventsOf(test, applicant)).slice(1)).toEqual([
      'applicant document-added cv',
      'applicant document-removed cv',
    ]);
  });

  it('the same form once more changes nothing and writes to nobody', async () => {
    const applicant = await apply(test);
    const answer = await change(applicant, [
      { field: 'cv', name: '', bytes: Buffer.alloc(0) },
      textPart('cvText', ''),
    ]);
    expect(answer.status).toBe(303);
    expect(await listEventsOf(test, applicant)).toHaveLength(1);
    expect(await listMailsOf(test, applicant)).toHaveLength(2);
  });

  it('what is good is stored, what is not is told beside its field, with what was typed', async () => {
    const applicant = await apply(test);
    const long = 'x'.repeat(100_001);
    const answer = await change(applicant, [
      filePart('coverLetter', 'better.docx'),
      { field: 'cv', name: 'photo.jpg', bytes: Buffer.from('ffd8ffe000104a464946', 'hex') },
      textPart('writingSampleText', long),
    ]);
    expect(answer.status).toBe(422);
    expect(titleOf(answer.html)).toBe('Error: Replace or add documents – Caucasus Watch');
    expect(summaryOf(answer.html)).toEqual([
      {
        field: 'cv',
        message: 'Choose a PDF, DOCX, ODT, RTF or TXT file; photo.jpg is an image',
      },
      {
        field: 'writingSampleText',
        message: 'Shorten the text to 100,000 characters or send it as a file',
      },
    ]);
    expect(textareaOf(answer.html, 'writingSampleText')).toBe(long);
    expect(plainText(answer.html)).toContain('What arrived in good order is stored.');
    expect(await namesOf(applicant)).toEqual(['cv.pdf', 'better.docx', 'პანკისი.odt']);
    expect(await countRows(applicant)).toBe(3);
  });

  it('what the call requires can be replaced, but not taken away', async () => {
    const applicant = await apply(test);
    const [cv] = await documentsOf(applicant);
    const answer = await change(applicant, [textPart('remove', cv!.id)]);
    expect([answer.status, summaryOf(answer.html)]).toEqual([
      422,
      [{ field: 'cv', message: 'Choose a file for the CV or paste it as text' }],
    ]);
    expect(await namesOf(applicant)).toContain('cv.pdf');
    const replaced = await change(applicant, [
      textPart('remove', cv!.id),
      textPart('cvText', 'My life in short'),
    ]);
    expect([replaced.status, replaced.location]).toEqual([303, `${applicant.path}/documents`]);
    expect(await namesOf(applicant)).not.toContain('cv.pdf');
  });

  it('there is room for three samples and no more', async () => {
    const applicant = await apply(test);
    const samples = ['b.txt', 'c.txt', 'd.txt'].map((name) => filePart('writingSample', name));
    const answer = await change(applicant, samples);
    expect(answer.status).toBe(422);
    expect(summaryOf(answer.html).map(({ message }) => message)).toEqual([
      'Only 3 files fit here. Remove one first',
    ]);
    expect((await namesOf(applicant)).slice(2)).toEqual(['პანკისი.odt', 'b.txt', 'c.txt']);
    expect(await countRows(applicant)).toBe(5);
  });

  it('another application’s document is not removed', async () => {
    const [mine, other] = [await apply(test), await apply(test)];
    const [cv] = await documentsOf(other);
    await change(mine, [textPart('remove', cv!.id)]);
    expect(await namesOf(other)).toContain('cv.pdf');
  });

  it('switching the language keeps what was typed and stores nothing', async () => {
    const applicant = await apply(test);
    const german = applicant.path.replace('/en/', '/de/');
    const answer = await postParts(test, `${german}/documents`, [
      textPart('intent', 'switch'),
      textPart('cvText', 'Half a life'),
      filePart('cv', 'newer.pdf'),
    ]);
    expect([answer.status, titleOf(answer.html)]).toEqual([
      200,
      'Unterlagen ersetzen oder ergänzen – Caucasus Watch',
    ]);
    expect(textareaOf(answer.html, 'cvText')).toBe('Half a life');
    expect(await namesOf(applicant)).toEqual(['cv.pdf', 'letter.docx', 'პანკისი.odt']);
    expect(await countRows(applicant)).toBe(3);
  });
});

describe('once somebody has opened it', () => {
  it.each(['reviewer', 'editor'] as const)(
    'be it a %s, the page says so and a form is refused',
    async (role) => {
      const applicant = await apply(test);
      await openAs(test, applicant, await createStaff(test.deps, { role }));
      const page = await getPage(test, applicant.path);
      expect(plainText(page.html)).toContain(
        'The editors have opened your application, so the documents',
      );
      expect(page.html).not.toContain(`${applicant.path}/documents"`);
      const form = await getPage(test, `${applicant.path}/documents`);
      expect([form.status, form.location]).toEqual([303, `${applicant.path}#documents`]);
      const answer = await change(applicant, [
        filePart('cv', 'newer.pdf'),
        textPart('coverLetterText', 'What I pasted'),
      ]);
      expect(answer.status).toBe(409);
      expect(plainText(answer.html)).toContain('The documents can no longer be changed');
      expect(plainText(answer.html)).toContain('What I pasted');
      expect(await namesOf(applicant)).toEqual(['cv.pdf', 'letter.docx', 'პანკისი.odt']);
      expect(await countRows(applicant)).toBe(3);
    },
  );

  it('or it was withdrawn, a form is refused too', async () => {
    const applicant = await apply(test);
    await postForm(test, `${applicant.path}/withdraw`);
    expect((await change(applicant, [filePart('cv', 'newer.pdf')])).status).toBe(409);
    expect(await countRows(applicant)).toBe(3);
  });
});

/** Resolves when some other connection waits for a lock. */
const somebodyWaits = async (): Promise<void> => {
  await vi.waitFor(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(test.deps.db);
    expect(rows).toHaveLength(1);
  }, 10_000);
};

describe('of an opening and a change at the same time', () => {
  it('the change that has the lock comes first, and the opening waits for it', async () => {
    const applicant = await apply(test);
    const { db, clock } = test.deps;
    const { id } = applicant.application;
    const staff = await createStaff(test.deps, { role: 'editor' });
    let opening: Promise<void> | undefined;
    await db.transaction().execute(async (trx) => {
      await lockApplication(trx, id);
      opening = recordOpened(db, { applicationId: id, staffId: staff.id, now: clock.now() });
      await somebodyWaits();
    });
    await opening;
    expect((await change(applicant, [filePart('cv', 'newer.pdf')])).status).toBe(409);
  });

  it('the change that comes later sees the opening, and its file does not stay', async () => {
    const applicant = await apply(test);
    const { db, clock } = test.deps;
    const { id } = applicant.application;
    const staff = await createStaff(test.deps, { role: 'editor' });
    let answer: ReturnType<typeof change> | undefined;
    await db.transaction().execute(async (trx) => {
      await recordOpened(trx, { applicationId: id, staffId: staff.id, now: clock.now() });
      answer = change(applicant, [filePart('cv', 'newer.pdf'), textPart('cvText', 'Typed')]);
      await somebodyWaits();
    });
    const { status, html } = await answer!;
    expect(status).toBe(409);
    expect(plainText(html)).toContain('Typed');
    expect(await namesOf(applicant)).toEqual(['cv.pdf', 'letter.docx', 'პანკისი.odt']);
    expect(await countRows(applicant)).toBe(3);
  });
});
