import { sql } from 'kysely';
import type { Deps } from '../../src/deps.ts';
import { storeCopy } from '../../src/documents/copies.ts';
import type { CopyOutcome } from '../../src/documents/reading/reading.ts';

/** Stores what became of the copies of an application's documents, as the job would; they are their own by default. */
export async function storeCopies(
  { db, clock, keys }: Pick<Deps, 'db' | 'clock' | 'keys'>,
  applicationId: string,
  copy: CopyOutcome = { state: 'same' },
): Promise<void> {
  const { rows } = await sql<{ id: string; wrapped: Buffer }>`
    select d.id, k.wrapped from documents as d
    join keys.application_keys as k on k.application_id = d.application_id
    where d.application_id = ${applicationId}`.execute(db);
  for (const { id: documentId, wrapped } of rows) {
    const unwrap = () => keys.unwrapKey(applicationId, wrapped);
    const whose = { documentId, applicationId };
    await db
      .transaction()
      .execute((trx) => storeCopy(trx, whose, copy, { unwrap, now: clock.now() }));
  }
}
