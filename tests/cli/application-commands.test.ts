import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import { seedFirstCall } from '../../src/actions/seed-first-call.ts';
import { askOnTerminal } from '../../src/commands/ask.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { createTestClock } from '../support/clock.ts';
import { configOf } from '../support/configuration.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { createDraft, createSubmitted } from '../support/factories.ts';
import { databaseUrl, feder, federHere } from '../support/feder.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'feder-export-'));
const masterKey = randomBytes(32);
let database: TestDatabase;
let env: Record<string, string>;
let application: Awaited<ReturnType<typeof createSubmitted>>;
let core: Parameters<typeof createSubmitted>[0];

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const clock = createTestClock();
  const keys = await openKeyring(db, masterKey, clock.now());
  await seedFirstCall({ db, clock });
  core = { db, keys, clock, config: configOf({}), publicUrl: 'https://apply.example' };
  env = {
    DATABASE_URL: databaseUrl(database.connection),
    DATA_DIR: path.join(folder, 'data'),
    MASTER_KEY: masterKey.toString('base64'),
    PUBLIC_URL: 'https://apply.example',
  };
  application = await createSubmitted(core, {
    files: [
      { kind: 'cv', name: '../../cv.pdf' },
      { kind: 'coverLetter', name: 'წერილი.pdf' },
      { kind: 'writingSample', name: 'a.pdf', language: 'ka' },
    ],
  });
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('export writes everything into a folder, for its owner only', async () => {
  const out = path.join(folder, 'export');
  const { reference, id } = application;
  const ran = await federHere(['export', reference.toLowerCase(), '--out', out, '--json'], env);
  expect(ran).toEqual({
    code: 0,
    stderr: '',
    stdout: `${JSON.stringify({
      reference,
      out,
      files: [
        'application.json',
        'documents/01-cv-cv.pdf',
        'documents/02-coverLetter-წერილი.pdf',
        'documents/03-writingSample-a.pdf',
      ],
    })}\n`,
  });
  const exported = JSON.parse(readFileSync(path.join(out, 'application.json'), 'utf8'));
  expect(exported).toMatchObject({ reference, answers: { fullName: 'Some Body' } });
  for (const document of await listDocuments(database.db, id)) {
    const described = exported.documents.find(
      (one: { name: string }) => one.name === document.name,
    );
    const file = path.join(out, described.file);
    expect(createHash('sha256').update(readFileSync(file)).digest()).toEqual(document.sha256);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  const again = await federHere(['export', reference, '--out', out], env);
  expect(again).toEqual({
    code: 1,
    stdout: '',
    stderr: `${path.join(out, 'application.json')} is there already. Name an empty folder.\n`,
  });
});

test('export and erase say so when there is no such application, and what they miss', async () => {
  const none = { code: 1, stdout: '', stderr: 'There is no application F-ZZZZZZ.\n' };
  expect(await federHere(['export', 'f-zzzzzz', '--out', path.join(folder, 'x')], env)).toEqual(
    none,
  );
  expect(await federHere(['erase', 'F-ZZZZZZ', '--yes'], env)).toEqual(none);
  expect(await federHere(['export', 'F-ZZZZZZ'], env)).toEqual({
    code: 2,
    stdout: '',
    stderr: 'feder: --out is missing\nUsage:\n  feder export <reference> --out <dir> [--json]\n',
  });
  expect((await federHere(['erase'], env)).code).toBe(2);
});

test('erase asks on a terminal', async () => {
  const { reference } = application;
  const isThere = async () => {
    const rows = await database.db.selectFrom('applications').select('reference').execute();
    return rows.some((row) => row.reference === reference);
  };
  for (const answer of ['', 'y', 'yes', 'F-ZZZZZZ']) {
    const asked = await federHere(['erase', reference], env, async (question) => {
      expect(question).toContain(`erases ${reference} with its documents and messages for good`);
      return answer;
    });
    expect([asked.code, asked.stderr]).toEqual([1, 'Nothing was erased.\n']);
  }
  expect(await isThere()).toBe(true);
});

test('what is typed on a terminal is read as one line', async () => {
  const input = new PassThrough();
  let asked = '';
  const ask = askOnTerminal(input, { write: (text) => (asked += text) });
  const answer = ask('Sure? ');
  input.write(' F-7K3M9Q \nmore\n');
  expect([asked, await answer]).toEqual(['Sure? ', 'F-7K3M9Q']);
  const ended = askOnTerminal(new PassThrough().end(), { write() {} });
  expect(await ended('Sure? ')).toBe('');
});

test('erase deletes rows and captured mails, and verify stays clean', async () => {
  const { reference, id } = application;
  const { db } = database;
  const mails = await db.selectFrom('mails').select('id').where('applicationId', '=', id).execute();
  mkdirSync(path.join(env.DATA_DIR!, 'mail'), { recursive: true });
  const files = mails.map((mail) => path.join(env.DATA_DIR!, 'mail', `${mail.id}.eml`));
  for (const file of files) writeFileSync(file, 'a mail');
  expect(await feder(['erase', reference, '--json'], env)).toEqual({
    code: 0,
    stdout: `${JSON.stringify({ reference, erased: true })}\n`,
    stderr: '',
  });
  expect(files.length).toBe(2);
  expect(files.filter((file) => existsSync(file))).toEqual([]);
  const left = await db.selectFrom('events').select(['actor', 'type']).orderBy('id').execute();
  expect(left).toEqual([
    { actor: 'applicant', type: 'submitted' },
    { actor: 'system', type: 'erased' },
  ]);
  expect((await federHere(['erase', reference, '--yes'], env)).code).toBe(1);
  expect(await federHere(['verify'], env)).toEqual({
    code: 0,
    stdout: 'Clean: 0 applications, 0 documents, 0 mails.\n',
    stderr: '',
  });
});

test('erase takes drafts too', async () => {
  await createDraft(core);
  const { reference } = await database.db
    .selectFrom('applications')
    .select('reference')
    .executeTakeFirstOrThrow();
  expect(await federHere(['erase', reference, '--yes'], env)).toEqual({
    code: 0,
    stdout: `${reference} is erased. Backups made before still hold it.\n`,
    stderr: '',
  });
});
