import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead } from '../support/raw-http.ts';
import { applyPath, fieldParts, filePart, goodFields } from '../support/send-form.ts';

let test: TestApp;
let url: string;
const sockets: Socket[] = [];
beforeAll(async () => {
  test = await createTestApp();
  url = await test.listen();
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => test.stop());

/** Opens connections that say this much and then nothing more. */
async function openSilent(count: number, said: string | Buffer): Promise<void> {
  const { hostname, port } = new URL(url);
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(said);
    }),
  );
}

const expectService = async (): Promise<void> => {
  expect((await fetch(`${url}/en/calls/regional-experts`)).status).toBe(200);
  const { contentType, body } = createMultipart(fieldParts({ ...goodFields, cvText: 'a' }));
  const answer = await fetch(url + applyPath(), {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: new Uint8Array(body),
  });
  expect(answer.status).toBe(422);
};

describe('while others dawdle', () => {
  it('over their first line, people are served', async () => {
    await openSilent(500, 'GET /en HTTP/1.1\r\nHost: loc');
    await expectService();
  });

  it('over their files, people are served: no connection to the database is held for them', async () => {
    const { body } = createMultipart([
      ...fieldParts(goodFields),
      filePart('cv', 'cv.pdf', 900_000),
    ]);
    const head = postHead(applyPath(), {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    });
    // More than the pool has connections, each in the middle of a file.
    await openSilent(30, Buffer.concat([Buffer.from(head), body.subarray(0, 700_000)]));
    await expectService();
  });
});
