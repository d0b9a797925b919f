import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificate } from '../support/certificate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { databaseUrl, federHere } from '../support/feder.ts';
import { startServer } from '../support/server-process.ts';

const home = mkdtempSync(path.join(tmpdir(), 'feder-trust-'));
const certificate = makeCertificate();
const sockets = new Set<Socket>();
/** What came over an encrypted connection. */
let heard = 0;
// Takes up TLS as PostgreSQL does, and then would hear who signs in with which password.
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write('S');
    const secured = new TLSSocket(socket, {
      isServer: true,
      secureContext: createSecureContext(certificate),
    });
    secured.on('error', () => {});
    secured.on('data', (bytes) => {
      heard += bytes.length;
      secured.destroy();
    });
  });
});
let database: TestDatabase;
let port: number;
beforeAll(async () => {
  database = await createTestDatabase();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

const migrate = async (parameters: string) =>
  await federHere(['migrate'], {
    DATA_DIR: home,
    DATABASE_URL: `postgres://feder:s3cret@127.0.0.1:${port}/feder?${parameters}`,
  });

test('12.3.2 a database under a certificate that nobody vouches for is refused before anything is said', async () => {
  for (const parameters of ['sslmode=require', 'sslmode=verify-full', 'ssl=true']) {
    const ran = await migrate(parameters);
    expect(ran).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        "The database's certificate can't be trusted (DEPTH_ZERO_SELF_SIGNED_CERT): self-signed certificate. Add sslrootcert=<file of its authority's certificate> to DATABASE_URL, or use the name that the certificate is for.\n",
    });
  }
  expect(heard).toBe(0);
});

test('12.3.2 the same certificate is taken once it is named as trusted', async () => {
  const file = path.join(home, 'authority.pem');
  writeFileSync(file, certificate.cert);
  const { stderr } = await migrate(`sslmode=verify-full&sslrootcert=${file}`);
  expect(stderr).toMatch(/^The database does not answer/);
  expect(heard).toBeGreaterThan(0);
});

test('12.3.2 what would leave the certificate unverified is a mistake of the configuration', async () => {
  for (const parameters of [
    'sslmode=no-verify',
    'uselibpqcompat=true&sslmode=require',
    'sslmode=verify-full&sslmode=no-verify',
  ]) {
    const { code, stderr } = await migrate(parameters);
    expect(code).toBe(1);
    expect(stderr).toContain('DATABASE_URL: found a value (not shown)');
    expect(stderr).toContain('no parameter that leaves a certificate unverified');
  }
});

test('a start warns of each setting without which the database may lose what it has confirmed', async () => {
  const { rows } = await sql<{ name: string }>`select name from pg_settings
    where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name`.execute(
    database.db,
  );
  // The servers of these tests are fast instead of safe.
  expect(rows.map(({ name }) => name)).toContain('fsync');
  const started = await startServer({
    DATA_DIR: path.join(home, 'data'),
    DATABASE_URL: databaseUrl(database.connection),
  });
  const warned = started.lines
    .map((line) => JSON.parse(line) as { level: number; msg: string; setting?: string })
    .filter(({ msg }) => msg.startsWith('the database may lose'));
  expect(warned.map(({ level, setting }) => [level, setting])).toEqual(
    rows.map(({ name }) => [40, name]),
  );
  expect(await started.end('SIGTERM')).toBe(0);
});
