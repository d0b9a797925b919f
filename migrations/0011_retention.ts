import { type Kysely, sql } from 'kysely';

const statements = [
  // While it is there nothing about the application is deleted, whoever asks.
  `create table legal_holds (
    application_id uuid primary key references applications on delete cascade,
    reason text not null,
    staff_id uuid references staff on delete set null,
    since timestamptz not null
  )`,
  // One row: since when deleting waits for somebody to say that the clock is right.
  `create table retention_pause (
    one boolean primary key default true check (one),
    since timestamptz not null,
    leap_seconds double precision not null
  )`,
  `create index applications_ended on applications (stage_since)
    where stage in ('decided', 'withdrawn')`,
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format(
        'alter table events add constraint events_type_check check (%s or type in (%L, %L))',
        allowed, 'hold-placed', 'hold-lifted');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
