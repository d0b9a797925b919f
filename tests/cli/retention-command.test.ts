import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { pauseRetention } from '../../src/db/retention.ts';
import { createTestClock } from '../support/clock.ts';
import { configOf } from '../support/configuration.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createSubmitted } from '../support/factories.ts';
import { databaseUrl, federHere } from '../support/feder.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'feder-retention-'));
let database: TestDatabase;
let env: Record<string, string>;
let reference: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const masterKey = randomBytes(32);
  const clock = createTestClock();
  const keys = await openKeyring(db, masterKey, clock.now());
  await seedFirstCall({ db, clock });
  const core = { db, keys, clock, config: configOf({}), publicUrl: 'https://apply.example' };
  ({ reference } = await createSubmitted(core));
  await createSubmitted(core);
  await db
    .updateTable('applications')
    .set({ stage: 'withdrawn', stageSince: new Date('2020-01-01T00:00:00Z') })
    .where('reference', '=', reference)
    .execute();
  env = {
    DATABASE_URL: databaseUrl(database.connection),
    DATA_DIR: path.join(folder, 'data'),
    MASTER_KEY: masterKey.toString('base64'),
    PUBLIC_URL: 'https://apply.example',
  };
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const count = async () =>
  (await database.db.selectFrom('applications').select('id').execute()).length;

test('a dry run lists what is due and why, and deletes nothing', async () => {
  const plain = await federHere(['retention', 'run', '--dry-run'], env);
  expect(plain).toMatchObject({ code: 0, stderr: '' });
  expect(plain.stdout).toBe(
    `${reference}  2020-01-31T00:00:00.000Z  withdrawn\n1 to be deleted.\n`,
  );
  const json = await federHere(['retention', 'run', '--dry-run', '--json'], env);
  expect(JSON.parse(json.stdout)).toEqual({
    due: [{ reference, reason: 'withdrawn', at: '2020-01-31T00:00:00.000Z' }],
    consents: [],
  });
  expect(await count()).toBe(2);
});

test('a run deletes it; after a leap of the clock only once somebody says that it is right', async () => {
  await pauseRetention(database.db, new Date(), 900_000);
  const paused = await federHere(['retention', 'run'], env);
  expect([paused.code, await count()]).toEqual([1, 2]);
  expect(paused.stderr).toContain('say --clock-is-right');
  const ran = await federHere(['retention', 'run', '--clock-is-right', '--json'], env);
  expect(ran).toMatchObject({ code: 0 });
  expect(JSON.parse(ran.stdout)).toEqual({ deleted: 1, failed: 0 });
  expect(await count()).toBe(1);
  expect(await database.db.selectFrom('retentionPause').selectAll().execute()).toEqual([]);
  expect((await federHere(['retention', 'run'], env)).stdout).toBe('0 deleted.\n');
});
