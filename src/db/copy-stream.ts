import { once } from 'node:events';
import type { Socket } from 'node:net';
import type pg from 'pg';

/** What we know of pg's connection, whose version is pinned. */
type Wire = {
  stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
};

/** What pg calls on a query while its answer comes in. */
type Listener = {
  submit(wire: Wire): null;
  handleRowDescription(): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
  handleCopyData?(message: { chunk: Buffer }): void;
  handleCopyInResponse?(): void;
};

const rowsOf = (tag: string): number => Number(tag.slice(tag.lastIndexOf(' ') + 1)) || 0;
/** Beyond so many bytes that nobody has taken, the server is left waiting. */
const ahead = 4 * 1024 * 1024;

const submit = (client: pg.Client, listener: Listener): void => {
  // pg's types know of `submit` alone; the rest is what its own queries have.
  client.query(listener as unknown as pg.Submittable);
};

/**
 * What `copy … to stdout` writes, one row in each piece where the server sends them so. Nothing else
 * may be asked on this connection until it has ended. Returns the number of rows. Never holds more
 * than some MiB, however slowly it is read.
 */
export async function* copyOut(
  client: pg.Client,
  statement: string,
): AsyncGenerator<Buffer, number, void> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let rows = 0;
  let over = false;
  let failure: Error | undefined;
  let wake = (): void => {};
  let stream: Socket | undefined;
  submit(client, {
    submit(wire) {
      stream = wire.stream;
      wire.query(statement);
      return null;
    },
    handleRowDescription() {},
    handleCopyData({ chunk }) {
      // pg writes over its own memory with what comes next.
      waiting.push(Buffer.from(chunk));
      bytes += chunk.length;
      if (bytes > ahead) stream?.pause();
      wake();
    },
    handleCommandComplete({ text }) {
      rows = rowsOf(text);
    },
    handleReadyForQuery() {
      over = true;
      wake();
    },
    handleError(error) {
      failure ??= error;
      over = true;
      wake();
    },
  });
  for (;;) {
    const next = waiting.shift();
    if (next) {
      bytes -= next.length;
      if (bytes <= ahead / 2) stream?.resume();
      yield next;
    } else if (failure) throw failure;
    else if (over) return rows;
    else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** Hands `source` to `copy … from stdin` and returns how many rows the server has taken. */
export async function copyIn(
  client: pg.Client,
  statement: string,
  source: AsyncIterable<Buffer>,
): Promise<number> {
  let wire: Wire | undefined;
  let rows = 0;
  let failure: Error | undefined;
  let begin = (): void => {};
  let finish = (): void => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  submit(client, {
    submit(connection) {
      wire = connection;
      wire.query(statement);
      return null;
    },
    handleRowDescription() {},
    handleCopyInResponse: () => begin(),
    handleCommandComplete({ text }) {
      rows = rowsOf(text);
    },
    handleReadyForQuery: () => finish(),
    handleError(error) {
      failure ??= error;
      begin();
      finish();
    },
  });
  await begun;
  const { stream } = wire!;
  try {
    for await (const piece of source) {
      if (failure) break;
      wire!.sendCopyFromChunk(piece);
      if (stream.writableNeedDrain) await Promise.race([once(stream, 'drain'), finished]);
    }
    if (!failure) wire!.endCopyFrom();
  } catch (error) {
    wire!.sendCopyFail('the source has failed');
    await finished;
    throw error;
  }
  await finished;
  if (failure) throw failure;
  return rows;
}
