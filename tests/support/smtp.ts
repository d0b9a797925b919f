import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { makeCertificate } from './certificate.ts';

export type ReceivedMail = {
  /** As it came over the wire, dots unstuffed. */
  raw: Buffer;
  parsed: ParsedMail;
  /** Of the envelope. */
  recipients: string[];
};

export type TestSmtp = {
  url: string;
  port: number;
  /** Everything that arrived whole, in order, what was dropped after DATA included. */
  mails: ReceivedMail[];
  /** Reply codes for single recipients, at RCPT. */
  refuse: Map<string, number>;
  /** Reply code for every message, after DATA; 0 takes them. */
  refuseData: number;
  /** What the server says behind the code of a refusal, instead of its own words. */
  refusal: string | undefined;
  /** How many messages are taken and then never answered: the connection breaks. */
  dropsAfterData: number;
  /** Where conversations stop dead. */
  hang: 'nowhere' | 'greeting' | 'data';
  /** Conversations begun so far. */
  connections: number;
  /** Resolves when that many mails are there. */
  waitFor(count: number): Promise<ReceivedMail[]>;
  stop(): Promise<void>;
};

class Refusal extends Error {
  responseCode: number;
  constructor(responseCode: number, words?: string) {
    super(words ?? (responseCode < 500 ? 'Come back later' : 'No such mailbox'));
    this.responseCode = responseCode;
  }
}

/**
 * A real SMTP server on loopback; `port` to come back where an earlier one was. With `tls` it speaks
 * it from the start or offers STARTTLS, under a certificate that nobody vouches for;
 * `oldest`: no newer than TLS 1.1.
 */
export async function startSmtp(
  options: { port?: number; tls?: 'at-once' | 'offered'; oldest?: boolean } = {},
): Promise<TestSmtp> {
  const waiting: { count: number; resolve(mails: ReceivedMail[]): void }[] = [];
  const sockets = new Map<string, Socket>();

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.tls === 'offered' ? ['AUTH'] : ['STARTTLS', 'AUTH'],
    secure: options.tls === 'at-once',
    ...(options.tls && makeCertificate()),
    ...(options.oldest && {
      ...{ minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const },
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    closeTimeout: 100,
    onConnect(_session, callback) {
      smtp.connections += 1;
      for (const connection of server.connections as Set<{
        session: { id: string };
        _socket: Socket;
      }>) {
        sockets.set(connection.session.id, connection._socket);
      }
      if (smtp.hang !== 'greeting') callback();
    },
    onClose: (session) => void sockets.delete(session.id),
    onRcptTo({ address }, _session, callback) {
      const code = smtp.refuse.get(address);
      callback(code === undefined ? null : new Refusal(code, smtp.refusal));
    },
    async onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      if (smtp.hang === 'data') return;
      if (smtp.refuseData > 0) return callback(new Refusal(smtp.refuseData, smtp.refusal));
      const raw = Buffer.concat(chunks);
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      smtp.mails.push({ raw, parsed: await simpleParser(raw), recipients });
      for (const one of waiting) if (smtp.mails.length >= one.count) one.resolve(smtp.mails);
      if (smtp.dropsAfterData > 0) {
        smtp.dropsAfterData -= 1;
        sockets.get(session.id)?.destroy();
        return;
      }
      callback();
    },
  });
  // Clients that go away in the middle are part of the tests.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  const smtp: TestSmtp = {
    url: `${options.tls === 'at-once' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    port,
    mails: [],
    refuse: new Map(),
    refuseData: 0,
    refusal: undefined,
    dropsAfterData: 0,
    hang: 'nowhere',
    connections: 0,
    waitFor: (count) =>
      new Promise((resolve) => {
        if (smtp.mails.length >= count) resolve(smtp.mails);
        else waiting.push({ count, resolve });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
  return smtp;
}
