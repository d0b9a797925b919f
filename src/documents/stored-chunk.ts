import { selectBytes } from '../db/by-copy.ts';
import type { Db } from '../db/client.ts';

const canonicalId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A chunk as it is stored, sealed. Throws when it is missing. */
export async function getChunk(db: Db, documentId: string, number: number): Promise<Buffer> {
  if (!canonicalId.test(documentId)) throw new Error('a document is looked for by its id');
  const sealed = await selectBytes(
    db,
    `select data from document_chunks where document_id = '${documentId}' and number = ${Math.trunc(number)}`,
  );
  if (!sealed) throw new Error(`document ${documentId} lacks chunk ${number}`);
  return sealed;
}
