import { type Kysely, sql } from 'kysely';

const statements = [
  // What the virus scanner said of a document; null where none was asked.
  `alter table documents add column scan text check (scan in ('waiting', 'clean', 'infected'))`,
  'alter table documents add column scanned_at timestamptz',
  // The scanner's name for what it found.
  'alter table documents add column scan_finding text',
  "create index documents_waiting on documents (id) where scan = 'waiting'",
  "create index documents_infected on documents (application_id) where scan = 'infected'",
  // Whether documents have to be scanned before anybody of the staff gets them: one row, so that every
  // query can ask. `marked`: what is older than the scanner waits as well.
  `create table scanning (
    id int primary key check (id = 1),
    required boolean not null default false,
    marked boolean not null default true,
    failing_since timestamptz
  )`,
  'insert into scanning (id) values (1)',
  // Whichever way a document comes, it waits, and its job is announced with the commit.
  `create function await_scan() returns trigger language plpgsql as $$
    begin
      if (select required from scanning) then
        new.scan := 'waiting';
        insert into jobs (id, kind, subject_id, state, not_before, created_at)
        values (gen_random_uuid(), 'scan-document', new.id, 'queued', new.received_at, new.received_at);
        perform pg_notify('feder_jobs', '');
      end if;
      return new;
    end $$`,
  `create trigger documents_scan_new before insert on documents
    for each row when (new.state = 'received') execute function await_scan()`,
  `create trigger documents_scan_received before update of state on documents
    for each row when (new.state = 'received' and old.state <> 'received') execute function await_scan()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
