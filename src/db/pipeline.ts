import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type KyselyProps,
  PostgresDialect,
  type QueryExecutor,
  Transaction,
} from 'kysely';
import type { Db, Trx } from './client.ts';
import type { Schema } from './schema.ts';

const begin = CompiledQuery.raw('begin');
const commit = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');

// Kysely asks for a dialect and a driver; what is made here uses its executor only.
const unused = new PostgresDialect({ pool: async () => Promise.reject(new Error('not used')) });
const shared = { config: { dialect: unused }, dialect: unused, driver: {} };

/** Statements under way on one connection. */
type Journey = {
  /** What Kysely needs to start them. */
  props: KyselyProps;
  started: Promise<unknown>[];
  start<R>(statement: Promise<R>): Promise<R>;
  /** From now on none is started. */
  refuse(why: Error): void;
};

function openJourney(executor: QueryExecutor, connection: DatabaseConnection): Journey {
  let refused: Error | undefined;
  const started: Promise<unknown>[] = [];
  const start = <R>(statement: Promise<R>): Promise<R> => {
    // Whoever awaits it hears of it; so does whoever waits for all.
    statement.catch(() => {});
    started.push(statement);
    return statement;
  };
  const onConnection = executor.withConnectionProvider({
    async provideConnection(consumer) {
      if (refused) throw refused;
      return await start(consumer(connection));
    },
  });
  const refuse = (why: Error): void => {
    refused = why;
  };
  return {
    ...{ started, start, refuse },
    props: { ...shared, executor: onConnection } as unknown as KyselyProps,
  };
}

/**
 * A transaction whose statements travel together: `work` may start several before it awaits one, and
 * the server gets them in one message, in the order of their start, and runs them one after the other.
 * `begin` goes with the first ones and `commit` with those that are under way when `work` is done: on
 * one machine a journey of a statement costs more than most statements do. What fails fails the whole
 * transaction, whether `work` awaits it or not.
 * The first statements are such as do no harm by themselves: were `begin` to fail, they would stand alone.
 */
export async function transact<T>(db: Db, work: (trx: Trx) => Promise<T>): Promise<T> {
  const executor = db.getExecutor();
  return await executor.provideConnection(async (connection) => {
    const { props, started, start, refuse } = openJourney(executor, connection);
    try {
      start(connection.executeQuery(begin)).catch(refuse);
      const result = await work(new Transaction<Schema>(props));
      refuse(new Error('the transaction has ended'));
      await Promise.all([...started, connection.executeQuery(commit)]);
      return result;
    } catch (error) {
      refuse(new Error('the transaction has ended', { cause: error }));
      await Promise.allSettled(started);
      await connection.executeQuery(rollback);
      throw error;
    }
  });
}

type Answers<T> = { [K in keyof T]: Awaited<T[K]> };

/**
 * The answers to questions that travel together as the statements of `transact` do, by the names that
 * `ask` gives them; each statement stands for itself. Rejects with the first that fails, once all
 * have come back. `one` has no transactions; asking `db` meanwhile would hold one connection and wait
 * for another.
 */
export async function askTogether<T extends Record<string, unknown>>(
  db: Db,
  ask: (one: Db) => T,
): Promise<Answers<T>> {
  const executor = db.getExecutor();
  return await executor.provideConnection(async (connection) => {
    const { props, started, refuse } = openJourney(executor, connection);
    try {
      const asked = Object.entries(ask(new Kysely<Schema>(props)));
      const answers = asked.map(async ([name, answer]) => [name, await answer] as const);
      return Object.fromEntries(await Promise.all(answers)) as Answers<T>;
    } finally {
      refuse(new Error('the questions have been answered'));
      await Promise.allSettled(started);
    }
  });
}
