import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createId } from '../../src/crypto.ts';
import { languages } from '../../src/i18n.ts';
import { createTestApp, type TestApp } from '../support/app.ts';

let site: TestApp;
beforeAll(async () => {
  site = await createTestApp({ PUBLIC_URL: 'http://apply.example.org' });
});
afterAll(() => site.stop());

const fetchText = async (path: string) => {
  const answer = await site.app.request(path);
  const type = answer.headers.get('content-type');
  return { status: answer.status, type, text: await answer.text() };
};

test('robots.txt keeps crawlers from what belongs to one person or to staff, and from nothing else', async () => {
  const { status, type, text } = await fetchText('/robots.txt');
  expect([status, type]).toEqual([200, 'text/plain; charset=UTF-8']);
  const closed = text.split('\n').flatMap((line) => /^Disallow: (.+)$/.exec(line)?.[1] ?? []);
  const isClosed = (path: string): boolean => closed.some((one) => path.startsWith(one));
  for (const path of [
    '/admin',
    '/admin/sign-in',
    '/uploads/x',
    '/ka/drafts/x',
    '/hy/applications/x',
  ]) {
    expect([path, isClosed(path)]).toEqual([path, true]);
  }
  for (const path of [
    '/',
    '/ka',
    '/en/calls/regional-experts',
    '/de/privacy',
    '/assets/public.css',
  ]) {
    expect([path, isClosed(path)]).toEqual([path, false]);
  }
  expect(text).toContain('\n\nSitemap: http://apply.example.org/sitemap.xml\n');
});

test('sitemap.xml names each open call in each of its languages, with the others beside it', async () => {
  const { status, type, text } = await fetchText('/sitemap.xml');
  expect([status, type]).toEqual([200, 'application/xml; charset=UTF-8']);
  const at = (language: string): string =>
    `http://apply.example.org/${language}/calls/regional-experts`;
  expect([...text.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address)).toEqual(
    languages.map(at),
  );
  const links = text.matchAll(/<xhtml:link rel="alternate" hreflang="(\w\w)" href="(.*?)">/g);
  expect([...links].map(([, language, href]) => [language, href])).toEqual(
    languages.flatMap(() => languages.map((one) => [one, at(one)])),
  );
});

test('a call that is not open is not in it, nor a language that it has no texts in', async () => {
  const { db, clock } = site.deps;
  const { texts } = await db.selectFrom('callVersions').select('texts').executeTakeFirstOrThrow();
  // Versions are immutable: a new one, which is the call's from now on.
  const id = createId(clock.now());
  await sql`
    insert into call_versions
    select (jsonb_populate_record(v, ${JSON.stringify({
      id,
      number: 2,
      texts: { de: texts.de, ka: texts.ka },
    })}::jsonb)).* from call_versions as v`.execute(db);
  const count = async (): Promise<number> =>
    [...(await fetchText('/sitemap.xml')).text.matchAll(/<loc>/g)].length;
  expect(await count()).toBe(2);
  await db.updateTable('calls').set({ closesAt: clock.now() }).execute();
  expect(await count()).toBe(0);
  await db.updateTable('calls').set({ closesAt: null }).execute();

  // A form in a language that the call is not offered in says so of the call's words.
  const form = (await fetchText('/hy/calls/regional-experts/apply')).text;
  expect(form).toMatch(/<h1>Դիմում՝ <span lang="de">[^<]+<\/span><\/h1>/);
  expect(form).toMatch(/<label for="places-georgia" lang="de">|<label for="places" lang="de">/);
});
