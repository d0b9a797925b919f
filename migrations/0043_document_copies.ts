import { type Kysely, sql } from 'kysely';

const statements = [
  // The editors' copy of a document, without what tells of its making; made again at any time from the
  // document. `same`: the document says nothing of it, so that it is its own copy.
  `create table document_copies (
    document_id uuid primary key references documents on delete cascade,
    application_id uuid not null references applications on delete cascade,
    state text not null check (state in ('made', 'same', 'none')),
    reason text,
    size bigint,
    sha256 bytea,
    chunk_count int,
    lost int not null default 0,
    version int not null,
    made_at timestamptz not null,
    check ((state = 'none') = (reason is not null)),
    check ((state = 'made') = (size is not null and sha256 is not null and chunk_count is not null))
  )`,
  'create index document_copies_application on document_copies (application_id)',
  `create table document_copy_chunks (
    document_id uuid not null references document_copies on delete cascade,
    number int not null,
    data bytea not null,
    primary key (document_id, number)
  )`,
  // Ciphertext, as in document_chunks.
  'alter table document_copy_chunks alter column data set storage external',

  // Why somebody wanted the original; the access log says that they got it, and has no text.
  `create table original_openings (
    id bigint generated always as identity primary key,
    application_id uuid not null references applications on delete cascade,
    document_id uuid not null references documents on delete cascade,
    staff_id uuid not null,
    reason text not null,
    at timestamptz not null
  )`,
  'create index original_openings_document on original_openings (document_id, id)',
  'create index original_openings_application on original_openings (application_id)',
  `do $$
    declare allowed text := (
      select pg_get_expr(conbin, conrelid) from pg_constraint
      where conrelid = 'events'::regclass and conname = 'events_type_check');
    begin
      alter table events drop constraint events_type_check;
      execute format('alter table events add constraint events_type_check
        check (%s or type in (%L, %L))', allowed, 'original-opened', 'document-infected');
    end $$`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
