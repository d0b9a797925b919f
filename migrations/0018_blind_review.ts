import { type Kysely, sql } from 'kysely';

const statements = [
  'alter table call_versions add column blind boolean not null default false',
  'alter table applications add column identity_revealed_at timestamptz',
  // What reviewers who may not know the name get of an application's texts, masked when they are indexed.
  `create table masked_texts (
    application_id uuid not null references applications on delete cascade,
    source text not null,
    text text not null,
    primary key (application_id, source)
  )`,
  // True while reviewers may find the application by its masked words alone.
  'alter table application_search add column masked boolean not null default false',
  `create table masked_search (
    application_id uuid primary key references application_search on delete cascade,
    submitted_at timestamptz not null,
    stage_since timestamptz not null,
    tab text not null,
    decision text,
    handling_editor_id uuid,
    facets text[] not null,
    handles text not null,
    words tsvector not null
  ) with (fillfactor = 90)`,
  'create index masked_search_words on masked_search using gin (words) with (fastupdate = off)',
  `create view reviewer_search as
    select application_id, submitted_at, stage_since, tab, decision, handling_editor_id, facets, handles, words
    from application_search where not masked
    union all
    select application_id, submitted_at, stage_since, tab, decision, handling_editor_id, facets, handles, words
    from masked_search`,
  `create function mirror_masked_application() returns trigger language plpgsql as $$
    begin
      update masked_search
      set submitted_at = new.submitted_at, stage_since = new.stage_since, tab = new.tab,
        decision = new.decision, handling_editor_id = new.handling_editor_id
      where application_id = new.application_id;
      return null;
    end $$`,
  `create trigger application_search_masked
    after update of submitted_at, stage_since, tab, decision, handling_editor_id on application_search
    for each row when (new.masked) execute function mirror_masked_application()`,
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type = %L)', allowed, 'identity-revealed');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
