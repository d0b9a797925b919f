import type { Db, Trx } from './client.ts';

/** Who opened the original of a document, and why; the name is null once that person is deleted. */
export type OriginalOpening = { staffName: string | null; reason: string; at: Date };

/** The openings of one document, the newest first. */
export async function listOriginalOpenings(
  db: Db,
  applicationId: string,
  documentId: string,
): Promise<OriginalOpening[]> {
  return await db
    .selectFrom('originalOpenings as o')
    .leftJoin('staff as s', 's.id', 'o.staffId')
    .select(['s.name as staffName', 'o.reason', 'o.at'])
    .where('o.applicationId', '=', applicationId)
    .where('o.documentId', '=', documentId)
    .orderBy('o.id', 'desc')
    .limit(100)
    .execute();
}

export async function recordOriginalOpening(
  trx: Trx,
  opening: {
    applicationId: string;
    documentId: string;
    staffId: string;
    reason: string;
    at: Date;
  },
): Promise<void> {
  await trx.insertInto('originalOpenings').values(opening).execute();
}
