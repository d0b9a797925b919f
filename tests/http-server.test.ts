import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpServer, type HttpServer } from '../src/http-server.ts';
import { elementsOf, plainText } from './support/html.ts';
import { sendRaw } from './support/raw-http.ts';

let server: HttpServer;
let url: string;
/** Lets the request to /slow be answered. */
let release: () => void;
let slowArrived: Promise<void>;
const sockets: Socket[] = [];
beforeEach(async () => {
  let arrived = (): void => {};
  slowArrived = new Promise((resolve) => {
    arrived = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server = createHttpServer(async (given) => {
    if (new URL(given.url).pathname === '/slow') {
      arrived();
      await released;
    }
    return new Response('fine');
  });
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.http.closeAllConnections();
  server.http.close();
});

it('a body that nobody reads and that hardly moves ends with 408, a whole one does not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const post = async (body: string): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(`POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n${body}`);
    await slowArrived;
    await delay(50);
    return socket;
  };
  const whole = await post('x'.repeat(100));
  const slow = await post('x');
  const answer = once(slow, 'data');
  for (let count = 0; count < 2; count += 1) {
    slow.write('x');
    vi.advanceTimersByTime(120_000);
  }
  vi.useRealTimers();
  expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  expect(whole.readable).toBe(true);
  release();
  expect(String((await once(whole, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
});

describe('what never becomes a request', () => {
  it.each([
    [
      'a header of 64 KB',
      `GET / HTTP/1.1\r\nHost: a\r\nCookie: ${'x'.repeat(65_536)}\r\n\r\n`,
      431,
    ],
    ['an address of 64 KB', `GET /${'x'.repeat(65_536)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['something else', 'How are you?\r\n\r\n', 400],
    ['a broken length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
  ])('%s is answered in every language, and the connection ends', async (_, sent, status) => {
    const { text, ended, ...answer } = await sendRaw(url, [sent]);
    expect(answer.status).toBe(status);
    expect(ended).toBe(true);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head.split('\r\n').slice(1)).toEqual([
      'Content-Type: text/html; charset=utf-8',
      `Content-Length: ${body.length}`,
      'Connection: close',
      'Cache-Control: no-store',
      expect.stringContaining("Content-Security-Policy: default-src 'none'"),
      'X-Content-Type-Options: nosniff',
      'X-Frame-Options: DENY',
      'Referrer-Policy: same-origin',
    ]);
    const page = Buffer.from(body, 'latin1').toString();
    expect(elementsOf(page, 'p').map(({ lang }) => lang)).toEqual(
      expect.arrayContaining(['en', 'de']),
    );
    expect(plainText(page)).toContain(
      status === 431 ? 'longer than this site takes' : 'could not be read',
    );
    expect(page).not.toMatch(/Error|HPE_|at .*\.js/);
  });
});

it('HTTP/1.0 without a host is served', async () => {
  const answer = await sendRaw(url, ['GET /healthz HTTP/1.0\r\n\r\n']);
  expect(answer.status).toBe(200);
  expect(answer.text.endsWith('fine')).toBe(true);
});

describe('closing', () => {
  const graceMs = 60_000;
  const open = async (said: string): Promise<Socket> => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(said);
    return socket;
  };

  it('ends connections that wait for their next request, and those that never asked', async () => {
    const silent = await open('');
    const kept = await open('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(kept, 'data');
    const ends = [silent, kept].map((socket) => once(socket.resume(), 'close'));
    await server.close(graceMs);
    await Promise.all(ends);
  });

  it('lets a request under way finish, tells that the connection ends, and ends it', async () => {
    const asking = request(`${url}/slow`, { agent: false, headers: { connection: 'keep-alive' } });
    asking.end();
    await slowArrived;
    const closed = server.close(graceMs);
    release();
    const [answer] = await once(asking, 'response');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.connection).toBe('close');
    answer.resume();
    await closed;
  });

  it('does not wait for ever', async () => {
    await open('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await slowArrived;
    await server.close(1);
  });
});
