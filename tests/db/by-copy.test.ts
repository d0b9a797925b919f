import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selectBytes } from '../../src/db/by-copy.ts';
import { transact } from '../../src/db/pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let test: TestDatabase;
const values = [
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  randomBytes(300_001),
];
const valueAt = (id: number) => `select data from some_bytes where id = ${id}`;
beforeAll(async () => {
  test = await createTestDatabase();
  await sql`create table some_bytes (id int, data bytea)`.execute(test.db);
  for (const [id, data] of values.entries()) {
    await sql`insert into some_bytes values (${id}, ${data})`.execute(test.db);
  }
});
afterAll(() => test.drop());

describe('bytes that come by COPY', () => {
  it('are what was stored', async () => {
    const found = await Promise.all(values.map((_, id) => selectBytes(test.db, valueAt(id))));
    // Compared as bytes: as lists of numbers they take seconds.
    expect(found.map((bytes, id) => bytes?.equals(values[id]!))).toEqual([true, true, true]);
  });

  it('are undefined where there is no row', async () => {
    expect(await selectBytes(test.db, valueAt(99))).toBeUndefined();
  });

  it('come among the other statements of a transaction', async () => {
    const [before, bytes, after] = await transact(test.db, (trx) =>
      Promise.all([
        sql<{ one: number }>`select 1 as one`.execute(trx),
        selectBytes(trx, valueAt(2)),
        sql<{ two: number }>`select ${2}::int as two`.execute(trx),
      ]),
    );
    expect([before.rows, bytes?.length, after.rows]).toEqual([[{ one: 1 }], 300_001, [{ two: 2 }]]);
  });

  it('may fail, and the connection goes on', async () => {
    await test.db.connection().execute(async (db) => {
      await expect(selectBytes(db, 'select data from nothing')).rejects.toThrow(
        'relation "nothing" does not exist',
      );
      expect(await selectBytes(db, valueAt(1))).toEqual(values[1]);
    });
  });
});
