import { type Kysely, sql } from 'kysely';

const statements = [
  // Deciding about many at once: the one reason for the file, and of each letter what was shown of it.
  'alter table bulk_acts add column reason text',
  'alter table bulk_act_rows add column shown text',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
