import { type Kysely, sql } from 'kysely';

const statements = [
  // A mail that was owed and never leaves, because its mailbox had had enough of its kind that day:
  // it has no job. Whoever caused it is not told, so that no answer tells of others' mails.
  'alter table mails add column withheld boolean not null default false',
  'create index mails_withheld on mails (created_at desc, id desc) where withheld',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
