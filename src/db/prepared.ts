import { createHash } from 'node:crypto';
import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Stands in a statement for a value that is known only when it runs. */
class Slot {
  readonly key: string;
  constructor(key: string) {
    this.key = key;
  }
}

/** The names under which connections prepare statements, by their text. */
const names = new Map<string, string>();

/**
 * The name of a statement that `prepare` made. It comes from its text, so that behind a pooler no
 * other process can have given it to another one.
 */
export const nameOf = (text: string): string | undefined => names.get(text);

/**
 * A statement of the busiest paths: built and compiled once, parsed and planned once for each
 * connection. Both cost more than running most of our statements does. `build` gets slots under the
 * keys of the values, undefined ones left out; they stand where a value stands and nowhere else. Each
 * set of keys makes a statement of its own, so that there are few of them. A condition that chooses
 * a partial index belongs into the text, or a plan for any value can't use it.
 */
export function prepare<P extends object, R>(
  build: (db: Kysely<Schema>, slots: P) => CompiledQuery<R>,
): (db: Kysely<Schema>, values: P) => Promise<QueryResult<R>> {
  const byKeys = new Map<string, CompiledQuery<R>>();
  return async (db, values) => {
    const given = values as Record<string, unknown>;
    const keys = Object.keys(given).filter((key) => given[key] !== undefined);
    const shape = keys.join();
    let compiled = byKeys.get(shape);
    if (!compiled) {
      compiled = build(db, Object.fromEntries(keys.map((key) => [key, new Slot(key)])) as P);
      byKeys.set(shape, compiled);
      const hash = createHash('sha256').update(compiled.sql).digest('hex');
      names.set(compiled.sql, `feder_${hash.slice(0, 24)}`);
    }
    const parameters = compiled.parameters.map((one) =>
      one instanceof Slot ? given[one.key] : one,
    );
    return await db.executeQuery({ ...compiled, parameters });
  };
}

/** A prepared statement for each of a few words that its text depends on, such as the reader's role. */
export function prepareEach<Word, Run>(make: (word: Word) => Run): (word: Word) => Run {
  const made = new Map<Word, Run>();
  return (word) => {
    const run = made.get(word) ?? make(word);
    made.set(word, run);
    return run;
  };
}
