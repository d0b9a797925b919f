import { type Kysely, sql } from 'kysely';

const statements = [
  // Days for which a draft is kept that nobody touches.
  'alter table publication add column draft_days int not null default 30 check (draft_days between 1 and 365)',
  // The texts have a revision of their own, since a file that arrives by itself must not look like
  // somebody else's typing; typed_by names the page that typed, a random word of its script.
  'alter table applications add column typed_revision int not null default 1',
  'alter table applications add column typed_by text',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
