import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { generateSync } from 'otplib';
import pino from 'pino';
import type { Assets } from '../../src/assets.ts';
import { createEnrolment } from '../../src/auth/enrolment.ts';
import { createId, createKeyring } from '../../src/crypto.ts';
import type { Db } from '../../src/db/client.ts';
import { insertStaff, type StaffRow } from '../../src/db/staff.ts';
import type { AppEnv, Deps } from '../../src/deps.ts';
import type { Role } from '../../src/domain/permissions.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { accountRoutes } from '../../src/routes/admin/account.tsx';
import { enrolRoutes } from '../../src/routes/admin/enrol.tsx';
import { forbidStoring, requirePermission, requireStaff } from '../../src/routes/admin/gate.ts';
import { signInRoutes } from '../../src/routes/admin/sign-in.tsx';
import { createTestClock, type TestClock } from './clock.ts';
import { defaults } from './configuration.ts';

const assets: Assets = { href: (name) => `/assets/${name}`, find: () => undefined };
const statuses: Partial<Record<ErrorCode, number>> = {
  'not-found': 404,
  gone: 410,
  'too-large': 413,
};

/** A password that passes every rule. */
export const goodPassword = 'Lerche Bahnsteig Kupfer 58';

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
    .route('/', accountRoutes(deps));
  const admin = new Hono<AppEnv>()
    .use(forbidStoring)
    .route('/', signInRoutes(deps))
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
  { app }: Pick<StaffApp, 'app'>,
  { address = '203.0.113.77', language = 'en' }: { address?: string; language?: string } = {},
): Browser {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers);
    headers.set('accept-language', language);
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

let added = 0;

/** Adds somebody who has not enrolled yet. */
export function addInvited(db: Db, facts: { role?: Role; email?: string } = {}): Promise<StaffRow> {
  added += 1;
  const now = new Date('2026-11-01T09:00:00Z');
  return db.transaction().execute((trx) =>
    insertStaff(trx, {
      id: createId(now),
      email: facts.email ?? `person${added}@example.org`,
      name: `Person ${added}`,
      role: facts.role ?? 'editor',
      language: 'en',
      passwordHash: null,
      totpSecretSealed: null,
      totpConfirmedAt: null,
      totpLastStep: null,
      createdAt: now,
      disabledAt: null,
    }),
  );
}

/** Adds somebody and lets them enrol in a browser of their own; without a second factor they are signed in. */
export async function enrolSomebody(
  staffApp: StaffApp,
  facts: { role?: Role; password?: string } = {},
): Promise<{ staff: StaffRow; browser: Browser; answer: Answer; password: string }> {
  const { deps, clock } = staffApp;
  const staff = await addInvited(deps.db, facts);
  const token = await createEnrolment(deps.db, { staffId: staff.id, now: clock.now() });
  const browser = createBrowser(staffApp);
  const password = facts.password ?? goodPassword;
  const answer = await browser.post(`/admin/enrol/${token}`, { password });
  return { staff, browser, answer, password };
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

/** Enrols somebody with a second factor where one is required; they are signed in. */
export async function enrolWithFactor(
  staffApp: StaffApp,
  facts: { role?: Role } = {},
): Promise<{ staff: StaffRow; browser: Browser; password: string; secret: string }> {
  const { staff, browser, password } = await enrolSomebody(staffApp, facts);
  const secret = readKey((await browser.get('/admin/sign-in/set-up')).html);
  const answer = await browser.post('/admin/sign-in/set-up', {
    code: codeFor(secret, staffApp.clock),
  });
  if (answer.location !== '/admin') throw new Error(`set-up failed with ${answer.status}`);
  staffApp.clock.advance(30);
  return { staff, browser, password, secret };
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
