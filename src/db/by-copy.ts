import { CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import pg from 'pg';
import type { Schema } from './schema.ts';

/** Stands among a statement's values for: it is a COPY, and its row is wanted. */
const byCopy = Symbol('by copy');

export const comesByCopy = (values: readonly unknown[]): boolean => values[0] === byCopy;

// A binary COPY begins with a signature, flags and the length of an extension; a row is the count of
// its fields, then the length and the bytes of each (PostgreSQL, "COPY", Binary Format).
const headBytes = 19;
const countBytes = 2;
const lengthBytes = 4;

class CopyQuery extends (pg.Query as unknown as new (
  config: object,
  callback: (error: Error | null) => void,
) => object) {
  readonly pieces: Buffer[] = [];
  /** Called by pg with memory that it uses again. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.pieces.push(Buffer.from(chunk));
  }
}

/** Runs what `selectBytes` made; pg's own queries drop what a COPY sends. */
export function queryByCopy(query: pg.ClientBase['query'], text: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const copy = new CopyQuery({ text }, (error) => {
      if (error) reject(error);
      else resolve({ command: 'COPY', rows: rowsOf(Buffer.concat(copy.pieces)) });
    });
    query(copy as never);
  });
}

function rowsOf(bytes: Buffer): { value: Buffer }[] {
  const isEmpty = bytes.readInt16BE(headBytes) < 0;
  if (isEmpty) return [];
  const at = headBytes + countBytes;
  const start = at + lengthBytes;
  return [{ value: bytes.subarray(start, start + bytes.readInt32BE(at)) }];
}

/**
 * The one value, of type bytea and not null, that a `select` of one row at most gives. It comes as it
 * is, where pg has the server send text of twice the length; COPY takes no parameters, so all values
 * stand in `select` itself.
 */
export async function selectBytes(db: Kysely<Schema>, select: string): Promise<Buffer | undefined> {
  const statement = CompiledQuery.raw(`copy (${select}) to stdout (format binary)`, [byCopy]);
  const { rows }: QueryResult<{ value: Buffer }> = await db.executeQuery(statement);
  return rows[0]?.value;
}
