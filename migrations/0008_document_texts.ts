import { type Kysely, sql } from 'kysely';

const statements = [
  // What a document says, for search and for reading in place; made again at any time from its chunks.
  `create table document_texts (
    document_id uuid primary key references documents on delete cascade,
    application_id uuid not null references applications on delete cascade,
    state text not null check (state in ('read', 'empty', 'failed')),
    reason text,
    text text not null,
    language text,
    words int,
    pages int,
    read_at timestamptz not null,
    check ((state = 'failed') = (reason is not null)),
    check (state = 'read' or text = '')
  )`,
  'create index document_texts_application on document_texts (application_id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
