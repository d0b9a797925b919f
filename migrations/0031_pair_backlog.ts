import { type Kysely, sql } from 'kysely';

const statements = [
  // Applications that came before twins were looked for: from after `last_id` up to `until_id`, in the
  // order of their ids. One row while there are any; none afterwards.
  `create table pair_backlog (
    one boolean primary key default true check (one),
    last_id uuid,
    until_id uuid not null
  )`,
  `insert into pair_backlog (until_id)
    select id from applications where submitted_at is not null order by id desc limit 1`,
  // With which view somebody's list begins: a saved one's id, or the name of one that everybody has.
  'alter table staff add column start_view text',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
