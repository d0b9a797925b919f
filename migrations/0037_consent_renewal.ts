import { type Kysely, sql } from 'kysely';

const eventTypes = ['consent-asked', 'consent-renewed', 'consent-withdrawn', 'consent-ended'];

const statements = [
  // What became of the agreement to be kept since it was given with the application. Without a row
  // nothing has: it stands from the application, or from the acceptance, for a year.
  `create table consents (
    application_id uuid primary key references applications on delete cascade,
    -- When it was given anew last.
    agreed_at timestamptz,
    -- When it was asked for last.
    asked_at timestamptz,
    -- When somebody who was accepted has left the directory, since they did not answer.
    ended_at timestamptz,
    withdrawn_at timestamptz
  )`,
  // Those in the directory, by when they could have to be asked at the earliest.
  `create index applications_on_file on applications (submitted_at)
    where stage = 'decided' and decision in ('accepted', 'kept-on-file') and merged_into is null`,
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (${eventTypes.map(() => '%L').join(', ')}))', allowed, ${eventTypes.map((type) => `'${type}'`).join(', ')});
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
