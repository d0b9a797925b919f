import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explainListening } from '../../src/explain-failure.ts';
import { copyDataDir } from '../support/data-dir.ts';
import { createTestDatabase } from '../support/database.ts';
import { databaseUrl, federHere } from '../support/feder.ts';
import { startServer } from '../support/server-process.ts';

const home = mkdtempSync(path.join(tmpdir(), 'feder-refused-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What a start that fails says. */
const refusalOf = async (env: Record<string, string>): Promise<string> =>
  await startServer(env).then(
    async (server) => {
      await server.end('SIGTERM');
      throw new Error('it started');
    },
    (error: Error) => error.message,
  );

describe('a start that can not listen', () => {
  it('on a taken port says so in one line', async () => {
    const database = await createTestDatabase();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refusal = await refusalOf({
      DATA_DIR: path.join(home, 'data'),
      DATABASE_URL: databaseUrl(database.connection),
      PORT: String(port),
    });
    expect(refusal).toBe(
      `PORT: found ${port}, which is in use by another program; expected a free one, or 0 to have one picked.\n`,
    );
    other.close();
    await database.drop();
  });

  it.each([
    [
      'no.such.host.invalid',
      /^HOST: found no\.such\.host\.invalid, a name that leads to no address \((ENOTFOUND|EAI_AGAIN)\); expected an address of this machine, such as 127\.0\.0\.1, or a name of it\.$/,
    ],
    [
      '192.0.2.1',
      /^HOST: found 192\.0\.2\.1, which is no address of this machine \(EADDRNOTAVAIL\); expected one that it has, such as 127\.0\.0\.1, or 0\.0\.0\.0 for all of them\.$/,
    ],
  ])('on HOST=%s says so in one line', async (host, message) => {
    const refused = await new Promise<Error>((resolve, reject) => {
      createServer()
        .once('error', resolve)
        .listen(0, host, () => reject(new Error('it listens')));
    });
    expect(explainListening(refused, { host, port: 0 }).message).toMatch(message);
  });

  it('on a port that is not for everybody names PORT', () => {
    const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
    expect(explainListening(refused, { host: '127.0.0.1', port: 80 }).message).toBe(
      'PORT: found 80, which this user may not open (EACCES); expected a port above 1023, or 0 to have one picked.',
    );
  });
});

describe('a DATA_DIR that can not be written to', () => {
  const file = path.join(home, 'a-file');
  writeFileSync(file, '');

  const complaint = (dataDir: string, code: string): string =>
    `DATA_DIR: found ${dataDir}, which can't be written to (${code}); expected a folder that the user who runs Feder may create or write to.\n`;

  it.each([
    [file, 'EEXIST'],
    [path.join(file, 'below'), 'ENOTDIR'],
  ])('(%s) is told in one line by commands', async (dataDir, code) => {
    const ran = await federHere(['migrate'], { DATA_DIR: dataDir });
    expect(ran).toEqual({ code: 1, stdout: '', stderr: complaint(dataDir, code) });
  });

  it('is told in one line by a start', async () => {
    expect(await refusalOf({ DATA_DIR: file })).toBe(complaint(file, 'EEXIST'));
  });
});

it('a start whose key is lost says which one is missing, makes none, and goes on once it is back', async () => {
  const dataDir = path.join(home, 'keyless');
  const env = { DATA_DIR: dataDir };
  const [keyFile, keptApart] = [path.join(dataDir, 'master.key'), path.join(home, 'kept-apart')];
  await copyDataDir(dataDir);
  expect(await federHere(['migrate'], env)).toMatchObject({ code: 0 });
  renameSync(keyFile, keptApart);
  expect(await refusalOf(env)).toContain(
    `${keyFile} is missing, but ${path.join(dataDir, 'postgres')} holds a database whose documents are sealed with that key.`,
  );
  expect(existsSync(keyFile)).toBe(false);
  expect(await refusalOf({ ...env, MASTER_KEY: randomBytes(32).toString('base64') })).toContain(
    'MASTER_KEY does not open this database: it was written under another key.',
  );
  renameSync(keptApart, keyFile);
  const again = await startServer(env);
  expect(await again.end('SIGTERM')).toBe(0);
}, 180_000);
