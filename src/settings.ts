import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { ClamdAddress } from './documents/clamd.ts';
import { fileLimits } from './domain/documents.ts';
import { parseEmailAddress } from './domain/email-address.ts';
import type { namesWithoutEffect } from './later-settings.ts';
import { parseIssuer } from './loopback.ts';
import { parseMasterKey } from './master-key.ts';

export type Mailbox = { name: string; address: string };

/** The effective configuration. */
export type Config = {
  /** NODE_ENV=production, or an https PUBLIC_URL. */
  production: boolean;
  host: string;
  /** 0: a free port. */
  port: number;
  /** Without a trailing slash. null: http://localhost:<port>, with 127.0.0.1 and [::1] counting too. */
  publicUrl: string | null;
  /** null: the embedded PostgreSQL in `dataDir`. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  /** null: mail is captured. */
  smtpUrl: string | null;
  mailFrom: Mailbox;
  /** Empty when unset. */
  editorialInbox: string[];
  /** 32 bytes. null: the composition root reads or creates the one in `dataDir`. */
  masterKey: Buffer | null;
  /** The one before it, while a rotation is under way. */
  masterKeyOld: Buffer | null;
  staffMfa: 'required' | 'optional';
  /** The single sign-on of the staff: all three or none. The issuer is spelled as it spells itself. */
  oidcIssuer: string | null;
  oidcClientId: string | null;
  oidcClientSecret: string | null;
  /** Number of proxies whose X-Forwarded-* count. */
  trustProxy: number;
  /** MAX_FILE_MB times 1,000,000. */
  maxFileBytes: number;
  maxFiles: number;
  /** null: nothing is scanned. */
  clamd: ClamdAddress | null;
  rateLimits: boolean;
  /** How long decision letters wait and can be recalled. */
  outboxHoldSeconds: number;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Names that are set and do nothing yet, for a warning at the start. */
  withoutEffect: (keyof typeof namesWithoutEffect)[];
};

/** What can be printed of a setting. */
export type Shown = string | number | boolean | null;

export type Setting<T> = {
  name: string;
  /** Completes "expected …" for the operator. */
  expected: string;
  fallback: (production: boolean) => T;
  /** Undefined refuses the text. Blanks at its ends and control characters were refused before. */
  parse: (text: string) => T | undefined;
  /** For `feder config`: never a secret. */
  show: (value: T, config: Config) => Shown;
  /** What `feder config` adds for people, where a value means less than it seems to. */
  note?: (value: T) => string | undefined;
  /** May come as NAME_FILE too; its text is never printed. */
  secret?: true;
};

export type SettingKey = Exclude<keyof Config, 'production' | 'withoutEffect'>;

const formFiles = Object.values(fileLimits).reduce((sum, limit) => sum + limit, 0);

/** The one table of settings, by what they are called in `Config`. */
export const settings: { readonly [K in SettingKey]: Setting<Config[K]> } = {
  host: {
    name: 'HOST',
    expected: 'an IP address or a host name, without a port',
    fallback: () => '127.0.0.1',
    parse: (text) => (isIP(text) !== 0 || /^[\w.-]+$/.test(text) ? text : undefined),
    show: (host) => host,
  },
  port: whole('PORT', { min: 0, max: 65_535, fallback: 3000 }),
  publicUrl: {
    name: 'PUBLIC_URL',
    expected: 'http:// or https:// with a host and perhaps a port; no path, query or password',
    fallback: () => null,
    parse: parseOrigin,
    show: (url, { port }) => url ?? (port === 0 ? null : `http://localhost:${port}`),
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    expected:
      'postgres://user:password@host:port/database, the password percent-encoded, and no parameter that leaves a certificate unverified',
    fallback: () => null,
    parse: parseDatabaseUrl,
    show: showServer,
    secret: true,
  },
  dataDir: {
    name: 'DATA_DIR',
    expected: 'the path of a directory',
    fallback: () => resolve('data'),
    parse: (text) => resolve(text),
    show: (path) => path,
  },
  smtpUrl: {
    name: 'SMTP_URL',
    expected: 'smtp:// or smtps:// and user:password@host:port, the password percent-encoded',
    fallback: () => null,
    parse: parseSmtpUrl,
    show: showServer,
    secret: true,
  },
  mailFrom: {
    name: 'MAIL_FROM',
    expected: 'one address, bare or as Name <name@example.org>, without commas',
    fallback: () => ({ name: 'Feder', address: 'feder@localhost' }),
    parse: parseMailbox,
    show: ({ name, address }) => (name === '' ? address : `${name} <${address}>`),
  },
  editorialInbox: {
    name: 'EDITORIAL_INBOX',
    expected: 'bare addresses such as editors@example.org, separated by commas',
    fallback: () => [],
    parse: parseAddresses,
    show: (addresses) => (addresses.length === 0 ? null : addresses.join(', ')),
  },
  masterKey: {
    name: 'MASTER_KEY',
    expected: '32 bytes in base64 (44 characters), as `openssl rand -base64 32` prints them',
    fallback: () => null,
    parse: parseMasterKey,
    show: (key) => (key === null ? 'generated' : 'set'),
    secret: true,
  },
  masterKeyOld: {
    name: 'MASTER_KEY_OLD',
    expected: 'the 32 bytes in base64 that MASTER_KEY had before',
    fallback: () => null,
    parse: parseMasterKey,
    show: (key) => (key === null ? null : 'set'),
    secret: true,
  },
  staffMfa: word('STAFF_MFA', ['required', 'optional'], (production) =>
    production ? 'required' : 'optional',
  ),
  oidcIssuer: {
    name: 'OIDC_ISSUER',
    expected: 'the https:// address of an OpenID Connect issuer; no query, user or password',
    fallback: () => null,
    parse: parseIssuer,
    show: (issuer) => issuer,
  },
  oidcClientId: {
    name: 'OIDC_CLIENT_ID',
    expected: 'the client id that the issuer has given',
    fallback: () => null,
    parse: (text) => text,
    show: (id) => id,
  },
  oidcClientSecret: {
    name: 'OIDC_CLIENT_SECRET',
    expected: 'the client secret that the issuer has given',
    fallback: () => null,
    parse: (text) => text,
    show: (secret) => (secret === null ? null : 'set'),
    secret: true,
  },
  trustProxy: whole('TRUST_PROXY', { min: 0, max: 10, fallback: 0 }),
  maxFileBytes: whole('MAX_FILE_MB', { min: 1, max: 100, fallback: 10, unit: 1_000_000 }),
  maxFiles: {
    ...whole('MAX_FILES', { min: 3, max: 20, fallback: 8 }),
    note: (files) => (files > formFiles ? `the form takes ${formFiles} at most` : undefined),
  },
  clamd: {
    name: 'CLAMD_URL',
    expected: 'tcp://host:port, or unix:/path of a socket',
    fallback: () => null,
    parse: parseClamdUrl,
    show: showClamd,
  },
  rateLimits: {
    name: 'RATE_LIMITS',
    expected: 'on or off',
    fallback: () => true,
    parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
    show: (on) => (on ? 'on' : 'off'),
  },
  outboxHoldSeconds: whole('OUTBOX_HOLD_SECONDS', { min: 0, max: 86_400, fallback: 600 }),
  logLevel: word(
    'LOG_LEVEL',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    () => 'info',
  ),
};

/** The keys of `settings`, in its order. */
export const settingKeys = Object.keys(settings) as SettingKey[];

/** `value` is kept in units: bytes for MAX_FILE_MB. */
function whole(
  name: string,
  range: { min: number; max: number; fallback: number; unit?: number },
): Setting<number> {
  const { min, max, fallback, unit = 1 } = range;
  return {
    name,
    expected: `a whole number from ${min} to ${max}`,
    fallback: () => fallback * unit,
    parse: (text) => {
      const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return number >= min && number <= max ? number * unit : undefined;
    },
    show: (value) => value / unit,
  };
}

function word<const T extends string>(
  name: string,
  words: readonly T[],
  fallback: (production: boolean) => NoInfer<T>,
): Setting<T> {
  return {
    name,
    expected: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    fallback,
    parse: (text) => words.find((one) => one === text),
    show: (value) => value,
  };
}

// URL alone is too kind: it drops inner line breaks, takes "https:host" and forgets a lone "?".
function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@\\\s]+\/?$/i.test(text)) return undefined;
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

function parseDatabaseUrl(text: string): string | undefined {
  // postgres://user@/database?host=/socket has no host; pg reads it in the same way.
  const withHost = text.replace('@/', '@localhost/');
  return /^postgres(ql)?:/i.test(text) && isServer(withHost) && !isUnverified(withHost)
    ? text
    : undefined;
}

// What makes pg talk to whoever answers: encrypted, but to whom nobody knows (ASVS 12.3.2).
function isUnverified(url: string): boolean {
  const { searchParams } = new URL(url);
  return searchParams.getAll('sslmode').includes('no-verify') || searchParams.has('uselibpqcompat');
}

function parseClamdUrl(text: string): ClamdAddress | undefined {
  const path = /^unix:(?:\/\/)?(\/[^?#]+)$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const [, host = '', port = ''] =
    /^tcp:\/\/([^\s/?#@:]+|\[[\da-f:.]+\]):(\d{1,5})\/?$/i.exec(text) ?? [];
  const number = Number(port);
  if (host === '' || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

function showClamd(address: ClamdAddress | null): string | null {
  if (address === null) return null;
  if ('path' in address) return `unix:${address.path}`;
  const { host, port } = address;
  return `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parseSmtpUrl(text: string): string | undefined {
  const good = /^smtps?:/i.test(text) && isServer(text) && new URL(text).hostname !== '';
  return good ? text : undefined;
}

function isServer(text: string): boolean {
  // A # or a late @ comes from a password with a bare / ? or #: its rest would be taken for the path
  // and printed as such.
  const rest = text.slice(text.indexOf('://') + 3);
  const isTorn = text.includes('#') || rest.slice(rest.split(/[/?]/, 1)[0]!.length).includes('@');
  return !isTorn && /^[a-z]+:\/\//i.test(text) && URL.canParse(text);
}

const harmlessParameter = /^(sslmode|host|port)=/;

function showServer(url: string | null): string | null {
  if (url === null) return null;
  const [server = '', query] = url.replace(/\/\/[^/?]*@/, '//***@').split(/\?(.*)/);
  if (query === undefined) return server;
  // pg takes ?password= as well.
  const shown = query.split('&').map((one) => (harmlessParameter.test(one) ? one : '***'));
  return `${server}?${shown.join('&')}`;
}

// Format characters could hide or reorder the name; the others would need quoting in the header.
const mailboxName = /^[^\p{C}<>",]*$/u;

function parseMailbox(text: string): Mailbox | undefined {
  const bracket = text.lastIndexOf('<');
  if (bracket === -1) return isAddress(text) ? { name: '', address: text } : undefined;
  const name = text
    .slice(0, bracket)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  const address = text.slice(bracket + 1, -1);
  const good = text.endsWith('>') && mailboxName.test(name) && isAddress(address);
  return good ? { name, address } : undefined;
}

function parseAddresses(text: string): string[] | undefined {
  const addresses = text.split(',').map((one) => one.trim());
  if (!addresses.every(isAddress)) return undefined;
  // Twice in the list would mean two mails for one event.
  const distinct = new Map(addresses.map((one) => [one.toLowerCase(), one]));
  return [...distinct.values()];
}

function isAddress(text: string): boolean {
  return !/\s/.test(text) && parseEmailAddress(text, { ownMailbox: true }) !== undefined;
}
