import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { describeConfig, formatMistakes, readConfig } from '../src/config.ts';
import {
  configOf,
  defaults,
  type Environment,
  everyName,
  fileNames,
  keyText,
  laterNames,
  missing,
  mistakesOf,
  settingNames,
} from './support/configuration.ts';

const marker = 'hunter2';

describe('what is printed', () => {
  test('a description holds the effective values by their environment names', () => {
    expect(describeConfig(configOf({}))).toEqual({
      production: false,
      HOST: '127.0.0.1',
      PORT: 3000,
      PUBLIC_URL: 'http://localhost:3000',
      DATABASE_URL: null,
      DATA_DIR: resolve('data'),
      SMTP_URL: null,
      MAIL_FROM: 'Feder <feder@localhost>',
      EDITORIAL_INBOX: null,
      MASTER_KEY: 'generated',
      MASTER_KEY_OLD: null,
      STAFF_MFA: 'optional',
      OIDC_ISSUER: null,
      OIDC_CLIENT_ID: null,
      OIDC_CLIENT_SECRET: null,
      TRUST_PROXY: 0,
      MAX_FILE_MB: 10,
      MAX_FILES: 8,
      CLAMD_URL: null,
      RATE_LIMITS: 'on',
      OUTBOX_HOLD_SECONDS: 600,
      LOG_LEVEL: 'info',
    });
    expect(describeConfig(configOf({ PORT: '0' })).PUBLIC_URL).toBe(null);
    expect(Object.keys(describeConfig(configOf({})))).toEqual(['production', ...settingNames]);
  });

  test('a description hides the secrets and shows the rest', () => {
    const env = {
      PUBLIC_URL: 'https://feder.example.org/',
      DATABASE_URL: `postgres://me:${marker}@db:5432/feder?sslmode=require&password=${marker}&${marker}`,
      SMTP_URL: `smtps://me:${marker}@mail.example.org:465`,
      EDITORIAL_INBOX: 'a@example.org,b@example.org',
      MAIL_FROM: 'feder@example.org',
      MASTER_KEY: keyText,
    };
    expect(describeConfig(configOf(env))).toMatchObject({
      production: true,
      PUBLIC_URL: 'https://feder.example.org',
      DATABASE_URL: 'postgres://***@db:5432/feder?sslmode=require&***&***',
      SMTP_URL: 'smtps://***@mail.example.org:465',
      EDITORIAL_INBOX: 'a@example.org, b@example.org',
      MAIL_FROM: 'feder@example.org',
      MASTER_KEY: 'set',
      STAFF_MFA: 'required',
    });
  });

  test.each([
    ['postgres://me@/feder?host=/run/postgresql', 'postgres://***@/feder?host=/run/postgresql'],
    ['postgres:///feder?host=/run&port=5433', 'postgres:///feder?host=/run&port=5433'],
    [`postgres://me:a@${marker}@db/feder`, 'postgres://***@db/feder'],
    [`postgres://db/feder?a=?${marker}`, 'postgres://db/feder?***'],
    ['postgres://db/feder', 'postgres://db/feder'],
  ])('%s is described as %s', (url, shown) => {
    expect(describeConfig(configOf({ DATABASE_URL: url })).DATABASE_URL).toBe(shown);
  });

  test('a URL with a password in the wrong setting is not printed', () => {
    for (const name of [
      'PUBLIC_URL',
      'HOST',
      'PORT',
      'EDITORIAL_INBOX',
      'MAIL_FROM',
      'LOG_LEVEL',
    ]) {
      const [mistake] = mistakesOf({ [name]: `https://me:${marker}@h/` });
      expect(mistake).toMatchObject({ name, found: '"https:***"' });
    }
  });

  test('mistakes are printed on two lines each', () => {
    expect(formatMistakes(mistakesOf({ PORT: 'x', STAFF_MFA: 'y' }))).toBe(
      [
        "Feder can't start: 2 mistakes in the configuration.",
        '  PORT: found "x"',
        '    expected a whole number from 0 to 65535',
        '  STAFF_MFA: found "y"',
        '    expected required or optional',
      ].join('\n'),
    );
    expect(formatMistakes(mistakesOf({ PORT: 'x' }))).toContain('1 mistake in the configuration.');
  });
});

describe('for any environment', () => {
  const likely = fc.constantFrom(
    ...['3', '10', 'on', 'off', 'required', 'production', keyText, 'a@b', 'N <a@b>', '/f'],
    ...['https://h', 'http://h', 'postgres://u:p@h/d', 'smtp://u:p@h', '://@', '\n', '[', '%'],
  );
  const text = fc.oneof(likely, fc.string({ unit: 'binary' }), fc.string());

  it('never throws, and answers with one shape or the other', () => {
    const environment = fc.dictionary(fc.constantFrom('NODE_ENV', ...everyName), text);
    fc.assert(
      fc.property(environment, text, fc.boolean(), (env, content, fails) => {
        const result = readConfig(env, (path) => {
          if (fails) throw missing(path);
          return content;
        });
        if ('config' in result) {
          expect(Object.keys(result.config)).toHaveLength(Object.keys(defaults).length);
          describeConfig(result.config);
        } else {
          expect(result.mistakes.length).toBeGreaterThan(0);
          expect(formatMistakes(result.mistakes).split('\n')).toHaveLength(
            1 + 2 * result.mistakes.length,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never prints a password or a key', () => {
    // Mostly the characters that a URL gives a meaning to.
    const part = fc.string({
      unit: fc.constantFrom(...[...'@/#?:\\%&= []1a2', '//', '\n', '\t', 'é', '\u202e', '%40']),
      maxLength: 6,
    });
    const password = fc.tuple(part, part).map(([before, after]) => before + marker + after);
    const urlOf = (...starts: string[]): fc.Arbitrary<string> =>
      fc.oneof(
        fc
          .tuple(fc.constantFrom(...starts), password)
          .map(([start, secret]) => `${start}me:${secret}@h:5432/d`),
        fc
          .tuple(fc.constantFrom(...starts), password)
          .map(([start, secret]) => `${start}me:${encodeURIComponent(secret)}@h:5432/d`),
        fc
          .tuple(fc.constantFrom(...starts), password)
          .map(([start, secret]) => `${start}h/d?password=${encodeURIComponent(secret)}`),
      );
    const anyUrl = urlOf('postgres://', 'smtp://', 'https://', 'mysql://', 'https:', '');
    const wholeSecrets = ['MASTER_KEY', 'MASTER_KEY_OLD', ...fileNames, ...laterNames];
    const environment: fc.Arbitrary<Environment> = fc.oneof(
      fc.record({ DATABASE_URL: urlOf('postgres://', 'postgresql://') }),
      fc.record({ SMTP_URL: urlOf('smtp://', 'smtps://') }),
      fc.dictionary(fc.constantFrom(...everyName.filter((name) => name !== 'DATA_DIR')), anyUrl),
      fc.dictionary(fc.constantFrom(...wholeSecrets), password),
    );
    let described = 0;
    fc.assert(
      fc.property(environment, anyUrl, fc.boolean(), (secrets, content, fails) => {
        const env = { EDITORIAL_INBOX: 'a@example.org', ...secrets };
        const result = readConfig(env, (path) => {
          if (fails) throw missing(path);
          return content;
        });
        const output =
          'config' in result
            ? JSON.stringify(describeConfig(result.config))
            : JSON.stringify(result.mistakes) + formatMistakes(result.mistakes);
        if ('config' in result && (result.config.databaseUrl || result.config.smtpUrl))
          described += 1;
        expect(output.toLowerCase()).not.toContain(marker);
      }),
      { numRuns: 5000 },
    );

    expect(described).toBeGreaterThan(100);
  });
});
