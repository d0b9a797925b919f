import { type Kysely, sql } from 'kysely';

const eventTypes = [
  ...['note-written', 'note-edited', 'note-deleted', 'message-sent', 'message-received'],
  ...['request-made', 'request-answered', 'request-cancelled', 'request-overdue'],
];

const statements = [
  // A note outlives its author's account, as what they did in the log does.
  'alter table notes alter column author_id drop not null',
  'alter table notes drop constraint notes_author_id_fkey',
  `alter table notes add constraint notes_author_id_fkey
    foreign key (author_id) references staff on delete set null`,
  'alter table notes add column edited_at timestamptz',
  // Rises with each change, so that an older page does not overwrite a newer one.
  'alter table notes add column revision int not null default 1',

  // Whom a note was to tell. Read is what they have opened since: the access log knows.
  `create table note_mentions (
    note_id uuid not null references notes on delete cascade,
    staff_id uuid not null references staff on delete cascade,
    application_id uuid not null references applications on delete cascade,
    created_at timestamptz not null,
    primary key (note_id, staff_id)
  )`,
  'create index note_mentions_staff on note_mentions (staff_id, created_at)',
  'create index note_mentions_application on note_mentions (application_id)',

  // What an applicant was asked for, by when. Its words are those of a message; here is the rest.
  `create table requests (
    id uuid primary key,
    application_id uuid not null references applications on delete cascade,
    message_id uuid not null references messages on delete cascade,
    answer_id uuid references messages on delete set null,
    staff_id uuid references staff on delete set null,
    kinds text[] not null check (kinds <@ array['cv', 'coverLetter', 'writingSample']),
    due_on date not null,
    state text not null default 'open' check (state in ('open', 'answered', 'cancelled')),
    created_at timestamptz not null,
    closed_at timestamptz,
    reminded_at timestamptz,
    overdue_told_at timestamptz,
    check ((state = 'open') = (closed_at is null))
  )`,
  'create index requests_application on requests (application_id, id)',
  'create index requests_message on requests (message_id)',
  // One at a time, and those that the clock and the list look for.
  "create unique index requests_open on requests (application_id) where state = 'open'",
  "create index requests_due on requests (due_on) where state = 'open'",

  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check check (%s or type in (%s))',
        allowed, ${`'${eventTypes
          .map((type) => `'${type}'`)
          .join(', ')
          .replaceAll("'", "''")}'`});
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
