import { type Kysely, sql } from 'kysely';

const statements = [
  "set local maintenance_work_mem = '256MB'",
  // The tags of an application, in the order of their ids; null for none. Reviewers are told of no tag.
  'alter table application_search add column tags uuid[]',
  'alter table masked_search add column tags uuid[] check (tags is null)',
  `update application_search as s set tags = given.tags
    from (select application_id, array_agg(tag_id order by tag_id) as tags
      from application_tags group by 1) as given
    where given.application_id = s.application_id`,
  `create function mirror_tags() returns trigger language plpgsql as $$
    declare changed uuid := coalesce(new.application_id, old.application_id);
    begin
      update application_search
      set tags = (select array_agg(tag_id order by tag_id) from application_tags where application_id = changed)
      where application_id = changed;
      return null;
    end $$`,
  `create trigger application_tags_mirror after insert or update or delete on application_tags
    for each row execute function mirror_tags()`,

  // What changes about an application, as the large index has it beside the words: one look at it answers any
  // combination of filters and words, however many applications fit each of them.
  `create function search_standing(tab text, decision text, handling uuid, tags uuid[]) returns text[]
    language sql immutable parallel safe as
    $$ select array_remove(array['t/' || tab, 's/' || decision, 'h/' || coalesce(handling::text, 'none')], null)
      || tags::text[] $$`,
  'drop index application_search_words',
  `create index application_search_words on application_search
    using gin (words, search_standing(tab, decision, handling_editor_id, tags)) with (fastupdate = off)`,
  'drop index masked_search_words',
  `create index masked_search_words on masked_search
    using gin (words, search_standing(tab, decision, handling_editor_id, tags)) with (fastupdate = off)`,
  `create or replace view reviewer_search as
    select application_id, submitted_at, stage_since, tab, decision, handling_editor_id, facets, handles, words,
      null::uuid[] as tags
    from application_search where not masked
    union all
    select application_id, submitted_at, stage_since, tab, decision, handling_editor_id, facets, handles, words,
      tags
    from masked_search`,
  'analyze application_search',
  'analyze masked_search',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
