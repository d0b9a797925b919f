import { sql } from 'kysely';
import type { Db } from './client.ts';

/** Bytes of all documents that have arrived, of their copies for editors, and of what has arrived of others. */
export async function measureStorage(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    select (select coalesce(sum(size), 0) from documents)
      + (select coalesce(sum(size), 0) from document_copies)
      + (select coalesce(sum(received), 0) from uploads) as bytes`.execute(db);
  return Number(rows[0]!.bytes);
}
