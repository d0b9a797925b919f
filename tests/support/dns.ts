import { createSocket } from 'node:dgram';

export type TestDns = {
  /** As a resolver takes it: address and port. */
  server: string;
  /** The texts of each name; whoever asks for another is told that there is none. */
  records: Map<string, string[]>;
  stop(): Promise<void>;
};

/** A real DNS server on loopback that knows TXT records only (RFC 1035, 4.1). */
export async function startDns(): Promise<TestDns> {
  const records = new Map<string, string[]>();
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    let end = 12;
    const labels: string[] = [];
    while (query[end] !== 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + query[end]!));
      end += 1 + query[end]!;
    }
    const question = query.subarray(12, end + 5);
    const texts = records.get(labels.join('.').toLowerCase());
    const header = Buffer.from(query.subarray(0, 12));
    // A response, recursion available; 3 is "no such name".
    header.writeUInt16BE(0x8180 | (texts ? 0 : 3), 2);
    header.writeUInt16BE(texts?.length ?? 0, 6);
    header.writeUInt32BE(0, 8);
    const answers = (texts ?? []).map((text) => {
      // Strings of at most 255 bytes each.
      const strings = text.match(/.{1,255}/g)!.map((part) => Buffer.from(part));
      const data = Buffer.concat(strings.flatMap((part) => [Buffer.from([part.length]), part]));
      const fixed = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0]);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, question, ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    records,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
