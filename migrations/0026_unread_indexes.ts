import { type Kysely, sql } from 'kysely';

// Filters by place and language read application_search since 0012; each submission still wrote these.
const statements = [
  'drop index applications_places',
  'drop index applications_languages',
  'drop index documents_language',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
