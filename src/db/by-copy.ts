import { CompiledQuery, type Kysely } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

/** Stands among a statement's values for: it is a COPY, and `take` gets the value of each row. */
class Taken {
  readonly take: (value: Buffer) => void;
  constructor(take: (value: Buffer) => void) {
    this.take = take;
  }
}

export const comesByCopy = (values: readonly unknown[]): values is [Taken] =>
  values[0] instanceof Taken;

// A binary COPY begins with a signature, flags and the length of an extension; a row is the count of
// its fields, then the length and the bytes of each (PostgreSQL, "COPY", Binary Format). The server
// sends each row in a message of its own, the first one behind the beginning, and the end in one too.
const headBytes = 19;
const countBytes = 2;
const lengthBytes = 4;

class CopyQuery extends (pg.Query as unknown as new (
  config: object,
  callback: (error: Error | null) => void,
) => object) {
  declare take: Taken['take'];
  failure: unknown;
  #begun = false;
  /** Called by pg with memory that it uses again. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    const at = this.#begun ? 0 : headBytes;
    this.#begun = true;
    const isEnd = chunk.readInt16BE(at) < 0;
    if (isEnd || this.failure !== undefined) return;
    const start = at + countBytes + lengthBytes;
    const end = start + chunk.readInt32BE(at + countBytes);
    try {
      if (end !== chunk.length) throw new Error('a row of a COPY is not whole');
      this.take(chunk.subarray(start, end));
    } catch (error) {
      this.failure = error;
    }
  }
}

/** Runs what `copyValues` made; pg's own queries drop what a COPY sends. */
export function queryByCopy(
  query: pg.ClientBase['query'],
  text: string,
  [{ take }]: readonly [Taken],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const copy = new CopyQuery({ text }, (error) => {
      if (error ?? copy.failure) reject(error ?? copy.failure);
      else resolve({ command: 'COPY', rows: [] });
    });
    copy.take = take;
    query(copy as never);
  });
}

/**
 * Hands over the values of type bytea, none of them null, that a `select` of one column gives. They
 * come as they are, where pg has the server send text of twice the length, and lie in memory that
 * is used again: `take` has to be done with each when it returns. COPY takes no parameters, so all
 * values stand in `select` itself. Rejects with what `take` throws.
 */
export async function copyValues(
  db: Kysely<Schema>,
  select: string,
  take: (value: Buffer) => void,
): Promise<void> {
  const text = `copy (${select}) to stdout (format binary)`;
  await db.executeQuery(CompiledQuery.raw(text, [new Taken(take)]));
}
