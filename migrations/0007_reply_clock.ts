import { type Kysely, sql } from 'kysely';

const statements = [
  // What the reply clock has done for an application, so that it never does it again.
  `alter table applications
    add column reply_nudged_at timestamptz,
    add column reply_lapse_told_at timestamptz`,
  // Both questions of the clock begin with a version, which makes the promise, and a span of time.
  `create index applications_awaiting_reply on applications (call_version_id, submitted_at)
    where stage in ('screening', 'review', 'shortlist') and reply_lapse_told_at is null`,
  // Added to whatever is allowed by now: other migrations widen the same list.
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format(
        'alter table events add constraint events_type_check check (%s or type in (%L, %L))',
        allowed, 'reply-nudged', 'reply-lapsed');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
