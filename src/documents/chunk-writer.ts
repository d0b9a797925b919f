import { sql } from 'kysely';
import { type Db, withoutWaiting } from '../db/client.ts';
import { Pieces } from '../db/pieces.ts';
import { prepare } from '../db/prepared.ts';
import { createTurns } from '../db/turns.ts';
import type { DocumentKind, DocumentOrigin } from '../domain/documents.ts';
import { AppError } from '../errors.ts';
import { giveBack, takeBlock } from './blocks.ts';
import { openChunk } from './stored-chunks.ts';

/** The last block of a file, behind all others. */
export type NumberedBlock = { number: number; block: Buffer };
type Last = NumberedBlock & { type: string; size: number; sha256: Buffer };

export type ChunkWriter = {
  readonly id: string;
  /** Stores a block that is not the last. The first has to stay as it is until the end. */
  put(number: number, block: Buffer): Promise<void>;
  /** Stores the last block and, of a file of two, the first as well: most files take one statement. */
  finish(last: Last): Promise<void>;
  discard(): Promise<void>;
  read(number: number): Promise<Buffer>;
};

type ChunkRow = { id: string; number: number; data: Pieces };
type DocumentRow = {
  id: string;
  applicationId: string;
  kind: DocumentKind;
  origin: DocumentOrigin;
  position: number;
  name: string;
  nameSealed: Buffer | null;
  language: string | null;
  now: Date;
  /** For what was submitted already: the document counts once it is accepted. */
  held: boolean;
};
type Received = Pick<DocumentRow, 'now' | 'applicationId' | 'held'> & {
  type: string;
  size: number;
  sha256: Buffer;
};

const insertChunk = prepare((db, { id, number, data }: ChunkRow) =>
  sql`with quick as ${withoutWaiting}
    insert into document_chunks (document_id, number, data)
    select ${id}::uuid, ${number}::int, ${data}::bytea from quick`.compile(db),
);

const insertFirst = prepare((db, { id, number, data, ...row }: ChunkRow & DocumentRow) =>
  sql`with quick as ${withoutWaiting}, document as (
      insert into documents (id, application_id, kind, origin, state, position, name, name_sealed, language, started_at)
      select ${id}::uuid, ${row.applicationId}::uuid, ${row.kind}, ${row.origin}, 'receiving',
        ${row.position}::int, ${row.name}, ${row.nameSealed}::bytea, ${row.language}, ${row.now}::timestamptz from quick returning id)
    insert into document_chunks (document_id, number, data)
    select id, ${number}::int, ${data}::bytea from document`.compile(db),
);

// The lock waits for a submit that is under way: nothing is added to what was submitted.
const openDraft = ({ applicationId, held }: Pick<DocumentRow, 'applicationId' | 'held'>) =>
  sql`select id from applications
    where id = ${applicationId}::uuid and (stage <> 'draft') = ${held}::boolean for key share`;

const stateOf = ({ held }: Pick<DocumentRow, 'held'>) =>
  sql`case when ${held}::boolean then 'receiving' else 'received' end`;
const receivedAt = ({ held, now }: Pick<DocumentRow, 'held' | 'now'>) =>
  sql`case when ${held}::boolean then null else ${now}::timestamptz end`;

const insertLast = prepare((db, { id, number, data, ...row }: ChunkRow & Received) =>
  sql`with quick as ${withoutWaiting}, draft as (${openDraft(row)}), document as (
      update documents set state = ${stateOf(row)}, type = ${row.type}, size = ${row.size}::bigint,
        sha256 = ${row.sha256}::bytea, chunk_count = ${number}::int + 1, received_at = ${receivedAt(row)}
      from quick, draft where documents.id = ${id}::uuid and ${number}::int = (
        select count(*) from document_chunks as c
        where c.document_id = ${id}::uuid and c.number < ${number}::int) returning documents.id)
    insert into document_chunks (document_id, number, data)
    select id, ${number}::int, ${data}::bytea from document`.compile(db),
);

/** A file of one chunk, or of two: then `first` is the one before. */
const insertWhole = prepare(
  (
    db,
    {
      id,
      number,
      data,
      first,
      ...row
    }: ChunkRow & DocumentRow & Received & { first: Pieces | null },
  ) =>
    sql`with quick as ${withoutWaiting}, draft as (${openDraft(row)}), document as (
        insert into documents (id, application_id, kind, origin, state, position, name, name_sealed,
          language, started_at, type, size, sha256, chunk_count, received_at)
        select ${id}::uuid, draft.id, ${row.kind}, ${row.origin}, ${stateOf(row)}, ${row.position}::int,
          ${row.name}, ${row.nameSealed}::bytea, ${row.language}, ${row.now}::timestamptz, ${row.type}, ${row.size}::bigint,
          ${row.sha256}::bytea, ${number}::int + 1, ${receivedAt(row)} from quick, draft returning id, chunk_count)
      insert into document_chunks (document_id, number, data)
      select document.id, chunk.number, chunk.data from document cross join lateral
        (values (0, ${first}::bytea), (chunk_count - 1, ${data}::bytea)) as chunk (number, data)
      where chunk.data is not null`.compile(db),
);

/** Whether the application still is what the document was sent for. */
async function isOpen(db: Db, row: DocumentRow): Promise<boolean> {
  return (await openDraft(row).execute(db)).rows.length > 0;
}

/** How the blocks of one document become chunks and back; `open` is for those that are not the last. */
type Sealing = {
  seal(target: Buffer, number: number, block: Buffer, last: boolean): Buffer;
  open(number: number, sealed: Buffer): Buffer;
};

// Fewer than connections, so that others find one. What waits for its turn is not sealed yet: many
// uploads at once would fill the memory with what a few connections can't carry away.
const inTurn = createTurns({ atOnce: 6, waiting: Number.POSITIVE_INFINITY });

/** Hands `work` so many blocks to seal into, when it is its turn. */
async function withBlocks<T>(count: 1 | 2, work: (blocks: Buffer[]) => Promise<T>): Promise<T> {
  return await inTurn(async () => {
    const blocks = Array.from({ length: count }, takeBlock);
    const result = await work(blocks);
    // Not after a failure: the statement may still be on its way.
    for (const block of blocks) giveBack(block);
    return result;
  });
}

/**
 * Writes a document's row and its chunks without waiting for the disk: they count only once the
 * request's last transaction commits, and that commit flushes everything that was written before it.
 */
export function createChunkWriter(db: Db, row: DocumentRow, sealing: Sealing): ChunkWriter {
  const { id, applicationId, now, held } = row;
  let started = false;
  // Of a file of two chunks the first waits for the second.
  let first: Buffer | undefined;
  const seal = (...[target, number, block, last]: Parameters<Sealing['seal']>): Pieces =>
    new Pieces([sealing.seal(target, number, block, last)]);
  return {
    id,
    async put(number, block) {
      if (number === 0) {
        first = block;
        return;
      }
      if (!started) {
        started = true;
        await withBlocks(1, ([target]) =>
          insertFirst(db, { ...row, number: 0, data: seal(target!, 0, first!, false) }),
        );
      }
      await withBlocks(1, ([target]) =>
        insertChunk(db, { id, number, data: seal(target!, number, block, false) }),
      );
    },
    async finish({ number, block, ...facts }) {
      const whole = !started && first;
      const { numAffectedRows } = await withBlocks(whole ? 2 : 1, async ([target, another]) => {
        const last = { ...facts, number, data: seal(target!, number, block, true) };
        if (started) return await insertLast(db, { ...last, id, applicationId, now, held });
        const data = whole ? seal(another!, 0, whole, false) : null;
        return await insertWhole(db, { ...row, ...last, first: data });
      });
      if (numAffectedRows) return;
      // A database that crashed meanwhile may have forgotten chunks that did not wait for the disk.
      if (await isOpen(db, row)) throw new AppError('unavailable', { retryAfter: 10 });
      throw new AppError(held ? 'gone' : 'already-submitted');
    },
    async discard() {
      if (started) await db.deleteFrom('documents').where('id', '=', id).execute();
    },
    async read(number) {
      return await openChunk(db, id, number, sealing.open);
    },
  };
}
