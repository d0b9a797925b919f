import { type Kysely, sql } from 'kysely';

const statements = [
  // A document that arrives in several requests. Its row stays a day beyond the last byte, so that
  // whoever missed the last answer can ask again.
  `create table uploads (
    token_hash bytea primary key,
    document_id uuid not null unique references documents on delete cascade,
    token_sealed bytea not null,
    length bigint not null check (length > 0),
    received bigint not null check (received between 0 and length),
    tail bytea,
    modified bigint,
    language text not null,
    holder uuid not null,
    touched_at timestamptz not null
  )`,
  // Ciphertext, as in document_chunks.
  'alter table uploads alter column tail set storage external',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
