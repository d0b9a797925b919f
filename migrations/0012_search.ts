import { type Kysely, sql } from 'kysely';

const statements = [
  // What the list filters and searches by, one row for each submitted application. Places, languages and
  // call are lexemes beside the words, so that one inverted index answers any combination of them.
  // The columns that change (tab, decision, who handles it) have no index here: such an update leaves
  // the large index alone.
  `create table application_search (
    application_id uuid primary key references applications on delete cascade,
    version int not null,
    submitted_at timestamptz not null,
    stage_since timestamptz not null,
    tab text not null,
    decision text,
    handling_editor_id uuid,
    facets text[] not null,
    handles text not null,
    words tsvector not null
  ) with (fillfactor = 90)`,
  // Without the pending list no search reads through it and no submission has to clear it up.
  'create index application_search_words on application_search using gin (words) with (fastupdate = off)',
  'create index application_search_handles on application_search using gin (handles gin_trgm_ops) with (fastupdate = off)',
  // Superseded by the above.
  'drop index applications_search_name',
  'drop index applications_email',

  // New is screening that nobody has opened: the list must find the few of them among many.
  'alter table applications add column opened_at timestamptz',
  `update applications as a set opened_at = l.at
    from (select application_id, min(at) as at from access_log group by 1) as l
    where l.application_id = a.id`,
  `create function note_opening() returns trigger language plpgsql as $$
    begin
      update applications set opened_at = new.at where id = new.application_id and opened_at is null;
      return null;
    end $$`,
  `create trigger access_log_opening after insert on access_log
    for each row execute function note_opening()`,
  `create index applications_new on applications (submitted_at desc, id desc)
    where submitted_at is not null and stage = 'screening' and opened_at is null`,
  `create index applications_screening on applications (submitted_at desc, id desc)
    where submitted_at is not null and stage = 'screening' and opened_at is not null`,
  `create index applications_decision on applications (decision, submitted_at desc, id desc)
    where submitted_at is not null and decision is not null`,
  `create index applications_handling on applications (handling_editor_id, submitted_at desc, id desc)
    where submitted_at is not null`,
  `create index applications_waiting on applications (stage_since, id) where submitted_at is not null`,
  `create index applications_stage_waiting on applications (stage, stage_since, id)
    where submitted_at is not null`,

  // The one place that says in which tab of the list an application stands.
  `create function list_tab(stage text, opened_at timestamptz) returns text
    language sql immutable parallel safe as
    $$ select case when stage = 'screening' and opened_at is null then 'new' else stage end $$`,
  `create function mirror_application() returns trigger language plpgsql as $$
    begin
      if new.submitted_at is null then return null; end if;
      update application_search
      set submitted_at = new.submitted_at, stage_since = new.stage_since,
        tab = list_tab(new.stage, new.opened_at), decision = new.decision,
        handling_editor_id = new.handling_editor_id
      where application_id = new.id;
      return null;
    end $$`,
  `create trigger applications_mirror
    after update of stage, decision, stage_since, submitted_at, opened_at, handling_editor_id
    on applications for each row
    when ((old.stage, old.decision, old.stage_since, old.submitted_at, old.opened_at, old.handling_editor_id)
      is distinct from (new.stage, new.decision, new.stage_since, new.submitted_at, new.opened_at, new.handling_editor_id))
    execute function mirror_application()`,

  // How many applications stand in each tab, by facet; '' is all of them. One row for each would make
  // submissions wait for each other: changes are appended, and a job adds them up.
  `create table application_counts (
    facet text not null,
    tab text not null,
    decision text not null,
    count bigint not null,
    primary key (facet, tab, decision)
  )`,
  `create table application_count_changes (
    facet text not null,
    tab text not null,
    decision text not null,
    change bigint not null
  )`,
  'create index application_count_changes_facet on application_count_changes (facet)',
  `create function count_application() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and (old.tab, old.decision, old.facets) is not distinct from (new.tab, new.decision, new.facets)
      then return null; end if;
      if tg_op <> 'INSERT' then
        insert into application_count_changes
        select facet, old.tab, coalesce(old.decision, ''), -1 from unnest(array_prepend(''::text, old.facets)) as facet;
      end if;
      if tg_op <> 'DELETE' then
        insert into application_count_changes
        select facet, new.tab, coalesce(new.decision, ''), 1 from unnest(array_prepend(''::text, new.facets)) as facet;
      end if;
      return null;
    end $$`,
  `create trigger application_search_count after insert or update or delete on application_search
    for each row execute function count_application()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
