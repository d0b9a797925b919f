import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect, type Db, type Trx } from '../../src/db/client.ts';
import { askTogether, transact } from '../../src/db/pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createDatabaseProxy } from '../support/database-proxy.ts';

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  // One connection: what a transaction leaves on it would meet the next one.
  db = connect(database.connection, { max: 1 });
  await sql`create table steps (number int primary key deferrable initially deferred)`.execute(db);
});
beforeEach(async () => void (await sql`truncate steps`.execute(db)));
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const insert = (trx: Trx, number: number) => sql`insert into steps values (${number})`.execute(trx);
const stored = async (): Promise<number[]> =>
  (await sql<{ number: number }>`select number from steps order by number`.execute(db)).rows.map(
    ({ number }) => number,
  );

test('statements that are started together run in the order of their start, each seeing those before it', async () => {
  const counts = await transact(db, async (trx) => {
    const count = sql<{ count: number }>`select count(*)::int as count from steps`;
    const [, one, , two] = await Promise.all([
      insert(trx, 1),
      count.execute(trx),
      insert(trx, 2),
      count.execute(trx),
    ]);
    return [one.rows[0]!.count, two.rows[0]!.count];
  });
  expect(counts).toEqual([1, 2]);
  expect(await stored()).toEqual([1, 2]);
});

test('what fails takes everything back, also when nobody awaited it', async () => {
  const failing = transact(db, async (trx) => {
    await insert(trx, 1);
    void sql`select 1 / 0`.execute(trx).catch(() => {});
    void insert(trx, 2).catch(() => {});
    return 'done';
  });
  await expect(failing).rejects.toThrow('division by zero');
  expect(await stored()).toEqual([]);
});

test('what fails at the commit is told', async () => {
  const failing = transact(db, async (trx) => {
    await Promise.all([insert(trx, 1), insert(trx, 1)]);
  });
  await expect(failing).rejects.toThrow('duplicate key');
  expect(await stored()).toEqual([]);
});

test('the first of several failures is the one that is told', async () => {
  const failing = transact(db, async (trx) => {
    await Promise.all([insert(trx, 1), sql`select 1 / 0`.execute(trx), insert(trx, 2)]);
  });
  await expect(failing).rejects.toThrow('division by zero');
});

test('nothing is written behind the end, by whoever has not heard of it', async () => {
  let straggler: Promise<unknown> = Promise.resolve();
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const failing = transact(db, async (trx) => {
    straggler = held.then(() => insert(trx, 3));
    straggler.catch(() => {});
    await insert(trx, 1);
    throw new Error('not like this');
  });
  await expect(failing).rejects.toThrow('not like this');
  goOn();
  await expect(straggler).rejects.toThrow('the transaction has ended');
  expect(await stored()).toEqual([]);
});

test('statements that are started together reach the server in one message', async () => {
  const messages: string[] = [];
  const onSent = (bytes: Buffer): void => void messages.push(bytes.toString('latin1'));
  const proxy = await createDatabaseProxy(database.db, { onSent });
  await sql`select 1`.execute(proxy.db);
  messages.length = 0;
  await transact(proxy.db, async (trx) => {
    await Promise.all([1, 2, 3].map((number) => insert(trx, number)));
  });
  expect(messages.map((one) => one.match(/begin|insert|commit/g))).toEqual([
    ['begin', 'insert', 'insert', 'insert'],
    ['commit'],
  ]);
  await proxy.stop();
});

test('questions that are asked together reach the server in one message, each standing for itself', async () => {
  const messages: string[] = [];
  const onSent = (bytes: Buffer): void => void messages.push(bytes.toString('latin1'));
  const proxy = await createDatabaseProxy(database.db, { onSent });
  await sql`select 1`.execute(proxy.db);
  messages.length = 0;
  const asked = askTogether(proxy.db, (one) => ({
    stored: sql`insert into steps values (1)`.execute(one).then(() => 'stored'),
    failed: sql`select 1 / 0`.execute(one).catch(({ message }: Error) => message),
    count: sql<{ count: number }>`select count(*)::int as count from steps`
      .execute(one)
      .then(({ rows }) => rows[0]!.count),
    known: 'before',
    absent: undefined,
  }));
  expect(await asked).toEqual({
    ...{ stored: 'stored', failed: 'division by zero', count: 1, known: 'before' },
    absent: undefined,
  });
  expect(messages.map((one) => one.match(/begin|insert|1 \/ 0|count|commit/g))).toEqual([
    ['insert', '1 / 0', 'count', 'count'],
  ]);
  expect(await stored()).toEqual([1]);
  await proxy.stop();
});

test('the first question that fails is told once all have come back, and none is asked after it', async () => {
  let straggler: Promise<unknown> = Promise.resolve();
  const asked = askTogether(db, (one) => {
    const failing = sql`select 1 / 0`.execute(one);
    straggler = failing.catch(() => new Promise(setImmediate)).then(() => insert(one as Trx, 2));
    straggler.catch(() => {});
    return {
      failing,
      slow: sql`select pg_sleep(0.05)`.execute(one).then(() => insert(one as Trx, 1)),
    };
  });
  await expect(asked).rejects.toThrow('division by zero');
  await expect(straggler).rejects.toThrow('the questions have been answered');
  await new Promise(setImmediate);
  expect(await stored()).toEqual([]);
});
