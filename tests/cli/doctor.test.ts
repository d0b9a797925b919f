import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKeyring } from '../../src/actions/open-keyring.ts';
import type { Finding } from '../../src/commands/doctor/finding.ts';
import { judgeClock } from '../../src/commands/doctor/look-at-database.ts';
import { createResolver, lookAtDns, lookAtSmtp } from '../../src/commands/doctor/look-at-mail.ts';
import { lookAtStorage } from '../../src/commands/doctor/look-at-storage.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startDns, type TestDns } from '../support/dns.ts';
import { databaseUrl, federHere } from '../support/feder.ts';
import { startSmtp } from '../support/smtp.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-doctor-'));
const masterKey = randomBytes(32);
let database: TestDatabase;
let dns: TestDns;
let env: Record<string, string>;

beforeAll(async () => {
  database = await createTestDatabase();
  await openKeyring(database.db, masterKey, new Date());
  dns = await startDns();
  env = {
    DATABASE_URL: databaseUrl(database.connection),
    DATA_DIR: dataDir,
    MASTER_KEY: masterKey.toString('base64'),
  };
});
afterAll(async () => {
  await database.drop();
  await dns.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const findingsOf = async (changes: Record<string, string> = {}): Promise<Finding[]> => {
  const ran = await federHere(['doctor', '--json'], { ...env, ...changes });
  const { ok, findings } = JSON.parse(ran.stdout) as { ok: boolean; findings: Finding[] };
  const hasFault = findings.some(({ state }) => state === 'fault');
  expect([ran.code, ok]).toEqual([hasFault ? 1 : 0, !hasFault]);
  return findings;
};
const faultsOf = (findings: Finding[]): string[] =>
  findings.filter(({ state }) => state === 'fault').map(({ about, text }) => `${about}: ${text}`);

describe('the database', () => {
  test('answers, opens with the key, and is told what it may lose', async () => {
    const { rows } = await sql<{ name: string }>`select name from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`.execute(
      database.db,
    );
    expect(rows).not.toEqual([]);
    const findings = await findingsOf();
    expect(faultsOf(findings)).toEqual(
      rows.map(
        ({ name }) =>
          `database: ${name} is off: the database may lose what it has confirmed. Switch it on.`,
      ),
    );
    const texts = findings.filter(({ about }) => about === 'database').map(({ text }) => text);
    expect(texts[0]).toMatch(/^PostgreSQL \d+\.\d+ answers; \d+ MB\.$/);
    expect(texts.at(-1)).toBe('MASTER_KEY opens it.');
    expect(findings.map(({ about }) => about)).toEqual([
      ...texts.map(() => 'database'),
      ...['clock', 'smtp', 'dns', 'storage'],
    ]);
  });

  test('under another key is a fault', async () => {
    const findings = await findingsOf({ MASTER_KEY: randomBytes(32).toString('base64') });
    expect(faultsOf(findings).at(-1)).toMatch(
      /^database: MASTER_KEY does not open this database: /,
    );
  });

  test('of a newer version is a fault, told in one sentence', async () => {
    await sql`insert into kysely_migration values ('9999_newer', '2026-01-01')`.execute(
      database.db,
    );
    const faults = faultsOf(await findingsOf());
    await sql`delete from kysely_migration where name = '9999_newer'`.execute(database.db);
    expect(faults).toEqual([
      expect.stringMatching(/^database: The database belongs to a newer version of Feder: /),
    ]);
  });

  test('that does not answer is a fault, and the rest is looked at all the same', async () => {
    const findings = await findingsOf({ DATABASE_URL: 'postgres://u:s3cret@127.0.0.1:1/feder' });
    expect(findings.map(({ about, state }) => `${about} ${state}`)).toEqual([
      ...['database fault', 'smtp skipped', 'dns skipped', 'storage ok'],
    ]);
    expect(findings[0]!.text).toBe(
      'The database does not answer (ECONNREFUSED). Check DATABASE_URL and whether it runs.',
    );
  });

  test('is told in lines for people', async () => {
    const { code, stdout, stderr } = await federHere(['doctor'], env);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^ok {7}database PostgreSQL /);
    expect(stdout).toContain(
      'skipped  smtp     SMTP_URL is unset: mail is captured in DATA_DIR/mail and leaves for nobody.\n',
    );
  });
});

describe('the mail server', () => {
  test('answers', async () => {
    const smtp = await startSmtp();
    expect(await lookAtSmtp({ smtpUrl: smtp.url })).toEqual({
      ...{ about: 'smtp', state: 'ok', text: `127.0.0.1:${smtp.port} answers.` },
    });
    expect(smtp.mails).toEqual([]);
    await smtp.stop();
    expect(await lookAtSmtp({ smtpUrl: smtp.url })).toEqual({
      ...{ about: 'smtp', state: 'fault' },
      text: `127.0.0.1:${smtp.port} can't be used (ECONNREFUSED). No mail leaves.`,
    });
  });

  test.each(['at-once', 'offered'] as const)(
    '12.3.2 with TLS %s under a certificate that nobody vouches for is a fault',
    async (tls) => {
      const smtp = await startSmtp({ tls });
      const { state, text } = await lookAtSmtp({ smtpUrl: smtp.url });
      expect([state, text]).toEqual([
        'fault',
        `127.0.0.1:${smtp.port} can't be used (DEPTH_ZERO_SELF_SIGNED_CERT). No mail leaves.`,
      ]);
      await smtp.stop();
    },
  );
});

describe('DNS of the sender', () => {
  const smtpUrl = 'smtp://mail.news.example.info';
  const mailFrom = { name: '', address: 'feder@paper.info' };
  const look = async (selector?: string): Promise<string[]> => {
    const found = await lookAtDns({ smtpUrl, mailFrom }, createResolver([dns.server]), selector);
    return found.map(({ state, text }) => `${state}: ${text}`);
  };

  test('without records is a fault for SPF, and warnings for the rest', async () => {
    expect(await look()).toEqual([
      'fault: paper.info has no SPF record: many mail servers refuse or hide mails from it. Your mail provider says what it has to be.',
      'warning: paper.info has no DKIM key under a usual name. If your mail provider uses another, name it: --dkim-selector <name>.',
      'warning: paper.info has no usable DMARC record at _dmarc.paper.info: large mailbox providers ask for one. Begin with "v=DMARC1; p=none; rua=mailto:…".',
    ]);
    expect((await look('mine'))[1]).toBe('fault: paper.info has no DKIM key mine._domainkey.');
  });

  test('with all three is well', async () => {
    dns.records.set('paper.info', ['google-site-verification=x', 'v=spf1 mx -all']);
    dns.records.set('_dmarc.paper.info', ['v=DMARC1; p=quarantine']);
    dns.records.set('mine._domainkey.paper.info', [`v=DKIM1; k=rsa; p=${'A'.repeat(390)}`]);
    expect(await look('mine')).toEqual([
      'ok: paper.info has an SPF record: v=spf1 mx -all. Whether it names your mail server, only a mail can tell.',
      'ok: paper.info has a DKIM key, mine._domainkey.',
      'ok: paper.info has a DMARC record with the policy quarantine.',
    ]);
  });

  test('tells of two SPF records, of one that lets everybody send, and of a withdrawn DKIM key', async () => {
    dns.records.set('paper.info', ['v=spf1 mx -all', 'v=spf1 a -all']);
    dns.records.set('mine._domainkey.paper.info', ['v=DKIM1; p=']);
    const [spf, dkim] = await look('mine');
    expect(spf).toContain('fault: paper.info has 2 SPF records, which counts as none');
    expect(dkim).toBe('fault: paper.info has no DKIM key mine._domainkey.');
    dns.records.set('paper.info', ['v=spf1 +all']);
    expect((await look())[0]).toContain('warning: The SPF record of paper.info lets everybody');
  });

  test('is skipped where DNS does not answer, and a fault where the domain is nobody’s', async () => {
    const nowhere = createResolver(['127.0.0.1:1']);
    const [away] = await lookAtDns({ smtpUrl, mailFrom }, nowhere);
    expect(away).toMatchObject({ state: 'skipped' });
    expect(away!.text).toMatch(/^DNS does not answer from here \((ECONNREFUSED|ETIMEOUT)\): /);
    const nobody = { name: '', address: 'feder@localhost' };
    expect(await lookAtDns({ smtpUrl, mailFrom: nobody }, nowhere)).toEqual([
      {
        ...{ about: 'dns', state: 'fault' },
        text: "MAIL_FROM is at localhost, which is nobody's: set an address at a domain of yours.",
      },
    ]);
  });
});

describe('storage and clock', () => {
  const embedded = { dataDir, databaseUrl: null, smtpUrl: null, masterKey: null };

  test('a key that others may read is a fault', () => {
    const file = path.join(dataDir, 'master.key');
    writeFileSync(file, 'x', { mode: 0o600 });
    expect(faultsOf(lookAtStorage(embedded))).toEqual([]);
    chmodSync(file, 0o640);
    expect(faultsOf(lookAtStorage(embedded))).toEqual([
      `storage: ${file} can be read by others: chmod 600.`,
    ]);
    rmSync(file);
  });

  test('a DATA_DIR that is not there is told, and none is looked at where nothing lives in it', () => {
    const gone = path.join(dataDir, 'gone');
    expect(lookAtStorage({ ...embedded, dataDir: gone })).toMatchObject([
      { state: 'warning', text: `${gone} (DATA_DIR) is not there yet: the first start makes it.` },
    ]);
    const elsewhere = { databaseUrl: 'postgres://h/d', smtpUrl: 'smtp://h', masterKey };
    expect(lookAtStorage({ ...embedded, ...elsewhere })).toMatchObject([{ state: 'skipped' }]);
  });

  test('clocks that differ are told by how much', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    expect(judgeClock(now, after(4)).state).toBe('ok');
    expect(judgeClock(now, after(-30)).state).toBe('warning');
    expect(judgeClock(now, after(86_400))).toEqual({
      ...{ about: 'clock', state: 'fault' },
      text: 'The database says 2026-03-01T12:00:00.000Z, this machine 2026-03-02T12:00:00.000Z: 86400 seconds apart. Set both by NTP.',
    });
  });
});
