import { resolve } from 'node:path';
import { type Config, formatMistakes, type Mistake, readConfig } from '../../src/config.ts';

export type Environment = Record<string, string | undefined>;
export type Files = Record<string, string>;

/** What node:fs throws for a file that is not there. */
export const missing = (path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });

/** Reads a configuration whose secret files are `files`, by path. */
function read(env: Environment, files: Files = {}): ReturnType<typeof readConfig> {
  return readConfig(env, (path) => {
    const text = files[path];
    if (text === undefined) throw missing(path);
    return text;
  });
}

/** The configuration; throws when it has mistakes. */
export function configOf(env: Environment, files?: Files): Config {
  const result = read(env, files);
  if ('mistakes' in result) throw new Error(formatMistakes(result.mistakes));
  return result.config;
}

/** The mistakes; none when the configuration is good. */
export function mistakesOf(env: Environment, files?: Files): Mistake[] {
  const result = read(env, files);
  return 'mistakes' in result ? result.mistakes : [];
}

export const namesOf = (env: Environment, files?: Files): string[] =>
  mistakesOf(env, files).map(({ name }) => name);

/** 32 bytes of 7, as MASTER_KEY has them. */
export const keyText = Buffer.alloc(32, 7).toString('base64');

export const wholeNumber = (min: number, max: number): string =>
  `a whole number from ${min} to ${max}`;
export const expectedOrigin =
  'http:// or https:// with a host and perhaps a port; no path, query or password';
export const expectedDatabase =
  'postgres://user:password@host:port/database, the password percent-encoded, and no parameter that leaves a certificate unverified';
export const expectedSmtp =
  'smtp:// or smtps:// and user:password@host:port, the password percent-encoded';
export const expectedFrom = 'one address, bare or as Name <name@example.org>, without commas';
export const expectedInbox = 'bare addresses such as editors@example.org, separated by commas';
export const expectedKey =
  '32 bytes in base64 (44 characters), as `openssl rand -base64 32` prints them';
export const notShown = 'a value (not shown)';

export const settingNames = [
  ...['HOST', 'PORT', 'PUBLIC_URL', 'DATABASE_URL', 'DATA_DIR', 'SMTP_URL', 'MAIL_FROM'],
  ...[
    'EDITORIAL_INBOX',
    'MASTER_KEY',
    'MASTER_KEY_OLD',
    'STAFF_MFA',
    'OIDC_ISSUER',
    'OIDC_CLIENT_ID',
    'OIDC_CLIENT_SECRET',
    'TRUST_PROXY',
    'MAX_FILE_MB',
    'MAX_FILES',
    'CLAMD_URL',
  ],
  ...['RATE_LIMITS', 'OUTBOX_HOLD_SECONDS', 'LOG_LEVEL'],
];
export const fileNames = [
  'DATABASE_URL_FILE',
  'SMTP_URL_FILE',
  'MASTER_KEY_FILE',
  'MASTER_KEY_OLD_FILE',
  'OIDC_CLIENT_SECRET_FILE',
];
export const laterNames = ['METRICS_PORT', 'IMAP_URL', 'IMAP_URL_FILE'];
export const everyName = [...settingNames, ...fileNames, ...laterNames];

/** What an empty environment means. */
export const defaults: Config = {
  production: false,
  host: '127.0.0.1',
  port: 3000,
  publicUrl: null,
  databaseUrl: null,
  dataDir: resolve('data'),
  smtpUrl: null,
  mailFrom: { name: 'Feder', address: 'feder@localhost' },
  editorialInbox: [],
  masterKey: null,
  masterKeyOld: null,
  staffMfa: 'optional',
  oidcIssuer: null,
  oidcClientId: null,
  oidcClientSecret: null,
  trustProxy: 0,
  maxFileBytes: 10_000_000,
  clamd: null,
  maxFiles: 8,
  rateLimits: true,
  outboxHoldSeconds: 600,
  logLevel: 'info',
  withoutEffect: [],
};
