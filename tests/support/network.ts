import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Network = {
  /** Where the server can be reached by this network. */
  url: string;
  /** Leads to this port of the machine, as from another loopback address. */
  leadTo(port: number, from?: string): void;
  /** Bytes that went towards the server since the last call. */
  countSent(): number;
  /** Cuts once so many bytes more went towards the server. */
  cutAfter(bytes: number): Promise<void>;
  /** Breaks every connection and refuses new ones. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
};

/** A network between browser and server that counts what is sent and can be cut in its middle. */
export async function createNetwork(): Promise<Network> {
  const sockets = new Set<Socket>();
  let target = { host: '127.0.0.1', port: 0, localAddress: '127.0.0.1' };
  let sent = 0;
  let left = Number.POSITIVE_INFINITY;
  let reached = (): void => {};

  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
    near.on('data', (bytes) => {
      sent += bytes.length;
      left -= bytes.length;
      if (left <= 0) {
        left = Number.POSITIVE_INFINITY;
        reached();
      }
    });
    near.pipe(far).pipe(near);
  });
  const listen = async (port: number): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  };
  const cut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    drop();
    await closed;
  };
  await listen(0);
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${ownPort}`,
    leadTo(port, from = '127.0.0.1') {
      target = { host: '127.0.0.1', port, localAddress: from };
    },
    countSent() {
      const since = sent;
      sent = 0;
      return since;
    },
    async cutAfter(bytes) {
      left = bytes;
      await new Promise<void>((resolve, reject) => {
        reached = () => void cut().then(resolve, reject);
      });
    },
    cut,
    restore: () => listen(ownPort),
    async stop() {
      drop();
      if (server.listening) await cut();
    },
  };
}
