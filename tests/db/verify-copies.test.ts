import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { readCopy, storeCopy } from '../../src/documents/copies.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { storeCopies } from '../support/copies.ts';
import { createSubmitted } from '../support/factories.ts';

let test: TestApp;
let id: string;
let key: Buffer;
let reference: string;
let documentId: string;
const bytes = Buffer.alloc(600_000, 'The copy. ');
beforeAll(async () => {
  test = await createTestApp();
  ({ id, key, reference } = await createSubmitted(test.deps, {
    files: [{ kind: 'cv', name: 'cv.pdf' }],
  }));
  await storeCopies(test.deps, id, { state: 'made', bytes, lost: 0 });
  const { rows } = await sql<{ id: string }>`select id from documents`.execute(test.deps.db);
  documentId = rows[0]!.id;
});
afterAll(() => test.stop());

async function verify(): Promise<string[]> {
  const lines: string[] = [];
  await verifyDatabase(test.deps, {
    report: ({ rule, subject, problem }) => lines.push(`${rule}: ${subject}: ${problem}`),
    onProgress: () => {},
  });
  return lines.filter((line) => line.startsWith('documents'));
}

it('a copy is sealed, comes back whole, and is verified', async () => {
  const { db } = test.deps;
  const parts: Buffer[] = [];
  const copy = { documentId, applicationId: id, chunkCount: 3 };
  for await (const part of readCopy(db, key, copy)) parts.push(part);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  const { rows } = await sql`select 1 from document_copy_chunks
    where position(${Buffer.from('The copy.')} in data) > 0`.execute(db);
  expect(rows).toEqual([]);
  expect(await verify()).toEqual([]);
});

it('a copy that was changed, or put in the place of its document, does not open', async () => {
  const { db } = test.deps;
  const subject = `documents: copy of document ${documentId} of ${reference}`;
  await sql`update document_copy_chunks set data = set_byte(data, 9, get_byte(data, 9) # 1) where number = 1`.execute(
    db,
  );
  expect(await verify()).toEqual([
    `${subject}: chunk 1 does not open: it was changed, or belongs elsewhere`,
  ]);
  await sql`delete from document_copy_chunks where number = 1`.execute(db);
  expect(await verify()).toEqual([`${subject}: chunk 1 is missing`]);
  const whose = { documentId, applicationId: id };
  const context = { unwrap: () => key, now: test.clock.now() };
  const outcome = { state: 'made', bytes: bytes.subarray(0, 100), lost: 0 } as const;
  await db.transaction().execute((trx) => storeCopy(trx, whose, outcome, context));
  expect(await verify()).toEqual([]);
  await sql`update document_copy_chunks as c set data = d.data
    from document_chunks as d where d.document_id = c.document_id and d.number = 0`.execute(db);
  expect(await verify()).toHaveLength(1);
});
