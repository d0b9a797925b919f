import type { Keyring } from '../crypto.ts';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';

/** Who opened the original of a document, and why; the name is null once that person is deleted. */
export type OriginalOpening = { staffName: string | null; reason: string; at: Date };

/** The openings of one document, the newest first. */
export async function listOriginalOpenings(
  { db, keys }: { db: Db; keys: Keyring },
  applicationId: string,
  documentId: string,
): Promise<OriginalOpening[]> {
  const rows = await db
    .selectFrom('originalOpenings as o')
    .leftJoin('staff as s', 's.id', 'o.staffId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'o.applicationId')
    .select(['s.name as staffName', 'o.reason', 'o.reasonSealed', 'o.at', 'k.wrapped'])
    .where('o.applicationId', '=', applicationId)
    .where('o.documentId', '=', documentId)
    .orderBy('o.id', 'desc')
    .limit(100)
    .execute();
  return rows.map(({ staffName, at, wrapped, reason: text, reasonSealed: sealed }) => {
    const key = () => keys.unwrapKey(applicationId, wrapped);
    const reason = openText(key, textContext.opening(documentId), { text, sealed });
    return { staffName, at, reason };
  });
}

/** Keeps an opening, its reason sealed where `sealing` has a key (`textKey`). */
export async function recordOriginalOpening(
  trx: Trx,
  opening: {
    applicationId: string;
    documentId: string;
    staffId: string;
    reason: string;
    at: Date;
    sealing: Buffer | undefined;
  },
): Promise<void> {
  const { sealing, reason, ...row } = opening;
  const { text, sealed } = textColumns(sealing, textContext.opening(row.documentId), reason);
  await trx
    .insertInto('originalOpenings')
    .values({ ...row, reason: text, reasonSealed: sealed })
    .execute();
}
