import { describe, expect, test } from 'vitest';
import { type Config, hasNobodysSender, type Mistake, readConfig } from '../src/config.ts';
import {
  configOf,
  defaults,
  everyName,
  expectedDatabase,
  expectedInbox,
  expectedKey,
  expectedSmtp,
  keyText,
  laterNames,
  mistakesOf,
  namesOf,
  notShown,
  settingNames,
} from './support/configuration.ts';

const production = 'in production (NODE_ENV=production or an https PUBLIC_URL)';

describe('defaults', () => {
  test('an empty environment gives the documented defaults', () => {
    expect(configOf({})).toEqual(defaults);
  });

  test('empty strings count as unset everywhere', () => {
    const env = Object.fromEntries([...everyName, 'NODE_ENV'].map((name) => [name, '']));
    expect(configOf(env)).toEqual(defaults);
  });

  test('two readings share no object that one could change for the other', () => {
    const first = configOf({});
    first.editorialInbox.push('x@example.org');
    first.mailFrom.name = 'x';
    expect(configOf({})).toEqual(defaults);
  });

  test.each([
    [{ NODE_ENV: 'production' }, true, 'required'],
    [{ NODE_ENV: 'production', PUBLIC_URL: 'http://localhost:3000' }, true, 'required'],
    [{ PUBLIC_URL: 'https://feder.example.org' }, true, 'required'],
    [{ PUBLIC_URL: 'HTTPS://feder.example.org' }, true, 'required'],
    [{ PUBLIC_URL: 'http://feder.example.org' }, false, 'optional'],
    [{ NODE_ENV: 'development' }, false, 'optional'],
    [{ NODE_ENV: 'production', STAFF_MFA: 'optional' }, true, 'optional'],
    [{ STAFF_MFA: 'required' }, false, 'required'],
  ])('%o means production %s and a second factor that is %s', (env, isProduction, staffMfa) => {
    const config = configOf(env);
    expect(config.production).toBe(isProduction);
    expect(config.staffMfa).toBe(staffMfa);
  });
});

describe('rules that join settings', () => {
  const database = { DATABASE_URL: 'postgres://h/d' };
  const missingKey = {
    name: 'MASTER_KEY',
    found: 'nothing',
    expected: `${expectedKey}; required with DATABASE_URL ${production}`,
  };

  test('MASTER_KEY is required with DATABASE_URL in production only', () => {
    const https = { PUBLIC_URL: 'https://feder.example.org' };
    expect(mistakesOf({ ...database, NODE_ENV: 'production' })).toEqual([missingKey]);
    expect(mistakesOf({ ...database, ...https })).toEqual([missingKey]);
    expect(mistakesOf({ ...https, DATABASE_URL_FILE: '/f' }, { '/f': 'postgres://h/d' })).toEqual([
      missingKey,
    ]);
    expect(mistakesOf({ ...database, ...https, MASTER_KEY: keyText })).toEqual([]);
    expect(mistakesOf({ ...database, ...https, MASTER_KEY_FILE: '/k' }, { '/k': keyText })).toEqual(
      [],
    );
    expect(mistakesOf(database)).toEqual([]);
    expect(mistakesOf(https)).toEqual([]);
  });

  test('EDITORIAL_INBOX is required with SMTP_URL', () => {
    const mistake = {
      name: 'EDITORIAL_INBOX',
      found: 'nothing',
      expected: `${expectedInbox}; required with SMTP_URL`,
    };
    expect(mistakesOf({ SMTP_URL: 'smtp://h' })).toEqual([mistake]);
    expect(mistakesOf({ SMTP_URL_FILE: '/s' }, { '/s': 'smtp://h' })).toEqual([mistake]);
    expect(mistakesOf({ SMTP_URL: 'smtp://h', EDITORIAL_INBOX: 'a@example.org' })).toEqual([]);
  });

  test('the missing MASTER_KEY names the file of a key that an earlier start has made', () => {
    const env = { DATABASE_URL: 'postgres://u:p@h/d', NODE_ENV: 'production', DATA_DIR: '/data' };
    const hint =
      '. A key that an earlier start has made is in /data/master.key: set MASTER_KEY_FILE to that path';
    expect(mistakesOf(env, { '/data/master.key': `${keyText}\n` })).toEqual([
      { ...missingKey, expected: `${missingKey.expected}${hint}` },
    ]);
    expect(
      namesOf({ ...env, MASTER_KEY_FILE: '/data/master.key' }, { '/data/master.key': keyText }),
    ).toEqual([]);
  });

  const byMail = { SMTP_URL: 'smtp://mail.news.ge', EDITORIAL_INBOX: 'desk@news.ge' };
  test.each([
    [undefined, true],
    ['Feder <feder@localhost>', true],
    ['feder@example.org', true],
    ['feder@mail.example.com', true],
    ['feder@news.test', true],
    ['feder@news.ge', false],
    ['Feder <feder@mailhost>', false],
    ['feder@examples.org', false],
  ])(
    'MAIL_FROM=%s stops no start; that it is nobody’s where mails leave: %s',
    (text, isNobodys) => {
      const env = { ...byMail, MAIL_FROM: text, NODE_ENV: 'production' };
      expect(namesOf(env)).not.toContain('MAIL_FROM');
      expect(hasNobodysSender(configOf({ ...byMail, MAIL_FROM: text }))).toBe(isNobodys);
      expect(hasNobodysSender(configOf({ MAIL_FROM: text }))).toBe(false);
    },
  );

  test('a MAIL_FROM that can not be read is told once', () => {
    const env = { ...byMail, MAIL_FROM: 'a, b', NODE_ENV: 'production' };
    expect(namesOf(env)).toEqual(['MAIL_FROM']);
  });

  test('RATE_LIMITS=off is refused in production', () => {
    const mistake = { name: 'RATE_LIMITS', found: '"off"', expected: `on ${production}` };
    expect(mistakesOf({ RATE_LIMITS: 'off', NODE_ENV: 'production' })).toEqual([mistake]);
    expect(mistakesOf({ RATE_LIMITS: 'off', PUBLIC_URL: 'https://x.example' })).toEqual([mistake]);
  });

  test.each([
    'feder.example.org',
    '10.0.0.1',
    '127.example.org',
    '[::2]',
    'localhost.example',
    'mylocalhost',
  ])('an http PUBLIC_URL on %s is refused in production', (host) => {
    const env = { PUBLIC_URL: `http://${host}` };
    expect(mistakesOf(env)).toEqual([]);
    expect(mistakesOf({ ...env, NODE_ENV: 'production' })).toEqual([
      {
        name: 'PUBLIC_URL',
        found: `"http://${host}"`,
        expected: 'https:// in production, or http:// with localhost',
      },
    ]);
  });

  test.each(['localhost', 'localhost:3000', 'feder.localhost', '127.0.0.1', '127.8.9.1', '[::1]'])(
    'an http PUBLIC_URL on %s is fine in production',
    (host) => {
      expect(namesOf({ NODE_ENV: 'production', PUBLIC_URL: `http://${host}` })).toEqual([]);
    },
  );

  test('the single sign-on is configured whole or not at all, and every gap is told at once', () => {
    const whole = {
      OIDC_ISSUER: 'https://login.example.org/realms/desk/',
      OIDC_CLIENT_ID: 'feder',
      OIDC_CLIENT_SECRET: 'a secret of theirs',
    };
    expect(configOf(whole)).toMatchObject({
      oidcIssuer: whole.OIDC_ISSUER,
      oidcClientId: 'feder',
      oidcClientSecret: 'a secret of theirs',
    });
    const { OIDC_CLIENT_SECRET, ...rest } = whole;
    const files = { '/run/secret': `${OIDC_CLIENT_SECRET}\n` };
    expect(configOf({ ...rest, OIDC_CLIENT_SECRET_FILE: '/run/secret' }, files)).toEqual(
      configOf(whole),
    );
    for (const name of Object.keys(whole) as (keyof typeof whole)[]) {
      const [one, two] = Object.keys(whole).filter((other) => other !== name);
      expect(mistakesOf({ ...whole, [name]: '' })).toEqual([
        {
          ...{ name, found: 'nothing' },
          expected: expect.stringMatching(`; required with ${one} and ${two}$`),
        },
      ]);
      expect(namesOf({ [name]: whole[name] })).toEqual([one, two]);
    }
  });

  test.each([
    'http://login.example.org',
    'login.example.org',
    'https://login.example.org/?tenant=1',
    'https://user:pass@login.example.org',
    'https://login.example.org/#a',
    'ftp://login.example.org',
  ])('%s is no issuer that codes and secrets could travel to', (issuer) => {
    const rest = { OIDC_CLIENT_ID: 'feder', OIDC_CLIENT_SECRET: 'x' };
    expect(namesOf({ ...rest, OIDC_ISSUER: issuer })).toEqual(['OIDC_ISSUER']);
    expect(namesOf({ ...rest, OIDC_ISSUER: 'http://127.0.0.1:9000' })).toEqual([]);
  });

  test.each(laterNames)('%s is refused as not supported yet, without its value', (name) => {
    expect(mistakesOf({ [name]: 'some-value' })).toEqual([
      {
        name,
        found: 'a value',
        expected: 'it to be unset: this version does not support it yet',
      },
    ]);
  });

  test('every mistake is told at once', () => {
    const env = Object.fromEntries([...settingNames, ...laterNames].map((name) => [name, '\t']));
    expect(namesOf(env)).toEqual([...settingNames, ...laterNames]);
    expect(
      namesOf({
        ...{ NODE_ENV: 'production', PORT: 'x', PUBLIC_URL: 'http://x.example' },
        ...{ RATE_LIMITS: 'off', DATABASE_URL: 'x', SMTP_URL_FILE: '/none', LOG_LEVEL: 'x' },
      }),
    ).toEqual([
      ...['PORT', 'DATABASE_URL', 'SMTP_URL_FILE', 'LOG_LEVEL'],
      ...['MASTER_KEY', 'EDITORIAL_INBOX', 'RATE_LIMITS', 'PUBLIC_URL'],
    ]);
  });

  test('MASTER_KEY_OLD needs another MASTER_KEY beside it', () => {
    const old = Buffer.alloc(32, 8).toString('base64');
    expect(mistakesOf({ MASTER_KEY_OLD: keyText })).toEqual([
      {
        ...{ name: 'MASTER_KEY', found: 'nothing' },
        expected: `${expectedKey}; required with MASTER_KEY_OLD`,
      },
    ]);
    expect(mistakesOf({ MASTER_KEY: keyText, MASTER_KEY_OLD: keyText })).toEqual([
      {
        ...{ name: 'MASTER_KEY_OLD', found: 'the same as MASTER_KEY' },
        expected: 'the 32 bytes in base64 that MASTER_KEY had before',
      },
    ]);
    expect(configOf({ MASTER_KEY: keyText, MASTER_KEY_OLD: old })).toMatchObject({
      ...{ masterKey: Buffer.alloc(32, 7), masterKeyOld: Buffer.alloc(32, 8) },
    });
  });
});

describe('secrets in files', () => {
  const inbox = { EDITORIAL_INBOX: 'a@example.org' };
  const secrets: [string, string, keyof Config, unknown, string][] = [
    ['DATABASE_URL', 'postgres://u:p@h/d', 'databaseUrl', 'postgres://u:p@h/d', expectedDatabase],
    ['SMTP_URL', 'smtp://u:p@h', 'smtpUrl', 'smtp://u:p@h', expectedSmtp],
    ['MASTER_KEY', keyText, 'masterKey', Buffer.alloc(32, 7), expectedKey],
  ];

  test.each(secrets)('%s is read from its file', (name, text, key, value, expected) => {
    const file = `${name}_FILE`;
    const env = { ...inbox, [file]: '/run/secrets/x' };
    for (const end of ['', '\n', '\r\n']) {
      expect(configOf(env, { '/run/secrets/x': text + end })[key]).toEqual(value);
    }
    expect(configOf({ ...env, [name]: '' }, { '/run/secrets/x': text })[key]).toEqual(value);
    expect(configOf({ ...inbox, [name]: text, [file]: '' })[key]).toEqual(value);

    const mistakeOf = (found: string): Mistake => ({
      name: file,
      found,
      expected: `a file with ${expected}`,
    });
    expect(mistakesOf(env)).toEqual([mistakeOf("a file that can't be read (ENOENT)")]);
    expect(mistakesOf(env, { '/run/secrets/x': '' })).toEqual([mistakeOf('an empty file')]);
    expect(mistakesOf(env, { '/run/secrets/x': '\n' })).toEqual([mistakeOf('an empty file')]);
    expect(mistakesOf(env, { '/run/secrets/x': 'wrong' })).toEqual([
      { name: file, found: notShown, expected },
    ]);
    expect(mistakesOf({ ...env, [name]: text }, { '/run/secrets/x': text })).toEqual([
      { name: file, found: `${name} set as well`, expected: 'only one of the two' },
    ]);
  });

  test('only secrets may come from files', () => {
    const env = Object.fromEntries(
      ['PORT', 'HOST', 'MAIL_FROM'].map((name) => [`${name}_FILE`, '/f']),
    );
    expect(configOf(env, { '/f': 'x' })).toEqual(defaults);
  });

  test('a reader that throws anything at all is a mistake', () => {
    for (const thrown of [undefined, 'x', Object.assign(new Error(), { code: Symbol('x') })]) {
      const result = readConfig({ MASTER_KEY_FILE: '/f' }, () => {
        throw thrown;
      });
      expect(result).toEqual({
        mistakes: [
          {
            name: 'MASTER_KEY_FILE',
            found: "a file that can't be read",
            expected: `a file with ${expectedKey}`,
          },
        ],
      });
    }
  });
});
