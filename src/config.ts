import { join } from 'node:path';
import { laterNames, namesWithoutEffect } from './later-settings.ts';
import { isLoopback } from './loopback.ts';
import {
  type Config,
  type Setting,
  type SettingKey,
  type Shown,
  settingKeys,
  settings,
} from './settings.ts';

export type { Config, Mailbox } from './settings.ts';

/** Ready to print: `found` never holds a secret, nor a character that could forge a line. */
export type Mistake = { name: string; found: string; expected: string };

type Environment = Record<string, string | undefined>;
type ReadFile = (path: string) => string;

const secretNames = new Set(
  settingKeys.filter((key) => settings[key].secret).map((key) => settings[key].name),
);
const inProduction = 'in production (NODE_ENV=production or an https PUBLIC_URL)';

/**
 * Reads the whole configuration: either all of it is good, or every mistake is told at once. An
 * empty value counts as unset. `readFile` returns the text of a NAME_FILE and may throw; this never
 * does.
 */
export function readConfig(
  env: Environment,
  readFile: ReadFile,
): { config: Config } | { mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const production = env.NODE_ENV === 'production' || /^https:/i.test(env.PUBLIC_URL ?? '');
  const config = { production } as Config;
  const read = <K extends SettingKey>(key: K): void => {
    const setting: Setting<Config[K]> = settings[key];
    config[key] = readSetting(setting, env, readFile, mistakes) ?? setting.fallback(production);
  };
  for (const key of settingKeys) read(key);
  const idle = Object.keys(namesWithoutEffect) as (keyof typeof namesWithoutEffect)[];
  config.withoutEffect = idle.filter((name) => env[name]);
  mistakes.push(...checkTogether(env, config, readFile), ...checkLater(env));
  return mistakes.length === 0 ? { config } : { mistakes };
}

/** What `feder config` prints: the effective values by their names in the environment, no secrets. */
export function describeConfig(config: Config): Record<string, Shown> {
  const shown: Record<string, Shown> = { production: config.production };
  const describe = <K extends SettingKey>(key: K): void => {
    const setting: Setting<Config[K]> = settings[key];
    shown[setting.name] = setting.show(config[key], config);
  };
  for (const key of settingKeys) describe(key);
  return shown;
}

/** What `feder config` says beside single values, by their names. */
export function noteConfig(config: Config): Record<string, string> {
  const notes: Record<string, string> = {};
  const note = <K extends SettingKey>(key: K): void => {
    const setting: Setting<Config[K]> = settings[key];
    const text = setting.note?.(config[key]);
    if (text !== undefined) notes[setting.name] = text;
  };
  for (const key of settingKeys) note(key);
  return notes;
}

/** The block that a stopped start prints: two lines for each mistake, no line break at the end. */
export function formatMistakes(mistakes: Mistake[]): string {
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.flatMap(({ name, found, expected }) => [
    `  ${name}: found ${found}`,
    `    expected ${expected}`,
  ]);
  return [`Feder can't start: ${count} in the configuration.`, ...lines].join('\n');
}

/** Undefined when the setting is unset, and when it was added to `mistakes`. */
function readSetting<T>(
  setting: Setting<T>,
  env: Environment,
  readFile: ReadFile,
  mistakes: Mistake[],
): T | undefined {
  const { name, expected, secret = false } = setting;
  const fileName = `${name}_FILE`;
  const path = secret ? env[fileName] : undefined;
  if (!path) return parseText(env[name] ?? '', name);
  if (env[name]) {
    mistakes.push({
      name: fileName,
      found: `${name} set as well`,
      expected: 'only one of the two',
    });
    return undefined;
  }
  const text = readSecret(path, readFile);
  if ('problem' in text) {
    mistakes.push({ name: fileName, found: text.problem, expected: `a file with ${expected}` });
    return undefined;
  }
  return parseText(text.secret, fileName);

  function parseText(text: string, source: string): T | undefined {
    if (text === '') return undefined;
    const value = untidy.test(text) ? undefined : setting.parse(text);
    if (value === undefined) {
      mistakes.push({ name: source, found: secret ? hide(text) : quote(text), expected });
    }
    return value;
  }
}

// The path stays unprinted: some put the secret itself there.
function readSecret(path: string, readFile: ReadFile): { secret: string } | { problem: string } {
  try {
    const secret = readFile(path).replace(/\r?\n$/, '');
    return secret === '' ? { problem: 'an empty file' } : { secret };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = /^E[A-Z]+$/.test(code) ? ` (${code})` : '';
    return { problem: `a file that can't be read${reason}` };
  }
}

/** The rules that join several settings; those that are mistaken by themselves stand at their default. */
function checkTogether(env: Environment, config: Config, readFile: ReadFile): Mistake[] {
  const isSet = (name: string): boolean =>
    Boolean(env[name]) || (secretNames.has(name) && Boolean(env[`${name}_FILE`]));
  const { production, publicUrl } = config;
  const mistakes: Mistake[] = [];
  if (production && isSet('DATABASE_URL') && !isSet('MASTER_KEY')) {
    const { name, expected } = settings.masterKey;
    const reason = `required with DATABASE_URL ${inProduction}`;
    const file = join(config.dataDir, 'master.key');
    const hint = `. A key that an earlier start has made is in ${file}: set MASTER_KEY_FILE to that path`;
    const made = 'secret' in readSecret(file, readFile);
    mistakes.push({
      ...{ name, found: 'nothing' },
      expected: `${expected}; ${reason}${made ? hint : ''}`,
    });
  }
  if (config.masterKeyOld && !config.masterKey) {
    const { name, expected } = settings.masterKey;
    mistakes.push({
      name,
      found: 'nothing',
      expected: `${expected}; required with MASTER_KEY_OLD`,
    });
  } else if (config.masterKey && config.masterKeyOld?.equals(config.masterKey)) {
    const { name, expected } = settings.masterKeyOld;
    mistakes.push({ name, found: 'the same as MASTER_KEY', expected });
  }
  const ofIssuer = [settings.oidcIssuer, settings.oidcClientId, settings.oidcClientSecret];
  const given = ofIssuer.filter(({ name }) => isSet(name));
  for (const { name, expected } of given.length === 0 ? [] : ofIssuer) {
    if (isSet(name)) continue;
    const others = given.map((one) => one.name).join(' and ');
    mistakes.push({ name, found: 'nothing', expected: `${expected}; required with ${others}` });
  }
  if (isSet('SMTP_URL') && !isSet('EDITORIAL_INBOX')) {
    const { name, expected } = settings.editorialInbox;
    mistakes.push({ name, found: 'nothing', expected: `${expected}; required with SMTP_URL` });
  }
  if (production && !config.rateLimits) {
    mistakes.push({ name: 'RATE_LIMITS', found: '"off"', expected: `on ${inProduction}` });
  }
  if (production && publicUrl?.startsWith('http:') && !isLoopback(new URL(publicUrl).hostname)) {
    const expected = 'https:// in production, or http:// with localhost';
    mistakes.push({ name: 'PUBLIC_URL', found: quote(publicUrl), expected });
  }
  return mistakes;
}

function checkLater(env: Environment): Mistake[] {
  return laterNames
    .filter((name) => env[name])
    .map((name) => ({
      name,
      found: 'a value',
      expected: 'it to be unset: this version does not support it yet',
    }));
}

// Names that are nobody's domain (RFC 2606, RFC 6761).
const nobodys = /[@.](localhost|test|invalid|example|example\.(com|net|org))$/i;

/** True when mail would leave from an address that is nobody's, which many mail servers refuse. */
export function hasNobodysSender({
  smtpUrl,
  mailFrom,
}: Pick<Config, 'smtpUrl' | 'mailFrom'>): boolean {
  return smtpUrl !== null && nobodys.test(mailFrom.address);
}

const untidy = /^\s|\s$|[\p{Cc}\p{Zl}\p{Zp}]/u;

function hide(text: string): string {
  const hint = untidy.test(text) ? ' with blanks at an end or control characters' : '';
  return `a value${hint} (not shown)`;
}

function quote(text: string): string {
  // Any setting may hold a URL with a password by mistake.
  const start = text.search(text.includes('@') ? /[:?]/ : /\?/);
  const redacted = start === -1 ? text : `${text.slice(0, start + 1)}***`;
  const letters = [...redacted];
  const short = letters.length > 200 ? `${letters.slice(0, 200).join('')}…` : redacted;
  const visible = short.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  );
  return `"${visible}"`;
}
