import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Migrator, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { writeBackup } from '../../src/actions/backup/write-backup.ts';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedDemo } from '../../src/actions/seed-demo.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { addStaff } from '../../src/auth/staff-accounts.ts';
import { createKeyring, createMaster, type Keyring } from '../../src/crypto.ts';
import { type Connection, connect, type Db } from '../../src/db/client.ts';
import { lockForgetting } from '../../src/db/erasure.ts';
import { openSnapshot } from '../../src/db/snapshot.ts';
import { readSealed } from '../../src/documents/damaged.ts';
import { createTestClock } from '../support/clock.ts';
import { configOf } from '../support/configuration.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { connectionTo, runOnServer } from '../support/database-server.ts';
import { databaseUrl, federHere, type Ran } from '../support/feder.ts';

const server = inject('server');
const masterKey = randomBytes(32);
const clock = createTestClock();
const dir = mkdtempSync(path.join(tmpdir(), 'feder-backup-'));
const applications = 21;

let source: TestDatabase;
let keys: Keyring;
type Opened = { db: Db; name: string }[];
/** Of one test, and of all of them. */
const [opened, kept]: [Opened, Opened] = [[], []];
/** A backup of everything, and the database into which it was restored. */
let whole: { file: string; target: { db: Db; connection: Connection }; ran: Ran };

const envOf = (connection: Connection, key: Buffer = masterKey) => ({
  DATABASE_URL: databaseUrl(connection),
  DATA_DIR: path.join(dir, 'none'),
  MASTER_KEY: key.toString('base64'),
});

/** An empty database of its own. */
async function createEmpty(list = opened): Promise<{ db: Db; connection: Connection }> {
  const name = `feder_restore_${process.pid}_${randomBytes(4).toString('hex')}`;
  await runOnServer(server, `create database ${name}`);
  const connection = connectionTo(server, name);
  const db = connect(connection);
  list.push({ db, name });
  return { db, connection };
}

async function drop(list: Opened): Promise<void> {
  for (const { db, name } of list.splice(0)) {
    await db.destroy();
    await runOnServer(server, `drop database ${name} with (force)`);
  }
}

const restoreInto = async (connection: Connection, file: string, key?: Buffer): Promise<Ran> =>
  await federHere(['restore', file], envOf(connection, key));

/** Every table with its number of rows and a sum over all that stands in them. */
async function sumUp(db: Db): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'keys') and c.relkind = 'r' order by 1`.execute(db);
  const sums: Record<string, string> = {};
  for (const { name } of rows) {
    const { rows: found } = await sql<{ sum: string }>`
      select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as sum
      from ${sql.raw(name)} as t`.execute(db);
    sums[name] = found[0]!.sum;
  }
  return sums;
}

const ended = ['staff_sessions', 'staff_challenges', 'staff_enrolments'];
const unlogged = ['rate_limit_secret', 'rate_limit_counters'];

beforeAll(async () => {
  source = await createTestDatabase();
  const { db } = source;
  keys = await openKeyring(db, masterKey, clock.now());
  await seedFirstCall({ db, clock });
  await addStaff(db, {
    ...{ email: 'ana@example.org', name: 'Ana Example', role: 'admin', language: 'de' },
    now: clock.now(),
  });
  const config = configOf({});
  const core = { db, keys, clock, config, publicUrl: 'http://localhost:3000' };
  await seedDemo(core, { applications, seed: 3 });
  await sql`insert into rate_limit_secret (secret, day) values ('canary-of-the-day', '2026-01-01')`.execute(
    db,
  );
  const file = await backUp('whole');
  const target = await createEmpty(kept);
  whole = { file, target, ran: await restoreInto(target.connection, file) };
});
afterEach(() => drop(opened));
afterAll(async () => {
  await drop(kept);
  await source.drop();
  rmSync(dir, { recursive: true, force: true });
});

/** A backup of the source as it is, under a name of its own. */
async function backUp(name: string): Promise<string> {
  const file = path.join(dir, name);
  const ran = await federHere(['backup', file], envOf(source.connection));
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return file;
}

/** Erases some application of the database that is backed up. */
async function eraseOne(): Promise<void> {
  const { id } = await source.db
    .selectFrom('keys.applicationKeys')
    .select('applicationId as id')
    .limit(1)
    .executeTakeFirstOrThrow();
  await eraseApplication({ db: source.db, clock, config: configOf({}) }, { id, actor: 'system' });
}

describe('a backup', () => {
  test('comes back in an empty database as it was, table by table, and is clean', async () => {
    const { file, target, ran } = whole;
    expect(readdirSync(dir).filter((name) => name.startsWith('whole'))).toEqual([
      'whole',
      'whole.keys',
    ]);
    for (const one of [file, `${file}.keys`]) expect(statSync(one).mode & 0o777).toBe(0o600);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(
      /^Restored \d+ rows of \d+ tables, as of [\dT:.-]+Z\.\nEverybody signs in anew\. "feder verify" checks every document\.\n$/,
    );
    const [before, after] = [await sumUp(source.db), await sumUp(target.db)];
    for (const name of [...ended, ...unlogged]) {
      expect(after[name]).toBe('0 ');
      delete before[name];
      delete after[name];
    }
    expect(after).toEqual(before);
    expect(before.applications).toMatch(/^21 /);
    const verified = await federHere(['verify'], envOf(target.connection));
    expect(verified).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: `Clean: ${applications} applications, ${applications * 3} documents, ${applications * 2} mails.\n`,
    });
  });

  test('lets the numbers that the database gives go on, and keeps its rules', async () => {
    const { target } = whole;
    const newest = async (db: Db) => {
      const { rows } = await sql<{ id: number }>`
        insert into events (application_id, actor, type, at)
        select id, 'system', 'erased', now() from applications limit 1 returning id`.execute(db);
      return rows[0]!.id;
    };
    const { rows } = await sql<{ top: number }>`select max(id) as top from events`.execute(
      target.db,
    );
    expect(await newest(target.db)).toBe(rows[0]!.top + 1);
    const rulesOf = async (db: Db) =>
      (
        await sql`select conrelid::regclass::text as table, conname, pg_get_constraintdef(oid) as rule
          from pg_constraint where connamespace::regnamespace::text in ('public', 'keys') order by 1, 2`.execute(
          db,
        )
      ).rows;
    expect(await rulesOf(target.db)).toEqual(await rulesOf(source.db));
    const { rows: off } = await sql`select tgname from pg_trigger where tgenabled = 'D'`.execute(
      target.db,
    );
    expect(off).toEqual([]);
  });

  test('shows nothing of what is in it to who has the files and no key, names and addresses included', async () => {
    const file = await backUp('closed');
    const whole = Buffer.concat([readFileSync(file), readFileSync(`${file}.keys`)]);
    const { fullName, email, reference } = await source.db
      .selectFrom('applications')
      .select(['fullName', 'email', 'reference'])
      .limit(1)
      .executeTakeFirstOrThrow();
    for (const canary of [fullName, email, reference, 'ana@example.org', 'canary-of-the-day']) {
      expect(whole.includes(canary)).toBe(false);
    }
  });

  test('is never written over another', async () => {
    const file = await backUp('first');
    const before = readFileSync(file);
    const again = await federHere(['backup', file], envOf(source.connection));
    expect(again).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `${file} is there already, and no backup overwrites another.\n`,
    });
    expect(readFileSync(file)).toEqual(before);
    rmSync(file);
    const beside = await federHere(['backup', file], envOf(source.connection));
    expect(beside.stderr).toBe(
      `${file}.keys is there already, and no backup overwrites another.\n`,
    );
  });

  test('is not begun, and takes nothing away, while another one is written under its name', async () => {
    const file = path.join(dir, 'at-once');
    const snapshot = await openSnapshot(source.connection);
    expect(await snapshot.claim(file)).toBe(true);
    writeFileSync(`${file}.part`, 'of the other');
    const ran = await federHere(['backup', file], envOf(source.connection));
    expect(ran).toEqual({
      ...{ code: 1, stdout: '', stderr: `Another backup is being written to ${file}.\n` },
    });
    expect(readFileSync(`${file}.part`, 'utf8')).toBe('of the other');
    await snapshot.close();
    expect((await federHere(['backup', file], envOf(source.connection))).code).toBe(0);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  test('is told in one JSON object', async () => {
    const file = path.join(dir, 'told');
    const ran = await federHere(['backup', file, '--json'], envOf(source.connection));
    const { bytes } = { bytes: statSync(file).size + statSync(`${file}.keys`).size };
    expect(JSON.parse(ran.stdout)).toEqual({
      ...{ file, keysFile: `${file}.keys`, bytes },
      ...{ tables: expect.any(Number), rows: expect.any(Number) },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('from before a migration is brought to the newest version', async () => {
    const older = await createEmpty();
    const names = Object.keys(migrations).sort();
    const last = names.indexOf('0033_list_flags');
    const migrator = new Migrator({
      db: older.db,
      provider: { getMigrations: async () => migrations },
    });
    const { error } = await migrator.migrateTo('0033_list_flags');
    expect(error).toBe(undefined);
    const master = createMaster(masterKey);
    await sql`insert into keys.master_versions values (1, ${master.makeProbe()}, now())`.execute(
      older.db,
    );
    await sql`insert into staff (id, email, name, role, language, created_at)
      values (gen_random_uuid(), 'eka@example.org', 'Eka', 'admin', 'de', now())`.execute(older.db);
    const file = path.join(dir, 'older');
    await writeBackup(older.connection, file, { master, now: clock.now() });

    const target = await createEmpty();
    const ran = await restoreInto(target.connection, file);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    for (const name of names.slice(last + 1)) expect(ran.stdout).toContain(`Migrated ${name}.\n`);
    expect((await sumUp(target.db)).staff).toMatch(/^1 /);
    const migrated = await federHere(['migrate', '--json'], envOf(target.connection));
    expect(JSON.parse(migrated.stdout)).toEqual({ migrated: [], firstCall: true });
  });
});

describe('a restore changes nothing', () => {
  let file: string;
  let empty: { db: Db; connection: Connection };
  beforeAll(async () => {
    file = await backUp('good');
    empty = await createEmpty(kept);
  });

  /** A changed copy of the backup. */
  const spoil = (change: (data: string, keysFile: string) => void): string => {
    const copy = path.join(dir, `spoilt-${randomBytes(4).toString('hex')}`);
    copyFileSync(file, copy);
    copyFileSync(`${file}.keys`, `${copy}.keys`);
    change(copy, `${copy}.keys`);
    return copy;
  };
  const flip = (of: string, at: number): void => {
    const bytes = readFileSync(of);
    bytes[at]! ^= 1;
    writeFileSync(of, bytes);
  };
  const expectNothing = async (spoilt: string, message: RegExp, key?: Buffer): Promise<void> => {
    const ran = await restoreInto(empty.connection, spoilt, key);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr.trimEnd()).not.toContain('\n');
    expect(await sumUp(empty.db)).toEqual({});
  };
  const notWhole =
    /is damaged or not whole: it can't be read from its block \d+ on\. Nothing was changed\.\n$/;

  test('in a database that is not empty', async () => {
    const before = await sumUp(source.db);
    const ran = await restoreInto(source.connection, file);
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(
      /^The database is not empty \(it has the table \S+\), and a backup is restored into an empty one only\./,
    );
    expect(await sumUp(source.db)).toEqual(before);
  });

  test('from a file that ends too early, at a block or within one', async () => {
    const { size } = statSync(file);
    for (const length of [size - 1, Math.floor(size / 2), 600]) {
      await expectNothing(
        spoil((data) => truncateSync(data, length)),
        notWhole,
      );
    }
    // Without its last block, to the byte.
    const bytes = readFileSync(file);
    let at = bytes.indexOf(0x0a) + 1;
    let last = at;
    while (at < size) {
      last = at;
      at += 4 + bytes.readUInt32BE(at);
    }
    await expectNothing(
      spoil((data) => truncateSync(data, last)),
      notWhole,
    );
  });

  test('from a file in which one bit is another, wherever', async () => {
    const { size } = statSync(file);
    for (const at of [20, 1000, Math.floor(size / 3), size - 10]) {
      await expectNothing(
        spoil((data) => flip(data, at)),
        at === 20 ? /is no backup of Feder\.|is damaged|does not belong/ : notWhole,
      );
    }
    await expectNothing(
      spoil((_, keysFile) => flip(keysFile, statSync(keysFile).size - 10)),
      notWhole,
    );
  });

  test('with the keys of another backup, or with none', async () => {
    const other = await backUp('another');
    await expectNothing(
      spoil((_, keysFile) => copyFileSync(`${other}.keys`, keysFile)),
      /does not belong to \S+: they are parts of different backups\. Nothing was changed\.\n$/,
    );
    await expectNothing(
      spoil((_, keysFile) => rmSync(keysFile)),
      /\.keys can't be read \(ENOENT\)\.\n$/,
    );
  });

  test('under another MASTER_KEY', async () => {
    await expectNothing(
      file,
      /^MASTER_KEY does not open this backup: it was made under another key\..+Nothing was changed\.\n$/,
      randomBytes(32),
    );
  });

  test('from what is no backup, and from a version to come', async () => {
    await expectNothing(
      spoil((data) => writeFileSync(data, 'PGDMP something')),
      /is no backup of Feder\.\n$/,
    );
    await sql`insert into kysely_migration values ('9999_to_come', '')`.execute(source.db);
    const later = path.join(dir, 'later');
    await writeBackup(source.connection, later, {
      ...{ master: createMaster(masterKey), now: clock.now() },
    });
    await sql`delete from kysely_migration where name = '9999_to_come'`.execute(source.db);
    await expectNothing(
      later,
      /^The backup was made by a newer version: this one does not know the migration 9999_to_come\./,
    );
  });
});

test('a lost key is rehearsed: with the one that was kept apart every document opens, without it none does', async () => {
  const { target } = whole;
  const held = await target.db
    .selectFrom('documents as d')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'd.applicationId')
    .select(['d.id', 'd.applicationId', 'd.chunkCount', 'd.sha256', 'k.wrapped'])
    .where('d.state', '=', 'received')
    .$narrowType<{ chunkCount: number; sha256: Buffer }>()
    .execute();
  expect(held.length).toBeGreaterThan(applications);

  const sumWith = async (ring: Keyring, document: (typeof held)[number]): Promise<string> => {
    const hash = createHash('sha256');
    const core = { db: target.db, keys: ring };
    for await (const piece of readSealed(core, document)) hash.update(piece);
    return hash.digest('hex');
  };
  const ring = await openKeyring(target.db, masterKey, clock.now(), { write: false });
  for (const document of held) {
    expect(await sumWith(ring, document)).toBe(document.sha256.toString('hex'));
  }

  const other = randomBytes(32);
  for (const document of held) {
    await expect(sumWith(createKeyring(other), document)).rejects.toThrow('do not open');
  }
  const without = await federHere(['verify'], envOf(target.connection, other));
  expect(without).toEqual({
    ...{ code: 1, stdout: '' },
    stderr:
      'MASTER_KEY does not open this database: it was written under another key. Set the key that belongs to it, or restore the database that belongs to this key.\n',
  });
});

describe('an application that was erased after a backup', () => {
  test('is not brought back by it once its key was taken out, and everybody else is', async () => {
    const file = await backUp('before');
    const older = path.join(dir, 'kept-elsewhere');
    copyFileSync(`${file}.keys`, older);
    const { id, reference } = await source.db
      .selectFrom('applications')
      .select(['id', 'reference'])
      .orderBy('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    const config = configOf({});
    await eraseApplication({ db: source.db, clock, config }, { id, actor: 'applicant' });

    // Until then it does: what is said in docs/operating.md.
    const early = await createEmpty();
    await restoreInto(early.connection, file);
    expect((await sumUp(early.db)).applications).toMatch(/^21 /);

    const written = new Date('2026-01-02T03:04:05Z');
    utimesSync(`${file}.keys`, written, written);
    const forgot = await federHere(['backup', 'forget', file], envOf(source.connection));
    expect(forgot).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: `Keys of erased applications taken out of ${file}.keys: 1.\n`,
    });
    // What deletes backups by their age is not put off by it.
    expect(statSync(`${file}.keys`).mtime).toEqual(written);
    const again = await federHere(['backup', 'forget', file], envOf(source.connection));
    expect(again.stdout).toBe(`Keys of erased applications taken out of ${file}.keys: 0.\n`);

    const target = await createEmpty();
    const ran = await restoreInto(target.connection, file);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain('Left out 1 applications that were erased since.\n');
    const left = await target.db.selectFrom('applications').select('reference').execute();
    expect(left).toHaveLength(applications - 1);
    expect(left.map((one) => one.reference)).not.toContain(reference);
    const verified = await federHere(['verify'], envOf(target.connection));
    expect(verified).toMatchObject({ code: 0, stderr: '' });

    // Said in docs/operating.md too: a copy of the keys file from before undoes it.
    copyFileSync(older, `${file}.keys`);
    const undone = await createEmpty();
    await restoreInto(undone.connection, file);
    expect((await sumUp(undone.db)).applications).toMatch(/^21 /);
  });

  test('is forgotten by one at a time: the second reads what the first has left', async () => {
    const file = await backUp('forgotten-twice');
    await eraseOne();
    let forgetting: Promise<Ran[]> | undefined;
    await source.db.transaction().execute(async (trx) => {
      await lockForgetting(trx);
      const forget = () =>
        federHere(['backup', 'forget', file, '--json'], envOf(source.connection));
      forgetting = Promise.all([forget(), forget()]);
      const waiting = sql<{ n: number }>`select count(*)::int as n from pg_locks as l
        join pg_database as d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
      while ((await waiting.execute(source.db)).rows[0]!.n < 2) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(existsSync(`${file}.keys.part`)).toBe(false);
    });
    const counts = (await forgetting!).map(({ stdout }) => JSON.parse(stdout).forgotten);
    expect(counts.sort()).toEqual([0, 1]);
    const target = await createEmpty();
    expect((await restoreInto(target.connection, file)).code).toBe(0);
  });

  test('loses its key in a backup from before a change of the master key, whose former key is still there', async () => {
    const former = randomBytes(32);
    const file = path.join(dir, 'of-the-former-key');
    const options = { master: createMaster(former), now: clock.now() };
    await writeBackup(source.connection, file, options);
    await eraseOne();
    const env = { ...envOf(source.connection), DATA_DIR: path.join(dir, 'with-former') };
    const refused = await federHere(['backup', 'forget', file], env);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^MASTER_KEY does not open this backup/),
    ]);
    mkdirSync(env.DATA_DIR);
    writeFileSync(path.join(env.DATA_DIR, 'master.key.1'), `${former.toString('base64')}\n`);
    const forgot = await federHere(['backup', 'forget', file, '--json'], env);
    expect([forgot.code, forgot.stderr]).toEqual([0, '']);
    expect(JSON.parse(forgot.stdout)).toEqual({ file, forgotten: 1 });
  });
});
