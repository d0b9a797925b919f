import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type RawAnswer = {
  /** Everything that came back, head and body, as Latin-1. */
  text: string;
  /** 0 when nothing that looks like an answer came. */
  status: number;
  /** The server ended the connection. */
  ended: boolean;
};

/**
 * Sends bytes over a bare socket, in pieces or all at once, and reads what comes back until the
 * server ends the connection or `until` is satisfied. `hangUp` ends the connection once all is
 * sent, whatever was declared; `readLate` reads nothing before all is sent.
 */
export async function sendRaw(
  url: string,
  pieces: Iterable<Buffer | string>,
  {
    until = () => false,
    hangUp = false,
    readLate = false,
  }: { until?: (text: string) => boolean; hangUp?: boolean; readLate?: boolean } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer: RawAnswer = { text: '', status: 0, ended: false };
  const done = new Promise<void>((resolve) => {
    if (readLate) socket.pause();
    socket.on('data', (bytes) => {
      answer.text += bytes.toString('latin1');
      if (until(answer.text)) resolve();
    });
    // What breaks is closed next.
    socket.on('error', () => {});
    socket.on('close', () => {
      answer.ended = true;
      resolve();
    });
  });
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve).once('error', () => resolve());
  });
  for (const piece of pieces) {
    if (socket.destroyed || until(answer.text)) break;
    if (!socket.write(piece)) {
      await Promise.race([once(socket, 'drain').catch(() => {}), done]);
    }
  }
  if (hangUp) {
    // An end that comes in one breath with the bytes can make the server drop them unread.
    await delay(150);
    socket.end();
  }
  socket.resume();
  await done;
  socket.destroy();
  answer.status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.text)?.[1] ?? 0);
  return answer;
}

/** The head of a POST with these headers. */
export function postHead(path: string, headers: Record<string, string | number>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`POST ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
}
