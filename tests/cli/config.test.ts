import { expect, test } from 'vitest';
import { feder, federHere } from '../support/feder.ts';

const good = {
  DATA_DIR: '/srv/feder',
  DATABASE_URL: 'postgres://feder:s3cret@db.example.org/feder',
  PORT: '8080',
  EDITORIAL_INBOX: 'editors@example.org',
};

test('config prints the effective values in two columns, without secrets', async () => {
  const { code, stdout, stderr } = await feder(['config'], good);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').slice(0, 9)).toEqual([
    'production           false',
    'HOST                 127.0.0.1',
    'PORT                 8080',
    'PUBLIC_URL           http://localhost:8080',
    'DATABASE_URL         postgres://***@db.example.org/feder',
    'DATA_DIR             /srv/feder',
    'SMTP_URL             (unset)',
    'MAIL_FROM            Feder <feder@localhost>',
    'EDITORIAL_INBOX      editors@example.org',
  ]);
});

test('config says where a value means less than it seems to', async () => {
  const linesOf = async (env: Record<string, string>) =>
    (await federHere(['config'], { ...good, ...env })).stdout
      .split('\n')
      .filter((line) => /^(MAX_FILES|OUTBOX)/.test(line));
  expect(await linesOf({})).toEqual([
    'MAX_FILES            8 (the form takes 5 at most)',
    'OUTBOX_HOLD_SECONDS  600',
  ]);
  expect((await linesOf({ MAX_FILES: '5' }))[0]).toBe('MAX_FILES            5');
  expect((await linesOf({ MAX_FILES: '6' }))[0]).toBe(
    'MAX_FILES            6 (the form takes 5 at most)',
  );
});

test('config --json prints the same as one object', async () => {
  const { code, stdout } = await federHere(['config', '--json'], good);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    DATABASE_URL: 'postgres://***@db.example.org/feder',
    MAX_FILE_MB: 10,
    SMTP_URL: null,
  });
});

const bad = { ...good, PORT: 'eighty', TRUST_PROXY: '-1', DATABASE_URL: 'mysql://feder:s3cret@db' };

test('config lists every mistake and fails', async () => {
  const { code, stdout, stderr } = await federHere(['config'], bad);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr.split('\n')[0]).toBe("Feder can't start: 3 mistakes in the configuration.");
  expect(stderr.match(/^ {2}\w+(?=:)/gm)).toEqual(['  PORT', '  DATABASE_URL', '  TRUST_PROXY']);
  expect(stderr).not.toContain('s3cret');
});

test('config --json gives the mistakes as objects', async () => {
  const { code, stdout, stderr } = await federHere(['config', '--json'], { ...good, PORT: '-1' });
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toEqual({
    mistakes: [{ name: 'PORT', found: '"-1"', expected: 'a whole number from 0 to 65535' }],
  });
});

test('every other command stops at a wrong configuration with the same list', async () => {
  for (const args of [
    ['migrate'],
    ['verify'],
    ['staff', 'list'],
    ['seed', '--applications', '1'],
  ]) {
    const { code, stdout, stderr } = await federHere(args, bad);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('3 mistakes in the configuration.');
  }
});
