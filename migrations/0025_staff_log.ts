import { type Kysely, sql } from 'kysely';

const statements = [
  // A day is enough to see who has stopped coming; sessions themselves are deleted.
  'alter table staff add column last_sign_in_on date',
  'alter table staff add column weekly_list boolean not null default true',
  'update staff set last_sign_in_on = (select max(created_at)::date from staff_sessions where staff_id = staff.id)',

  // What was done to accounts: ids, a closed type and times, like the events of applications.
  `create table staff_events (
    id bigint generated always as identity primary key,
    staff_id uuid not null references staff on delete cascade,
    -- Null: on the command line.
    actor_id uuid,
    type text not null check (type in ('invited', 'role-changed', 'disabled', 'enabled',
      'link-renewed', 'factor-dropped', 'sessions-ended', 'handed-over')),
    from_value text,
    to_value text,
    at timestamptz not null
  )`,
  'create index staff_events_staff on staff_events (staff_id, id)',

  // What waits for whoever handles it, and what is late.
  `create index applications_handled on applications (handling_editor_id, submitted_at, id)
    where stage in ('screening', 'review', 'shortlist') and merged_into is null`,
  `create index applications_undecided on applications (call_version_id, submitted_at, id)
    where stage in ('screening', 'review', 'shortlist') and merged_into is null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
