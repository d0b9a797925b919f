import { type Kysely, sql } from 'kysely';

const statements = [
  // Added to whatever is allowed by now: other migrations widen the same list.
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format(
        'alter table events add constraint events_type_check check (%s or type = %L)',
        allowed, 'address-corrected');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
