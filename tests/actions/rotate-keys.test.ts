import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDraft } from '../../src/actions/open-draft.ts';
import { nameHolder, openKeyring } from '../../src/actions/open-keyring.ts';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { seedDemo } from '../../src/actions/seed-demo.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { createKeyring } from '../../src/crypto.ts';
import { listCalls } from '../../src/db/calls.ts';
import { type Connection, connect, type Db } from '../../src/db/client.ts';
import { rotateAlone } from '../../src/db/master-versions.ts';
import { createTestClock } from '../support/clock.ts';
import { configOf } from '../support/configuration.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { databaseUrl, federHere } from '../support/feder.ts';

const clock = createTestClock();
const now = clock.now();
const config = configOf({});
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const fourth = randomBytes(32);
const applications = 21;

let database: TestDatabase;
/** As `feder` connects, which no rotation takes for a server. */
let db: Db;
const opened: Db[] = [];

const connectAs = (name: string): Db => {
  const one = connect({ ...database.connection, name } as Connection);
  opened.push(one);
  return one;
};
const versions = async () =>
  await db
    .selectFrom('keys.applicationKeys')
    .select(({ fn }) => ['masterVersion', fn.countAll<number>().as('count')])
    .groupBy('masterVersion')
    .orderBy('masterVersion')
    .execute();
const problems = async (keys: Parameters<typeof verifyDatabase>[0]['keys']): Promise<string[]> => {
  const found: string[] = [];
  await verifyDatabase({ db, keys, clock }, { report: ({ problem }) => found.push(problem) });
  return found;
};

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.destroy();
  db = connectAs('feder command');
  const keys = await openKeyring(db, first, now);
  await seedFirstCall({ db, clock });
  await seedDemo(
    { db, keys, clock, config, publicUrl: 'http://localhost:3000' },
    {
      ...{ applications, seed: 1 },
    },
  );
});
afterAll(async () => {
  for (const one of opened) await one.destroy();
  await database.drop().catch(() => {});
});

describe('changing the master key, in this order', () => {
  test('is refused, with nothing changed, while a server is connected that has only the former key', async () => {
    const server = connectAs(nameHolder({ masterKey: first }, [first]));
    await server.selectFrom('calls').select('slug').execute();
    const rotating = rotateKeys(db, {
      ...{ target: second, keys: [second, first], inFiles: false, now, settle: 0 },
    });
    await expect(rotating).rejects.toThrow(
      'A server that is connected to this database does not have the new key yet. Restart it with the MASTER_KEY and MASTER_KEY_OLD of this command, then run it again. Nothing was changed.',
    );
    await server.destroy();
    expect(await versions()).toEqual([{ masterVersion: 1, count: applications }]);
    expect(await db.selectFrom('keys.masterVersions').select('version').execute()).toEqual([
      { version: 1 },
    ]);
  });

  test('is refused while another one is under way', async () => {
    const env = {
      ...{ DATABASE_URL: databaseUrl(database.connection), DATA_DIR: '/nowhere' },
      ...{ MASTER_KEY: second.toString('base64'), MASTER_KEY_OLD: first.toString('base64') },
    };
    const ran = await rotateAlone(db, () => federHere(['keys', 'rotate'], env));
    expect(ran).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'Another "feder keys rotate" is running. Nothing was changed.\n',
    });
    expect(await versions()).toEqual([{ masterVersion: 1, count: applications }]);
  });

  test('is refused under a key that is none of this database', async () => {
    const rotating = rotateKeys(db, {
      ...{ target: second, keys: [second, third], inFiles: false, now, settle: 0 },
    });
    await expect(rotating).rejects.toThrow('MASTER_KEY_OLD does not open this database');
    const swapped = rotateKeys(db, {
      ...{ target: second, keys: [second], inFiles: false, now, settle: 0 },
    });
    await expect(swapped).rejects.toThrow('MASTER_KEY_OLD does not open this database');
  });

  test('stops in the middle without harm: who has both keys reads everything, who has one is told', async () => {
    const stop = new AbortController();
    const rotating = rotateKeys(db, {
      ...{ target: second, keys: [second, first], inFiles: false, now, settle: 0, batch: 5 },
      signal: stop.signal,
      onProgress: (done) => done >= 10 && stop.abort(),
    });
    await expect(rotating).rejects.toThrow('aborted');
    expect(await versions()).toEqual([
      { masterVersion: 1, count: applications - 10 },
      { masterVersion: 2, count: 10 },
    ]);
    expect(await problems(await openKeyring(db, () => [second, first], now))).toEqual([]);
    await expect(openKeyring(db, second, now)).rejects.toThrow(
      'The change of the master key is not finished: some keys in this database are still wrapped by the one before. Set it as MASTER_KEY_OLD beside MASTER_KEY and run "feder keys rotate" to its end.',
    );
    await expect(openKeyring(db, first, now)).rejects.toThrow(
      'MASTER_KEY has been changed in this database by "feder keys rotate".',
    );
    await expect(openKeyring(db, third, now)).rejects.toThrow(
      'MASTER_KEY does not open this database',
    );
  });

  test('goes on where it was, forgets the former key, and changes neither tokens nor documents', async () => {
    const before = await db
      .selectFrom('applicationTokens')
      .selectAll()
      .orderBy('tokenHash')
      .execute();
    const rotated = await rotateKeys(db, {
      ...{ target: second, keys: [second, first], inFiles: false, now, settle: 0, batch: 5 },
    });
    expect(rotated).toEqual({
      ...{ version: 2, rewrapped: applications - 10, unopened: [], finished: true },
    });
    expect(await versions()).toEqual([{ masterVersion: 2, count: applications }]);
    const after = await db
      .selectFrom('applicationTokens')
      .selectAll()
      .orderBy('tokenHash')
      .execute();
    expect(after).toEqual(before);
    expect(await problems(await openKeyring(db, second, now))).toEqual([]);
    await expect(openKeyring(db, first, now)).rejects.toThrow(
      'MASTER_KEY does not open this database',
    );
    // What the former key alone could open is nothing any more.
    const former = createKeyring(first);
    for (const { applicationId, wrapped } of await db
      .selectFrom('keys.applicationKeys')
      .selectAll()
      .execute()) {
      expect(() => former.unwrapKey(applicationId, wrapped)).toThrow();
    }
  });

  test('a second run has nothing left to do', async () => {
    const again = { target: second, keys: [second, first], inFiles: false, now, settle: 0 };
    expect(await rotateKeys(db, again)).toEqual({
      ...{ version: 2, rewrapped: 0, unopened: [], finished: true },
    });
  });

  test('a server that reads its key from a file goes on through it, and then writes under the new one', async () => {
    let files = [second];
    const server = connectAs(nameHolder({ masterKey: null }, files));
    const keys = await openKeyring(server, () => files, now);
    const [call] = await listCalls(server);
    const draft = await startDraft(
      { db: server, keys, clock },
      { call: call!, language: 'de', via: null },
    );
    files = [second, third];
    const rotated = await rotateKeys(db, {
      ...{ target: third, keys: files, inFiles: true, now, settle: 1, batch: 7 },
    });
    expect(rotated).toMatchObject({ version: 3, rewrapped: applications + 1, finished: true });
    const { wrapped } = await server
      .selectFrom('keys.applicationKeys')
      .select('wrapped')
      .where('applicationId', '=', draft.application.id)
      .executeTakeFirstOrThrow();
    expect(keys.unwrapKey(draft.application.id, wrapped)).toEqual(draft.key);
    // It has not looked yet: nothing can be stored under a key that was put away.
    const stale = startDraft(
      { db: server, keys, clock },
      { call: call!, language: 'de', via: null },
    );
    await expect(stale).rejects.toThrow('application_keys_master_version_fkey');
    await keys.refresh();
    const fresh = await startDraft(
      { db: server, keys, clock },
      { call: call!, language: 'de', via: null },
    );
    expect(keys.wrappedBy(fresh.application.id, fresh.application.wrapped)).toBe(3);
    expect(await problems(await openKeyring(db, third, now))).toEqual([]);
  });

  test('a key that opens under neither is named and left, and the former one is not forgotten', async () => {
    const { applicationId, wrapped } = await db
      .selectFrom('keys.applicationKeys')
      .selectAll()
      .orderBy('applicationId')
      .limit(1)
      .executeTakeFirstOrThrow();
    const set = async (bytes: Buffer) =>
      await db
        .updateTable('keys.applicationKeys')
        .set({ wrapped: bytes })
        .where('applicationId', '=', applicationId)
        .execute();
    await set(Buffer.alloc(wrapped.length));
    const options = { target: fourth, keys: [fourth, third], inFiles: true, now, settle: 0 };
    expect(await rotateKeys(db, options)).toMatchObject({
      ...{ unopened: [applicationId], finished: false },
    });
    expect(await problems(await openKeyring(db, () => [fourth, third], now))).toEqual([
      'its key does not open',
    ]);
    await set(wrapped);
    expect(await rotateKeys(db, options)).toMatchObject({
      ...{ rewrapped: 1, unopened: [], finished: true },
    });
  });

  test('verify tells a key that says another master key than the one that opens it', async () => {
    const keys = await openKeyring(db, fourth, now);
    const row = { version: 9, probe: Buffer.alloc(1), createdAt: now };
    await db.insertInto('keys.masterVersions').values(row).execute();
    const [{ applicationId } = { applicationId: '' }] = await db
      .selectFrom('keys.applicationKeys')
      .select('applicationId')
      .orderBy('applicationId')
      .limit(1)
      .execute();
    await db
      .updateTable('keys.applicationKeys')
      .set({ masterVersion: 9 })
      .where('applicationId', '=', applicationId)
      .execute();
    expect(await problems(keys)).toEqual(['its key says master key 9, but opens with 4']);
  });
});
