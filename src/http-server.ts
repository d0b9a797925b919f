import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { answerBare } from './bare-answer.tsx';

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

export type HttpServer = {
  http: Server;
  /**
   * Takes nothing new and lets what is under way finish, for at most so long. Connections on which
   * nothing is under way end at once: a browser keeps some open that never asked for anything.
   */
  close(graceMs: number): Promise<void>;
};

/** Of a connection on which nothing moves: longer than a body may stand still (routes/pace.ts). */
const idleMs = 120_000;
/**
 * What a body has to bring in that time. Forms and uploads are told sooner and in words; this ends what
 * nobody else watches.
 */
const leastBytes = 4 * 1024;
/** How long a refused client may go on sending, so that it gets to read why. */
const refusedMs = 500;

/** Serves `fetch` over HTTP/1.1, with the limits that keep dawdlers from being in the way. */
export function createHttpServer(fetch: Fetch): HttpServer {
  const http = createAdaptorServer({
    fetch,
    // HTTP/1.0 names no host; what we write links with never comes from there.
    hostname: 'localhost',
    serverOptions: { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 5_000 },
  }) as Server;
  http.setTimeout(idleMs);

  const idle = new Set<Socket>();
  const busy = new Map<Socket, ServerResponse>();
  let closing = false;
  const finish = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('Connection', 'close');
  };
  http.on('connection', (socket) => {
    idle.add(socket);
    socket.once('close', () => {
      idle.delete(socket);
      busy.delete(socket);
    });
  });
  http.prependListener('request', ({ socket }, response) => {
    idle.delete(socket);
    busy.set(socket, response);
    if (closing) finish(response);
    response.once('close', () => {
      // The next request on this connection may have come already.
      if (busy.get(socket) !== response) return;
      busy.delete(socket);
      if (closing) socket.destroySoon();
      else if (!socket.destroyed) idle.add(socket);
    });
  });

  http.prependListener('request', (request, response) => {
    const { socket } = request;
    let before = socket.bytesRead;
    const timer = setInterval(() => {
      if (request.complete) clearInterval(timer);
      else if (socket.bytesRead - before < leastBytes) {
        http.emit('clientError', { code: 'ERR_HTTP_REQUEST_TIMEOUT' }, socket);
      }
      before = socket.bytesRead;
    }, idleMs);
    timer.unref();
    response.once('close', () => clearInterval(timer));
  });

  const refused = new WeakSet<Socket>();
  http.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    if (refused.has(socket)) return;
    refused.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET' || busy.get(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    socket.end(answerBare(error.code));
    socket.resume();
    setTimeout(() => socket.destroy(), refusedMs).unref();
  });

  return {
    http,
    async close(graceMs) {
      closing = true;
      const closed = new Promise<void>((resolve) => {
        http.close(() => resolve());
      });
      for (const response of busy.values()) finish(response);
      for (const socket of idle) socket.destroy();
      const timer = setTimeout(() => http.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
