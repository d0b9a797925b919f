import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where clamd listens: a TCP port or a socket of this machine. */
export type ClamdAddress = { host: string; port: number } | { path: string };

/** Why the scanner said nothing of a document, in one word; what it wrote is not kept. */
export class ScannerFailure extends Error {
  readonly code: 'away' | 'timed-out' | 'too-large' | 'refused';

  constructor(code: ScannerFailure['code'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'ScannerFailure';
    this.code = code;
  }
}

export type Scanner = {
  /**
   * The scanner's name for what it found in the bytes, null when it found nothing. Rejects with a
   * ScannerFailure, with what the bytes reject with, and when the signal fires.
   */
  scan(bytes: AsyncIterable<Buffer>, signal: AbortSignal): Promise<string | null>;
  /** Rejects with a ScannerFailure unless it answers. */
  ping(signal: AbortSignal): Promise<void>;
};

const longestReply = 4096;

/**
 * Speaks with clamd (clamd(8), INSTREAM): each document goes there in pieces as it is opened, and none is
 * ever whole in memory or on a disk of ours. `idleMs`: how long it may take for one piece, and for its answer.
 */
export function createScanner(address: ClamdAddress, { idleMs = 60_000 } = {}): Scanner {
  const ask = async (
    command: string,
    send: (socket: Socket, over: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<string> => {
    signal.throwIfAborted();
    const socket = connect(address);
    const reply = readReply(socket, idleMs);
    // Heard at its await below, which a failed sending does not reach.
    reply.catch(() => {});
    const stop = (): void => void socket.destroy();
    signal.addEventListener('abort', stop, { once: true });
    const answered = new AbortController();
    reply.then(
      () => answered.abort(),
      () => answered.abort(),
    );
    try {
      socket.write(`z${command}\0`);
      await send(socket, answered.signal);
      return await reply;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      socket.destroy();
    }
  };

  return {
    async scan(bytes, signal) {
      const reply = await ask(
        'INSTREAM',
        (socket, over) => sendPieces(socket, bytes, over),
        signal,
      );
      return readVerdict(reply);
    },
    async ping(signal) {
      const reply = await ask('PING', async () => {}, signal);
      if (reply !== 'PONG') throw new ScannerFailure('refused');
    },
  };
}

/** Each piece behind its length, then a length of zero; ends early when the scanner has answered already. */
async function sendPieces(
  socket: Socket,
  bytes: AsyncIterable<Buffer>,
  over: AbortSignal,
): Promise<void> {
  const length = Buffer.alloc(4);
  for await (const piece of bytes) {
    if (over.aborted) return;
    if (piece.length === 0) continue;
    length.writeUInt32BE(piece.length);
    socket.write(Buffer.from(length));
    if (socket.write(piece)) continue;
    await once(socket, 'drain', { signal: over }).catch(() => {});
  }
  if (!over.aborted) socket.write(Buffer.alloc(4));
}

/** What stands before the zero byte. */
function readReply(socket: Socket, idleMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    const fail = (code: ScannerFailure['code'], cause?: Error): void =>
      reject(new ScannerFailure(code, { cause }));
    socket.setTimeout(idleMs, () => fail('timed-out'));
    socket.on('error', (error) => fail('away', error));
    socket.on('close', () => fail('away'));
    socket.on('data', (data) => {
      reply += data.toString('latin1');
      const end = reply.indexOf('\0');
      if (end >= 0) resolve(reply.slice(0, end));
      else if (reply.length > longestReply) fail('refused');
    });
  });
}

function readVerdict(reply: string): string | null {
  if (reply === 'stream: OK') return null;
  const found = /^stream: (.{1,500}) FOUND$/.exec(reply)?.[1];
  // It is shown to editors: letters of names that scanners give, and no more of them than fit a line.
  if (found !== undefined) return found.replace(/[^\w.:()/-]/g, '_').slice(0, 100);
  throw new ScannerFailure(reply.startsWith('INSTREAM size limit') ? 'too-large' : 'refused');
}
