import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => await database.drop());

test.each([{}, { answerWithinMs: 5_000 }])(
  'no statement is compiled before it runs, whatever the server is set to (%o)',
  async (options) => {
    await sql`do $$ begin
      execute format('alter database %I set jit = on', current_database());
    end $$`.execute(database.db);
    const db = connect(database.connection, options);
    const { rows } = await sql`select current_setting('jit') as jit`.execute(db);
    await db.destroy();
    expect(rows).toEqual([{ jit: 'off' }]);
  },
);
