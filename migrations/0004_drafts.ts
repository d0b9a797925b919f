import { type Kysely, sql } from 'kysely';

const statements = [
  // Days for which a draft is kept that nobody touches.
  'alter table publication add column draft_days int not null default 30 check (draft_days between 1 and 365)',
  // The texts have a revision of their own, since a file that arrives by itself must not look like
  // somebody else's typing. typed_by names the page that typed last, by a random word of its own, and
  // typed_order counts what that page has sent, since requests overtake each other.
  'alter table applications add column typed_revision int not null default 0',
  'alter table applications add column typed_by text',
  'alter table applications add column typed_order int not null default 0',
  // Whether the applicant's thread was begun by the draft's link, and when it was mailed last.
  'alter table applications add column link_mailed_at timestamptz',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
