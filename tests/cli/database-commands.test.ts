import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { connect, type Db } from '../../src/db/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { connectionTo, runOnServer } from '../support/database-server.ts';
import { databaseUrl, feder, federHere } from '../support/feder.ts';

const migrationNames = Object.keys(migrations);

const server = inject('server');
const name = `feder_cli_${process.pid}_${randomBytes(4).toString('hex')}`;
const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-cli-'));
const connection = connectionTo(server, name);
const env = {
  DATABASE_URL: databaseUrl(connection),
  DATA_DIR: dataDir,
  MASTER_KEY: randomBytes(32).toString('base64'),
  PUBLIC_URL: 'https://apply.publication.example',
};
let db: Db;

beforeAll(async () => {
  await runOnServer(server, `create database ${name}`);
  db = connect(connection);
});
afterAll(async () => {
  await db.destroy();
  await runOnServer(server, `drop database ${name} with (force)`);
  rmSync(dataDir, { recursive: true, force: true });
});

const link = /^https:\/\/apply\.publication\.example\/admin\/enrol\/[\w-]{43}$/;

describe('on an empty database, in this order', () => {
  test('verify says that migrations are missing, and changes nothing', async () => {
    const ran = await federHere(['verify'], env);
    expect(ran).toEqual({
      code: 1,
      stdout: '',
      stderr: `The database lacks migrations (${migrationNames.join(', ')}): run "feder migrate" first.\n`,
    });
    const tables = await db.introspection.getTables();
    expect(tables).toEqual([]);
  });

  test('staff list and seed say that there is nothing of Feder, and change nothing', async () => {
    for (const args of [
      ['staff', 'list'],
      ['seed', '--applications', '1', '--yes-in-production'],
    ]) {
      expect(await federHere(args, env)).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'The database holds nothing of Feder yet. The first start fills it, "feder migrate" too.\n',
      });
    }
    expect(await db.introspection.getTables()).toEqual([]);
  });

  test('migrate creates the tables and the first call, and a second time nothing', async () => {
    expect(await feder(['migrate'], env)).toEqual({
      code: 0,
      stdout: [
        ...migrationNames.map((name) => `Migrated ${name}.\n`),
        'Added the first call.\nThe database is at the newest version.\n',
      ].join(''),
      stderr: '',
    });
    expect(await federHere(['migrate'], env)).toEqual({
      code: 0,
      stdout: 'The database is at the newest version.\n',
      stderr: '',
    });
    const calls = await db.selectFrom('calls').select('slug').execute();
    expect(calls).toEqual([{ slug: 'regional-experts' }]);
    expect(await federHere(['migrate', '--json'], env)).toEqual({
      code: 0,
      stdout: '{"migrated":[],"firstCall":false}\n',
      stderr: '',
    });
  });

  test('staff list is empty, and says so beside what a script reads', async () => {
    const text = await federHere(['staff', 'list'], env);
    expect(text).toEqual({ code: 0, stdout: '', stderr: 'There is no staff yet.\n' });
    const json = await federHere(['staff', 'list', '--json'], env);
    expect(json).toEqual({ code: 0, stdout: '{"staff":[]}\n', stderr: '' });
  });

  test('staff add prints nothing but the link on stdout', async () => {
    const args = ['staff', 'add', 'ana@example.org', '--name', 'Ana Example', '--role', 'admin'];
    const { code, stdout, stderr } = await federHere(args, env);
    expect(code).toBe(0);
    expect(stdout.trimEnd()).toMatch(link);
    expect(stderr).toBe('ana@example.org can choose a password here, once, within 24 hours:\n');
  });

  test('staff add --json prints one object with the link, and takes a language', async () => {
    const person = ['--name', 'Նարե Օրինակ', '--role', 'reviewer', '--language', 'en', '--json'];
    const { code, stdout, stderr } = await federHere(
      ['staff', 'add', 'nare@example.org', ...person],
      env,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual({
      email: 'nare@example.org',
      link: expect.stringMatching(link),
    });
  });

  test('staff add refuses an address that has an account', async () => {
    const args = ['staff', 'add', 'ANA@example.org', '--name', 'Ana', '--role', 'editor'];
    expect(await federHere(args, env)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'ANA@example.org has an account already. A new link for it: feder staff reset ANA@example.org\n',
    });
  });

  test('staff list shows everybody, in the language of the publication unless told otherwise', async () => {
    const { stdout } = await federHere(['staff', 'list'], env);
    expect(stdout).toBe(
      'ana@example.org   Ana Example  admin     de  invited\n' +
        'nare@example.org  Նարե Օրինակ  reviewer  en  invited\n',
    );
  });

  test('staff reset prints a new link, and staff disable ends it', async () => {
    const reset = await federHere(['staff', 'reset', 'ana@example.org', '--json'], env);
    expect(reset.code).toBe(0);
    expect(JSON.parse(reset.stdout).link).toMatch(link);
    expect(await federHere(['staff', 'drop-factor', 'ana@example.org'], env)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'ana@example.org has no second factor, or is disabled. Nothing was changed.\n',
    });
    const refused = await federHere(['staff', 'disable', 'ana@example.org'], env);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /^ana@example\.org is the last admin who can sign in: .+ say --last-admin\. Nobody was disabled\.\n$/,
    );
    expect((await federHere(['staff', 'list'], env)).stdout).not.toContain('disabled');
    const disabled = await federHere(['staff', 'disable', 'ana@example.org', '--last-admin'], env);
    expect(disabled).toEqual({ code: 0, stdout: 'ana@example.org is disabled.\n', stderr: '' });
    expect((await federHere(['staff', 'disable', 'ana@example.org', '--json'], env)).stdout).toBe(
      '{"email":"ana@example.org","disabled":true}\n',
    );
    const { stdout } = await federHere(['staff', 'list', '--json'], env);
    expect(JSON.parse(stdout).staff).toMatchObject([
      { email: 'ana@example.org', state: 'disabled', secondFactor: false },
      { email: 'nare@example.org', state: 'invited' },
    ]);
    const again = await federHere(['staff', 'reset', 'ana@example.org'], env);
    expect([again.code, again.stderr]).toEqual([
      1,
      'ana@example.org is disabled. "feder staff add" brings a person back.\n',
    ]);
  });

  test('an address that nobody has is told by reset, drop-factor and disable', async () => {
    for (const command of ['reset', 'drop-factor', 'disable']) {
      expect(await federHere(['staff', command, 'nobody@example.org'], env)).toEqual({
        code: 1,
        stdout: '',
        stderr: 'There is no staff member nobody@example.org.\n',
      });
    }
  });

  test('seed adds applications and verify finds them clean', async () => {
    const refused = await federHere(['seed', '--applications', '21'], env);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('seed would add 21 invented applications to the list of real');
    const yes = '--yes-in-production';
    const seeded = await federHere(['seed', '--applications', '21', '--seed', '7', yes], env);
    expect([seeded.code, seeded.stderr]).toEqual([0, '']);
    expect(seeded.stdout).toMatch(
      /^Added 21 applications with 63 documents; their 42 mails count as sent\. Seed 7, [\d.]+ s\.\n$/,
    );
    expect(await feder(['verify'], env)).toEqual({
      code: 0,
      stdout: 'Clean: 21 applications, 63 documents, 42 mails.\n',
      stderr: '',
    });
    const more = await federHere(['seed', '--applications', '1', '--json', yes], env);
    expect(JSON.parse(more.stdout)).toEqual({
      ...{ applications: 1, documents: 3, mails: 2, seed: 1 },
      seconds: expect.any(Number),
    });
  });

  test('verify prints a line for each violation and ends with code 1', async () => {
    await db.updateTable('applications').set({ fullName: 'x', emailHash: null }).execute();
    const { reference } = await db
      .selectFrom('applications')
      .select('reference')
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    const { code, stdout, stderr } = await federHere(['verify'], env);
    expect([code, stderr]).toEqual([
      1,
      'Violations: 44 in 22 applications, 66 documents, 44 mails.\n',
    ]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(44);
    expect(lines.slice(0, 2)).toEqual([
      `answers: application ${reference}: its e-mail hash is not that of its address`,
      `search: application ${reference}: is not found by parts of its names and address`,
    ]);

    const json = await federHere(['verify', '--json'], env);
    expect([json.code, json.stderr]).toEqual([1, '']);
    const { violations, checked } = JSON.parse(json.stdout);
    expect(checked).toEqual({ applications: 22, documents: 66, chunks: 66, mails: 44 });
    expect(violations).toHaveLength(44);
    expect(violations[1]).toEqual({
      rule: 'search',
      subject: `application ${reference}`,
      problem: 'is not found by parts of its names and address',
    });
  });

  test('another MASTER_KEY is told at once', async () => {
    const wrong = { ...env, MASTER_KEY: randomBytes(32).toString('base64') };
    for (const args of [['verify'], ['staff', 'list']]) {
      const { code, stdout, stderr } = await federHere(args, wrong);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^MASTER_KEY does not open this database: .+\n$/);
    }
  });

  test('nothing was ever written to DATA_DIR', () => {
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

describe('verify on a database that was migrated and never opened', () => {
  let fresh: TestDatabase;
  beforeAll(async () => {
    fresh = await createTestDatabase();
  });
  afterAll(() => fresh.drop());

  test('is clean and leaves no trace of our key', async () => {
    const ran = await federHere(['verify', '--json'], {
      ...env,
      DATABASE_URL: databaseUrl(fresh.connection),
    });
    expect(ran).toEqual({
      code: 0,
      stdout: '{"violations":[],"checked":{"applications":0,"documents":0,"chunks":0,"mails":0}}\n',
      stderr: '',
    });
    const probes = await fresh.db.selectFrom('keys.masterVersions').selectAll().execute();
    expect(probes).toEqual([]);
  });

  test('makes no key either when there is none', async () => {
    const { MASTER_KEY: _, ...keyless } = env;
    const { code, stderr } = await federHere(['verify'], {
      ...keyless,
      DATABASE_URL: databaseUrl(fresh.connection),
      PUBLIC_URL: 'http://localhost:3000',
    });
    expect([code, stderr]).toEqual([
      1,
      `MASTER_KEY is not set and there is no master.key in ${dataDir}. Set the key of this database.\n`,
    ]);
  });
});

describe('a database that can not be had', () => {
  test.each([
    [
      'does not listen',
      'postgres://feder:s3cret@127.0.0.1:1/feder',
      /^The database does not answer \(ECONNREFUSED\)/,
    ],
    [
      'is not there',
      databaseUrl(connectionTo(server, 'feder_missing')),
      /^The database refuses us: database "feder_missing" does not exist/,
    ],
  ])('because it %s is told in one line without the password', async (_case, url, message) => {
    const { code, stdout, stderr } = await federHere(['migrate'], { ...env, DATABASE_URL: url });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(stderr).not.toContain('s3cret');
  });
});

test('with PORT=0 the link is marked as one whose port only the server knows', async () => {
  const { PUBLIC_URL: _, ...local } = env;
  const args = ['staff', 'add', 'eka@example.org', '--name', 'Eka', '--role', 'editor'];
  const { stdout, stderr } = await federHere(args, { ...local, PORT: '0' });
  expect(stdout).toMatch(/^http:\/\/localhost:0\/admin\/enrol\/[\w-]{43}\n$/);
  expect(stderr).toContain('PORT is 0: in the link, put the port that the server printed.\n');
});
