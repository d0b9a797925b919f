import type { Hash } from 'node:crypto';
import { sql } from 'kysely';
import { open, seal, sealInto } from '../crypto.ts';
import { type Db, type Trx, withoutWaiting } from '../db/client.ts';
import { Pieces } from '../db/pieces.ts';
import type { DocumentType } from '../domain/document-types.ts';
import { AppError } from '../errors.ts';
import { giveBack, readBlocks, takeBlock } from './blocks.ts';
import { type Inspection, inspectDocument } from './inspect.ts';
import type { RandomAccess } from './random-access.ts';
import { chunkBytes, chunkContext } from './store.ts';
import { openChunk } from './stored-chunks.ts';
import { createPass, type Passes } from './upload-pass.ts';

/** An upload that one request holds: only it may write, until another one takes the upload over. */
export type HeldUpload = {
  documentId: string;
  applicationId: string;
  key: Buffer;
  /** The file's name, cleaned. */
  name: string;
  length: number;
  /** Bytes that have arrived; those behind the last whole chunk are sealed in `tail`. */
  received: number;
  tail: Buffer | null;
  holder: string;
};

/** All bytes of an upload are there and were looked at; its last chunk is not stored yet. */
export type WholeUpload = { last: Buffer; sha256: Buffer; inspection: Inspection };

/** A tail is no chunk yet: it can't stand in for one, nor for a shorter or longer tail. */
export function tailContext(applicationId: string, documentId: string, received: number): string {
  return `tail:${applicationId}:${documentId}:${received}`;
}

const numberOf = (offset: number): number => Math.floor(offset / chunkBytes);
const lastNumberOf = (length: number): number => Math.ceil(length / chunkBytes) - 1;

/** The statements that write to an upload as long as its holder holds it; else they throw `conflict`. */
function createUploadRows(db: Db, upload: HeldUpload, now: () => Date) {
  const { applicationId, documentId, key, holder } = upload;
  const expectOne = ({ numAffectedRows }: { numAffectedRows?: bigint }): void => {
    if (numAffectedRows !== 1n) throw new AppError('conflict');
  };
  const moveTo = (received: number, tail: Buffer | null) =>
    sql`received = ${received}::bigint, tail = ${tail}::bytea,`;
  // Writes do not wait for the disk, and a database that crashed may have forgotten the last of them:
  // whatever would leave a gap behind is refused, and the sender asks where the upload stands.
  const update = (change: ReturnType<typeof sql>, from = 0) =>
    sql`update uploads set ${change} touched_at = ${now()}::timestamptz from quick
      where document_id = ${documentId}::uuid and holder = ${holder}::uuid
        and received >= ${from}::bigint`;
  return {
    /** Stores a whole chunk that is not the last. `counts`: what has arrived ends behind it. */
    async putChunk(number: number, plain: Buffer, counts: boolean): Promise<void> {
      const context = chunkContext(applicationId, documentId, number, false);
      const memory = takeBlock();
      const data = new Pieces([sealInto(memory, key, plain, context)]);
      const move = counts
        ? update(moveTo((number + 1) * chunkBytes, null), number * chunkBytes)
        : update(sql``);
      expectOne(
        await sql`with quick as ${withoutWaiting}, held as (${move} returning document_id)
          insert into document_chunks (document_id, number, data)
          select document_id, ${number}::int, ${data}::bytea from held
          on conflict (document_id, number) do update set data = excluded.data`.execute(db),
      );
      // Not after a failure: the statement may still be on its way.
      giveBack(memory);
    },
    /** Stores what is no whole chunk yet; `from`: what must have arrived before. */
    async putTail(received: number, plain: Buffer, from: number): Promise<void> {
      const context = tailContext(applicationId, documentId, received);
      const tail = plain.length === 0 ? null : seal(key, plain, context);
      const move = update(moveTo(received, tail), from);
      expectOne(await sql`with quick as ${withoutWaiting} ${move}`.execute(db));
    },
    async readChunk(number: number): Promise<Buffer> {
      return await openChunk(db, documentId, number, (_, sealed) =>
        open(key, sealed, chunkContext(applicationId, documentId, number, false)),
      );
    },
    /** Deletes chunks that were stored and do not count after all, unless another request has taken over. */
    async dropChunks(from: number): Promise<void> {
      await db
        .deleteFrom('documentChunks')
        .where('documentId', '=', documentId)
        .where('number', '>=', from)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('uploads')
              .innerJoin('documents', 'documents.id', 'uploads.documentId')
              .select('uploads.documentId')
              .where('uploads.documentId', '=', documentId)
              .where('uploads.holder', '=', holder)
              .where('documents.state', '=', 'receiving'),
          ),
        )
        .execute();
    },
  };
}

type Rows = ReturnType<typeof createUploadRows>;

/** The upload as something that can be read anywhere; its last chunk is in memory, two more stay. */
function readAnywhere(rows: Rows, length: number, last: Buffer): RandomAccess {
  const kept = new Map<number, Buffer>();
  const chunk = async (number: number): Promise<Buffer> => {
    if (number === lastNumberOf(length)) return last;
    const plain = kept.get(number) ?? (await rows.readChunk(number));
    kept.delete(number);
    kept.set(number, plain);
    if (kept.size > 2) kept.delete(kept.keys().next().value!);
    return plain;
  };
  return readBlocks(length, chunk);
}

/** `mismatch`: the bytes are not those that their sender meant, and none of them counts. */
export type Reception =
  | { state: 'more'; received: number }
  | { state: 'whole'; whole: WholeUpload }
  | { state: 'mismatch' };

/** What the bytes of one request are to hash to. */
export type Checksum = { hash: Hash; expected: Buffer };

/**
 * Takes in the bytes of one request, holding one chunk: whole chunks are sealed and stored at once,
 * the rest when the source ends, breaks or is taken away. With a checksum nothing counts before it
 * agreed. Rejects with what the source rejects with, and with `conflict` when another request has
 * taken the upload over.
 */
export async function receiveBytes(
  db: Db,
  upload: HeldUpload,
  source: AsyncIterable<Buffer>,
  context: ReceptionContext,
): Promise<Reception> {
  const memory = takeBlock();
  try {
    return await receiveInto(memory.subarray(0, chunkBytes), db, upload, source, context);
  } finally {
    giveBack(memory);
  }
}

type ReceptionContext = { passes: Passes; now: () => Date; checksum?: Checksum | undefined };

async function receiveInto(
  block: Buffer,
  db: Db,
  upload: HeldUpload,
  source: AsyncIterable<Buffer>,
  { passes, now, checksum }: ReceptionContext,
): Promise<Reception> {
  const { applicationId, documentId, key, length } = upload;
  const rows = createUploadRows(db, upload, now);
  const pass = passes.take(documentId, upload.received);
  const start = numberOf(upload.received);
  const context = tailContext(applicationId, documentId, upload.received);
  let filled = upload.tail ? open(key, upload.tail, context).copy(block) : 0;
  let received = upload.received;
  let number = start;
  const keep = async (): Promise<void> => {
    // A whole chunk that could not be stored is no tail: its sender has to begin with it again.
    if (received > upload.received && received < length && filled < chunkBytes) {
      // What a checksum covers counts all at once.
      const from = checksum ? upload.received : numberOf(received) * chunkBytes;
      await rows.putTail(received, block.subarray(0, filled), from);
    }
    if (pass && received < length) passes.keep(documentId, pass);
  };

  try {
    for await (const bytes of source) {
      checksum?.hash.update(bytes);
      for (let at = 0; at < bytes.length; ) {
        const copied = bytes.copy(block, filled, at);
        pass?.push(bytes.subarray(at, at + copied));
        filled += copied;
        at += copied;
        received += copied;
        if (filled === chunkBytes && number < lastNumberOf(length)) {
          await rows.putChunk(number, block, checksum === undefined);
          number += 1;
          filled = 0;
        } else if (at < bytes.length && filled === chunkBytes) throw new AppError('too-large');
      }
    }
  } catch (error) {
    // What had arrived before the connection broke is worth keeping; more can't be done for it.
    if (!checksum) await keep().catch(() => {});
    throw error;
  }
  if (checksum && !checksum.hash.digest().equals(checksum.expected)) {
    await rows.dropChunks(start);
    return { state: 'mismatch' };
  }
  if (received < length) {
    await keep();
    return { state: 'more', received };
  }
  const last = Buffer.from(block.subarray(0, filled));
  const { sniffed, sha256 } = (pass ?? (await readAgain(rows, number, last))).finish();
  const file = readAnywhere(rows, length, last);
  const inspection = await inspectDocument(sniffed, upload.name, file);
  return { state: 'whole', whole: { last, sha256, inspection } };
}

/** The pass that was lost with its process, over what is stored. */
async function readAgain(rows: Rows, count: number, last: Buffer) {
  const pass = createPass();
  for (let number = 0; number < count; number += 1) pass.push(await rows.readChunk(number));
  pass.push(last);
  return pass;
}

/** Makes a whole upload a received document, with its last chunk. Throws `conflict` like every write. */
export async function completeUpload(
  trx: Trx,
  { documentId, applicationId, key, length, holder }: HeldUpload,
  { last, sha256, type, now }: { last: Buffer; sha256: Buffer; type: DocumentType; now: Date },
): Promise<void> {
  const number = lastNumberOf(length);
  const data = seal(key, last, chunkContext(applicationId, documentId, number, true));
  const { numAffectedRows } = await sql`with held as (
      update uploads set received = length, tail = null, touched_at = ${now}::timestamptz
      where document_id = ${documentId}::uuid and holder = ${holder}::uuid returning document_id
    ), document as (
      update documents set state = 'received', type = ${type}, size = ${length}::bigint,
        sha256 = ${sha256}::bytea, chunk_count = ${number + 1}::int, received_at = ${now}::timestamptz
      from held where id = held.document_id and state = 'receiving' and ${number}::int = (
        select count(*) from document_chunks as c
        where c.document_id = held.document_id and c.number < ${number}::int) returning id
    )
    insert into document_chunks (document_id, number, data)
    select id, ${number}::int, ${data}::bytea from document
    on conflict (document_id, number) do update set data = excluded.data`.execute(trx);
  if (numAffectedRows !== 1n) throw new AppError('conflict');
}
