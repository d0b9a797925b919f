import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepFirstAdminLink, watchFirstAdminLink } from '../src/first-admin-link.ts';
import { describeStart, listStartFacts } from '../src/start-message.ts';
import { configOf } from './support/configuration.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'feder-start-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const publicUrl = 'https://feder.example.org';
const firstAdminLink = `${publicUrl}/admin/enrol/secret`;
const smtp = { SMTP_URL: 'smtp://me:pass@mail.example:25', EDITORIAL_INBOX: 'desk@news.example' };

test('the line for the log holds neither an address of a person nor the first admin’s link', () => {
  const config = configOf(smtp);
  const facts = listStartFacts({ config, publicUrl, firstAdminLinkFile: '/data/first-admin-link' });
  expect(facts).toEqual({
    form: 'https://feder.example.org/',
    admin: 'https://feder.example.org/admin',
    mail: 'sent by SMTP through mail.example:25',
    firstAdminLinkFile: '/data/first-admin-link',
  });
  expect(listStartFacts({ config, publicUrl, firstAdminLinkFile: null })).not.toHaveProperty(
    'firstAdminLinkFile',
  );
});

test('once mail leaves, one line says what is still to be filled in', () => {
  const slug = 'regional-experts';
  const lacks = [
    { what: 'imprint' } as const,
    { what: 'contact', slug } as const,
    { what: 'fee', slug } as const,
  ];
  const warningsOf = (env: Record<string, string>) =>
    listStartFacts({ config: configOf(env), publicUrl, firstAdminLinkFile: null, lacks }).warnings;
  expect(warningsOf(smtp)).toEqual([
    'Still to fill in: the imprint, an address for questions of your own (regional-experts), the fee (regional-experts). The list links to each for admins',
  ]);
  expect(warningsOf({})).toBeUndefined();
});

test('a terminal shows both', () => {
  const firstAdminLinkFile = '/data/first-admin-link';
  const facts = { publicUrl, firstAdminLink, firstAdminLinkFile };
  const text = describeStart({ config: configOf(smtp), ...facts });
  expect(text).toContain('  It also stands in /data/first-admin-link.\n');
  expect(text).toContain(`  ${firstAdminLink}\n`);
  expect(text).toContain('through mail.example:25, notifications to desk@news.example\n');
});

test('what is set and does nothing yet is said at the start, and does not stop it', () => {
  const config = configOf({ OUTBOX_HOLD_SECONDS: '60', MAIL_REPLY_DOMAIN: 'in.news.example' });
  expect(listStartFacts({ config, publicUrl, firstAdminLinkFile: null }).warnings).toEqual([
    'MAIL_REPLY_DOMAIN has no effect in this version: replies go to the call’s inbox and to the applicant directly',
  ]);
  expect(configOf({}).withoutEffect).toEqual([]);
});

test('the link is kept for the owner of the data directory only, the newest one, until it is of no use', () => {
  const file = path.join(dataDir, 'first-admin-link');
  writeFileSync(file, 'old');
  chmodSync(file, 0o644);
  expect(keepFirstAdminLink(dataDir, firstAdminLink)).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe(`${firstAdminLink}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(keepFirstAdminLink(dataDir, null)).toBeNull();
  expect(existsSync(file)).toBe(false);
});

test('the file goes once its link is of no use, and stays while nobody can tell', async () => {
  const file = keepFirstAdminLink(dataDir, firstAdminLink)!;
  const answers = [
    () => Promise.resolve(false),
    () => Promise.reject(new Error('away')),
    () => Promise.resolve(true),
  ];
  const seen: boolean[] = [];
  await new Promise<void>((resolve) => {
    const isUseless = () => {
      seen.push(existsSync(file));
      if (answers.length === 1) resolve();
      return answers.shift()!();
    };
    watchFirstAdminLink({ dataDir, isUseless, everyMs: 1 });
  });
  expect(seen).toEqual([true, true, true]);
  await expect.poll(() => existsSync(file)).toBe(false);
});
