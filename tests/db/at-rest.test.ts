import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openPrivatePage, readReceiptCode } from '../../src/actions/open-private-page.ts';
import { openContactHandle } from '../../src/actions/read-application.ts';
import { openLegalName } from '../../src/actions/save-contributor.ts';
import { addStaff } from '../../src/auth/staff-accounts.ts';
import { openTotpSecret, sealTotpSecret } from '../../src/auth/totp.ts';
import { listActs, openActContent } from '../../src/db/decision-acts.ts';
import { openContent } from '../../src/db/mails.ts';
import { openSnapshot } from '../../src/db/snapshot.ts';
import type { Deps } from '../../src/deps.ts';
import { readDocument } from '../../src/documents/store.ts';
import { connectionTo } from '../support/database-server.ts';
import { decide } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createStaff } from '../support/factories.ts';
import { databaseUrl } from '../support/feder.ts';
import { fillDraft, goodFiles, sendForm, submit } from '../support/send-form.ts';

const server = inject('server');
let desk: Desk;
/** What must not be found in a dump, by what it stands for. */
const canaries: Record<string, string> = {};
const people: { id: string; name: string; page: string }[] = [];
const totpSecret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
let factorOf: string;

const letterOf = (name: string): string => `canary-${name}-${randomBytes(6).toString('hex')}`;

/** Somebody who applied, was accepted, and named their legal name. */
async function accept(name: string): Promise<void> {
  const contact = letterOf(`contact-${name}`);
  const inFile = letterOf(`file-${name}`);
  const [cv, ...others] = goodFiles();
  // Behind the end of a PDF: in its bytes, and not in its text, which is searched.
  const bytes = Buffer.concat([cv!.bytes, Buffer.from(`\n%${inFile}\n`)]);
  const token = await fillDraft(
    desk.app,
    {
      fullName: name,
      email: `${name}@example.org`,
      contactChannel: 'signal',
      contactHandle: contact,
    },
    [{ ...cv!, bytes }, ...others],
  );
  const page = (await submit(desk.app, token)).headers.get('location')!;
  const opened = await openPrivatePage(desk.deps, page.split('/').at(-1)!);
  const { application } = opened;
  const letter = letterOf(`letter-${name}`);
  await decide(desk.deps, application, 'accept', desk.editor.staff, {
    source: { subject: 'Welcome', body: `Dear {name},\n\n${letter}\n\n{signature}` },
  });
  // The letter has left: from now on there is a form for the legal name.
  await desk.deps.db
    .updateTable('mails')
    .set({ held: false, sentAt: desk.clock.now() })
    .where('held', '=', true)
    .execute();
  desk.clock.advance(601);
  const legal = letterOf(`legal-${name}`);
  const details = { byline: name, places: ['georgia'], languages: ['en'], beats: 'Rivers' };
  const sent = await sendForm(desk.app, { ...details, legalName: legal }, [], {
    path: `${page}/details`,
  });
  expect(sent.status).toBe(303);
  people.push({ id: application.id, name, page });
  Object.assign(canaries, {
    [`the contact of ${name}`]: contact,
    [`a document of ${name}`]: inFile,
    [`the letter to ${name}`]: letter,
    [`the legal name of ${name}`]: legal,
    [`the private link of ${name}`]: page.split('/').at(-1)!,
    [`the receipt code of ${name}`]: await readReceiptCode(desk.deps, opened),
  });
}

const pgDump = (): string => {
  const root = '/usr/lib/postgresql';
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]!;
  return path.join(root, newest, 'bin', 'pg_dump');
};

/** Everything that is in the database: what `copy` writes, and what pg_dump does where the server is its own. */
async function dump(): Promise<Buffer[]> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(
    desk.deps.db,
  );
  const connection = connectionTo(server, rows[0]!.name);
  const snapshot = await openSnapshot(connection);
  const pieces: Buffer[] = [];
  for (const schema of ['public', 'keys'] as const) {
    for (const table of await snapshot.list(schema)) {
      for (const format of ['text', 'binary'] as const) {
        for await (const piece of snapshot.read(table, format)) pieces.push(piece);
      }
    }
  }
  await snapshot.close();
  const dumps = [Buffer.concat(pieces)];
  // Debian's can't read the embedded server, which is newer; .ci/run has both of one version.
  if (process.env.TEST_DATABASE_URL) {
    const { stdout } = await promisify(execFile)(pgDump(), ['--inserts', databaseUrl(connection)], {
      maxBuffer: 1e9,
    });
    expect(stdout).toContain('INSERT INTO public.applications');
    dumps.push(Buffer.from(stdout));
  }
  return dumps;
}

/** As it would stand there in the open, in every way in which bytes are written down. */
const writings = (canary: string): string[] => {
  const bytes = Buffer.from(canary);
  return [canary, bytes.toString('hex'), bytes.toString('base64').replace(/=*$/, '').slice(0, -2)];
};

beforeAll(async () => {
  desk = await createDesk();
  await accept('ana');
  await accept('nare');
  const { db, keys, clock } = desk.deps;
  const staff = await createStaff(desk.deps, { role: 'editor' });
  factorOf = staff.id;
  await db
    .updateTable('staff')
    .set({ totpSecretSealed: sealTotpSecret(keys, staff.id, totpSecret) })
    .where('id', '=', staff.id)
    .execute();
  canaries['a second factor'] = totpSecret;
  canaries['a link for a password'] = await addStaff(db, {
    ...{ email: 'eka@example.org', name: 'Eka', role: 'editor', language: 'de' },
    ...{ now: clock.now(), mailing: { keys, from: 'feder@example.org' } },
  });
});
afterAll(() => desk.stop());

describe('in a dump of the whole database', () => {
  test('nothing is found of what is encrypted, however it is written', async () => {
    for (const whole of await dump()) {
      const text = whole.toString('latin1').toLowerCase();
      const seen = Object.entries(canaries).flatMap(([what, canary]) =>
        writings(canary).some((one) => text.includes(one.toLowerCase())) ? [what] : [],
      );
      expect(seen).toEqual([]);
    }
  });

  test('what docs/operating.md calls readable is found, so that the search would see the others', async () => {
    for (const whole of await dump()) {
      expect(whole.includes('ana@example.org')).toBe(true);
      expect(whole.includes('Rivers')).toBe(true);
    }
  });

  test('and all of it is there for who has the keys', async () => {
    expect(await readEverything()).toEqual(
      people.flatMap(({ name }) => [
        canaries[`the contact of ${name}`],
        canaries[`the legal name of ${name}`],
        canaries[`the receipt code of ${name}`],
        ...['a document', 'a mail', 'an act'].map((what) => `${what} of ${name}`),
      ]),
    );
    const { db, keys } = desk.deps;
    const { totpSecretSealed } = await db
      .selectFrom('staff')
      .select('totpSecretSealed')
      .where('id', '=', factorOf)
      .executeTakeFirstOrThrow();
    expect(openTotpSecret(keys, factorOf, totpSecretSealed!)).toBe(totpSecret);
  });
});

/** Opens everything that is sealed for both people; a word in place of what can't be opened. */
async function readEverything(deps: Deps = desk.deps): Promise<string[]> {
  const { db } = deps;
  const seen: string[] = [];
  for (const { name, page } of people) {
    const opened = await openPrivatePage(deps, page.split('/').at(-1)!).catch(() => undefined);
    if (!opened) {
      seen.push(`nothing of ${name}`);
      continue;
    }
    const { application, key } = opened;
    const attempt = async (what: string, read: () => unknown): Promise<void> => {
      try {
        seen.push(String(await read()));
      } catch {
        seen.push(`closed: ${what} of ${name}`);
      }
    };
    await attempt('contact', () => openContactHandle(key, application));
    await attempt('legal name', () => openLegalName(opened));
    await attempt('receipt code', () => readReceiptCode(deps, opened));
    await attempt('document', async () => {
      const document = await db
        .selectFrom('documents')
        .selectAll()
        .where('applicationId', '=', application.id)
        .where('kind', '=', 'cv')
        .executeTakeFirstOrThrow();
      const parts: Buffer[] = [];
      const whole = { ...document, chunkCount: document.chunkCount! };
      for await (const part of readDocument(db, key, whole)) parts.push(part);
      const canary = canaries[`a document of ${name}`]!;
      return Buffer.concat(parts).includes(canary) ? `a document of ${name}` : 'another document';
    });
    const letter = canaries[`the letter to ${name}`]!;
    await attempt('mail', async () => {
      const mails = await db
        .selectFrom('mails')
        .selectAll()
        .where('applicationId', '=', application.id)
        .execute();
      const texts = mails.map((mail) => openContent(key, mail).text);
      return texts.some((text) => text.includes(letter)) ? `a mail of ${name}` : 'another mail';
    });
    await attempt('act', async () => {
      const acts = await listActs(db, application.id);
      const texts = acts.map((act) => JSON.stringify(openActContent(key, act)));
      return texts.some((text) => text.includes(letter)) ? `an act of ${name}` : 'another act';
    });
  }
  return seen;
}

describe('a ciphertext that was put elsewhere opens nothing there', () => {
  const swapColumns = (table: string, one: string, other: string) =>
    sql.raw(`update ${table} set ${one} = ${other}, ${other} = ${one}`);
  /** Exchanges a column between the two people; `of` leads from a row to its application. */
  const swapPeople = (table: string, column: string, of = 'application_id', also = 'true') =>
    sql.raw(`update ${table} as t set ${column} = o.${column} from ${table} as o
      where t.${of} <> o.${of} and ${also}`);

  test.each([
    [
      'contacts of two people',
      ['contact'],
      () => swapPeople('applications', 'contact_handle_sealed', 'id'),
    ],
    [
      'legal names of two people',
      ['legal name'],
      () => swapPeople('applications', 'legal_name_sealed', 'id'),
    ],
    [
      'the contact and the legal name of one person',
      ['contact', 'legal name'],
      () => swapColumns('applications', 'contact_handle_sealed', 'legal_name_sealed'),
    ],
    [
      'receipt codes of two people',
      ['receipt code'],
      () =>
        swapPeople(
          'application_tokens',
          'sealed',
          'application_id',
          `t.kind = 'receipt' and o.kind = 'receipt'`,
        ),
    ],
    [
      'a receipt code and a private link of one person',
      ['receipt code'],
      () =>
        sql.raw(`update application_tokens as t set sealed = o.sealed from application_tokens as o
          where t.application_id = o.application_id and t.kind <> o.kind and t.kind <> 'draft' and o.kind <> 'draft'`),
    ],
    [
      'the documents of two people',
      ['document'],
      () =>
        sql.raw(`update document_chunks as t set data = o.data from document_chunks as o, documents as d, documents as e
          where d.id = t.document_id and e.id = o.document_id and t.number = o.number and d.kind = e.kind
          and d.application_id <> e.application_id`),
    ],
    [
      'two documents of one person',
      ['document'],
      () =>
        sql.raw(`update document_chunks as t set data = o.data from document_chunks as o, documents as d, documents as e
          where d.id = t.document_id and e.id = o.document_id and t.number = o.number and d.kind = 'cv' and e.kind = 'coverLetter'
          and d.application_id = e.application_id`),
    ],
    [
      'two mails of one person',
      ['mail'],
      () =>
        sql.raw(`update mails as t set content_sealed = o.content_sealed from mails as o
          where t.application_id = o.application_id and t.template <> o.template and t.thread <> o.thread`),
    ],
    ['decisions of two people', ['act'], () => swapPeople('decision_acts', 'content_sealed')],
    [
      'a decision and a mail of one person',
      ['act'],
      () =>
        sql.raw(`update decision_acts as t set content_sealed = o.content_sealed from mails as o
          where t.application_id = o.application_id and o.template = 'receipt'`),
    ],
  ] as const)('%s', async (_case, closed, swap) => {
    const { db } = desk.deps;
    const before = await readEverything();
    const undone = new Error('undone');
    const trying = db.transaction().execute(async (trx) => {
      await swap().execute(trx);
      const { deps } = desk;
      const seen = await readEverything({ ...deps, db: trx });
      const expected = before.map((one, index) => {
        const what = ['contact', 'legal name', 'receipt code', 'document', 'mail', 'act'][
          index % 6
        ]!;
        const { name } = people[Math.floor(index / 6)]!;
        return (closed as readonly string[]).includes(what) ? `closed: ${what} of ${name}` : one;
      });
      expect(seen).toEqual(expected);
      throw undone;
    });
    await expect(trying).rejects.toBe(undone);
  });

  test('wrapped keys of two people, and second factors of two of the staff', async () => {
    const { db, keys } = desk.deps;
    const rows = await db.selectFrom('keys.applicationKeys').selectAll().execute();
    expect(rows).toHaveLength(2);
    expect(() => keys.unwrapKey(rows[0]!.applicationId, rows[1]!.wrapped)).toThrow();
    const sealed = sealTotpSecret(keys, factorOf, totpSecret);
    expect(() => openTotpSecret(keys, desk.editor.staff.id, sealed)).toThrow();
  });
});
