import { afterAll, beforeAll, expect, test } from 'vitest';
import { createId } from '../../src/crypto.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { may, type Permission, type Role, roles } from '../../src/domain/permissions.ts';
import { permissionOf } from '../../src/routes/admin/gate.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { storeCopies } from '../support/copies.ts';
import { createSubmitted } from '../support/factories.ts';
import { forAdmins, forReviewers } from '../support/permitted-routes.ts';
import { addEnrolled, openSession } from '../support/staff-app.ts';

type Route = { method: string; path: string; needs: Permission[] };

let running: TestApp;
let cookies: Record<Role, string>;
/** What stands in the place of the parameters: things that are there. */
let real: [RegExp, string][];

beforeAll(async () => {
  running = await createTestApp({ STAFF_MFA: 'optional' });
  const { deps } = running;
  const files = (['cv', 'coverLetter', 'writingSample'] as const).map((kind) => ({
    ...{ kind, name: `${kind}.pdf` },
  }));
  const application = await createSubmitted(deps, { files });
  await storeCopies(deps, application.id);
  const [document] = await listDocuments(deps.db, application.id);
  const mail = await deps.db.selectFrom('mails').select('id').executeTakeFirstOrThrow();
  const colleague = await addEnrolled(deps.db, { role: 'editor' });
  const signIn = async (role: Role) =>
    await openSession(running, (await addEnrolled(deps.db, { role })).email);
  cookies = {
    admin: await signIn('admin'),
    editor: await signIn('editor'),
    reviewer: await signIn('reviewer'),
  };
  real = [
    [/\/staff\/:id/, `/staff/${colleague.id}`],
    [/\/documents\/:id/, `/documents/${document!.id}`],
    [/\/outbox\/:id/, `/outbox/${mail.id}`],
    [/:reference/, application.reference],
    [/:slug/, 'regional-experts'],
    [/:language/, 'de'],
    [/\/staff\/([\w-]+)\/:act/, '/staff/$1/role'],
    [/opening\/:act/, 'opening/close'],
    [/:list\{.*?\}/, 'questions'],
    [/:section\{\(\?:places.*?\}/, 'places'],
    [/:section\{\(\?:texts.*?\}\/:key/, 'texts/de'],
  ];
});
afterAll(async () => await running.stop());

const covers = (pattern: string, path: string): boolean =>
  pattern === path || (pattern.endsWith('/*') && `${path}/`.startsWith(pattern.slice(0, -1)));

/** Before anybody is signed in, or for whoever signs out. */
const isOpen = (path: string): boolean => /^\/admin\/(sign-in|sign-out|enrol)\b/.test(path);

/** The routes of the desk as the app has them, each with what stands before its handler. */
function listRoutes(): Route[] {
  const entries = running.app.routes.filter(({ path }) => path.startsWith('/admin'));
  const routes = new Map<string, Route>();
  for (const [at, { method, path }] of entries.entries()) {
    if (method === 'ALL' || isOpen(path)) continue;
    const needs = entries.slice(0, at).flatMap((one) => {
      const permission = permissionOf(one.handler);
      const isBefore = one.method === 'ALL' || one.method === method;
      return permission && isBefore && covers(one.path, path) ? [permission] : [];
    });
    routes.set(`${method} ${path}`, { method, path, needs: [...new Set(needs)] });
  }
  return [...routes.values()];
}

/** The path with what is there; where nothing is, the parameter stays. */
const fill = (path: string): string =>
  real.reduce((address, [parameter, value]) => address.replace(parameter, value), path);
const addressOf = (path: string): string =>
  fill(path).replace(/:(\w+)(\{.*?\})?/g, createId(new Date()));

async function ask({ method, path }: Route, cookie: string | undefined) {
  const headers: Record<string, string> = { origin: running.deps.publicUrl };
  if (cookie) headers.cookie = cookie;
  const body = method === 'POST' ? new URLSearchParams() : null;
  const answer = await running.app.request(addressOf(path), { method, headers, body });
  return { status: answer.status, location: answer.headers.get('location') };
}

test('8.2.1: every route of the desk declares what it needs', () => {
  const routes = listRoutes();
  expect(routes.length).toBeGreaterThan(80);
  expect(routes.filter(({ needs }) => needs.length === 0)).toEqual([]);
});

test('8.2.1: each route is for those for whom it is meant', () => {
  const listFor = (role: Role, mayAsk: boolean): string[] =>
    listRoutes()
      .filter(({ needs }) => needs.every((one) => may(role, one)) === mayAsk)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted();
  expect(listFor('reviewer', true)).toEqual(forReviewers.toSorted());
  expect(listFor('editor', false)).toEqual(forAdmins.toSorted());
  expect(listFor('admin', false)).toEqual([]);
});

test('8.2.1, attack 21: nobody who is signed out gets past the gate, by whatever route', async () => {
  for (const route of listRoutes()) {
    const { status, location } = await ask(route, undefined);
    expect([route.method, route.path, status, location?.startsWith('/admin/sign-in')]).toEqual([
      ...[route.method, route.path, 303, true],
    ]);
  }
});

test('8.2.1, attack 21: a role that may not is told that nothing is there, by whatever route', async () => {
  let count = 0;
  for (const route of listRoutes()) {
    for (const role of roles) {
      if (route.needs.every((one) => may(role, one))) continue;
      const { status } = await ask(route, cookies[role]);
      expect([route.method, route.path, role, status]).toEqual([
        ...[route.method, route.path, role, 404],
      ]);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(80);
});

test('8.2.1: a role that may finds what is there', async () => {
  let count = 0;
  // What needs something that is not there in the first place says nothing about roles.
  const isMissing = (path: string): boolean =>
    fill(path).includes(':') ||
    /\/(decide|letter|contributors)\/|\/identity$|\/eml$|second-factor$/.test(path);
  for (const route of listRoutes().filter((one) => one.method === 'GET' && !isMissing(one.path))) {
    for (const role of roles) {
      if (!route.needs.every((one) => may(role, one))) continue;
      const { status } = await ask(route, cookies[role]);
      // A page of a form that was not sent is 422.
      expect([route.path, role, [200, 422].includes(status)]).toEqual([route.path, role, true]);
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(40);
});
