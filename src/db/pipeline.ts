import {
  CompiledQuery,
  type ConnectionProvider,
  type KyselyProps,
  PostgresDialect,
  Transaction,
} from 'kysely';
import type { Db, Trx } from './client.ts';
import type { Schema } from './schema.ts';

const begin = CompiledQuery.raw('begin');
const commit = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');

// Kysely asks for a dialect and a driver; a transaction uses its executor only.
const unused = new PostgresDialect({ pool: async () => Promise.reject(new Error('not used')) });
const shared = { config: { dialect: unused }, dialect: unused, driver: {} };

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
    let refused: Error | undefined;
    const started: Promise<unknown>[] = [];
    const start = <R>(statement: Promise<R>): Promise<R> => {
      // Whoever awaits it hears of it; so does the commit.
      statement.catch(() => {});
      started.push(statement);
      return statement;
    };
    const provider: ConnectionProvider = {
      async provideConnection(consumer) {
        if (refused) throw refused;
        return await start(consumer(connection));
      },
    };
    const trx = new Transaction<Schema>({
      ...shared,
      executor: executor.withConnectionProvider(provider),
    } as unknown as KyselyProps);
    try {
      start(connection.executeQuery(begin)).catch((error: Error) => {
        refused = error;
      });
      const result = await work(trx);
      refused = new Error('the transaction has ended');
      await Promise.all([...started, connection.executeQuery(commit)]);
      return result;
    } catch (error) {
      refused = new Error('the transaction has ended', { cause: error });
      await Promise.allSettled(started);
      await connection.executeQuery(rollback);
      throw error;
    }
  });
}
