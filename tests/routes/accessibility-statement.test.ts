import { afterAll, beforeAll, expect, test } from 'vitest';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { hrefsOf, plainText, titleOf } from '../support/html.ts';

let testApp: TestApp;
beforeAll(async () => {
  testApp = await createTestApp();
});
afterAll(async () => await testApp.stop());

const read = async (path: string): Promise<string> => {
  const answer = await testApp.app.request(path);
  expect(answer.status).toBe(200);
  return await answer.text();
};

test.each(languages)('in %s the statement names standard, date and whom to tell', async (one) => {
  const html = await read(`/${one}/accessibility`);
  const text = plainText(html);
  for (const fact of ['WCAG 2.2', 'AA', 'EN 301 549', '2026', 'axe', 'Caucasus Watch']) {
    expect(text).toContain(fact);
  }
  expect(hrefsOf(html)).toContain('mailto:i.dostalik@caucasuswatch.de');
  expect(html).toContain(`<html lang="${one}">`);
});

test('it tells what is not done, and that nobody from outside has looked', async () => {
  const html = await read('/en/accessibility');
  expect(titleOf(html)).toBe('Accessibility statement – Caucasus Watch');
  expect(plainText(html)).toContain('Version 1, in force since 26 November 2026');
  expect(plainText(html)).toContain('nobody from outside has audited them');
});

test('duty 16: every public page leads to it', async () => {
  for (const path of ['/de', '/de/calls/regional-experts', '/de/privacy', '/de/imprint']) {
    expect([path, hrefsOf(await read(path))]).toEqual([
      path,
      expect.arrayContaining(['/de/accessibility']),
    ]);
  }
});

test('without a call it leads to the imprint', async () => {
  const { db, clock } = testApp.deps;
  await db.updateTable('calls').set({ closesAt: clock.now() }).execute();
  const html = await read('/en/accessibility');
  expect(html).not.toContain('mailto:');
  expect(hrefsOf(html).filter((href) => href === '/en/imprint')).toHaveLength(2);
});
