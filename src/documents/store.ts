import { createHash } from 'node:crypto';
import { createId, open, sealInto } from '../crypto.ts';
import type { Db } from '../db/client.ts';
import { nameColumns } from '../db/discreet.ts';
import type { ReceivedDocument } from '../db/documents.ts';
import type { DetectedKind, DocumentProblem } from '../domain/document-types.ts';
import type { DocumentKind, DocumentOrigin } from '../domain/documents.ts';
import { blockBytes, createBlocks, giveBack, readBlocks } from './blocks.ts';
import { type ChunkWriter, createChunkWriter, type NumberedBlock } from './chunk-writer.ts';
import { inspectDocument } from './inspect.ts';
import { cleanFileName } from './names.ts';
import { createSniffer } from './sniffer.ts';
import { streamChunks } from './stored-chunks.ts';

/** Plain bytes per chunk row. */
export const chunkBytes = blockBytes;

/** Binds a chunk to its application, document, place and whether it is the last: none can be moved or cut off. */
export function chunkContext(
  applicationId: string,
  documentId: string,
  number: number,
  last: boolean,
): string {
  return `chunk:${applicationId}:${documentId}:${number}:${last ? 'last' : 'more'}`;
}

export type Incoming = {
  applicationId: string;
  key: Buffer;
  kind: DocumentKind;
  origin: DocumentOrigin;
  position: number;
  name: string;
  /** The name is stored sealed. */
  sealsName?: boolean;
  language: string | null;
  maxBytes: number;
  /** For what was submitted already: the document counts once `acceptDocuments` took it. */
  held?: boolean;
};

export type Refusal = {
  ok: false;
  name: string;
  problem: DocumentProblem | 'too-big';
  detected?: DetectedKind;
};
export type Receipt = { ok: true; id: string; name: string; size: number };

/** The writer of one document, with its chunks sealed under its application's key. */
function openWriter(
  db: Db,
  { key, maxBytes: _, held = false, sealsName = false, ...incoming }: Incoming,
  now: Date,
): ChunkWriter {
  const id = createId(now);
  const contextOf = (number: number, last: boolean): string =>
    chunkContext(incoming.applicationId, id, number, last);
  return createChunkWriter(
    db,
    {
      ...{ ...incoming, id, now, held },
      ...nameColumns(sealsName ? key : undefined, { id, name: cleanFileName(incoming.name) }),
    },
    {
      seal: (target, number, block, last) => sealInto(target, key, block, contextOf(number, last)),
      open: (number, sealed) => open(key, sealed, contextOf(number, false)),
    },
  );
}

/** The file being received as something that can be read anywhere; ends and beginnings stay in memory. */
function readBack(writer: ChunkWriter, size: number, firstBlock: Buffer, last: NumberedBlock) {
  let kept = { number: 0, block: firstBlock };
  return readBlocks(size, async (number) => {
    if (number === last.number) return last.block;
    if (number === 0) return firstBlock;
    if (kept.number !== number) kept = { number, block: await writer.read(number) };
    return kept.block;
  });
}

/**
 * Receives one document: seals it into chunk rows while it streams in, holding two blocks of
 * 256 KiB at most, and decides by its content whether it is taken. What is refused or breaks off
 * leaves no row. Rejects with what the source or the database rejects with, and with
 * `already-submitted` when the draft is none any more.
 */
export async function receiveDocument(
  db: Db,
  incoming: Incoming,
  source: AsyncIterable<Buffer>,
  now: Date,
): Promise<Receipt | Refusal> {
  const writer = openWriter(db, incoming, now);
  const sniffer = createSniffer();
  const hash = createHash('sha256');
  const blocks = createBlocks();
  const name = cleanFileName(incoming.name);
  let size = 0;
  let number = 0;
  let firstBlock: Buffer | undefined;
  const finished = { ok: false };
  try {
    for await (const bytes of source) {
      size += bytes.length;
      if (size > incoming.maxBytes) return { ok: false, name, problem: 'too-big' };
      hash.update(bytes);
      sniffer.push(bytes);
      for (let at = 0; at < bytes.length; ) {
        // A full block waits for the next byte, since the last block is sealed differently.
        if (blocks.isFull) {
          const { block } = blocks;
          firstBlock ??= block;
          await writer.put(number, block);
          blocks.next({ keep: number === 0 });
          number += 1;
        }
        at = blocks.take(bytes, at);
      }
    }
    const last = { number, block: blocks.block };
    const inspection = await inspectDocument(
      sniffer.finish(),
      name,
      readBack(writer, size, firstBlock ?? last.block, last),
    );
    if (!inspection.ok) {
      const { problem, detected } = inspection;
      return detected ? { ok: false, name, problem, detected } : { ok: false, name, problem };
    }
    const sha256 = hash.digest();
    await writer.finish({ ...last, type: inspection.type, size, sha256 });
    finished.ok = true;
    return { ok: true, id: writer.id, name, size };
  } finally {
    blocks.giveBack();
    if (number > 0) giveBack(firstBlock!);
    if (!finished.ok) await writer.discard();
  }
}

/**
 * The bytes of a received document, chunk by chunk; four are in memory, the next four on their way.
 * Throws when a chunk is missing, moved or changed.
 */
export async function* readDocument(
  db: Db,
  key: Buffer,
  { id, applicationId, chunkCount }: Pick<ReceivedDocument, 'id' | 'applicationId' | 'chunkCount'>,
): AsyncGenerator<Buffer> {
  yield* streamChunks(db, id, { count: chunkCount }, (number, sealed) =>
    open(key, sealed, chunkContext(applicationId, id, number, number === chunkCount - 1)),
  );
}

/** A received document as one text; for pasted texts, whose length is bounded. */
export async function readText(
  db: Db,
  key: Buffer,
  document: Pick<ReceivedDocument, 'id' | 'applicationId' | 'chunkCount'>,
): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of readDocument(db, key, document)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
