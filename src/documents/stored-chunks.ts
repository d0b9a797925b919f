import { copyValues } from '../db/by-copy.ts';
import type { Db } from '../db/client.ts';

const canonicalId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type Stretch = {
  from: number;
  count: number;
  /** Where copies of documents lie, or documents themselves. */
  table?: 'document_chunks' | 'document_copy_chunks';
};

/**
 * So many chunks of a document, `unseal`ed one after the other; what it is given lies in memory that is
 * used again. Throws when one is missing.
 */
async function openChunks(
  db: Db,
  documentId: string,
  { from, count, table = 'document_chunks' }: Stretch,
  unseal: (number: number, sealed: Buffer) => Buffer,
): Promise<Buffer[]> {
  if (!canonicalId.test(documentId)) throw new Error('a document is looked for by its id');
  const opened: Buffer[] = [];
  await copyValues(
    db,
    `select data from ${table} where document_id = '${documentId}'
      and number >= ${Math.trunc(from)} and number < ${Math.trunc(from + count)} order by number`,
    (sealed) => opened.push(unseal(from + opened.length, sealed)),
  );
  if (opened.length < count) {
    throw new Error(`document ${documentId} lacks chunk ${from + opened.length}`);
  }
  return opened;
}

/** Chunks that are fetched together: each journey to the database costs as much as one of them. */
const chunksAtOnce = 4;

/** All `count` chunks of a document or its copy; four are in memory, the next four on their way. */
export async function* streamChunks(
  db: Db,
  documentId: string,
  { count: all, table }: Omit<Stretch, 'from'>,
  unseal: (number: number, sealed: Buffer) => Buffer,
): AsyncGenerator<Buffer> {
  const fetch = async (from: number): Promise<Buffer[]> => {
    const count = Math.min(chunksAtOnce, all - from);
    return await openChunks(db, documentId, { from, count, ...(table && { table }) }, unseal);
  };
  let coming = fetch(0);
  for (let from = 0; from < all; from += chunksAtOnce) {
    const chunks = await coming;
    if (from + chunksAtOnce < all) {
      coming = fetch(from + chunksAtOnce);
      // Heard again at its await; this keeps an early stop from being an unhandled rejection.
      coming.catch(() => {});
    }
    yield* chunks;
  }
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
