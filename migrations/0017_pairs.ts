import { type Kysely, sql } from 'kysely';

const statements = [
  // Two applications that may be one person's, and what an editor made of it.
  `create table application_pairs (
    first_id uuid not null references applications on delete cascade,
    second_id uuid not null references applications on delete cascade,
    reasons text[] not null check (reasons <@ array['email', 'document', 'name']),
    state text not null default 'suspected'
      check (state in ('suspected', 'linked', 'merged', 'apart')),
    kept_id uuid,
    staff_id uuid references staff on delete set null,
    decided_at timestamptz,
    found_at timestamptz not null,
    primary key (first_id, second_id),
    check (first_id < second_id),
    check ((state = 'merged') = (kept_id is not null)),
    check (kept_id is null or kept_id in (first_id, second_id))
  )`,
  'create index application_pairs_second on application_pairs (second_id)',
  "create index documents_sha256 on documents (sha256) where state = 'received'",
  // What was merged is no longer a line of the list; when the other one goes, it comes back.
  'alter table applications add column merged_into uuid references applications on delete set null',
  'create index applications_merged on applications (merged_into) where merged_into is not null',
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L, %L, %L, %L))',
        allowed, 'pair-linked', 'pair-merged', 'pair-set-apart', 'pair-undone');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
