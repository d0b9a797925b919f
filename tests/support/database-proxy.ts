import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { type Connection, connect, type Db } from '../../src/db/client.ts';
import { connectionTo } from './database-server.ts';

export type DatabaseProxy = {
  /** The same database by a way that can be cut. */
  db: Db;
  /** Takes connections and what is sent on them, and never answers, until `restore`. */
  hang(): void;
  /** Breaks every connection and refuses new ones, as a server does that was stopped. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
};

type Target = { host: string; port: number } | { path: string };

function targetOf(connection: Connection): Target {
  const { host, port } = 'url' in connection ? addressIn(connection.url) : connection;
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
}

function addressIn(text: string): { host: string; port: number } {
  const { hostname, port, searchParams } = new URL(text);
  return { host: searchParams.get('host') ?? hostname, port: Number(port || 5432) };
}

/** A way to the database of `direct` that can be cut while requests are under way; `onSent` sees what it is sent. */
export async function createDatabaseProxy(
  direct: Db,
  { onSent, ...options }: { answerWithinMs?: number; onSent?: (bytes: Buffer) => void } = {},
): Promise<DatabaseProxy> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(direct);
  const connection = connectionTo(inject('server'), rows[0]!.name);
  const target = targetOf(connection);
  const sockets = new Set<Socket>();
  let hangs = false;
  const server = createServer((near) => {
    if (hangs) {
      sockets.add(near);
      near.on('error', () => {}).on('close', () => sockets.delete(near));
      near.resume();
      return;
    }
    const far = connectSocket(target as { port: number });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
    if (onSent) near.on('data', onSent);
    near.pipe(far).pipe(near);
  });
  const listen = async (port: number): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const near = { host: '127.0.0.1', port };
  const url = (whole: string): string => {
    const changed = new URL(whole);
    changed.host = `127.0.0.1:${port}`;
    changed.searchParams.delete('host');
    return changed.href;
  };
  const db = connect(
    'url' in connection ? { url: url(connection.url) } : { ...connection, ...near },
    options,
  );
  return {
    db,
    cut,
    hang() {
      hangs = true;
      for (const socket of sockets) socket.unpipe().resume();
    },
    async restore() {
      hangs = false;
      if (!server.listening) await listen(port);
    },
    async stop() {
      await db.destroy();
      await cut();
    },
  };
}
