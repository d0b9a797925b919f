import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());

it.each([
  ...['/.git', '/.git/HEAD', '/.git/config', '/.gitignore', '/.env', '/.ci/run', '/package.json'],
  ...['/package-lock.json', '/src/server.ts', '/migrations/index.ts', '/data/master.key'],
  ...['/node_modules/hono/package.json', '/assets/../package.json', '/assets/%2e%2e/package.json'],
  ...[
    '/assets/..%2fpackage.json',
    '/en/.git/HEAD',
    '/admin/.git/HEAD',
    '/.well-known/../.git/HEAD',
  ],
])('13.4.1: %s is not served', async (path) => {
  const answer = await test.app.request(path);
  const text = await answer.text();
  const isRefused = answer.status === 404 || /sign-in/.test(answer.headers.get('location') ?? '');
  expect([path, answer.status, isRefused]).toEqual([path, answer.status, true]);
  expect(text).not.toMatch(/ref: refs|"dependencies"|repositoryformatversion/);
});
