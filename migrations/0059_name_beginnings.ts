import { type Kysely, sql } from 'kysely';

const statements = [
  "set local maintenance_work_mem = '256MB'",
  // A name is found by its beginnings, each of them a lexeme (`beginningsOf`): until now by all lexemes that begin
  // so. Made without the index, which would take each lexeme of each application one by one.
  'drop index application_search_words',
  `update application_search as s set words = s.words || array_to_tsvector(b.beginnings)
    from (
      select o.application_id, array_agg(distinct left(w.lexeme, letters + 2)) as beginnings
      from application_search as o, unnest(o.words) as w,
        generate_series(3, least(char_length(w.lexeme) - 2, 20)) as letters
      where w.lexeme like 'n/%' group by 1) as b
    where b.application_id = s.application_id`,
  `create index application_search_words on application_search
    using gin (words, search_standing(tab, decision, handling_editor_id, tags)) with (fastupdate = off)`,
  'analyze application_search',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
