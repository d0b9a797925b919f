import { createHash, type Hash } from 'node:crypto';
import { open } from '../crypto.ts';
import type { Trx } from '../db/client.ts';
import { copyContext } from './copies.ts';
import { chunkContext } from './store.ts';

/** Documents and chunks that are fetched at a time; a chunk has 256 KiB at most. */
const documentBatch = 500;
const chunkBatch = 16;

export type CheckedDocument = {
  id: string;
  applicationId: string;
  /** Null when its application is missing. */
  reference: string | null;
  state: 'receiving' | 'received';
  startedAt: Date;
  /** When a byte of its resumable upload came last; null when it is none. */
  touchedAt: Date | null;
  size: number | null;
  sha256: Buffer | null;
  chunkCount: number | null;
  wrapped: Buffer | null;
};

type Chunk = { documentId: string; number: number; data: Buffer };

/**
 * Reads every document and every chunk once, in order of their ids, and tells `report` what is wrong
 * with a document that has arrived: chunks, size, SHA-256. Holds a few chunks at a time. `unwrap`
 * gives the application's key, undefined when it can't be had; then the bytes are left unchecked.
 */
export async function verifyDocuments(
  trx: Trx,
  {
    unwrap,
    report,
    visit,
    onChunks,
  }: {
    unwrap(document: CheckedDocument): Buffer | undefined;
    report(document: CheckedDocument, problem: string): void;
    /** Hears of every document. */
    visit(document: CheckedDocument): void;
    onChunks(count: number): void;
  },
): Promise<void> {
  const chunks = readChunks(trx, onChunks);
  let next = await chunks.next();
  for await (const document of readDocuments(trx)) {
    visit(document);
    const key = document.state === 'received' ? unwrap(document) : undefined;
    const { id, applicationId } = document;
    const contextOf: Whole['contextOf'] = (number, last) =>
      chunkContext(applicationId, id, number, last);
    const check = key && startCheck({ ...document, contextOf }, key);
    // What sorts before has no document; the search for orphans tells that.
    while (!next.done && next.value.documentId <= document.id) {
      if (next.value.documentId === document.id) check?.take(next.value);
      next = await chunks.next();
    }
    for (const problem of check?.finish() ?? []) report(document, problem);
  }
}

/**
 * Reads every copy and its chunks once, as `verifyDocuments` does with the documents, and tells `report` what
 * is wrong. Copies are made again from their documents, so that a fault here loses nothing.
 */
export async function verifyCopies(
  trx: Trx,
  {
    unwrap,
    report,
    onChunks,
  }: {
    unwrap(copy: CheckedCopy): Buffer | undefined;
    report(copy: CheckedCopy, problem: string): void;
    onChunks(count: number): void;
  },
): Promise<void> {
  for await (const copy of readCopies(trx)) {
    const key = unwrap(copy);
    if (key === undefined) continue;
    const { id, applicationId, chunkCount } = copy;
    const check = startCheck(
      { ...copy, contextOf: (number, last) => copyContext(applicationId, id, number, last) },
      key,
    );
    for (let from = 0; from < chunkCount; from += chunkBatch) {
      const chunks: Chunk[] = await trx
        .selectFrom('documentCopyChunks')
        .select(['documentId', 'number', 'data'])
        .where('documentId', '=', id)
        .where('number', '>=', from)
        .where('number', '<', from + chunkBatch)
        .orderBy('number')
        .execute();
      for (const chunk of chunks) check.take(chunk);
      onChunks(chunks.length);
    }
    for (const problem of check.finish()) report(copy, problem);
  }
}

/** A copy that has chunks of its own, by its document's id. */
export type CheckedCopy = Pick<
  CheckedDocument,
  'id' | 'applicationId' | 'reference' | 'wrapped'
> & {
  size: number;
  sha256: Buffer;
  chunkCount: number;
};

async function* readCopies(trx: Trx): AsyncGenerator<CheckedCopy> {
  let after: string | undefined;
  for (;;) {
    const rows: CheckedCopy[] = await trx
      .selectFrom('documentCopies as c')
      .leftJoin('applications as a', 'a.id', 'c.applicationId')
      .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'c.applicationId')
      .select(['c.documentId as id', 'c.applicationId', 'a.reference', 'k.wrapped'])
      .select(['c.size', 'c.sha256', 'c.chunkCount'])
      .where('c.state', '=', 'made')
      .$if(after !== undefined, (query) => query.where('c.documentId', '>', after!))
      .orderBy('c.documentId')
      .limit(documentBatch)
      .$narrowType<{ size: number; sha256: Buffer; chunkCount: number }>()
      .execute();
    yield* rows;
    if (rows.length < documentBatch) return;
    after = rows.at(-1)?.id;
  }
}

/** What a document or its copy is to be made of. */
type Whole = Pick<CheckedDocument, 'chunkCount' | 'size' | 'sha256'> & {
  contextOf(number: number, last: boolean): string;
};

/** Checks one document while its chunks come in order. */
function startCheck(
  { chunkCount, size, sha256, contextOf }: Whole,
  key: Buffer,
): { take(chunk: Chunk): void; finish(): string[] } {
  const problems: string[] = [];
  const hash: Hash = createHash('sha256');
  const count = chunkCount ?? 0;
  let bytes = 0;
  let expected = 0;
  const skipTo = (number: number): void => {
    if (number > expected) problems.push(describeGap(expected, number - 1));
    expected = number;
  };
  return {
    take({ number, data }) {
      if (number >= count || number < 0) {
        problems.push(`has a chunk ${number}, but should have ${count} in all`);
        return;
      }
      skipTo(number);
      expected = number + 1;
      try {
        const plain = open(key, data, contextOf(number, number === count - 1));
        bytes += plain.length;
        hash.update(plain);
      } catch {
        problems.push(`chunk ${number} does not open: it was changed, or belongs elsewhere`);
      }
    },
    finish() {
      skipTo(count);
      // Without all its chunks neither can be right.
      if (problems.length === 0) {
        if (bytes !== size) problems.push(`has ${bytes} bytes, but should have ${size}`);
        if (sha256 === null || !hash.digest().equals(sha256)) {
          problems.push('its bytes do not have the SHA-256 that was stored when it arrived');
        }
      }
      return problems;
    },
  };
}

const describeGap = (from: number, to: number): string =>
  from === to ? `chunk ${from} is missing` : `chunks ${from} to ${to} are missing`;

async function* readDocuments(trx: Trx): AsyncGenerator<CheckedDocument> {
  let after: string | undefined;
  for (;;) {
    const rows: CheckedDocument[] = await trx
      .selectFrom('documents as d')
      .leftJoin('applications as a', 'a.id', 'd.applicationId')
      .leftJoin('uploads as u', 'u.documentId', 'd.id')
      .leftJoin('keys.applicationKeys as k', 'k.applicationId', 'd.applicationId')
      .select(['d.id', 'd.applicationId', 'a.reference', 'd.state', 'd.startedAt'])
      .select(['d.size', 'd.sha256', 'd.chunkCount', 'k.wrapped', 'u.touchedAt'])
      .$if(after !== undefined, (query) => query.where('d.id', '>', after!))
      .orderBy('d.id')
      .limit(documentBatch)
      .execute();
    yield* rows;
    if (rows.length < documentBatch) return;
    after = rows.at(-1)?.id;
  }
}

/** Every chunk by document and number; while a batch is checked, the next one is on its way. */
async function* readChunks(
  trx: Trx,
  onChunks: (count: number) => void,
): AsyncGenerator<Chunk, undefined> {
  const fetch = async (last: Chunk | undefined): Promise<Chunk[]> =>
    await trx
      .selectFrom('documentChunks')
      .select(['documentId', 'number', 'data'])
      .$if(last !== undefined, (query) =>
        query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('documentId', 'number'), '>', tuple(last!.documentId, last!.number)),
        ),
      )
      .orderBy('documentId')
      .orderBy('number')
      .limit(chunkBatch)
      .execute();
  let coming = fetch(undefined);
  for (;;) {
    const rows = await coming;
    const isLast = rows.length < chunkBatch;
    if (!isLast) {
      coming = fetch(rows.at(-1));
      // Heard again at its await; this keeps an early stop from being an unhandled rejection.
      coming.catch(() => {});
    }
    yield* rows;
    onChunks(rows.length);
    if (isLast) return undefined;
  }
}
