import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyring, open, sealOverhead } from '../../src/crypto.ts';
import { findDocument, type ReceivedDocument } from '../../src/db/documents.ts';
import { makeSample } from '../../src/documents/samples.ts';
import {
  chunkBytes,
  type Incoming,
  readDocument,
  readText,
  receiveDocument,
} from '../../src/documents/store.ts';
import {
  createTestApplication,
  createTestCall,
  type TestApplication,
} from '../support/applications.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const now = new Date('2026-11-24T09:00:00Z');
const keys = createKeyring(randomBytes(32));
let database: TestDatabase;
let draft: TestApplication;
let other: TestApplication;
beforeAll(async () => {
  database = await createTestDatabase();
  const call = await createTestCall(database.db, now);
  const drafts = { now, stage: 'draft' as const };
  draft = await createTestApplication(database.db, keys, call, drafts);
  other = await createTestApplication(database.db, keys, call, drafts);
});
afterAll(() => database.drop());

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const text = (size: number): Buffer =>
  makeSample('txt', { title: 'canary', paragraphs: [] }, { size });

async function receive(
  bytes: Buffer,
  {
    pieces = 65_536,
    source,
    ...incoming
  }: Partial<Incoming> & {
    pieces?: number;
    source?: AsyncIterable<Buffer>;
  } = {},
) {
  return await receiveDocument(
    database.db,
    {
      applicationId: draft.id,
      key: draft.key,
      kind: 'cv',
      origin: 'file',
      position: 0,
      name: 'cv.txt',
      language: null,
      maxBytes: 10_000_000,
      ...incoming,
    },
    source ?? inPieces(bytes, pieces),
    now,
  );
}

/** A received document as the database has it. */
async function store(bytes: Buffer, pieces?: number): Promise<ReceivedDocument> {
  const receipt = await receive(bytes, pieces === undefined ? {} : { pieces });
  if (!receipt.ok) throw new Error(receipt.problem);
  return (await findDocument(database.db, draft.id, receipt.id))!;
}

async function readAll(document: ReceivedDocument, key = draft.key): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readDocument(database.db, key, document)) parts.push(part);
  return Buffer.concat(parts);
}

const chunksOf = async (id: string) =>
  await database.db
    .selectFrom('documentChunks')
    .select(['number', 'data'])
    .where('documentId', '=', id)
    .orderBy('number')
    .execute();
const setChunk = async (id: string, number: number, data: Buffer): Promise<void> => {
  await sql`update document_chunks set data = ${data}
    where document_id = ${id} and number = ${number}`.execute(database.db);
};

describe('a document', () => {
  it.each([
    [1, 1, 1],
    [chunkBytes - 1, 1, 65_536],
    [chunkBytes, 1, 65_536],
    [chunkBytes + 1, 2, 65_536],
    [2 * chunkBytes, 2, 100_000],
    [3 * chunkBytes + 7, 4, 1_000_000],
  ])('of %i bytes lies in %i chunks and comes out as it went in', async (size, count, pieces) => {
    const bytes = size === 1 ? Buffer.from('x') : text(size);
    expect(bytes.length).toBe(size);
    const document = await store(bytes, pieces);
    expect(document).toMatchObject({
      size,
      chunkCount: count,
      type: 'txt',
      name: 'cv.txt',
      sha256: createHash('sha256').update(bytes).digest(),
      receivedAt: now,
    });
    const chunks = await chunksOf(document.id);
    expect(chunks.map(({ data }) => data.length)).toEqual(
      Array.from(
        { length: count },
        (_, index) => Math.min(chunkBytes, size - index * chunkBytes) + sealOverhead,
      ),
    );
    expect((await readAll(document)).equals(bytes)).toBe(true);
  });

  it('is nowhere in clear', async () => {
    const bytes = Buffer.from('canary '.repeat(60_000));
    const { id } = await store(bytes);
    for (const { data } of await chunksOf(id)) expect(data.includes('canary')).toBe(false);
  });

  it('has two different ciphertexts when it is stored twice', async () => {
    const bytes = text(1000);
    const [first, second] = [await store(bytes), await store(bytes)];
    const [a, b] = [(await chunksOf(first.id))[0]!.data, (await chunksOf(second.id))[0]!.data];
    expect(a.equals(b)).toBe(false);
  });

  it('can be read as one text in any script', async () => {
    const written = 'წერილი – Ծանոթագրություն 😀\n'.repeat(20_000);
    const document = await store(Buffer.from(written));
    expect(document.chunkCount).toBeGreaterThan(2);
    expect(await readText(database.db, draft.key, document)).toBe(written);
  });

  it('is read from its middle by whoever judges it, whatever its size', async () => {
    for (const type of ['pdf', 'docx', 'odt', 'rtf'] as const) {
      const bytes = makeSample(type, { title: 'a', paragraphs: ['b'] }, { size: 1_000_000 });
      const receipt = await receive(bytes, { name: `cv.${type}` });
      expect(receipt).toMatchObject({ ok: true, size: 1_000_000 });
    }
  });
});

describe('what is not as it was written', () => {
  const size = 3 * chunkBytes;

  it('is told: a changed bit', async () => {
    const document = await store(text(size));
    const [, second] = await chunksOf(document.id);
    second!.data[100]! ^= 1;
    await setChunk(document.id, 1, second!.data);
    await expect(readAll(document)).rejects.toThrow();
  });

  it('is told: two chunks that changed places', async () => {
    const document = await store(text(size));
    const [first, second] = await chunksOf(document.id);
    await setChunk(document.id, 0, second!.data);
    await setChunk(document.id, 1, first!.data);
    await expect(readAll(document)).rejects.toThrow();
  });

  it('is told: the same chunk of another document', async () => {
    const [document, theirs] = [await store(text(size)), await store(text(size))];
    await setChunk(document.id, 0, (await chunksOf(theirs.id))[0]!.data);
    await expect(readAll(document)).rejects.toThrow();
  });

  it('is told: a document that lost its end', async () => {
    const document = await store(text(size));
    await expect(readAll({ ...document, chunkCount: 2 })).rejects.toThrow();
    await database.db
      .deleteFrom('documentChunks')
      .where('documentId', '=', document.id)
      .where('number', '=', 2)
      .execute();
    await expect(readAll(document)).rejects.toThrow(`document ${document.id} lacks chunk 2`);
  });

  it('is told: another application’s key or id', async () => {
    const document = await store(text(1000));
    await expect(readAll(document, other.key)).rejects.toThrow();
    await expect(readAll({ ...document, applicationId: other.id })).rejects.toThrow();
  });

  it('does not open under a context of our own making', async () => {
    const { id } = await store(text(1000));
    const [only] = await chunksOf(id);
    const context = (last: string) => `chunk:${draft.id}:${id}:0:${last}`;
    expect(() => open(draft.key, only!.data, context('more'))).toThrow();
    expect(open(draft.key, only!.data, context('last'))).toHaveLength(1000);
  });
});

it('a file of which the database forgot a chunk meanwhile is not taken for whole', async () => {
  const bytes = text(900_000);
  const forgetful = async function* (): AsyncGenerator<Buffer> {
    yield bytes.subarray(0, 800_000);
    await database.db.deleteFrom('documentChunks').where('number', '=', 1).execute();
    yield bytes.subarray(800_000);
  };
  await expect(receive(bytes, { source: forgetful() })).rejects.toMatchObject({
    code: 'unavailable',
  });
});
