import { type Kysely, sql } from 'kysely';

const statements = [
  // What no virus scanner can look at, and why: it does not open, or is larger than the scanner takes.
  'alter table documents drop constraint documents_scan_check',
  `alter table documents add constraint documents_scan_check
    check (scan in ('waiting', 'clean', 'infected', 'unscannable'))`,
  `alter table documents add constraint documents_unscannable_check
    check (scan <> 'unscannable' or scan_finding in ('damaged', 'too-large'))`,
  "create index documents_unscannable on documents (application_id) where scan = 'unscannable'",
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
