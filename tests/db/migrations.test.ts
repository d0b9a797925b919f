import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { migrateToLatest } from '../../src/db/client.ts';
import { explainFailure } from '../../src/explain-failure.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('a migration with a lower number than what a database has had is run all the same, once', async () => {
  const { db } = database;
  const late = { up: async () => void (await sql`create table late (id int)`.execute(db)) };
  const all = { ...migrations, '0000_late': late };
  expect(await migrateToLatest(db, all)).toEqual(['0000_late']);
  expect(await migrateToLatest(db, all)).toEqual([]);
});

test('a database that has had what this version does not know is refused in one sentence that names it', async () => {
  const { db } = database;
  await sql`insert into kysely_migration values ('9999_newer', '2026-01-01T00:00:00.000Z')`.execute(
    db,
  );
  const failure = await migrateToLatest(db, migrations).catch((error: unknown) => error);
  expect(explainFailure(failure)).toBe(
    'The database belongs to a newer version of Feder: this one does not know the migration 9999_newer. Start that version, or restore a backup from before it. Nothing was changed.',
  );
});
