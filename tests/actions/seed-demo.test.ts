import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import {
  findPrivateToken,
  openPrivatePage,
  readReceiptCode,
} from '../../src/actions/open-private-page.ts';
import { countHeld, readPastedTexts, valuesOf } from '../../src/actions/read-application.ts';
import { seedDemo } from '../../src/actions/seed-demo.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { addStaff, ensureFirstAdminLink } from '../../src/auth/staff-accounts.ts';
import { listApplications } from '../../src/db/application-list.ts';
import { findCall } from '../../src/db/calls.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { openContent } from '../../src/db/mails.ts';
import { listDueApplications } from '../../src/db/reply-clock.ts';
import { inspectDocument } from '../../src/documents/inspect.ts';
import { randomAccessOf } from '../../src/documents/random-access.ts';
import { readDocument } from '../../src/documents/store.ts';
import { checkApplication } from '../../src/domain/application-check.ts';
import { lapseSpan, nudgeSpan } from '../../src/domain/reply-clock.ts';
import { readSearchTerms } from '../../src/domain/search-terms.ts';
import { decisions, visibleStages } from '../../src/domain/stages.ts';
import { createTestClock } from '../support/clock.ts';
import { configOf } from '../support/configuration.ts';
import { createTestDatabase } from '../support/database.ts';
import { sniff } from '../support/documents.ts';
import { anyEditor } from '../support/factories.ts';

type Installation = Awaited<ReturnType<typeof install>>;

/** An installation after its first start. */
async function install() {
  const { db, drop } = await createTestDatabase();
  const clock = createTestClock();
  const keys = await openKeyring(db, randomBytes(32), clock.now());
  await seedFirstCall({ db, clock });
  const config = configOf({});
  return { core: { db, keys, clock, config, publicUrl: 'http://localhost:3000' }, drop };
}

/** What a person would see of all applications, without what is random on purpose. */
async function describeAll({ core: { db } }: Installation) {
  const applications = await db
    .selectFrom('applications')
    .select(['id', 'email', 'fullName', 'latinName', 'penName', 'places', 'placesOther', 'basedIn'])
    .select(['languages', 'topics', 'links', 'keepOnFile', 'via', 'language', 'stage', 'decision'])
    .select(['submittedAt', 'stageSince'])
    .execute();
  const documents = await db.selectFrom('documents').selectAll().execute();
  return applications
    .map(({ id, ...application }) => ({
      ...application,
      documents: documents
        .filter(({ applicationId }) => applicationId === id)
        .map(({ kind, origin, name, sha256 }) => [kind, origin, name, sha256?.toString('hex')])
        .sort(),
    }))
    .sort((a, b) => (a.email < b.email ? -1 : 1));
}

const opened: Installation[] = [];
const installed = async (): Promise<Installation> => {
  const installation = await install();
  opened.push(installation);
  return installation;
};
afterAll(async () => {
  for (const { drop } of opened) await drop();
});

describe('sixty seeded applications', () => {
  let seeded: Installation;
  beforeAll(async () => {
    seeded = await installed();
    const done: number[] = [];
    const counts = await seedDemo(seeded.core, { applications: 60, seed: 1 }, (now) =>
      done.push(now),
    );
    expect(counts).toEqual({ applications: 60, documents: 180, mails: 120 });
    expect(done.at(-1)).toBe(60);
  });

  test('keep every invariant', async () => {
    const report = (violation: unknown) => expect(violation).toBeUndefined();
    const verified = await verifyDatabase(seeded.core, { report });
    expect(verified).toMatchObject({ applications: 60, documents: 180, mails: 120, violations: 0 });
  });

  test('are the same people with the same documents for the same seed, in another number too', async () => {
    const again = await installed();
    await seedDemo(again.core, { applications: 60, seed: 1 });
    const first = await describeAll(seeded);
    expect(await describeAll(again)).toEqual(first);
    const fewer = await installed();
    await seedDemo(fewer.core, { applications: 7, seed: 1 });
    const emails = new Set(Array.from({ length: 7 }, (_, index) => `.${index + 1}@example.org`));
    expect(await describeAll(fewer)).toEqual(
      first.filter(({ email }) =>
        emails.has(email.slice(email.lastIndexOf('.', email.indexOf('@')))),
      ),
    );
  });

  test('are other people for another seed', async () => {
    const other = await installed();
    await seedDemo(other.core, { applications: 60, seed: 2 });
    const names = async (one: Installation) =>
      (await describeAll(one)).map(({ fullName }) => fullName);
    const first = new Set(await names(seeded));
    const shared = (await names(other)).filter((name) => first.has(name));
    expect(shared.length).toBeLessThan(5);
  });

  test('stand in every stage, with every decision, within the last 120 days', async () => {
    const { db, clock } = seeded.core;
    const rows = await db
      .selectFrom('applications')
      .select(['stage', 'decision', 'submittedAt', 'stageSince'])
      .execute();
    expect(new Set(rows.map(({ stage }) => stage))).toEqual(new Set(visibleStages));
    expect(new Set(rows.map(({ decision }) => decision))).toEqual(new Set([null, ...decisions]));
    const now = clock.now().getTime();
    const ages = rows.map(({ submittedAt }) => (now - submittedAt!.getTime()) / 86_400_000);
    expect(Math.max(...ages)).toBeLessThan(120.1);
    expect(Math.max(...ages)).toBeGreaterThan(90);
    expect(Math.min(...ages)).toBeGreaterThan(0);
    for (const { submittedAt, stageSince } of rows) {
      expect(submittedAt! <= stageSince && stageSince.getTime() < now).toBe(true);
    }
  });

  test('write in all scripts of the region', async () => {
    const names = (await describeAll(seeded)).map(({ fullName }) => fullName);
    for (const script of ['Latin', 'Cyrillic', 'Georgian', 'Armenian']) {
      const pattern = new RegExp(`^[\\p{Script=${script}} ]+$`, 'u');
      expect(names.filter((name) => pattern.test(name)).length).toBeGreaterThan(3);
    }
    expect(names.some((name) => /[əğıöüşç]/i.test(name))).toBe(true);
  });

  test('lead to nobody outside: addresses, links and numbers are reserved ones', async () => {
    const { db, keys } = seeded.core;
    const rows = await db
      .selectFrom('applications as a')
      .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
      .selectAll('a')
      .select('k.wrapped')
      .execute();
    const handles = rows
      .map((row) => valuesOf(keys.unwrapKey(row.id, row.wrapped), row).contactHandle)
      .filter((handle) => handle !== '');
    expect(handles.length).toBeGreaterThan(3);
    for (const handle of handles) expect(handle).toMatch(/^\+1 202 555 01\d\d$/);
    for (const { email } of rows) expect(email).toMatch(/^[a-z.]+\.\d+@example\.org$/);
    const addresses = rows.flatMap(({ links, via }) => [...links, ...(via ? [via] : [])]);
    expect(addresses.length).toBeGreaterThan(20);
    for (const address of addresses) expect(new URL(address).hostname).toBe('example.org');
  });

  test('are complete by the rules of the form, and their private pages open', async () => {
    const { db, keys } = seeded.core;
    const call = (await findCall(db, 'regional-experts'))!;
    const rows = await db
      .selectFrom('applications as a')
      .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
      .selectAll('a')
      .select('k.wrapped')
      .execute();
    for (const row of rows) {
      const key = keys.unwrapKey(row.id, row.wrapped);
      const documents = await listDocuments(db, row.id);
      const held = countHeld(documents, await readPastedTexts(db, key, documents));
      expect(checkApplication(valuesOf(key, row), held, call)).toEqual([]);
      const token = await findPrivateToken({ db }, row, key);
      const page = await openPrivatePage({ db, keys }, token);
      expect(page.application.reference).toBe(row.reference);
      expect(await readReceiptCode({ db }, page)).toMatch(
        /^(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/,
      );
    }
  });

  test('have documents of every type that an upload would be taken with, some of them pasted', async () => {
    const { db, keys } = seeded.core;
    const documents = await db
      .selectFrom('documents as d')
      .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'd.applicationId')
      .selectAll('d')
      .select('k.wrapped')
      .execute();
    expect(new Set(documents.map(({ type }) => type))).toEqual(
      new Set(['pdf', 'docx', 'odt', 'rtf', 'txt']),
    );
    expect(documents.filter(({ origin }) => origin === 'text').length).toBeGreaterThan(10);
    for (const { wrapped, ...document } of documents) {
      const { name, type, applicationId } = document;
      const key = keys.unwrapKey(applicationId, wrapped);
      const parts: Buffer[] = [];
      for await (const part of readDocument(db, key, { ...document, chunkCount: 1 })) {
        parts.push(part);
      }
      const bytes = Buffer.concat(parts);
      const inspection = await inspectDocument(sniff(bytes), name, randomAccessOf(bytes));
      expect(inspection).toMatchObject({ ok: true, type });
    }
  });

  test('have told everybody already: both mails count as sent when they were due', async () => {
    const { db, keys } = seeded.core;
    const rows = await db
      .selectFrom('mails as m')
      .innerJoin('applications as a', 'a.id', 'm.applicationId')
      .innerJoin('jobs as j', 'j.subjectId', 'm.id')
      .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
      .select(['m.id', 'm.applicationId', 'm.thread', 'm.contentSealed', 'm.createdAt', 'm.sentAt'])
      .select(['a.email', 'a.reference', 'a.submittedAt', 'j.state', 'j.finishedAt', 'k.wrapped'])
      .execute();
    expect(rows).toHaveLength(120);
    for (const row of rows) {
      expect(row.state).toBe('done');
      expect(row.createdAt).toEqual(row.submittedAt);
      expect(row.sentAt).toEqual(new Date(row.submittedAt!.getTime() + 1000));
      expect(row.finishedAt).toEqual(row.sentAt);
      const { to, subject } = openContent(keys.unwrapKey(row.applicationId, row.wrapped), row);
      expect(to?.address).toBe(row.thread === 'applicant' ? row.email : undefined);
      expect(subject).toContain(row.reference);
    }
  });

  test('leave the reply clock nothing to say of what is past', async () => {
    const { db, clock } = seeded.core;
    const time = { now: clock.now(), timeZone: 'Europe/Berlin' };
    for (const [mail, spanOf] of [
      ['nudge', nudgeSpan],
      ['lapse', lapseSpan],
    ] as const) {
      const due = { mail, replyDays: 14, span: spanOf(14, time), limit: 100 };
      expect(await listDueApplications(db, due)).toEqual([]);
    }
    await db.updateTable('applications').set({ replyLapseToldAt: null }).execute();
    const lapsed = { mail: 'lapse', replyDays: 14, span: lapseSpan(14, time), limit: 100 } as const;
    expect((await listDueApplications(db, lapsed)).length).toBeGreaterThan(3);
  });

  test('leave the first admin to be made by the link', async () => {
    const { db, clock } = seeded.core;
    const accesses = await db.selectFrom('accessLog').select(['applicationId', 'type']).execute();
    expect(accesses.filter(({ type }) => type === 'opened').length).toBeGreaterThan(40);
    expect(accesses.some(({ type }) => type === 'downloaded')).toBe(true);
    expect(await ensureFirstAdminLink(db, clock.now())).toMatch(/^[\w-]{43}$/);
  });
});

test('with staff, they opened, and all but reviewers decided', async () => {
  const { core } = await installed();
  const { db, clock } = core;
  const add = (email: string, role: 'editor' | 'reviewer') =>
    addStaff(db, { email, name: email, role, language: 'en', now: clock.now() });
  await add('editor@example.org', 'editor');
  await add('reviewer@example.org', 'reviewer');
  await seedDemo(core, { applications: 20, seed: 1 });
  const staff = await db.selectFrom('staff').select(['id', 'role']).execute();
  const editor = staff.find(({ role }) => role === 'editor')!.id;
  const events = await db
    .selectFrom('events')
    .select(['actor', 'staffId'])
    .where('type', '=', 'stage-changed')
    .execute();
  for (const { actor, staffId } of events) expect(staffId).toBe(actor === 'staff' ? editor : null);
  const accesses = await db.selectFrom('accessLog').select('staffId').distinct().execute();
  expect(new Set(accesses.map(({ staffId }) => staffId))).toEqual(
    new Set(staff.map(({ id }) => id)),
  );
  const handled = await db
    .selectFrom('applications')
    .select('handlingEditorId')
    .distinct()
    .where('stage', 'in', ['review', 'shortlist'])
    .execute();
  expect(handled).toEqual([{ handlingEditorId: editor }]);
});

test('with staff, applications were reviewed, noted and tagged, each time by one who did claim it', async () => {
  const { core } = await installed();
  const { db, clock } = core;
  for (const role of ['editor', 'reviewer'] as const) {
    const email = `${role}@example.org`;
    await addStaff(db, { email, name: email, role, language: 'en', now: clock.now() });
  }
  await seedDemo(core, { applications: 60, seed: 1, invented: 40 });
  const report = (violation: unknown) => expect(violation).toBeUndefined();
  expect(await verifyDatabase(core, { report })).toMatchObject({ violations: 0 });
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from review_versions) as versions,
    (select count(*) from reviews) as reviews,
    (select count(*) from review_assignments where state = 'done') as done,
    (select count(*) from events where type = 'review-submitted') as submitted,
    (select count(*) from review_assignments) as assignments,
    (select count(*) from events where type = 'review-claimed') as claimed,
    (select count(*) from application_tags) as tags,
    (select count(*) from events where type = 'tag-added') as tagged,
    (select count(*) from notes) as notes,
    (select count(*) from review_versions as v join applications as a on a.id = v.application_id
      where v.submitted_at not between a.submitted_at and ${clock.now()}) as untimely`.execute(db);
  const {
    versions,
    reviews,
    done,
    submitted,
    assignments,
    claimed,
    tags,
    tagged,
    notes,
    untimely,
  } = rows[0]!;
  expect(versions).toBeGreaterThan(20);
  expect([reviews, done, submitted]).toEqual([versions, versions, versions]);
  expect(assignments).toBeGreaterThan(versions!);
  expect([claimed, tagged, untimely]).toEqual([assignments, tags, 0]);
  expect(tags).toBeGreaterThan(3);
  expect(notes).toBeGreaterThan(5);
});

test('of many, the rest are copies: whole, found by their own address, and counted', async () => {
  const { core } = await installed();
  const { db } = core;
  const seeded = await seedDemo(core, { applications: 45, seed: 1, invented: 10 });
  expect(seeded).toEqual({ applications: 45, documents: 135, mails: 90 });
  const report = (violation: unknown) => expect(violation).toBeUndefined();
  const verified = await verifyDatabase(core, { report });
  expect(verified).toMatchObject({ applications: 45, documents: 135, mails: 90, violations: 0 });
  const { email } = await db
    .selectFrom('applications')
    .select('email')
    .where('email', 'like', '%.45@example.org')
    .executeTakeFirstOrThrow();
  const unknown = await db
    .selectFrom('documentTexts')
    .select('documentId')
    .where('active', 'is', null)
    .execute();
  expect(unknown).toEqual([]);
  const search = { ...readSearchTerms(email)!, emailHash: undefined };
  const names = { language: 'en', fallback: 'de', reader: anyEditor };
  const { rows, total } = await listApplications(db, { search }, { limit: 10 }, names);
  expect([total, rows[0]?.email]).toEqual([1, email]);
  const all = await listApplications(db, {}, { limit: 1 }, names);
  expect([all.total, all.tabs?.all]).toEqual([45, 45]);
  const { rows: indexes } = await sql<{ name: string }>`select indexname as name from pg_indexes
    where tablename = 'application_search' order by 1`.execute(db);
  expect(indexes.map(({ name }) => name)).toEqual([
    'application_search_handles',
    'application_search_pkey',
    'application_search_words',
  ]);
});
