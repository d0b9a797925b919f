import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { draft, one, spare, spareId, verifyIn } from '../support/damage.ts';
import { type Stored, storeSamples } from '../support/stored.ts';

let stored: Stored;

beforeAll(async () => {
  stored = await storeSamples(20);
});
afterAll(() => stored.drop());

describe('what is stored as it should be', () => {
  test('is clean, and everything was looked at', async () => {
    const progress: [number, number][] = [];
    const verified = await verifyDatabase(stored, {
      report: () => {},
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(verified).toEqual({
      applications: 21,
      documents: 61,
      chunks: 63,
      mails: 40,
      violations: 0,
    });
    expect(progress.at(0)).toEqual([21, 84]);
    expect(progress.at(-1)).toEqual([84, 84]);
  });

  test.each([
    [
      'an upload that began within the hour',
      `insert into documents (id, application_id, kind, origin, state, position, name, started_at)
      select ${spare}, id, 'cv', 'file', 'receiving', 0, 'cv.pdf', '2026-11-24T08:00:01Z' from applications where stage = 'draft'`,
    ],
    ['a sent mail whose job was cleaned away', "delete from jobs where state = 'done'"],
    [
      'a mail that waits',
      "with m as (update mails set sent_at = null returning id) update jobs set state = 'queued' from m where subject_id = m.id",
    ],
    [
      'a mail that is parked',
      "with m as (update mails set sent_at = null returning id) update jobs set state = 'parked' from m where subject_id = m.id",
    ],
    [
      'what an erased application leaves',
      `insert into events (application_id, actor, type, at) select id, 'applicant', 'erased', now() from applications where stage = 'withdrawn'; delete from applications where stage = 'withdrawn'; update jobs set subject_id = ${spare} where subject_id not in (select id from mails)`,
    ],
    [
      'jobs of other kinds',
      `insert into jobs (id, kind, subject_id, state, not_before, created_at) values (${spare}, 'other', ${spare}, 'queued', now(), now())`,
    ],
  ])('includes %s', async (_name, statements) => {
    await stored.inVain(async (trx) => {
      for (const statement of statements.split(';')) await sql.raw(statement).execute(trx);
      expect(await verifyIn(trx, stored)).toEqual([]);
    });
  });
});

test('an upload has been arriving for more than an hour', async () => {
  await stored.inVain(async (trx) => {
    const row = await one(trx, sql.raw(draft));
    await sql`insert into documents (id, application_id, kind, origin, state, position, name, started_at)
      values (${spareId}, ${row.id}, 'cv', 'file', 'receiving', 0, 'cv.pdf', '2026-11-24T07:59:59Z')`.execute(
      trx,
    );
    const insertUpload = (touchedAt: string) =>
      sql`insert into uploads (token_hash, document_id, token_sealed, length, received, language,
          holder, touched_at)
        values ('\\x00', ${spareId}, '\\x00', 9, 1, 'en', ${spareId}, ${touchedAt})`.execute(trx);
    await insertUpload('2026-11-23T09:00:00Z');
    expect(await verifyIn(trx, stored)).toEqual([]);
    await sql`update uploads set touched_at = '2026-11-23T07:59:59Z'`.execute(trx);
    expect(await verifyIn(trx, stored)).toHaveLength(1);
    await sql`delete from uploads`.execute(trx);
    expect(await verifyIn(trx, stored)).toEqual([
      `uploads: document ${spareId} of ${row.reference}: has been arriving since 2026-11-24T07:59:59.000Z`,
    ]);
  });
});

test('however many there are, each is told once', async () => {
  await stored.inVain(async (trx) => {
    const row = await one(trx, sql.raw(draft));
    await sql`insert into jobs (id, kind, subject_id, state, not_before, created_at)
      select gen_random_uuid(), 'mail', gen_random_uuid(), 'queued', now(), now() from generate_series(1, 1001)`.execute(
      trx,
    );
    await sql`insert into documents (id, application_id, kind, origin, state, position, name, started_at)
      select gen_random_uuid(), ${row.id}::uuid, 'cv', 'file', 'receiving', 0, 'cv.pdf', '2026-11-01' from generate_series(1, 501)`.execute(
      trx,
    );
    await sql`insert into applications (id, reference, call_id, call_version_id, privacy_notice_id, stage, stage_since, language, created_at, updated_at)
      select gen_random_uuid(), 'F-' || n, call_id, call_version_id, privacy_notice_id, 'draft', now(), 'en', now(), now()
      from applications, generate_series(1, 401) as n where stage = 'draft'`.execute(trx);
    const lines = await verifyIn(trx, stored);
    const counts: Record<string, number> = {};
    for (const [rule = ''] of lines.map((line) => line.split(':'))) {
      counts[rule] = (counts[rule] ?? 0) + 1;
    }
    expect(counts).toEqual({
      keys: 401,
      tokens: 401,
      uploads: 501,
      orphans: 1001,
    });
    expect(new Set(lines).size).toBe(lines.length);
  });
});

test('a verification that is given up ends early', async () => {
  const signal = AbortSignal.abort(new Error('given up'));
  const verifying = verifyDatabase(stored, { report: () => {}, signal });
  await expect(verifying).rejects.toThrow('given up');
});
