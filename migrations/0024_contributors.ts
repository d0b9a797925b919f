import { type Kysely, sql } from 'kysely';

const eventTypes = ['contributor-details', 'contributor-changed', 'legal-name-revealed'];

const statements = [
  // What is known of somebody as a contributor; who is one follows from the decision that they were told.
  `create table contributors (
    application_id uuid primary key references applications on delete cascade,
    byline text not null,
    places text[] not null,
    languages text[] not null,
    beats text not null,
    availability text not null check (availability in ('', 'now', 'sometimes', 'later', 'none')),
    availability_note text not null,
    fee text not null default '',
    notes text not null default '',
    filled_at timestamptz,
    revision int not null,
    updated_at timestamptz not null
  )`,
  // Each look at a legal name, with the reason that was given for it.
  `create table legal_name_looks (
    id bigint generated always as identity primary key,
    application_id uuid not null references applications on delete cascade,
    staff_id uuid references staff on delete set null,
    reason text not null,
    at timestamptz not null
  )`,
  'create index legal_name_looks_application on legal_name_looks (application_id, id)',
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L, %L, %L))', allowed, ${eventTypes.map((type) => `'${type}'`).join(', ')});
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
