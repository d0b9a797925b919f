import pg from 'pg';

/**
 * A value of type bytea that lies in several buffers. As a parameter it is sent from where it lies:
 * joined, and copied once more into pg's own message, the chunks of uploads filled so much memory
 * that collecting it took a quarter of all time. Pieces must be the last parameters of a statement.
 */
export class Pieces {
  readonly parts: readonly Buffer[];
  readonly length: number;
  constructor(parts: readonly Buffer[]) {
    this.parts = parts;
    this.length = parts.reduce((sum, part) => sum + part.length, 0);
  }
}

export const hasPieces = (values: readonly unknown[]): boolean =>
  values.some((one) => one instanceof Pieces);

type Values = { values?: readonly unknown[] };
/** What we know of pg's connection, whose version is pinned. */
type Sender = { _send(message: Buffer): void };
type Connection = Sender & {
  stream: { write(bytes: Buffer): void };
  bind(this: Sender, config: Values): void;
};
type Prepared = { prepare(connection: Connection): void };

// A Bind message ends with each parameter's length and bytes, and the formats of the results, which
// are two int16 (protocol 3.0, "Bind").
const formatBytes = 4;

/** Sends the message of a statement whose last values are empty, with the pieces in their place. */
function sendWith(connection: Connection, message: Buffer, pieces: readonly Pieces[]): void {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  message.writeInt32BE(message.readInt32BE(1) + size, 1);
  let at = message.length - formatBytes - 4 * pieces.length;
  let sent = 0;
  for (const { length, parts } of pieces) {
    message.writeInt32BE(length, at);
    at += 4;
    connection.stream.write(message.subarray(sent, at));
    sent = at;
    for (const part of parts) connection.stream.write(part);
  }
  connection.stream.write(message.subarray(sent));
}

class PiecewiseQuery extends (pg.Query as unknown as new (
  config: object,
  callback: (error: Error | null, result: unknown) => void,
) => Prepared) {
  /** Called by pg to send the statement, between cork and uncork. */
  override prepare(connection: Connection): void {
    const bind = ({ values = [], ...config }: Values): void => {
      const pieces = values.filter((one) => one instanceof Pieces);
      if (!values.slice(-pieces.length).every((one) => one instanceof Pieces)) {
        throw new Error('pieces come last among the values of a statement');
      }
      const empty = values.map((one) => (one instanceof Pieces ? Buffer.alloc(0) : one));
      const _send = (message: Buffer): void => sendWith(connection, message, pieces);
      connection.bind.call({ _send }, { ...config, values: empty });
    };
    super.prepare(Object.create(connection, { bind: { value: bind } }));
  }
}

/** Runs a statement that has pieces among its values. */
export function queryPieces(query: pg.ClientBase['query'], config: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: unknown) =>
      error ? reject(error) : resolve(result);
    query(new PiecewiseQuery(config, done) as never);
  });
}
