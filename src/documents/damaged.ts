import type { Keyring } from '../crypto.ts';
import { type Db, isConnectionError } from '../db/client.ts';
import type { ReceivedDocument } from '../db/documents.ts';
import { readDocument } from './store.ts';

/** The stored bytes of a document do not open, and no other try will open them; `cause` says why. */
export class DamagedDocument extends Error {}

/**
 * The bytes of a document, as `readDocument` gives them, with the application's key opened first. Throws
 * DamagedDocument, and what the database throws while it is away.
 */
export async function* readSealed(
  { db, keys }: { db: Db; keys: Keyring },
  document: Pick<ReceivedDocument, 'id' | 'applicationId' | 'chunkCount'> & { wrapped: Buffer },
): AsyncGenerator<Buffer> {
  try {
    yield* readDocument(db, keys.unwrapKey(document.applicationId, document.wrapped), document);
  } catch (error) {
    if (isConnectionError(error)) throw error;
    throw new DamagedDocument('the stored bytes do not open', { cause: error });
  }
}
