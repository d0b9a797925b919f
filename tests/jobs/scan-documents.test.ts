import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { readDocuments } from '../../src/actions/read-documents.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { recordOpened } from '../../src/db/access-log.ts';
import { claimJobs } from '../../src/db/job-leases.ts';
import { ensureSchedule } from '../../src/db/jobs.ts';
import { scannerHealth, setScanning } from '../../src/db/scanning.ts';
import { createScanner } from '../../src/documents/clamd.ts';
import type { DocumentReader } from '../../src/documents/reading/reader.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createScanningHandlers, scanningSchedule } from '../../src/jobs/scan-documents.ts';
import { eicar, startClamd, type TestClamd } from '../support/clamd.ts';
import { storeCopies } from '../support/copies.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createDraft, createSubmitted } from '../support/factories.ts';
import { createMultipart } from '../support/multipart.ts';

let desk: Desk;
let clamd: TestClamd;
beforeAll(async () => {
  desk = await createDesk();
  clamd = await startClamd();
});
afterAll(async () => {
  await clamd.stop();
  await desk.stop();
});
beforeEach(async () => {
  clamd.mode = 'well';
  const { db } = desk.deps;
  for (const table of ['jobs', 'events', 'applications'] as const) {
    await db.deleteFrom(table).execute();
  }
  await setScanning(db, true);
  await sql`update scanning set failing_since = null, marked = true`.execute(db);
});

const clean = { kind: 'cv' as const, name: 'cv.txt', bytes: Buffer.from('The river was late.') };
const bad = { kind: 'writingSample' as const, name: 'bad.txt', bytes: eicar };

const letter = { coverLetter: 'Dear editors' };

/** Does every due job of the scanner's loop; how many they were. */
async function work(kinds = ['scan-document']): Promise<number> {
  const { db, clock, log } = desk.deps;
  const scanner = createScanner(clamd.address, { idleMs: 300 });
  const handlers = createScanningHandlers({ ...desk.deps, scanner });
  const { claimed } = await claimJobs(db, { now: clock.now(), leaseSeconds: 60, limit: 50, kinds });
  const abandon = new AbortController().signal;
  for (const job of claimed) {
    const everySeconds = job.schedule ? scanningSchedule.everySeconds : undefined;
    const options = { db, clock, log, leaseSeconds: 60, abandon, everySeconds };
    await runJob(job, handlers[job.kind]!, options);
  }
  return claimed.length;
}

async function workOnSchedule(): Promise<void> {
  const { db, clock } = desk.deps;
  const { name: schedule, ...rest } = scanningSchedule;
  await ensureSchedule(db, { schedule, ...rest, now: clock.now() });
  await sql`update jobs set not_before = ${clock.now()} where schedule = ${schedule}`.execute(db);
  expect(await work([scanningSchedule.kind])).toBe(1);
}

const scansOf = async (id: string) =>
  (
    await sql<{
      name: string;
      scan: string;
    }>`select name, scan, scan_finding as finding from documents
      where application_id = ${id} order by name`.execute(desk.deps.db)
  ).rows;
const documentOf = async (id: string, name: string): Promise<string> =>
  (
    await sql<{
      id: string;
    }>`select id from documents where application_id = ${id} and name = ${name}`.execute(
      desk.deps.db,
    )
  ).rows[0]!.id;
const kindsOfJobs = async (): Promise<string[]> =>
  (
    await sql<{ kind: string }>`select kind from jobs where state = 'queued' order by 1`.execute(
      desk.deps.db,
    )
  ).rows
    .map(({ kind }) => kind)
    .filter((kind) => kind.includes('documents') || kind.includes('scan'));

describe('while a scanner is set', () => {
  it('a document waits, nobody of the staff gets it, and the page and the list say so', async () => {
    const { id, reference } = await createSubmitted(desk.deps, {
      files: [clean],
      texts: { coverLetter: 'pasted words' },
    });
    await storeCopies(desk.deps, id);
    expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['waiting', 'waiting']);
    const page = `/admin/applications/${reference}`;
    const path = `${page}/documents/${await documentOf(id, 'cv.txt')}`;
    const shown = (await desk.editor.get(page)).html;
    expect(shown).toContain('Not scanned');
    expect(shown).not.toContain('pasted words');
    expect((await desk.editor.get(path)).status).toBe(303);
    const original = await desk.editor.post(`${path}/original`, { reason: 'I want it' });
    expect([original.status, original.html.includes('The river')]).toEqual([409, false]);
    expect((await desk.editor.get(`${path}/text`)).html).not.toContain('The river');
    expect((await desk.editor.get('/admin?flag=unscanned')).html).toContain(reference);
    const { rows } = await sql`select 1 from original_openings`.execute(desk.deps.db);
    expect(rows).toEqual([]);
  });

  it('what is clean can be opened, and is read once all of its application was scanned', async () => {
    const { id, reference } = await createSubmitted(desk.deps, {
      files: [clean],
      texts: { coverLetter: 'pasted words' },
    });
    await sql`delete from jobs where kind = 'read-documents'`.execute(desk.deps.db);
    expect(await work()).toBe(2);
    expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['clean', 'clean']);
    expect(await kindsOfJobs()).toEqual(['read-documents']);
    await storeCopies(desk.deps, id);
    const page = `/admin/applications/${reference}`;
    expect((await desk.editor.get(page)).html).toContain('pasted words');
    const path = `${page}/documents/${await documentOf(id, 'cv.txt')}`;
    expect((await desk.editor.get(path)).html).toBe('The river was late.');
    expect((await desk.editor.get('/admin?flag=unscanned')).html).not.toContain(reference);
  });

  it('5.4.3: EICAR is opened by nobody, its applicant is asked for another file, and the editors see it', async () => {
    const { id, reference } = await createSubmitted(desk.deps, {
      files: [clean, bad],
      texts: letter,
    });
    await storeCopies(desk.deps, id);
    await work();
    expect((await scansOf(id)).filter(({ name }) => name !== 'cover-letter.txt')).toEqual([
      { name: 'bad.txt', scan: 'infected', finding: 'Eicar-Test-Signature' },
      { name: 'cv.txt', scan: 'clean', finding: null },
    ]);
    const page = `/admin/applications/${reference}`;
    const path = `${page}/documents/${await documentOf(id, 'bad.txt')}`;
    const shown = (await desk.editor.get(page)).html;
    expect(shown).toContain('the virus scanner found Eicar-Test-Signature');
    expect(shown).toContain('The virus scanner found something: Writing sample');
    expect((await desk.editor.get(path)).status).toBe(303);
    expect((await desk.editor.post(`${path}/original`, { reason: 'I want it' })).status).toBe(409);
    expect((await desk.editor.get('/admin?flag=infected')).html).toContain(reference);
    const { rows } = await sql`select template, thread from mails
      where application_id = ${id} and template = 'document-infected'`.execute(desk.deps.db);
    expect(rows).toEqual([{ template: 'document-infected', thread: 'applicant' }]);
    expect(await verify()).toBe(0);
  });

  it('an infected file of a draft is told beside its field, and keeps it from being submitted', async () => {
    const token = await createDraft(desk.deps, { files: [clean, bad] });
    await work();
    const form = await (await desk.app.request(`/en/drafts/${token}`)).text();
    expect(form).toContain('Our virus scanner found malware in bad.txt');
    const answer = await desk.app.request(`/en/drafts/${token}/submit`, { method: 'POST' });
    expect(answer.status).toBe(422);
  });

  it('its applicant can put another file in its place, and nothing else, after it was opened', async () => {
    const { id, key } = await createSubmitted(desk.deps, { files: [clean, bad], texts: letter });
    await work();
    const { db, clock } = desk.deps;
    const staffId = desk.editor.staff.id;
    await recordOpened(db, { applicationId: id, staffId, now: clock.now() });
    const path = `/en/applications/${await findPrivateToken(desk.deps, { id }, key)}`;
    const page = await (await desk.app.request(path)).text();
    expect(page).toContain('Our virus scanner found malware in this file');
    const infected = await documentOf(id, 'bad.txt');
    expect((await desk.app.request(`${path}/documents/${infected}`)).status).toBe(404);
    const { contentType, body } = createMultipart([
      { field: 'cv', name: 'other-cv.txt', bytes: Buffer.from('Another CV.') },
      { field: 'writingSample', name: 'good.txt', bytes: Buffer.from('A good sample.') },
    ]);
    const answer = await desk.app.request(`${path}/documents`, {
      ...{ method: 'POST', headers: { 'content-type': contentType }, body: new Uint8Array(body) },
    });
    expect(answer.status).toBe(303);
    expect((await scansOf(id)).map(({ name, scan }) => [name, scan])).toEqual([
      ['cover-letter.txt', 'clean'],
      ['cv.txt', 'clean'],
      ['good.txt', 'waiting'],
    ]);
  });

  it.each(['hangs', 'drops', 'babbles'] as const)(
    'that %s, documents wait, readyz tells, and they are scanned once it is back',
    async (mode) => {
      clamd.mode = mode;
      const { id } = await createSubmitted(desk.deps, { files: [clean] });
      await work();
      expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['waiting']);
      expect(await (await desk.app.request('/readyz')).json()).toMatchObject({
        ...{ status: 'ok', scanner: 'degraded' },
      });
      await workOnSchedule();
      expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['waiting']);
      clamd.mode = 'well';
      await workOnSchedule();
      expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['clean']);
      expect(await (await desk.app.request('/readyz')).json()).toMatchObject({ scanner: 'ok' });
    },
  );
});

it('what came before there was a scanner waits for it too, and nothing waits once there is none', async () => {
  const { db, clock } = desk.deps;
  await setScanning(db, false);
  expect(await scannerHealth(db, clock.now())).toBeUndefined();
  const { id, reference } = await createSubmitted(desk.deps, { files: [clean] });
  await storeCopies(desk.deps, id);
  const path = `/admin/applications/${reference}/documents/${await documentOf(id, 'cv.txt')}`;
  expect((await desk.editor.get(path)).status).toBe(200);
  await setScanning(db, true);
  expect((await desk.editor.get(path)).status).toBe(303);
  await workOnSchedule();
  expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['clean']);
  expect((await desk.editor.get(path)).status).toBe(200);
});

it('a document that is damaged is told as that, keeps no other one waiting and no alarm ringing', async () => {
  const { db } = desk.deps;
  const { id, reference } = await createSubmitted(desk.deps, { files: [clean], texts: letter });
  await sql`delete from document_chunks where document_id = (
    select id from documents where application_id = ${id} order by id limit 1)`.execute(db);
  await sql`delete from jobs where kind = 'read-documents'`.execute(db);
  await workOnSchedule();
  const { rows } = await sql<{ scan: string; finding: string }>`
    select scan, scan_finding as finding from documents
    where application_id = ${id} order by id`.execute(db);
  expect(rows).toEqual([
    { scan: 'unscannable', finding: 'damaged' },
    { scan: 'clean', finding: null },
  ]);
  // The other one is read.
  expect(await kindsOfJobs()).toContain('read-documents');
  const { html } = await desk.editor.get(`/admin/applications/${reference}`);
  expect(html).toContain('damaged where it is stored');
  expect((await desk.editor.get('/admin?flag=unscanned')).html).toContain(reference);
  desk.clock.advance(3600);
  expect(await scannerHealth(db, desk.clock.now())).toBe('ok');
});

it('a document larger than the scanner takes is sent there once, is told, and waits again after a start', async () => {
  const { db, clock } = desk.deps;
  const bytes = Buffer.from('The river was late. '.repeat(10_000));
  const large = { kind: 'cv' as const, name: 'large.txt', bytes };
  const { id, reference } = await createSubmitted(desk.deps, { files: [large] });
  const path = `/admin/applications/${reference}`;
  const file = `${path}/documents/${await documentOf(id, 'large.txt')}`;
  await storeCopies(desk.deps, id);
  clamd.mode = 'limits';
  await work();
  const told = { name: 'large.txt', scan: 'unscannable', finding: 'too-large' };
  expect(await scansOf(id)).toEqual([told]);
  const { html } = await desk.editor.get(path);
  expect(html).toContain('has to raise the scanner’s limit (StreamMaxLength)');
  expect((await desk.editor.get(file)).status).toBe(303);
  expect(await scannerHealth(db, clock.now())).toBe('degraded');
  clamd.mode = 'well';
  clamd.received.length = 0;
  await workOnSchedule();
  expect(clamd.received).toEqual([]);
  expect(await scansOf(id)).toEqual([told]);
  await setScanning(db, true);
  await workOnSchedule();
  expect(await scansOf(id)).toEqual([{ name: 'large.txt', scan: 'clean', finding: null }]);
  expect(clamd.received).toEqual([bytes]);
  expect((await desk.editor.get(file)).status).toBe(200);
  expect(await scannerHealth(db, clock.now())).toBe('ok');
});

it('of what is found to be infected while it is being read, nothing is kept', async () => {
  const { db } = desk.deps;
  await setScanning(db, false);
  const { id } = await createSubmitted(desk.deps, { files: [bad] });
  const copy = { state: 'made', bytes: eicar, lost: 0 } as const;
  const document = { text: 'X5O', cut: false, language: null, words: 1, pages: null };
  const reader: DocumentReader = {
    async read() {
      await setScanning(db, true);
      await workOnSchedule();
      return { state: 'read', active: [], ...document, copy };
    },
    close: () => {},
  };
  const never = new AbortController().signal;
  await readDocuments({ ...desk.deps, reader, afterTextRead: async () => {} }, id, never);
  expect((await scansOf(id)).map(({ scan }) => scan)).toEqual(['infected']);
  expect(await db.selectFrom('documentTexts').select('text').execute()).toEqual([]);
  expect(await db.selectFrom('documentCopies').select('state').execute()).toEqual([]);
});

async function verify(): Promise<number> {
  const { violations } = await verifyDatabase(desk.deps, {
    report: () => {},
    onProgress: () => {},
  });
  return violations;
}
