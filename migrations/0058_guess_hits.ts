import { type Kysely, sql } from 'kysely';

const statements = [
  // About how many applications have these words and labels, as the planner takes it from its statistics: it
  // decides how they are looked for. Volatile, since nothing else may ask for a plan.
  `create function guess_hits(query tsquery, labels text[]) returns float8 language plpgsql volatile as $$
    declare
      conditions text := 'true';
      plan json;
    begin
      if numnode(query) > 0 then
        conditions := conditions || format(' and s.words @@ %L::tsquery', query);
      end if;
      if cardinality(labels) > 0 then
        conditions := conditions || format(
          ' and search_standing(s.tab, s.decision, s.handling_editor_id, s.tags) @> %L::text[]', labels);
      end if;
      execute 'explain (format json) select from application_search as s where ' || conditions into plan;
      return (plan->0->'Plan'->>'Plan Rows')::float8;
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
