import type { Logger } from 'pino';
import type { Trx } from '../db/client.ts';
import {
  listUnreadAfter,
  listUnreadDocuments,
  type NewDocumentText,
  storeDocumentText,
  type UnreadDocument,
} from '../db/document-texts.ts';
import { transact } from '../db/pipeline.ts';
import type { Deps } from '../deps.ts';
import { describeError } from '../describe-error.ts';
import { storeCopy } from '../documents/copies.ts';
import { DamagedDocument, readSealed } from '../documents/damaged.ts';
import type { DocumentReader } from '../documents/reading/reader.ts';
import type { Reading } from '../documents/reading/reading.ts';

/** What depends on the texts of an application, in the transaction that stores the last of them. */
export type AfterTextRead = (trx: Trx, applicationId: string) => Promise<void>;

export type ReadingDeps = Pick<Deps, 'db' | 'keys' | 'clock'> & {
  log: Logger;
  reader: DocumentReader;
  afterTextRead: AfterTextRead;
};

/** How many documents one look at the table takes in. */
const window = 1000;

/**
 * Reads the documents of a submitted application that have not been read, outside of any transaction,
 * and stores each text in one of its own; how many documents it were. Rejects when the database is
 * away and when the signal fires.
 */
export async function readDocuments(
  deps: ReadingDeps,
  applicationId: string,
  signal: AbortSignal,
): Promise<number> {
  const documents = await listUnreadDocuments(deps.db, applicationId);
  for (const document of documents) {
    await readAndStore(deps, document, { signal, tell: document === documents.at(-1) });
  }
  return documents.length;
}

/** The same for all applications, the oldest first. */
export async function readAllDocuments(deps: ReadingDeps, signal: AbortSignal): Promise<number> {
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const { documents, last } = await listUnreadAfter(deps.db, after, window);
    if (last === undefined) return count;
    for (const document of documents) await readAndStore(deps, document, { signal, tell: true });
    count += documents.length;
    after = last;
  }
}

async function readAndStore(
  deps: ReadingDeps,
  document: UnreadDocument,
  { signal, tell }: { signal: AbortSignal; tell: boolean },
): Promise<void> {
  const { db, keys, clock, afterTextRead } = deps;
  const { id: documentId, applicationId, wrapped } = document;
  const { copy, ...reading } = await read(deps, document, signal);
  const row = { documentId, applicationId, ...rowOf(reading) };
  const unwrap = () => keys.unwrapKey(applicationId, wrapped);
  await transact(db, async (trx) => {
    const now = clock.now();
    if (await storeDocumentText(trx, row, now, unwrap)) {
      await storeCopy(trx, { documentId, applicationId }, copy, { unwrap, now });
    }
    // Also when this one is gone meanwhile: those before it were stored and not told of.
    if (tell) await afterTextRead(trx, applicationId);
  });
}

/** A document whose bytes can't be opened is broken: no other try will open them. */
async function read(
  deps: ReadingDeps,
  document: UnreadDocument,
  signal: AbortSignal,
): Promise<Reading> {
  const { reader, log } = deps;
  const { id: documentId, type, size } = document;
  try {
    const reading = await reader.read({ type, size }, () => readSealed(deps, document), signal);
    if (reading.state === 'failed') {
      log.warn({ documentId, reason: reading.reason }, 'a document could not be read');
    }
    return reading;
  } catch (error) {
    if (!(error instanceof DamagedDocument)) throw error;
    log.error({ documentId, error: describeError(error.cause) }, 'a document is damaged');
    const copy = { state: 'none', reason: 'unreadable' } as const;
    return { state: 'failed', reason: 'broken', active: null, copy };
  }
}

/** Without the copy, of each kind of reading. */
type TextOf<R> = R extends unknown ? Omit<R, 'copy'> : never;

function rowOf(reading: TextOf<Reading>): Omit<NewDocumentText, 'documentId' | 'applicationId'> {
  if (reading.state !== 'failed') return { ...reading, reason: null };
  const nothing = { text: '', language: null, words: null, pages: null, cut: false };
  return { ...reading, ...nothing };
}
