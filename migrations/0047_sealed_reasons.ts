import { type Kysely, sql } from 'kysely';

const statements = [
  // Of a discreet application the words with which its originals are opened are sealed like all others.
  'alter table original_openings add column reason_sealed bytea',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
