import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Config } from '../src/config.ts';
import {
  configOf,
  type Environment,
  expectedDatabase,
  expectedFrom,
  expectedInbox,
  expectedKey,
  expectedOrigin,
  expectedSmtp,
  keyText,
  mistakesOf,
  namesOf,
  notShown,
  wholeNumber,
} from './support/configuration.ts';

describe('good values', () => {
  const smtp = { SMTP_URL: 'smtp://mail.example.org', EDITORIAL_INBOX: 'a@example.org' };
  const good: [Environment, Partial<Config>][] = [
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ HOST: '::' }, { host: '::' }],
    [{ HOST: 'my_box.local' }, { host: 'my_box.local' }],
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ PUBLIC_URL: 'http://127.0.0.1:3000/' }, { publicUrl: 'http://127.0.0.1:3000' }],
    [{ PUBLIC_URL: 'https://Feder.example.org:443' }, { publicUrl: 'https://feder.example.org' }],
    [{ PUBLIC_URL: 'https://bücher.example' }, { publicUrl: 'https://xn--bcher-kva.example' }],
    [{ DATA_DIR: '/srv/feder data' }, { dataDir: '/srv/feder data' }],
    [{ DATA_DIR: '../feder' }, { dataDir: resolve('../feder') }],
    [{ MAIL_FROM: 'feder@example.org' }, { mailFrom: { name: '', address: 'feder@example.org' } }],
    [{ MAIL_FROM: '<a@b.example>' }, { mailFrom: { name: '', address: 'a@b.example' } }],
    [
      { MAIL_FROM: 'რედაქცია <feder@example.org>' },
      { mailFrom: { name: 'რედაქცია', address: 'feder@example.org' } },
    ],
    [
      { MAIL_FROM: '"The Editors" <the.editors+in@example.org>' },
      { mailFrom: { name: 'The Editors', address: 'the.editors+in@example.org' } },
    ],
    [{ EDITORIAL_INBOX: 'a@example.org' }, { editorialInbox: ['a@example.org'] }],
    [
      { EDITORIAL_INBOX: 'a@example.org, редакция@пример.example ,c@localhost' },
      { editorialInbox: ['a@example.org', 'редакция@пример.example', 'c@localhost'] },
    ],
    [
      { EDITORIAL_INBOX: 'a@x.example,b@x.example,A@X.example' },
      { editorialInbox: ['A@X.example', 'b@x.example'] },
    ],
    [{ MASTER_KEY: keyText }, { masterKey: Buffer.alloc(32, 7) }],
    [{ TRUST_PROXY: '10' }, { trustProxy: 10 }],
    [{ MAX_FILE_MB: '1' }, { maxFileBytes: 1_000_000 }],
    [{ MAX_FILE_MB: '100' }, { maxFileBytes: 100_000_000 }],
    [{ MAX_FILES: '3' }, { maxFiles: 3 }],
    [{ MAX_FILES: '20' }, { maxFiles: 20 }],
    [{ CLAMD_URL: 'tcp://127.0.0.1:3310' }, { clamd: { host: '127.0.0.1', port: 3310 } }],
    [{ CLAMD_URL: 'tcp://[::1]:3310/' }, { clamd: { host: '::1', port: 3310 } }],
    [{ CLAMD_URL: 'unix:/run/clamd.ctl' }, { clamd: { path: '/run/clamd.ctl' } }],
    [{ OUTBOX_HOLD_SECONDS: '0' }, { outboxHoldSeconds: 0 }],
    [{ OUTBOX_HOLD_SECONDS: '86400' }, { outboxHoldSeconds: 86_400 }],
    [{ RATE_LIMITS: 'off' }, { rateLimits: false }],
    [{ RATE_LIMITS: 'on' }, { rateLimits: true }],
    ...(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const).map(
      (logLevel): [Environment, Partial<Config>] => [{ LOG_LEVEL: logLevel }, { logLevel }],
    ),
    ...[
      'postgres://u:p@db.example.org:5432/feder',
      'postgresql://u:p%40ss%2F@db.example.org/feder?sslmode=require',
      'postgres:///feder?host=/run/postgresql',
      'postgres://u@/feder?host=/run/postgresql',
      'postgres://%2Frun%2Fpostgresql/feder',
    ].map((url): [Environment, Partial<Config>] => [{ DATABASE_URL: url }, { databaseUrl: url }]),
    ...['smtp://u:p@mail.example.org:587', 'SMTPS://mail.example.org', 'smtp://[::1]:25'].map(
      (url): [Environment, Partial<Config>] => [{ ...smtp, SMTP_URL: url }, { smtpUrl: url }],
    ),
  ];
  test.each(good)('%o is read as %o', (env, expected) => {
    expect(configOf(env)).toMatchObject(expected);
  });
});

describe('mistaken values', () => {
  const mistaken: [string, string[], string][] = [
    [
      'HOST',
      ['a b', 'localhost:3000', '[::1]', 'http://localhost', ' '],
      'an IP address or a host name, without a port',
    ],
    [
      'PORT',
      ['65536', '-1', '3e3', '80.5', '+80', '0x50', ' 80', '80 ', 'http', '٣'],
      wholeNumber(0, 65_535),
    ],
    ['TRUST_PROXY', ['11', '-1', 'true', 'loopback'], wholeNumber(0, 10)],
    ['MAX_FILE_MB', ['0', '101', '1.5', '10MB'], wholeNumber(1, 100)],
    ['MAX_FILES', ['2', '21', 'three'], wholeNumber(3, 20)],
    [
      'CLAMD_URL',
      ['127.0.0.1:3310', 'tcp://host', 'tcp://host:0', 'tcp://host:70000', 'unix:clamd.ctl'],
      'tcp://host:port, or unix:/path of a socket',
    ],
    ['OUTBOX_HOLD_SECONDS', ['-1', '86401', '10m'], wholeNumber(0, 86_400)],
    ['STAFF_MFA', ['on', 'Required', 'off'], 'required or optional'],
    ['RATE_LIMITS', ['no', 'OFF', 'true', '0'], 'on or off'],
    [
      'LOG_LEVEL',
      ['verbose', 'INFO', 'warning'],
      'trace, debug, info, warn, error, fatal or silent',
    ],
    [
      'PUBLIC_URL',
      [
        ...['feder.example.org', 'ftp://feder.example.org', 'https:feder.example.org', 'https://'],
        ...['https://feder.example.org/apply', 'https://feder.example.org//', 'http://a b'],
        ...['https://x#', 'http://x:99999'],
        ...['https:\\\\feder.example.org', ' https://feder.example.org', 'javascript:alert(1)'],
      ],
      expectedOrigin,
    ],
    [
      'MAIL_FROM',
      [
        ...['feder', 'feder@', '@example.org', 'a@b@c.example', 'a b@example.org', 'a@-b.example'],
        ...['a@example.org, b@example.org', 'The Editors, Feder <a@example.org>', 'a@b..example'],
        ...['Feder <a@example.org', 'Feder a@example.org>', 'Feder <a@example.org> x', 'Feder <>'],
        ...['a@127.0.0.1', 'Feder < a@x.example >', 'a@example.123'],
        ...['A <a@x.example> <b@x.example>', '.a@x.example', `${'a'.repeat(65)}@x.example`],
        ...['a@example.org;b@example.org', `a@${'b'.repeat(64)}.example`],
      ],
      expectedFrom,
    ],
    [
      'EDITORIAL_INBOX',
      [',', 'a@x.example,', 'a@x.example b@x.example', 'Editors <a@x.example>', 'a@x.example,b'],
      expectedInbox,
    ],
  ];
  const cases = mistaken.flatMap(([name, texts, expected]) =>
    texts.map((text): [string, string, string] => [name, text, expected]),
  );
  test.each(cases)('%s=%s is a mistake', (name, text, expected) => {
    expect(mistakesOf({ [name]: text })).toEqual([{ name, found: `"${text}"`, expected }]);
  });

  const mistakenSecrets: [string, string[], string][] = [
    [
      'DATABASE_URL',
      [
        ...['mysql://u:p@h/d', 'h', '/run/postgresql', 'postgres:u:p@h', 'postgres://u:p@h:port/d'],
        ...['postgres://u:p@h1:1,h2:2/d', 'postgres://u:1/2@h/d', 'postgres://u:1?2@h/d'],
        ...['postgres://u:1#2@h/d', 'xpostgres://h/d'],
      ],
      expectedDatabase,
    ],
    [
      'SMTP_URL',
      [
        ...['mail.example.org', 'https://u:p@h', 'smtp:h', 'smtp://', 'smtp:///h', 'smtp://u:p@'],
        ...[
          'smtp://u:p@/',
          'smtp://:25',
          'smtp://u:1#2@h',
          'smtp://u:1/2@h',
          'smtp://a b',
          'xsmtp://h',
        ],
      ],
      expectedSmtp,
    ],
    [
      'MASTER_KEY',
      [
        ...[
          'short',
          keyText.slice(0, -1),
          `${keyText}=`,
          keyText.replace('B', '*'),
          'A'.repeat(44),
        ],
        ...[Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')],
        ...[Buffer.alloc(32, 255).toString('base64url'), Buffer.alloc(32).toString('hex')],
        `${keyText.slice(0, -2)}d=`,
      ],
      expectedKey,
    ],
  ];
  const secretCases = mistakenSecrets.flatMap(([name, texts, expected]) =>
    texts.map((text): [string, string, string] => [name, text, expected]),
  );
  test.each(secretCases)('%s=%s is a mistake that is told without it', (name, text, expected) => {
    const env = { [name]: text, EDITORIAL_INBOX: 'a@example.org' };
    expect(mistakesOf(env)).toEqual([{ name, found: notShown, expected }]);
  });

  test('a line break or a blank at an end is named for a secret that is not shown', () => {
    const found = 'a value with blanks at an end or control characters (not shown)';
    for (const text of [`${keyText} `, ` ${keyText}`, `${keyText}\n`, `${keyText}\r\n`]) {
      expect(mistakesOf({ MASTER_KEY: text })).toEqual([
        { name: 'MASTER_KEY', found, expected: expectedKey },
      ]);
    }
  });

  test.each([
    ['a@example.org\r\nBcc: b@example.org', '"a@example.org\\u{d}\\u{a}Bcc:***"'],
    ['Fe\u202eder <a@example.org>', '"Fe\\u{202e}der <a@example.org>"'],
    ['Fe\u2028der <a@example.org>', '"Fe\\u{2028}der <a@example.org>"'],
    ['\u009b31mFeder', '"\\u{9b}31mFeder"'],
  ])('control characters are refused in MAIL_FROM and shown as codes (%j)', (text, found) => {
    expect(mistakesOf({ MAIL_FROM: text })).toEqual([
      { name: 'MAIL_FROM', found, expected: expectedFrom },
    ]);
  });

  test.each([
    ['https://feder.example.org?', '"https://feder.example.org?***"'],
    ['https://feder.example.org/?a=b', '"https://feder.example.org/?***"'],
    ['https://me@feder.example.org', '"https:***"'],
    ['https://me:pass@feder.example.org', '"https:***"'],
    ['me:pass@feder.example.org', '"me:***"'],
    ['feder.example.org?password=a@b', '"feder.example.org?***"'],
  ])('PUBLIC_URL=%s is a mistake told without what may be a password', (text, found) => {
    expect(mistakesOf({ PUBLIC_URL: text })).toEqual([
      { name: 'PUBLIC_URL', found, expected: expectedOrigin },
    ]);
  });

  test('an address has at most 254 characters', () => {
    const longest = `a@${'b.'.repeat(125)}bc`;
    expect(longest).toHaveLength(254);
    expect(configOf({ EDITORIAL_INBOX: longest }).editorialInbox).toEqual([longest]);
    expect(namesOf({ EDITORIAL_INBOX: `${longest}d` })).toEqual(['EDITORIAL_INBOX']);
  });

  test('a long value is shown by its first 200 characters', () => {
    expect(mistakesOf({ LOG_LEVEL: '🪶'.repeat(300) })[0]?.found).toBe(`"${'🪶'.repeat(200)}…"`);
  });
});
