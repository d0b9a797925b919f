import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyring } from '../../src/crypto.ts';
import { makeSample } from '../../src/documents/samples.ts';
import { chunkBytes, type Incoming, receiveDocument } from '../../src/documents/store.ts';
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
beforeAll(async () => {
  database = await createTestDatabase();
  const call = await createTestCall(database.db, now);
  const drafts = { now, stage: 'draft' as const };
  draft = await createTestApplication(database.db, keys, call, drafts);
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

const countDocuments = async (): Promise<number> =>
  (await database.db.selectFrom('documents').select('id').execute()).length;

describe('what is not taken', () => {
  it('5.2.1: leaves no row: too big by one byte, told before the rest is read', async () => {
    const before = await countDocuments();
    let read = 0;
    const bytes = text(900_001);
    async function* watched(): AsyncGenerator<Buffer> {
      for await (const piece of inPieces(bytes, 100_000)) {
        read += piece.length;
        yield piece;
      }
      for (;;) {
        read += 1;
        yield Buffer.from('x');
      }
    }
    const refused = await receive(bytes, { maxBytes: 900_000, source: watched() });
    expect(refused).toEqual({ ok: false, name: 'cv.txt', problem: 'too-big' });
    expect(read).toBe(900_001);
    expect(await countDocuments()).toBe(before);
    expect(await receive(text(900_000), { maxBytes: 900_000 })).toMatchObject({ ok: true });
  });

  it('leaves no row: a source that breaks off in its second chunk', async () => {
    const before = await countDocuments();
    async function* breaking(): AsyncGenerator<Buffer> {
      yield* inPieces(text(chunkBytes + 1000), 100_000);
      throw new Error('the line went dead');
    }
    await expect(receive(Buffer.alloc(0), { source: breaking() })).rejects.toThrow('dead');
    expect(await countDocuments()).toBe(before);
  });

  it('leaves no row: a wrong type that shows at its end only', async () => {
    const before = await countDocuments();
    const bytes = Buffer.concat([text(500_000), Buffer.from([0, 1, 2, 3])]);
    expect(await receive(bytes)).toMatchObject({ ok: false, problem: 'wrong-type' });
    expect(await countDocuments()).toBe(before);
  });

  it('goes into no application that is none any more', async () => {
    const call = await createTestCall(database.db, now);
    const submitted = await createTestApplication(database.db, keys, call, { now });
    const before = await countDocuments();
    for (const size of [1000, chunkBytes + 1000]) {
      await expect(
        receive(text(size), { applicationId: submitted.id, key: submitted.key }),
      ).rejects.toMatchObject({ code: 'already-submitted' });
    }
    expect(await countDocuments()).toBe(before);
  });
});

describe('the name', () => {
  it('5.3.2: is stored clean, and nothing is stored under it: documents have ids of ours', async () => {
    const receipt = await receive(text(100), { name: '../../ev\u202eil\0.txt' });
    expect(receipt).toMatchObject({ ok: true, name: 'evil.txt' });
  });
});
