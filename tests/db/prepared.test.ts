import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isConnectionError } from '../../src/db/client.ts';
import { prepare } from '../../src/db/prepared.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql`create table things (id int primary key, word text, number int)`.execute(database.db);
});
afterAll(async () => await database.drop());

type Thing = { id: number; word?: string | null; number?: number };
const columns = { id: sql.ref('id'), word: sql.ref('word'), number: sql.ref('number') };

const insert = prepare((db, slots: Thing) => {
  const keys = Object.keys(slots) as (keyof Thing)[];
  return sql<Thing>`insert into things (${sql.join(keys.map((key) => columns[key]))})
    values (${sql.join(keys.map((key) => slots[key]))}) returning *`.compile(db);
});
const read = prepare((db, { id }: { id: number }) =>
  sql`select * from things where id = ${id}`.compile(db),
);

test('each set of keys is a statement of its own, and undefined is no key', async () => {
  const { db } = database;
  const inserted = [
    await insert(db, { id: 1, word: 'a' }),
    await insert(db, { id: 2, number: 2 }),
    await insert(db, { id: 3, word: null, number: undefined as never }),
  ];
  expect(inserted.map(({ rows }) => rows[0])).toEqual([
    { id: 1, word: 'a', number: null },
    { id: 2, word: null, number: 2 },
    { id: 3, word: null, number: null },
  ]);
});

test('a statement is parsed once for each connection', async () => {
  await database.db.connection().execute(async (db) => {
    for (const id of [1, 2, 1]) expect((await read(db, { id })).rows).toMatchObject([{ id }]);
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from pg_prepared_statements
      where name like 'feder_%' and statement like 'select * from things%'`.execute(db);
    expect(rows).toEqual([{ count: 1 }]);
  });
});

test('when a table changes under it, a request is told to come again, and the next one is served', async () => {
  const { db } = database;
  await read(db, { id: 1 });
  await sql`alter table things add column extra int default 7`.execute(db);
  const failure = await read(db, { id: 1 }).catch((error: unknown) => error);
  expect(isConnectionError(failure)).toBe(true);
  expect((await read(db, { id: 1 })).rows).toMatchObject([{ id: 1, extra: 7 }]);
});
