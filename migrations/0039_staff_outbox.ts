import { type Kysely, sql } from 'kysely';

const statements = [
  // What became of mails to single members of staff, for the outbox.
  `alter table staff_mails
    add column captured boolean not null default false,
    -- It had nothing to say any more, or its reader was disabled.
    add column skipped boolean not null default false,
    -- When somebody said of one that does not arrive that it needs no more care.
    add column dealt_with_at timestamptz`,
  'create index staff_mails_created on staff_mails (created_at desc, id desc)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
