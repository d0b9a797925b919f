import { type Kysely, sql } from 'kysely';

const statements = [
  // Without a date a call is in preparation: nobody but staff can see that there is one.
  'alter table calls alter column opens_at drop not null',
  // What a version had before could be read in every language.
  `alter table call_versions add column languages text[] not null default '{en,de,ru,ka,hy,az}'`,
  `alter table call_versions add column criteria jsonb not null default '[]'`,
  // As it was typed, unfinished translations included; null where texts and questions are all there is.
  'alter table call_versions add column typed jsonb',
  'alter table privacy_notices add column created_by uuid references staff',
  `create table call_events (
    id bigint generated always as identity primary key,
    call_id uuid not null references calls,
    staff_id uuid references staff,
    type text not null check (type in ('created', 'opened', 'scheduled', 'closed', 'reopened')),
    opens_at timestamptz,
    closes_at timestamptz,
    at timestamptz not null
  )`,
  'create index call_events_call on call_events (call_id, id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
