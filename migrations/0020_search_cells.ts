import { type Kysely, sql } from 'kysely';

const statements = [
  // The stretches of time, each eight times as long as the one before, in which something was submitted: as
  // lexemes beside the words, so that the index can be asked for the newest alone. The shortest has 4096 s.
  `create function search_cells(at timestamptz) returns text[]
    language sql immutable parallel safe as
    $$ select array_agg('w/' || level || '/' || floor(extract(epoch from at) / (4096 * 8 ^ level))::bigint)
      from generate_series(0, 5) as level $$`,
  'drop index application_search_words',
  // Words, facets and handles go out of the row, of which a search then reads a third of the pages.
  'alter table application_search set (toast_tuple_target = 128)',
  'update application_search set words = words || array_to_tsvector(search_cells(submitted_at))',
  // Those that were submitted one after the other lie beside each other.
  'create index application_search_order on application_search (submitted_at)',
  'cluster application_search using application_search_order',
  'drop index application_search_order',
  'create index application_search_words on application_search using gin (words) with (fastupdate = off)',
  'analyze application_search',
  `create or replace function mirror_application() returns trigger language plpgsql as $$
    begin
      if new.submitted_at is null then return null; end if;
      update application_search
      set submitted_at = new.submitted_at, stage_since = new.stage_since,
        tab = list_tab(new.stage, new.opened_at), decision = new.decision,
        handling_editor_id = new.handling_editor_id
      where application_id = new.id;
      if new.submitted_at is distinct from old.submitted_at then
        update application_search
        set words = ts_delete(words, search_cells(old.submitted_at))
          || array_to_tsvector(search_cells(new.submitted_at))
        where application_id = new.id;
      end if;
      return null;
    end $$`,
  // Superseded by application_search since 0012.
  'alter table applications drop column search_name',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
