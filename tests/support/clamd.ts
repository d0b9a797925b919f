import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What stands for a virus in tests, as scanners agree on it (eicar.org), in two pieces so that nobody finds it here. */
export const eicar = Buffer.from(
  `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-${'ANTIVIRUS-TEST-FILE!$H+H*'}`,
);

export type TestClamd = {
  address: { host: string; port: number };
  /** Whole documents, in the order in which they came. */
  received: Buffer[];
  /** What it does from now on. */
  mode: 'well' | 'hangs' | 'babbles' | 'floods' | 'limits' | 'drops' | 'fails';
  stop(): Promise<void>;
};

/**
 * A server that speaks clamd's protocol (clamd(8), zPING and zINSTREAM) and finds EICAR, or behaves as a
 * scanner must not.
 */
export async function startClamd(): Promise<TestClamd> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let bytes = Buffer.alloc(0);
    let taken = 0;
    const answer = (text: string): void => void socket.end(`${text}\0`);
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data]);
      if (clamd.mode === 'hangs') return;
      if (clamd.mode === 'drops') return void socket.destroy();
      if (clamd.mode === 'babbles') return answer('<html>hello');
      if (clamd.mode === 'floods') return void socket.write('x'.repeat(10_000));
      const command = bytes.toString('latin1', 0, bytes.indexOf(0));
      if (command === 'zPING') return answer('PONG');
      if (command !== 'zINSTREAM') return;
      const parts: Buffer[] = [];
      for (let at = 'zINSTREAM\0'.length; at + 4 <= bytes.length; ) {
        const length = bytes.readUInt32BE(at);
        if (length === 0) {
          const whole = Buffer.concat(parts);
          clamd.received.push(whole);
          if (clamd.mode === 'fails') return answer("stream: Can't open file ERROR");
          return answer(
            whole.includes(eicar) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK',
          );
        }
        if (at + 4 + length > bytes.length) break;
        parts.push(bytes.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      taken = bytes.length;
      if (clamd.mode === 'limits' && taken > 100_000) answer('INSTREAM size limit exceeded. ERROR');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clamd: TestClamd = {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    received: [],
    mode: 'well',
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return clamd;
}
