import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Pieces } from '../../src/db/pieces.ts';
import { prepare } from '../../src/db/prepared.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());

type Row = { word: string; one: Buffer; two: Buffer };
const echo = prepare((db, p: { word: string; one: Pieces | null; two: Pieces }) =>
  sql<Row>`select ${p.word}::text as word, ${p.one}::bytea as one, ${p.two}::bytea as two`.compile(
    db,
  ),
);

const cut = (bytes: Buffer, size: number): Pieces =>
  new Pieces(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  );

test.each([
  [0, 0],
  [1, 3],
  [0, 262_172],
  [700_001, 262_172],
])('pieces of %i and %i bytes arrive as they are, prepared or not', async (first, second) => {
  const [one, two] = [randomBytes(first), randomBytes(second)];
  const values = { word: 'ინ', one: cut(one, 1000), two: cut(two, 70_000) };
  for (let round = 0; round < 3; round += 1) {
    const [row] = (await echo(database.db, values)).rows;
    // Compared as bytes: as lists of numbers they take seconds.
    expect([row!.word, row!.one.equals(one), row!.two.equals(two)]).toEqual(['ინ', true, true]);
  }
  const { rows } = await sql<{ two: Buffer }>`select ${values.two}::bytea as two`.execute(
    database.db,
  );
  expect(rows.map((row) => row.two.equals(two))).toEqual([true]);
  expect((await echo(database.db, { ...values, one: null })).rows[0]).toMatchObject({ one: null });
});

test('pieces before another value are refused, and the connection goes on', async () => {
  const pieces = new Pieces([Buffer.from('a'), Buffer.from('b')]);
  const wrong = sql`select ${pieces}::bytea, ${1}::int`.execute(database.db);
  await expect(wrong).rejects.toThrow('pieces come last');
  const { rows } = await sql<{ two: number }>`select 2 as two`.execute(database.db);
  expect(rows).toEqual([{ two: 2 }]);
});

test('a statement with pieces that the server refuses fails like any other', async () => {
  const pieces = new Pieces([Buffer.from('a'), Buffer.from('b')]);
  const wrong = sql`select ${'x'}::int, ${pieces}::bytea`.execute(database.db);
  await expect(wrong).rejects.toThrow('invalid input syntax');
  expect((await echo(database.db, { word: '', one: null, two: pieces })).rows).toHaveLength(1);
});
