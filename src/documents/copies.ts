import { createHash } from 'node:crypto';
import { open, seal } from '../crypto.ts';
import type { Db, Trx } from '../db/client.ts';
import { copyVersion } from '../domain/document-copies.ts';
import type { CopyOutcome } from './reading/reading.ts';
import { chunkBytes } from './store.ts';
import { streamChunks } from './stored-chunks.ts';

/** A copy's chunk can't stand in for one of its document, nor the other way round. */
export function copyContext(
  applicationId: string,
  documentId: string,
  number: number,
  last: boolean,
): string {
  return `copy:${applicationId}:${documentId}:${number}:${last ? 'last' : 'more'}`;
}

type Whose = { documentId: string; applicationId: string };

/** Chunks that one statement carries: 2 MB, which pg makes twice as much of for a moment. */
const chunksAtOnce = 8;

/**
 * Stores what became of the copy of a document, in the place of what was there: sealed under the
 * application's key like the document itself. The document must be there.
 */
export async function storeCopy(
  trx: Trx,
  { documentId, applicationId }: Whose,
  copy: CopyOutcome,
  { unwrap, now }: { unwrap(): Buffer; now: Date },
): Promise<void> {
  await trx.deleteFrom('documentCopies').where('documentId', '=', documentId).execute();
  const bytes = copy.state === 'made' ? copy.bytes : undefined;
  const key = bytes && unwrap();
  const count = bytes ? Math.ceil(bytes.length / chunkBytes) : 0;
  await trx
    .insertInto('documentCopies')
    .values({
      ...{ documentId, applicationId, state: copy.state, version: copyVersion, madeAt: now },
      reason: copy.state === 'none' ? copy.reason : null,
      lost: copy.state === 'made' ? copy.lost : 0,
      size: bytes?.length ?? null,
      sha256: bytes ? createHash('sha256').update(bytes).digest() : null,
      chunkCount: bytes ? count : null,
    })
    .execute();
  for (let from = 0; bytes && key && from < count; from += chunksAtOnce) {
    const numbers = Array.from(
      { length: Math.min(chunksAtOnce, count - from) },
      (_, i) => from + i,
    );
    const rows = numbers.map((number) => {
      const plain = bytes.subarray(number * chunkBytes, (number + 1) * chunkBytes);
      const context = copyContext(applicationId, documentId, number, number === count - 1);
      return { documentId, number, data: seal(key, plain, context) };
    });
    await trx.insertInto('documentCopyChunks').values(rows).execute();
  }
}

/** The bytes of a copy, chunk by chunk. Throws when one is missing, moved or changed. */
export async function* readCopy(
  db: Db,
  key: Buffer,
  { documentId, applicationId, chunkCount }: Whose & { chunkCount: number },
): AsyncGenerator<Buffer> {
  const whose = { count: chunkCount, table: 'document_copy_chunks' } as const;
  yield* streamChunks(db, documentId, whose, (number, sealed) =>
    open(key, sealed, copyContext(applicationId, documentId, number, number === chunkCount - 1)),
  );
}
