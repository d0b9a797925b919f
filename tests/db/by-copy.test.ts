import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyValues } from '../../src/db/by-copy.ts';
import type { Db } from '../../src/db/client.ts';
import { transact } from '../../src/db/pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let test: TestDatabase;
const values = [
  Buffer.alloc(0),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
  randomBytes(300_001),
];
const selectOne = (id: number) => `select data from some_bytes where id = ${id}`;
const copy = async (db: Db, select: string): Promise<Buffer[]> => {
  const taken: Buffer[] = [];
  await copyValues(db, select, (value) => taken.push(Buffer.from(value)));
  return taken;
};
beforeAll(async () => {
  test = await createTestDatabase();
  await sql`create table some_bytes (id int, data bytea)`.execute(test.db);
  for (const [id, data] of values.entries()) {
    await sql`insert into some_bytes values (${id}, ${data})`.execute(test.db);
  }
});
afterAll(() => test.drop());

describe('bytes that come by COPY', () => {
  it('are what was stored, row after row', async () => {
    const found = await copy(test.db, 'select data from some_bytes order by id');
    // Compared as bytes: as lists of numbers they take seconds.
    expect(found.map((bytes, id) => bytes.equals(values[id]!))).toEqual([true, true, true]);
  });

  it('are none where there is no row', async () => {
    expect(await copy(test.db, selectOne(99))).toEqual([]);
  });

  it('come among the other statements of a transaction', async () => {
    const [before, bytes, after] = await transact(test.db, (trx) =>
      Promise.all([
        sql<{ one: number }>`select 1 as one`.execute(trx),
        copy(trx, selectOne(2)),
        sql<{ two: number }>`select ${2}::int as two`.execute(trx),
      ]),
    );
    expect([before.rows, bytes[0]?.length, after.rows]).toEqual([
      [{ one: 1 }],
      300_001,
      [{ two: 2 }],
    ]);
  });

  it('may fail, or who takes them may, and the connection goes on', async () => {
    await test.db.connection().execute(async (db) => {
      await expect(copy(db, 'select data from nothing')).rejects.toThrow(
        'relation "nothing" does not exist',
      );
      let taken = 0;
      const refuse = (): void => {
        taken += 1;
        throw new Error('not this one');
      };
      await expect(copyValues(db, 'select data from some_bytes', refuse)).rejects.toThrow(
        'not this one',
      );
      expect(taken).toBe(1);
      expect(await copy(db, selectOne(1))).toEqual([values[1]]);
    });
  });
});
