import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { keepPace, pace } from '../../src/routes/pace.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead } from '../support/raw-http.ts';
import {
  applyPath,
  draftTokenOf,
  fieldParts,
  filePart,
  goodFields,
  submitFilled,
} from '../support/send-form.ts';
import { createTus } from '../support/tus.ts';

// Time is moved by hand; what the sockets do is not.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a body', () => {
  /** A source that gives what is pushed, and how it ended. */
  function follow() {
    let wake = (): void => {};
    const pushed: Buffer[] = [];
    let arrived = 0;
    let ended: unknown;
    const source = (async function* () {
      for (;;) {
        while (pushed.length > 0) yield pushed.shift()!;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    })();
    const reading = (async () => {
      for await (const bytes of keepPace(source)) arrived += bytes.length;
    })().catch((error: unknown) => {
      ended = error;
    });
    return {
      async push(size: number) {
        pushed.push(Buffer.alloc(size));
        wake();
        await delay(1);
      },
      async wait(ms: number) {
        await vi.advanceTimersByTimeAsync(ms);
        await delay(1);
      },
      arrived: () => arrived,
      ended: () => ended,
      reading,
    };
  }

  it('may stand still for a minute, again and again', async () => {
    const body = follow();
    await delay(1);
    for (let count = 0; count < 10; count += 1) {
      await body.push(pace.bytes);
      await body.wait(60_000);
    }
    expect(body.ended()).toBeUndefined();
    expect(body.arrived()).toBe(10 * pace.bytes);
  });

  it('that trickles is given up: each byte buys nothing', async () => {
    const body = follow();
    await delay(1);
    for (let count = 0; count < 8; count += 1) {
      await body.push(1);
      await body.wait(10_000);
    }
    expect(body.ended()).toBeUndefined();
    await body.wait(10_000);
    expect(body.ended()).toMatchObject({ code: 'too-slow' });
    await body.reading;
  });
});

describe('a sender who trickles', () => {
  let test: TestApp;
  let url: string;
  let socket: Socket;
  beforeEach(async () => {
    test = await createTestApp();
    url = await test.listen();
  });
  afterEach(async () => {
    socket.destroy();
    vi.useRealTimers();
    await test.stop();
  });

  /** Sends a part of a request and lets the time of its pace pass; answers with what comes back. */
  async function stall(sent: Buffer, until: () => Promise<boolean>): Promise<string> {
    socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    await once(socket, 'connect');
    socket.write(sent);
    while (!(await until())) await delay(10);
    await delay(50);
    expect(text).toBe('');
    await vi.advanceTimersByTimeAsync(pace.ms);
    vi.useRealTimers();
    if (!socket.closed) await once(socket, 'close');
    return text;
  }
  const pageIn = (text: string): string =>
    Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString();
  const countWhole = async (): Promise<number> =>
    (
      await test.deps.db
        .selectFrom('documents')
        .select('id')
        .where('chunkCount', 'is not', null)
        .execute()
    ).length;

  it('over a form gets 408 and a draft with what had arrived', async () => {
    const { body } = createMultipart([
      ...fieldParts({ ...goodFields, topics: 'kept' }),
      filePart('cv', 'cv.pdf', 300_000),
      filePart('coverLetter', 'letter.pdf', 300_000),
    ]);
    const head = postHead(applyPath('de'), {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    });
    const sent = Buffer.concat([Buffer.from(head), body.subarray(0, 400_000)]);
    const text = await stall(sent, async () => (await countWhole()) === 1);
    const html = pageIn(text);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(titleOf(html)).toMatch(/^Fehler: /);
    expect(plainText(html)).toContain('dass wir nicht länger gewartet haben');
    const draft = await findDraft(test.deps, draftTokenOf(html));
    expect(draft.application).toMatchObject({ fullName: goodFields.fullName, topics: 'kept' });
    const held = await listDocuments(test.deps.db, draft.application.id);
    expect(held.map(({ name }) => name)).toEqual(['cv.pdf']);
  });

  it('over a message gets it back, as far as it had arrived', async () => {
    const path = `${await submitFilled(test.app)}/messages`;
    const { body } = createMultipart([
      { field: 'message', bytes: Buffer.from('Hello <b>') },
      ...fieldParts({ intent: 'send' }),
    ]);
    const head = postHead(path, {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': body.length,
    });
    const sent = Buffer.concat([Buffer.from(head), body.subarray(0, body.length - 40)]);
    const text = await stall(sent, async () => {
      await delay(200);
      return true;
    });
    const html = pageIn(text);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(titleOf(html)).toBe('Error: The form came too slowly – Caucasus Watch');
    const carried = elementsOf(html, 'input').map(({ name, value }) => [name, value]);
    expect(carried).toEqual([['message', 'Hello <b>']]);
  });

  it('over an upload gets 408, and the upload goes on from there', async () => {
    const tus = createTus(url);
    const { bytes } = filePart('cv', 'cv.pdf', 300_000);
    const { path } = await tus.make({ length: bytes.length });
    const head = [
      `PATCH ${path} HTTP/1.1`,
      'Host: localhost',
      'Tus-Resumable: 1.0.0',
      'Upload-Offset: 0',
      'Content-Type: application/offset+octet-stream',
      'Accept-Language: de',
      `Content-Length: ${bytes.length}`,
    ];
    const sent = Buffer.concat([
      Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
      bytes.subarray(0, 280_000),
    ]);
    const stored = async () => {
      const row = await test.deps.db
        .selectFrom('uploads')
        .select('received')
        .executeTakeFirstOrThrow();
      return row.received > 0;
    };
    const text = await stall(sent, stored);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(pageIn(text)).toContain('In einer Minute kam so wenig an');
    expect(await tus.offsetOf(path)).toBe(280_000);
    const rest = await tus.patch(path, 280_000, bytes.subarray(280_000));
    expect(rest.status).toBe(204);
  });
});
