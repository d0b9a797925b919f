import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { applyOverHttp, makeDocuments, makeForm } from '../support/applicant.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { createTestDatabase } from '../support/database.ts';
import { eventually } from '../support/embedded.ts';
import { databaseUrl, federHere } from '../support/feder.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { startSmtp } from '../support/smtp.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const home = mkdtempSync(path.join(tmpdir(), 'feder-main-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const createDataDir = (): string => mkdtempSync(path.join(home, 'data-'));

it('takes an application over HTTP and brings two mails to a real SMTP server', async () => {
  const smtp = await startSmtp();
  undo.push(() => smtp.stop());
  const server = await startServer({
    DATA_DIR: createDataDir(),
    SMTP_URL: smtp.url,
    EDITORIAL_INBOX: 'desk@publication.example',
    LOG_LEVEL: 'debug',
  });
  undo.push(() => server.end('SIGTERM'));
  expect(server.lines.join('\n')).not.toContain('@');
  const documents = makeDocuments();
  const receiptPath = await applyOverHttp(server.url, makeForm(documents), 'de');
  const receipt = await (await fetch(`${server.url}${receiptPath}`)).text();
  for (const { sha256 } of documents) expect(receipt).toContain(sha256);
  const code = /data-receipt-code[^>]*>([^<]+)</.exec(receipt)?.[1];
  expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}$/);

  const mails = await smtp.waitFor(2);
  const [toApplicant, toEditors] = ['nino@example.org', 'desk@publication.example'].map((address) =>
    mails.find(({ recipients }) => recipients.includes(address)),
  );
  expect(toApplicant?.parsed.subject).toContain('F-');
  expect(toApplicant?.parsed.text).toContain(receiptPath.split('/').at(-1));
  expect(toApplicant?.raw.toString()).not.toContain(code);
  expect(toEditors?.parsed.subject).toMatch(/^\[F-[2-9A-Z]{6}\] Nino Example – Georgien$/);
  expect(toEditors?.parsed.replyTo?.value[0]?.address).toBe('nino@example.org');
  await vi.waitFor(
    () => {
      const read = server.lines
        .map((line) => JSON.parse(line))
        .find(({ msg }) => msg === 'documents read');
      expect(read).toMatchObject({ kind: 'read-documents', count: documents.length });
    },
    { timeout: 30_000 },
  );
  expect(server.lines.join('\n')).not.toContain('could not be read');
});

it('does not call a connection lost that ends in a wanted stop', async () => {
  const database = await createTestDatabase();
  undo.push(() => database.drop());
  const server = await startServer({
    DATA_DIR: createDataDir(),
    DATABASE_URL: databaseUrl(database.connection),
  });
  // A request under way keeps the stop from being over at once.
  const slow = connect(Number(new URL(server.url).port), '127.0.0.1');
  undo.push(() => slow.destroy());
  slow.on('error', () => {});
  slow.write('POST /en/find HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\na');
  await fetch(`${server.url}/readyz`);
  const ended = server.end('SIGTERM');
  await eventually(() =>
    fetch(`${server.url}/healthz`).then(
      () => false,
      () => true,
    ),
  );
  // What Ctrl-C does to a PostgreSQL in the same terminal.
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db);
  slow.destroy();
  expect(await ended).toBe(0);
  expect(server.lines.join('\n')).not.toContain('an idle database connection was lost');
});

describe('a server on data of its own', () => {
  const dataDir = path.join(home, 'used');
  // The second one, which the first test starts.
  let server: ServerProcess;
  afterAll(() => server?.end('SIGTERM'));

  it('finishes requests and ends with 0 on SIGTERM, and a second start finds everything', async () => {
    await copyDataDir(dataDir);
    const first = await startServer({ DATA_DIR: dataDir });
    const linkFile = path.join(dataDir, 'first-admin-link');
    expect(first.ready.firstAdminLinkFile).toBe(linkFile);
    expect(readFileSync(linkFile, 'utf8')).toMatch(/^http:\/\/localhost:\d+\/admin\/enrol\//);
    expect(first.lines.join('\n')).not.toContain('/admin/enrol/');
    const receiptPath = await applyOverHttp(first.url, makeForm(makeDocuments()));
    // A browser that is left open: the server ends the connection, and exits without waiting for it.
    const open = connect(Number(new URL(first.url).port), '127.0.0.1');
    undo.push(() => open.destroy());
    open.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(open, 'data');
    const ended = once(open.resume(), 'close');
    expect(await first.end('SIGTERM')).toBe(0);
    await ended;
    server = await startServer({ DATA_DIR: dataDir, NODE_ENV: 'production' });
    expect((await fetch(`${server.url}${receiptPath}`)).status).toBe(200);
  });

  it('takes the first admin’s link away once it was used', async () => {
    const file = server.ready.firstAdminLinkFile!;
    const link = readFileSync(file, 'utf8').trim();
    const password = 'Lerche Bahnsteig Kupfer 58';
    const answer = await fetch(link, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: new URL(link).origin },
      body: new URLSearchParams({ name: 'Nino', email: 'nino@example.org', password }),
    });
    expect(answer.status).toBe(303);
    await eventually(() => !existsSync(file));
  });

  it('refuses a second start on the same data with a clear message and leaves the first alone', async () => {
    const refusal = await startServer({ DATA_DIR: dataDir }).catch((error: Error) => error.message);
    expect(refusal).toContain(dataDir);
    expect(refusal).not.toContain('    at ');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('tells commands beside it where it is, and what production lacks', async () => {
    expect(server.ready.warnings).toHaveLength(2);
    const args = ['staff', 'add', 'ana@example.org', '--name', 'Ana', '--role', 'editor'];
    const { stdout } = await federHere(args, { DATA_DIR: dataDir, NODE_ENV: 'production' });
    const config = await federHere(['config'], { DATA_DIR: dataDir, PORT: '8080' });
    expect(config.stderr).toBe(
      `A server (process ${server.child.pid}) runs on this DATA_DIR. These are the settings of this shell; the server has those that it was started with.\n`,
    );
    expect(config.stdout).toMatch(/^PORT +8080$/m);
    const port = new URL(server.url).port;
    expect(stdout.startsWith(`http://localhost:${port}/admin/enrol/`)).toBe(true);
  });
});

it('stops the start with every mistake in the configuration at once', async () => {
  const refusal = await startServer({ PORT: 'x', SMTP_URL: 'ftp://a', STAFF_MFA: 'maybe' }).catch(
    (error: Error) => error.message,
  );
  for (const name of ['PORT', 'SMTP_URL', 'STAFF_MFA']) expect(refusal).toContain(name);
});
