import { createHash } from 'node:crypto';
import { createId, seal } from '../crypto.ts';
import type { Trx } from '../db/client.ts';
import type { ArrivedDocument } from '../db/documents.ts';
import type { DocumentType } from '../domain/document-types.ts';
import type { DocumentKind, DocumentOrigin } from '../domain/documents.ts';
import { cleanFileName } from './names.ts';
import { chunkBytes, chunkContext } from './store.ts';

/** A document that we wrote ourselves, so that its content need not be judged. */
export type WholeDocument = {
  applicationId: string;
  key: Buffer;
  kind: DocumentKind;
  origin: DocumentOrigin;
  position: number;
  name: string;
  type: DocumentType;
  language: string | null;
  /** At least one byte. */
  bytes: Buffer;
  receivedAt: Date;
};

/**
 * Stores documents that are in memory anyway, many in two statements; the rows are those that
 * `receiveDocument` makes of the same bytes. Meant for some hundred small ones at a time.
 */
export async function insertWholeDocuments(
  trx: Trx,
  documents: readonly WholeDocument[],
): Promise<ArrivedDocument[]> {
  const rows = documents.map((document): ArrivedDocument & { chunks: Buffer[] } => {
    const { applicationId, key, bytes, name, receivedAt, ...rest } = document;
    const id = createId(receivedAt);
    const chunkCount = Math.ceil(bytes.length / chunkBytes);
    return {
      ...rest,
      id,
      applicationId,
      receivedAt,
      chunkCount,
      name: cleanFileName(name),
      nameSealed: null,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
      chunks: Array.from({ length: chunkCount }, (_, number) =>
        seal(
          key,
          bytes.subarray(number * chunkBytes, (number + 1) * chunkBytes),
          chunkContext(applicationId, id, number, number === chunkCount - 1),
        ),
      ),
    };
  });
  await trx
    .insertInto('documents')
    .values(
      rows.map(({ chunks: _, ...row }) => ({
        ...row,
        state: 'received' as const,
        startedAt: row.receivedAt,
      })),
    )
    .execute();
  const chunks = rows.flatMap(({ id, chunks }) =>
    chunks.map((data, number) => ({ documentId: id, number, data })),
  );
  await trx.insertInto('documentChunks').values(chunks).execute();
  return rows.map(({ chunks: _, ...row }) => row);
}
