import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getOpenDraft } from '../../src/actions/open-draft.ts';
import { createApp } from '../../src/app.tsx';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { filePart } from '../support/send-form.ts';
import { createBody, createTus, sha256, type Tus } from '../support/tus.ts';

let test: TestApp;
let url: string;
let tus: Tus;
const undo: (() => Promise<void>)[] = [];
const pdf = filePart('cv', 'cv.pdf', 700_000).bytes;

beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
  tus = createTus(url);
});
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});
afterAll(() => test.stop());

/** Another process of the same installation, as far as memory goes. */
async function startInstance(): Promise<Tus> {
  const server = createAdaptorServer({ fetch: createApp(test.deps).fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  return createTus(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const expectWhole = async (draft: string): Promise<void> => {
  const { application } = await getOpenDraft(test.deps, draft);
  const documents = await listDocuments(test.deps.db, application.id);
  expect(documents.map((one) => [one.size, one.sha256.toString('hex')])).toEqual([
    [pdf.length, sha256(pdf)],
  ]);
  const chunks = await test.deps.db
    .selectFrom('documentChunks')
    .select('number')
    .where('documentId', '=', documents[0]!.id)
    .orderBy('number')
    .execute();
  expect(chunks.map(({ number }) => number)).toEqual([0, 1, 2]);
};

const storedOffset = async (draft: string): Promise<number> => {
  const { application } = await getOpenDraft(test.deps, draft);
  const row = await test.deps.db
    .selectFrom('uploads')
    .innerJoin('documents', 'documents.id', 'uploads.documentId')
    .select('received')
    .where('applicationId', '=', application.id)
    .executeTakeFirstOrThrow();
  return row.received;
};
async function waitForOffset(draft: string, offset: number): Promise<void> {
  while ((await storedOffset(draft)) !== offset) await delay(5);
}

describe('an upload goes on', () => {
  it('from the last byte that had arrived when the connection broke', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    const body = createBody();
    const broken = tus.patch(path, 0, body.stream).catch(() => 'broken');
    body.push(pdf.subarray(0, 300_000));
    await waitForOffset(draft, 262_144);
    body.breakOff();
    expect(await broken).toBe('broken');
    await waitForOffset(draft, 300_000);
    expect(await tus.offsetOf(path)).toBe(300_000);
    expect((await tus.patch(path, 300_000, pdf.subarray(300_000))).status).toBe(204);
    await expectWhole(draft);
  });

  it('after a restart that forgot everything but what is stored', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    await tus.patch(path, 0, pdf.subarray(0, 300_000));
    const second = await startInstance();
    expect(await second.offsetOf(path)).toBe(300_000);
    await second.patch(path, 300_000, pdf.subarray(300_000, 600_000));
    const third = await startInstance();
    expect((await third.patch(path, 600_000, pdf.subarray(600_000))).status).toBe(204);
    await expectWhole(draft);
  });

  it('at once when its old connection says nothing any more', async () => {
    const { path, draft } = await tus.make({ length: pdf.length });
    const stale = createBody();
    const old = tus.patch(path, 0, stale.stream).catch(() => undefined);
    stale.push(pdf.subarray(0, 300_000));
    await waitForOffset(draft, 262_144);
    // Asking where it stands is enough for the old one to store the rest of what it has.
    expect(await tus.offsetOf(path)).toBe(300_000);
    expect((await tus.patch(path, 300_000, pdf.subarray(300_000))).status).toBe(204);
    await expectWhole(draft);
    stale.breakOff();
    await old;
  });

  it('on another instance while its old connection hangs at the first, which writes no more', async () => {
    const second = await startInstance();
    const { path, draft } = await tus.make({ length: pdf.length });
    const stale = createBody();
    const old = tus.patch(path, 0, stale.stream);
    stale.push(pdf.subarray(0, 300_000));
    await waitForOffset(draft, 262_144);
    const answer = await second.patch(path, 262_144, pdf.subarray(262_144, 500_000));
    expect(answer.status).toBe(204);
    stale.push(pdf.subarray(300_000, 600_000));
    stale.end();
    expect((await old).status).toBe(409);
    expect(await storedOffset(draft)).toBe(500_000);
    expect((await tus.patch(path, 500_000, pdf.subarray(500_000))).status).toBe(204);
    await expectWhole(draft);
  });

  it('however many send the same bytes together, to two instances', async () => {
    const second = await startInstance();
    const { path, draft } = await tus.make({ length: pdf.length });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? tus : second).patch(path, 0, pdf).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    for (const status of answers) expect([0, 204, 400, 409, 413]).toContain(status);
    for (let at = await tus.offsetOf(path); at < pdf.length; at = await tus.offsetOf(path)) {
      await tus.patch(path, at, pdf.subarray(at));
    }
    await expectWhole(draft);
  });
});

it('no connection to the database is held for uploads that dawdle', async () => {
  const bodies = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const { path } = await tus.make({ length: pdf.length });
      const body = createBody();
      const answer = tus.patch(path, 0, body.stream).catch(() => undefined);
      body.push(pdf.subarray(0, 300_000));
      return { body, answer };
    }),
  );
  const { path, draft } = await tus.make({ length: pdf.length });
  expect((await tus.patch(path, 0, pdf)).status).toBe(204);
  await expectWhole(draft);
  for (const { body, answer } of bodies) {
    body.breakOff();
    await answer;
  }
});

it('what the database forgot of an upload is asked for again', async () => {
  const { path, draft } = await tus.make({ length: pdf.length });
  const body = createBody();
  const answer = tus.patch(path, 0, body.stream);
  body.push(pdf.subarray(0, 300_000));
  await waitForOffset(draft, 262_144);
  // As after a crash: the last write did not reach the disk.
  const { id: applicationId } = (await getOpenDraft(test.deps, draft)).application;
  const forgotten = { received: 0, tail: null };
  await test.deps.db
    .updateTable('uploads')
    .set(forgotten)
    .where('documentId', 'in', ({ selectFrom }) =>
      selectFrom('documents').select('id').where('applicationId', '=', applicationId),
    )
    .execute();
  await test.deps.db.deleteFrom('documentChunks').execute();
  body.push(pdf.subarray(300_000));
  body.end();
  expect((await answer).status).toBe(409);
  expect(await tus.offsetOf(path)).toBe(0);
  expect((await tus.patch(path, 0, pdf)).status).toBe(204);
  await expectWhole(draft);
});
