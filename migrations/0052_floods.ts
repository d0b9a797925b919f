import { type Kysely, sql } from 'kysely';

const statements = [
  // `flood_guard`: whether proof of work is asked of whoever begins a draft, by itself or always;
  // `flood_until`: until when it is asked by itself. Shared by all instances.
  `alter table publication
    add column flood_guard text not null default 'auto' check (flood_guard in ('auto', 'on')),
    add column flood_until timestamptz,
    add column storage_limit_gb integer not null default 20 check (storage_limit_gb > 0)`,
  // An installation that holds much already goes on taking files, also once they have their copies.
  `update publication set storage_limit_gb =
    greatest(20, (select ceil(coalesce(sum(size), 0) * 3 / 1e9) from documents))`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
