import { type Kysely, sql } from 'kysely';

const statements = [
  // Each opens the second step once. Random enough for a plain hash, and theirs alone through it.
  `create table staff_recovery_codes (
    code_hash bytea primary key,
    staff_id uuid not null references staff on delete cascade,
    used_at timestamptz
  )`,
  'create index staff_recovery_codes_staff on staff_recovery_codes (staff_id)',

  // What a page calls a session, and the family of the browser that it is in: people end one of theirs.
  'alter table staff_sessions add column id uuid not null default gen_random_uuid()',
  'create unique index staff_sessions_id on staff_sessions (id)',
  "alter table staff_sessions add column browser text not null default 'other'",

  'alter table staff_events drop constraint staff_events_type_check',
  `alter table staff_events add constraint staff_events_type_check check (type in ('invited',
    'role-changed', 'disabled', 'enabled', 'link-renewed', 'factor-dropped', 'sessions-ended',
    'handed-over', 'password-changed', 'factor-set', 'recovery-code-used', 'recovery-codes-renewed',
    'identity-bound', 'identity-released'))`,
  'alter table staff_mails drop constraint staff_mails_template_check',
  `alter table staff_mails add constraint staff_mails_template_check check (template in ('digest',
    'weekly', 'enrolment', 'password-changed', 'factor-set', 'factor-dropped', 'recovery-code-used',
    'recovery-codes-renewed', 'identity-bound', 'identity-released'))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
