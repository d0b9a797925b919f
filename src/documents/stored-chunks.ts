import { copyValues } from '../db/by-copy.ts';
import type { Db } from '../db/client.ts';

const canonicalId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * So many chunks of a document, `unseal`ed one after the other; what it is given lies in memory that is
 * used again. Throws when one is missing.
 */
export async function openChunks(
  db: Db,
  documentId: string,
  { from, count }: { from: number; count: number },
  unseal: (number: number, sealed: Buffer) => Buffer,
): Promise<Buffer[]> {
  if (!canonicalId.test(documentId)) throw new Error('a document is looked for by its id');
  const opened: Buffer[] = [];
  await copyValues(
    db,
    `select data from document_chunks where document_id = '${documentId}'
      and number >= ${Math.trunc(from)} and number < ${Math.trunc(from + count)} order by number`,
    (sealed) => opened.push(unseal(from + opened.length, sealed)),
  );
  if (opened.length < count) {
    throw new Error(`document ${documentId} lacks chunk ${from + opened.length}`);
  }
  return opened;
}

/** One chunk of a document. */
export async function openChunk(
  db: Db,
  documentId: string,
  number: number,
  unseal: (number: number, sealed: Buffer) => Buffer,
): Promise<Buffer> {
  const [chunk] = await openChunks(db, documentId, { from: number, count: 1 }, unseal);
  return chunk!;
}
