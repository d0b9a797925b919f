import type { Selectable } from 'kysely';
import type { Db } from './client.ts';
import { prepare } from './prepared.ts';
import type { DocumentCopyTable } from './schema-files.ts';

/** What is known of the copy of a document; `size` and `chunkCount` are null unless it is `made`. */
export type DocumentCopy = Pick<
  Selectable<DocumentCopyTable>,
  'documentId' | 'state' | 'reason' | 'size' | 'chunkCount' | 'lost'
>;

const copies = (db: Db, applicationId: string) =>
  db
    .selectFrom('documentCopies')
    .select(['documentId', 'state', 'reason', 'size', 'chunkCount', 'lost'])
    .where('applicationId', '=', applicationId);

const selectCopies = prepare((db, slots: { applicationId: string }) =>
  copies(db, slots.applicationId).compile(),
);

/** The copies of an application's documents, by document; those that wait are missing. */
export async function listCopies(
  db: Db,
  applicationId: string,
): Promise<ReadonlyMap<string, DocumentCopy>> {
  const { rows } = await selectCopies(db, { applicationId });
  return new Map(rows.map((row) => [row.documentId, row]));
}

/** The copy of one document; undefined while it waits to be made. */
export async function findCopy(
  db: Db,
  applicationId: string,
  documentId: string,
): Promise<DocumentCopy | undefined> {
  return await copies(db, applicationId).where('documentId', '=', documentId).executeTakeFirst();
}
