import { type Kysely, sql } from 'kysely';

const statements = [
  // `key` is the name folded: two names with the same key are one tag.
  `create table tags (
    id uuid primary key,
    name text not null check (name <> ''),
    key text not null unique,
    created_by uuid references staff on delete set null,
    created_at timestamptz not null
  )`,
  `create table application_tags (
    application_id uuid not null references applications on delete cascade,
    tag_id uuid not null references tags,
    added_at timestamptz not null,
    primary key (application_id, tag_id)
  )`,
  'create index application_tags_tag on application_tags (tag_id, application_id)',

  // Filters of the list under a name, as the query string of its address.
  `create table saved_views (
    id uuid primary key,
    owner_id uuid not null references staff on delete cascade,
    name text not null check (name <> ''),
    query text not null,
    shared boolean not null,
    created_at timestamptz not null
  )`,
  'create index saved_views_owner on saved_views (owner_id)',

  // What an editor did to many applications at once, for telling how it went and for undoing it.
  `create table bulk_acts (
    id uuid primary key,
    staff_id uuid not null references staff on delete cascade,
    act text not null,
    target_id uuid,
    created_at timestamptz not null,
    undone_at timestamptz
  )`,
  'create index bulk_acts_created on bulk_acts (created_at)',
  `create table bulk_act_rows (
    bulk_act_id uuid not null references bulk_acts on delete cascade,
    application_id uuid not null references applications on delete cascade,
    seen bigint not null,
    outcome text,
    before text,
    event_id bigint,
    undo_outcome text,
    primary key (bulk_act_id, application_id)
  )`,
  'create index bulk_act_rows_application on bulk_act_rows (application_id)',

  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L, %L))', allowed, 'tag-added', 'tag-removed');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
