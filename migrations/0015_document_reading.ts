import { type Kysely, sql } from 'kysely';

const statements = [
  // Null when the document could not be searched for what can act in it; a closed list of words is the code's.
  'alter table document_texts add column active text[]',
  // There was more text than is kept.
  'alter table document_texts add column cut boolean not null default false',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
