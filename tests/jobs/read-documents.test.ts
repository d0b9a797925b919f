import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { type AfterTextRead, readDocuments } from '../../src/actions/read-documents.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { listSealedTexts, readingJobKind } from '../../src/db/document-texts.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { claimJobs } from '../../src/db/job-leases.ts';
import { ensureSchedule } from '../../src/db/jobs.ts';
import { createDocumentReader, type DocumentReader } from '../../src/documents/reading/reader.ts';
import { makeSample } from '../../src/documents/samples.ts';
import type { Lull } from '../../src/jobs/lull.ts';
import { createReadingHandlers, readingSchedule } from '../../src/jobs/read-documents.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDraft, createSubmitted } from '../support/factories.ts';
import { makeSwellingPdf } from '../support/hostile.ts';
import { createTestLog, type TestLog } from '../support/log.ts';
import { sampleTexts } from '../support/sample-texts.ts';

let test: TestApp;
let reader: DocumentReader;
let logged: TestLog;
let told: string[];
beforeAll(async () => {
  test = await createTestApp();
  reader = createDocumentReader({ memoryMb: 200 });
});
afterAll(async () => {
  reader.close();
  await test.stop();
});
beforeEach(async () => {
  test.clock.reset();
  logged = createTestLog();
  told = [];
  for (const table of ['jobs', 'events', 'applications'] as const) {
    await test.deps.db.deleteFrom(table).execute();
  }
});

const georgian = sampleTexts.ka!;
const samples = [
  { kind: 'cv' as const, name: 'cv.pdf', bytes: makeSample('pdf', sampleTexts.en!) },
  { kind: 'writingSample' as const, name: 'ნიმუში.docx', bytes: makeSample('docx', georgian) },
];

const remember: AfterTextRead = async (trx, applicationId) => {
  // What the transaction has stored is there for whoever is told.
  const { count } = await trx
    .selectFrom('documentTexts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('applicationId', '=', applicationId)
    .executeTakeFirstOrThrow();
  told.push(`${applicationId} ${count}`);
};

const noLull: Lull = async () => {};

const depsWith = (afterTextRead: AfterTextRead = remember) => ({
  ...{ ...test.deps, log: logged.log, reader, afterTextRead, lull: noLull },
});

/** Does every due job of one kind, as the loop would; how many it were. */
async function work(
  kind = readingJobKind,
  { abandon = new AbortController().signal, deps = depsWith() } = {},
): Promise<number> {
  const { db, clock } = test.deps;
  const options = { now: clock.now(), leaseSeconds: 60, limit: 10, kinds: [kind] };
  const { claimed } = await claimJobs(db, options);
  const handler = createReadingHandlers(deps)[kind]!;
  for (const job of claimed) {
    const { log } = logged;
    const everySeconds = job.schedule ? readingSchedule.everySeconds : undefined;
    await runJob(job, handler, { db, clock, log, leaseSeconds: 60, abandon, everySeconds });
  }
  return claimed.length;
}

const textsOf = async (applicationId: string) =>
  await test.deps.db
    .selectFrom('documentTexts as t')
    .innerJoin('documents as d', 'd.id', 't.documentId')
    .select(['d.name', 't.state', 't.reason', 't.text', 't.language', 't.words', 't.pages'])
    .select(['t.active', 't.cut', 't.readAt'])
    .where('t.applicationId', '=', applicationId)
    .orderBy('d.name')
    .execute();
const jobs = async () =>
  await test.deps.db
    .selectFrom('jobs')
    .select(['kind', 'state', 'attempts', 'lastError', 'subjectId'])
    .where('kind', 'in', [readingJobKind, readingSchedule.kind])
    .execute();

describe('submitting', () => {
  it('has the documents read, once, with what they say told in the same transaction', async () => {
    const { id } = await createSubmitted(test.deps, {
      files: samples,
      texts: { coverLetter: 'გამარჯობა, რედაქცია' },
    });
    expect(await jobs()).toMatchObject([{ kind: readingJobKind, state: 'queued', subjectId: id }]);
    expect(await work()).toBe(1);
    const shared = {
      state: 'read',
      reason: null,
      active: [],
      cut: false,
      readAt: test.clock.now(),
    };
    const textOf = ({ title, paragraphs }: typeof georgian) => [title, ...paragraphs].join('\n\n');
    const rows = await textsOf(id);
    expect(rows).toEqual([
      expect.objectContaining({ ...shared, text: 'გამარჯობა, რედაქცია', language: 'ka', words: 2 }),
      {
        ...shared,
        name: 'cv.pdf',
        text: textOf(sampleTexts.en!),
        language: 'en',
        words: 38,
        pages: 1,
      },
      {
        ...shared,
        name: 'ნიმუში.docx',
        text: textOf(georgian),
        language: 'ka',
        words: 17,
        pages: null,
      },
    ]);
    expect(told).toEqual([`${id} 3`]);
    expect(await jobs()).toMatchObject([{ state: 'done', attempts: 1 }]);
    await readDocuments(depsWith(), id, new AbortController().signal);
    expect(told).toHaveLength(1);
    expect(await verify()).toBe(0);
  });

  it('has the reading wait for a lull, the shorter the older the application', async () => {
    const { id } = await createSubmitted(test.deps, { files: samples });
    test.clock.advance(12);
    const waits: number[] = [];
    const lull: Lull = async (atMostMs) => {
      waits.push(atMostMs);
      expect(await textsOf(id)).toEqual([]);
    };
    await work(readingJobKind, { deps: { ...depsWith(), lull } });
    expect(waits).toEqual([3_000]);
    expect(await textsOf(id)).toHaveLength(2);
  });

  it('leaves drafts alone', async () => {
    await createDraft(test.deps, { files: samples });
    expect(await jobs()).toEqual([]);
    expect(await backfill()).toEqual([]);
  });
});

describe('a document that can’t be read', () => {
  it('is marked, and the rest of the application is read', async () => {
    const { id } = await createSubmitted(test.deps, {
      files: [...samples, { kind: 'coverLetter', name: 'swells.pdf', bytes: makeSwellingPdf() }],
    });
    await work();
    expect((await textsOf(id)).map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['cv.pdf', 'read', null],
      ['swells.pdf', 'failed', 'too-large'],
      ['ნიმუში.docx', 'read', null],
    ]);
    expect(await jobs()).toMatchObject([{ state: 'done', attempts: 1 }]);
    const warning = logged.lines.find(({ msg }) => msg === 'a document could not be read');
    expect(warning).toMatchObject({ reason: 'too-large' });
    expect(await verify()).toBe(0);
  });

  it('since its chunks do not open is broken, whoever tries', async () => {
    const { id } = await createSubmitted(test.deps, { files: samples });
    await sql`update document_chunks set data = set_byte(data, 20, get_byte(data, 20) # 1)
      where document_id in (select id from documents where name = 'cv.pdf')`.execute(test.deps.db);
    await work();
    expect((await textsOf(id)).map(({ state, reason, active }) => [state, reason, active])).toEqual(
      [
        ['failed', 'broken', null],
        ['read', null, []],
      ],
    );
  });
});

describe('trouble of our own', () => {
  it('stores no text that nobody is told of and is tried again', async () => {
    const { id } = await createSubmitted(test.deps, { files: samples });
    const deps = depsWith(async () => {
      throw new Error('the index is not well');
    });
    await work(readingJobKind, { deps });
    expect(await textsOf(id)).toHaveLength(1);
    expect(await jobs()).toMatchObject([{ state: 'queued', attempts: 1, lastError: 'Error' }]);
    test.clock.advance(60);
    await work();
    expect(await textsOf(id)).toHaveLength(2);
    expect(told).toEqual([`${id} 2`]);
  });

  it('such as a stop in the middle keeps what was read and goes on later', async () => {
    const { id } = await createSubmitted(test.deps, { files: samples });
    const stopping = new AbortController();
    const stopped: DocumentReader = {
      ...reader,
      async read(request, open, signal) {
        signal?.throwIfAborted();
        const reading = await reader.read(request, open, signal);
        stopping.abort();
        return reading;
      },
    };
    const deps = { ...depsWith(), reader: stopped };
    await work(readingJobKind, { deps, abandon: stopping.signal });
    expect(await textsOf(id)).toHaveLength(1);
    expect(await jobs()).toMatchObject([{ state: 'queued' }]);
    test.clock.advance(60);
    await work();
    expect(await textsOf(id)).toHaveLength(2);
    expect(told).toEqual([`${id} 2`]);
  });

  it('such as a document that is replaced while it is read stores nothing of it', async () => {
    const { id } = await createSubmitted(test.deps, { files: samples });
    const [first] = await listDocuments(test.deps.db, id);
    const replacing: DocumentReader = {
      ...reader,
      async read(request, open, signal) {
        const reading = await reader.read(request, open, signal);
        await test.deps.db.deleteFrom('documents').where('id', '=', first!.id).execute();
        return reading;
      },
    };
    await work(readingJobKind, { deps: { ...depsWith(), reader: replacing } });
    expect((await textsOf(id)).map(({ name }) => name)).toEqual(['ნიმუში.docx']);
    expect(told).toHaveLength(1);
    expect(await jobs()).toMatchObject([{ state: 'done' }]);
  });
});

describe('an application from before', () => {
  it('is read by the schedule, the oldest first, drafts left out', async () => {
    const old = await createSubmitted(test.deps, { files: samples });
    test.clock.advance(10);
    const newer = await createSubmitted(test.deps, { files: samples.slice(0, 1) });
    await createDraft(test.deps, { files: samples });
    await test.deps.db.deleteFrom('jobs').execute();
    expect(await backfill()).toEqual([`${old.id} 1`, `${old.id} 2`, `${newer.id} 1`]);
    expect(logged.lines).toContainEqual(
      expect.objectContaining({ msg: 'documents read', count: 3 }),
    );
    told = [];
    expect(await backfill()).toEqual([]);
  });

  it('of a discreet application are read, and their words stored sealed', async () => {
    const values = { discreet: true };
    const { id, key } = await createSubmitted(test.deps, { files: samples, values });
    await work();
    const open = await createSubmitted(test.deps, { files: samples });
    await work();
    const rows = await textsOf(id);
    expect(rows.map(({ text, state }) => [text, state])).toEqual(rows.map(() => ['', 'read']));
    const said = (await textsOf(open.id)).map(({ text }) => text);
    const texts = await listSealedTexts(test.deps.db, id, key);
    expect([...texts.values()].sort()).toEqual([...said].sort());
  });
});

it('erasing an application takes its texts and its job with it', async () => {
  const { id } = await createSubmitted(test.deps, { files: samples });
  await work();
  expect(await textsOf(id)).toHaveLength(2);
  const waiting = await createSubmitted(test.deps, { files: samples });
  for (const one of [id, waiting.id]) {
    await eraseApplication(test.deps, { id: one, actor: 'system' });
  }
  const left = await test.deps.db.selectFrom('documentTexts').select('documentId').execute();
  expect(left).toEqual([]);
  expect((await jobs()).map(({ subjectId }) => subjectId)).not.toContain(waiting.id);
  expect(await verify()).toBe(0);
});

/** Runs the schedule once. */
async function backfill(): Promise<string[]> {
  const { name, kind, everySeconds } = readingSchedule;
  const { db, clock } = test.deps;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
  await db
    .updateTable('jobs')
    .set({ notBefore: clock.now() })
    .where('schedule', '=', name)
    .execute();
  expect(await work(kind)).toBe(1);
  return told;
}

async function verify(): Promise<number> {
  const { violations } = await verifyDatabase(test.deps, {
    report: () => {},
    onProgress: () => {},
  });
  return violations;
}
