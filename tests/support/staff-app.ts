import { createHash, randomBytes, scryptSync } from 'node:crypto';
import { Hono } from 'hono';
import { generateSync } from 'otplib';
import pino from 'pino';
import type { Assets } from '../../src/assets.ts';
import { createId, createKeyring } from '../../src/crypto.ts';
import type { Db } from '../../src/db/client.ts';
import { insertStaff, type StaffRow } from '../../src/db/staff.ts';
import type { AppEnv, Deps } from '../../src/deps.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { accountRoutes } from '../../src/routes/admin/account.tsx';
import { enrolRoutes } from '../../src/routes/admin/enrol.tsx';
import { forbidStoring, requirePermission, requireStaff } from '../../src/routes/admin/gate.ts';
import { notificationSettingsRoutes } from '../../src/routes/admin/notification-settings.tsx';
import { oidcRoutes } from '../../src/routes/admin/oidc.tsx';
import { signInRoutes } from '../../src/routes/admin/sign-in.tsx';
import { staffRoutes } from '../../src/routes/admin/staff.tsx';
import { createTestClock, type TestClock } from './clock.ts';
import { defaults } from './configuration.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

const assets: Assets = { href: (name) => `/assets/${name}`, find: () => undefined };
const statuses: Partial<Record<ErrorCode, number>> = {
  'not-found': 404,
  gone: 410,
  'too-large': 413,
};

/** A password that passes every rule. */
export const goodPassword = 'Lerche Bahnsteig Kupfer 58';

/** A database of its own with a publication, as a started server has it, and no staff. */
export async function createStaffDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const row = { name: 'Caucasus Desk', timeZone: 'Europe/Berlin', language: 'de' };
  const updatedAt = new Date('2026-11-01T09:00:00Z');
  await database.db
    .insertInto('publication')
    .values({ ...row, imprint: '{}', links: '[]', updatedAt })
    .execute();
  return database;
}

export type StaffApp = {
  app: Hono<AppEnv>;
  deps: Deps;
  clock: TestClock;
  /** What was logged, one JSON line each. */
  logged: string[];
};

/** The staff pages with their gate on a real database, and one page of each permission behind it. */
export function createStaffApp(
  db: Db,
  options: { config?: Partial<Deps['config']>; publicUrl?: string } = {},
): StaffApp {
  const clock = createTestClock();
  const logged: string[] = [];
  const deps: Deps = {
    config: { ...defaults, ...options.config },
    publicUrl: options.publicUrl ?? 'http://localhost:3000',
    db,
    keys: createKeyring(Buffer.alloc(32, 7)),
    clock,
    log: pino({}, { write: (line: string) => void logged.push(line) }),
    assets,
  };
  const behindGate = new Hono<AppEnv>()
    .use(requireStaff(deps))
    .get('/', (c) => c.text(`list for ${c.var.staff.name}, ${c.var.language}`))
    .post('/', (c) => c.text('changed'))
    .get('/captured', requirePermission('read-captured-mail'), (c) => c.text('mails'))
    .route('/', staffRoutes(deps))
    .route('/', notificationSettingsRoutes(deps))
    .route('/', accountRoutes(deps));
  const admin = new Hono<AppEnv>()
    .use(forbidStoring)
    .route('/', signInRoutes(deps))
    .route('/', oidcRoutes(deps))
    .route('/', enrolRoutes(deps))
    .route('/', behindGate);
  const app = new Hono<AppEnv>().route('/admin', admin);
  app.onError((error) => {
    if (!(error instanceof AppError)) throw error;
    return new Response(error.code, { status: statuses[error.code] ?? 500 });
  });
  return { app, deps, clock, logged };
}

export type Browser = {
  get(path: string): Promise<Answer>;
  post(path: string, form?: Record<string, string>): Promise<Answer>;
  /** What it holds, by name; changing it is what an attacker would do. */
  cookies: Map<string, string>;
};
export type Answer = {
  status: number;
  location: string | null;
  headers: Headers;
  html: string;
  title: string;
};

/** A browser that keeps cookies and follows nothing. */
export function createBrowser(
  { app }: { app: Pick<StaffApp['app'], 'request'> },
  {
    address = '203.0.113.77',
    language = 'en',
    agent = '',
  }: { address?: string; language?: string; agent?: string } = {},
): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers);
    headers.set('accept-language', language);
    headers.set('user-agent', agent);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const env = { incoming: { socket: { remoteAddress: address } } };
    const response = await app.request(path, { ...init, headers }, env);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0\b/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const html = await response.text();
    return {
      status: response.status,
      location: response.headers.get('location'),
      headers: response.headers,
      html,
      title: /<title>(.*)<\/title>/.exec(html)?.[1] ?? '',
    };
  };
  return {
    cookies,
    get: (path) => send(path, {}),
    post: (path, form = {}) => send(path, { method: 'POST', body: new URLSearchParams(form) }),
  };
}

// Hashes carry their cost, so this one is checked by the real code at a hundredth of the time.
const salt = randomBytes(16);
const key = scryptSync(goodPassword, salt, 32, { N: 1024, r: 8, p: 1 });
const cheapHash = `scrypt$1024$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`;

type Facts = { role?: Role; email?: string };
let added = 0;

/** Adds somebody who has not enrolled yet. */
export function addInvited(db: Db, facts: Facts = {}): Promise<StaffRow> {
  return addPerson(db, facts, null);
}

function addPerson(db: Db, facts: Facts, passwordHash: string | null): Promise<StaffRow> {
  added += 1;
  const now = new Date('2026-11-01T09:00:00Z');
  return db.transaction().execute((trx) =>
    insertStaff(trx, {
      id: createId(now),
      email: facts.email ?? `person${added}@example.org`,
      name: `Person ${added}`,
      role: facts.role ?? 'editor',
      language: 'en',
      passwordHash,
      totpSecretSealed: null,
      totpConfirmedAt: null,
      totpLastStep: null,
      createdAt: now,
      disabledAt: null,
    }),
  );
}

/** Adds somebody who can sign in with `goodPassword`. */
export function addEnrolled(db: Db, facts: Facts = {}): Promise<StaffRow> {
  return addPerson(db, facts, cheapHash);
}

/** Adds somebody with `goodPassword` who enters it; they are in unless a second factor is required. */
export async function signInSomebody(
  staffApp: StaffApp,
  facts: Facts = {},
): Promise<{ staff: StaffRow; browser: Browser; answer: Answer; password: string }> {
  const staff = await addEnrolled(staffApp.deps.db, facts);
  const browser = createBrowser(staffApp);
  const form = { email: staff.email, password: goodPassword };
  const answer = await browser.post('/admin/sign-in', form);
  return { staff, browser, answer, password: goodPassword };
}

/** The code of a key as a page shows it, at the clock's time. */
export function codeFor(secret: string, clock: TestClock): string {
  const epoch = Math.floor(clock.now().getTime() / 1000);
  return generateSync({ secret: secret.replaceAll(' ', ''), epoch });
}

/** The key that a set-up page shows. */
export function readKey(html: string): string {
  const key = /translate="no">([A-Z2-7 ]+)</.exec(html)?.[1];
  if (!key) throw new Error('no key on the page');
  return key;
}

/** The recovery codes that a page shows. */
export const readRecoveryCodes = (html: string): string[] =>
  [...html.matchAll(/<code>((?:[2-9A-HJ-NP-Z]{4}-){6}[2-9A-HJ-NP-Z]{4})<\/code>/g)].map(
    ([, code]) => code!,
  );

/** Adds somebody who sets a second factor up where one is required; they are in. */
export async function signInWithFactor(
  staffApp: StaffApp,
  facts: Facts = {},
): Promise<{
  staff: StaffRow;
  browser: Browser;
  password: string;
  secret: string;
  recoveryCodes: string[];
}> {
  const { staff, browser, password } = await signInSomebody(staffApp, facts);
  const secret = readKey((await browser.get('/admin/sign-in/set-up')).html);
  const answer = await browser.post('/admin/sign-in/set-up', {
    code: codeFor(secret, staffApp.clock),
  });
  const recoveryCodes = readRecoveryCodes(answer.html);
  if (recoveryCodes.length === 0) throw new Error(`set-up failed with ${answer.status}`);
  staffApp.clock.advance(30);
  return { staff, browser, password, secret, recoveryCodes };
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Signs somebody in at a whole application; the value of the header Cookie. */
export async function openSession(
  { app, deps }: { app: { request: Hono<AppEnv>['request'] }; deps: Deps },
  email: string,
): Promise<string> {
  const answer = await app.request('/admin/sign-in', {
    method: 'POST',
    headers: { origin: deps.publicUrl },
    body: new URLSearchParams({ email, password: goodPassword }),
  });
  if (answer.headers.get('location') !== '/admin') throw new Error('signing in failed');
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
}
