import { expect, it } from 'vitest';
import { pageAfter, readNext, withNext } from '../../src/routes/admin/next-page.ts';

it.each([
  ['/admin', '/admin'],
  ['/admin?q=nino&stage=review', '/admin?q=nino&stage=review'],
  ['/admin/applications/F-7K3M9Q?tab=cv#top', '/admin/applications/F-7K3M9Q?tab=cv'],
  ['/admin/applications/../outbox', '/admin/outbox'],
  ['/admin?to=https://example.org/', '/admin?to=https://example.org/'],
])('goes on to %s', (raw, page) => {
  expect(readNext(raw)).toBe(page);
});

it.each([
  'https://evil.example/admin',
  '//evil.example/admin',
  '/\\evil.example/admin',
  '\\\\evil.example/admin',
  '/admin/..//evil.example',
  '/admin/../../evil.example',
  '/admin\\..\\..\\evil',
  '/admin/\\..\\..\\evil',
  '/admin/%2e%2e//evil.example',
  '/admin\t/..//evil.example',
  '/administrator',
  '/admin@evil.example',
  '/admin:443/',
  '/en/calls/regional-experts',
  'javascript:alert(1)',
  'admin',
  '',
  '/admin/sign-in?next=/admin/sign-in',
  '/admin/x/../sign-out',
  '/admin/enrol/token',
  `/admin/${'a'.repeat(1000)}`,
  undefined,
  ['/admin'],
])('does not go on to %j', (raw) => {
  expect(readNext(raw)).toBeUndefined();
});

it('drops line breaks that would split a header', () => {
  expect(readNext('/admin/x\r\nSet-Cookie: y=z')).toBe('/admin/xSet-Cookie:%20y=z');
});

it('carries the page through the steps', () => {
  const email = 'a@example.org';
  expect(pageAfter({ kind: 'session', token: 't', email }, undefined)).toBe('/admin');
  expect(pageAfter({ kind: 'session', token: 't', email }, '/admin/outbox')).toBe('/admin/outbox');
  expect(pageAfter({ kind: 'code', token: 't' }, undefined)).toBe('/admin/sign-in/code');
  expect(pageAfter({ kind: 'set-up', token: 't' }, '/admin?q=a&b')).toBe(
    '/admin/sign-in/set-up?next=%2Fadmin%3Fq%3Da%26b',
  );
  expect(withNext('/admin/sign-in', undefined)).toBe('/admin/sign-in');
});
