import { type Kysely, sql } from 'kysely';

const statements = [
  // What the applicant does after submitting. Still ids, closed words and times only.
  'alter table events drop constraint events_type_check',
  `alter table events add constraint events_type_check check (type in (
    'submitted', 'stage-changed', 'document-added', 'document-replaced', 'document-removed', 'erased'))`,
  'create index messages_mail on messages (mail_id) where mail_id is not null',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
