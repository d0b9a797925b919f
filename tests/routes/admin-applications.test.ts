import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getOpenDraft } from '../../src/actions/open-draft.ts';
import type { AppEnv } from '../../src/deps.ts';
import { translatorFor } from '../../src/i18n.ts';
import { applicationRoutes } from '../../src/routes/admin/applications.tsx';
import { storeCopies } from '../support/copies.ts';
import { createDatabaseProxy } from '../support/database-proxy.ts';
import { decideByPages } from '../support/decide.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { createDraft, createSubmitted, type Sent } from '../support/factories.ts';
import { elementsOf, hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>';

type Submitted = Awaited<ReturnType<typeof createSubmitted>>;
const submit = (sent: Sent = {}): Promise<Submitted> => createSubmitted(desk.deps, sent);
const pathOf = ({ reference }: { reference: string }): string => `/admin/applications/${reference}`;
const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');

/** The answers as the page lists them. */
const answerList = (html: string): string =>
  /<dl class="answers">(.*?)<\/dl>/s.exec(html)?.[1] ?? '';
const answersOf = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...answerList(html).matchAll(/<dt>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/gs)].map(
      ([, label, value]) => [plainText(label!), plainText(value!).trim()],
    ),
  );

const move = (seat: Seat, application: { reference: string }, name: string, from: string) =>
  seat.post(`${pathOf(application)}/transitions`, { name, from });

async function openings(id: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from access_log where application_id = ${id} and type = 'opened'`.execute(
    desk.deps.db,
  );
  return rows[0]!.count;
}

test('the page shows every answer, the handle in clear', async () => {
  const application = await submit({
    via: 'https://example.org/article',
    values: {
      fullName: 'ნინო გელაშვილი',
      latinName: 'Nino Gelashvili',
      penName: 'N. G.',
      email: 'nino@example.org',
      contactChannel: 'signal',
      contactHandle: '+995 555 123456',
      places: ['georgia', 'armenia'],
      placesOther: 'Kutaisi',
      basedIn: 'Tbilisi',
      languages: ['ka', 'en'],
      topics: 'Water and bread',
      links: ['https://example.org/a', 'javascript:alert(1)'],
      keepOnFile: true,
    },
  });
  const { status, html } = await desk.editor.get(pathOf(application));
  expect(status).toBe(200);
  expect(answersOf(html)).toEqual({
    'Full name': 'ნინო გელაშვილი',
    'Name in Latin letters': 'Nino Gelashvili',
    'Pen name': 'N. G.',
    'E-mail address': 'nino@example.org',
    'How do you prefer to be reached?': 'Signal: +995 555 123456',
    Places: 'Armenia and Georgia',
    'Towns, regions, communities': 'Kutaisi',
    'Where do you live?': 'Tbilisi',
    'Which languages do you work in?': 'Georgian and English',
    'What do you write about?': 'Water and bread',
    'Links to published work': 'https://example.org/a   javascript:alert(1)',
    'Did you use AI tools for the texts that you send?': 'Not provided',
    'Keep on file': 'Yes',
    'Consent given': '24 November 2026, 10:00 CET',
    Submitted: '24 November 2026, 10:00 CET',
    Call: 'Regional experts',
    'Language of the application': 'English',
    'Came from': 'https://example.org/article',
  });
  expect(textOfPage(html)).toContain('reply by 8 December 2026');
  expect(hrefsOf(html)).toContain('https://example.org/article');
  expect(hrefsOf(html).filter((href) => href.startsWith('javascript'))).toEqual([]);
});

test('an article is linked only by http and https', async () => {
  for (const via of ['javascript:alert(1)', 'data:text/html,x', 'example.org/article', evil]) {
    const { html } = await desk.editor.get(pathOf(await submit({ via })));
    expect(answersOf(html)['Came from']).toBe(via);
    expect(hrefsOf(html).filter((href) => !/^(\/|#|mailto:)/.test(href))).toEqual([]);
  }
});

test('what people typed and pasted stays text', async () => {
  const application = await submit({
    values: { fullName: evil, latinName: evil, penName: evil, topics: evil, basedIn: evil },
    texts: { coverLetter: evil, cv: `</div></main>${evil}` },
    files: [{ kind: 'writingSample', name: `${evil}.pdf` }],
  });
  const { html } = await desk.editor.get(pathOf(application));
  // Attributes may hold the words, behind their quotes.
  expect(html.replace(/<script src="\/assets\/[^>]*>/g, '').replace(/"[^"]*"/g, '""')).not.toMatch(
    /<script|<img|<[^>]*\son\w+=/,
  );
  expect(html).toContain('<title>&quot;&gt;&lt;script&gt;');
  expect(html.match(/<\/main>/g)).toHaveLength(1);
});

test('a pasted text stands in place, in its own words', async () => {
  const text = 'Dear editors,\n\nდილის ნისლში სოფელი ნელა იღვიძებს.\n  <b>& more</b>';
  const { html } = await desk.editor.get(pathOf(await submit({ texts: { coverLetter: text } })));
  const paper = /<div class="paper"[^>]*>(.*?)<\/div>/s.exec(html)![1]!;
  expect(paper).toBe(text.replace('&', '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'));
});

test('a pasted text that was changed in the database is not shown, and the rest of the page is', async () => {
  const application = await submit({ texts: { coverLetter: 'Dear editors' } });
  await sql`update document_chunks set data = set_byte(data, 20, get_byte(data, 20) # 1)
    where document_id in (select id from documents where application_id = ${application.id})`.execute(
    desk.deps.db,
  );
  const { status, html } = await desk.editor.get(pathOf(application));
  expect(status).toBe(200);
  expect(textOfPage(html)).toContain('This text can’t be opened');
  expect(html).not.toContain('Dear editors');
});

test('a document shows its name, kind, type, size, language, and the whole SHA-256', async () => {
  const application = await submit({
    files: [{ kind: 'writingSample', name: 'ნიმუში.pdf', language: 'ka' }],
  });
  const { rows } = await sql<{ hex: string; size: number }>`
    select encode(sha256, 'hex') as hex, size from documents
    where application_id = ${application.id}`.execute(desk.deps.db);
  await storeCopies(desk.deps, application.id);
  const { hex, size } = rows[0]!;
  const shownSize = translatorFor('en').size(size);
  const { html } = await desk.editor.get(pathOf(application));
  const text = textOfPage(/<article.*?<\/article>/s.exec(html)![0]);
  expect(text).toBe(
    ` ნიმუში.pdf Read Download Original Writing sample · PDF · ${shownSize} · Georgian The text has not been read yet. It usually takes less than a minute. Show ნიმუში.pdf SHA-256 ${hex.slice(0, 12)}… ${hex} `,
  );
});

test('the page tells which documents this reader has downloaded', async () => {
  const application = await submit({ files: [{ kind: 'cv', name: 'cv.pdf' }] });
  const { html } = await desk.editor.get(pathOf(application));
  expect(html).not.toContain('viewed by you');
  const [download] = hrefsOf(html).filter((href) => href.includes('/documents/'));
  await desk.editor.fetch(download!);
  expect((await desk.editor.get(pathOf(application))).html).toContain('viewed by you');
  expect((await desk.admin.get(pathOf(application))).html).not.toContain('viewed by you');
});

test('the event log tells in plain words who did what', async () => {
  const application = await submit();
  desk.clock.advance(60);
  await desk.reviewer.get(pathOf(application));
  desk.clock.advance(60);
  await move(desk.editor, application, 'review', 'screening');
  await decideByPages(desk.admin, application, 'decline', { letter: 'no' });
  const { html } = await desk.admin.get(pathOf(application));
  const log = [...html.matchAll(/<li>(.*?)<time/gs)].map(([, text]) => plainText(text!).trim());
  expect(log).toEqual([
    'The application arrived by the form',
    'First opened by Rea Reviewer',
    'Edda Editor moved it from “Screening” to “In review”',
    'Ada Admin moved it from “In review” to “Declined”',
  ]);
});

test('a reference in lower case leads to the address that counts, the filters with it', async () => {
  const { reference } = await submit();
  const { status, location } = await desk.editor.get(
    `/admin/applications/${reference.toLowerCase()}?stage=new`,
  );
  expect([status, location]).toEqual([303, `/admin/applications/${reference}?stage=new`]);
});

test('drafts and unknown references are not there, by any way', async () => {
  const token = await createDraft(desk.deps);
  const { application } = await getOpenDraft(desk.deps, token);
  for (const path of [
    pathOf(application),
    '/admin/applications/F-222222',
    '/admin/applications/x',
  ]) {
    expect((await desk.admin.get(path)).status, path).toBe(404);
    const answer = await desk.admin.post(`${path}/transitions`, { name: 'review', from: 'draft' });
    expect(answer.status, path).toBe(404);
  }
});

test('the page is noted as opened once in ten minutes for each reader', async () => {
  const application = await submit();
  await desk.editor.get(pathOf(application));
  await desk.editor.get(pathOf(application));
  expect(await openings(application.id)).toBe(1);
  await desk.admin.get(pathOf(application));
  expect(await openings(application.id)).toBe(2);
  desk.clock.advance(10 * 60);
  await desk.editor.get(pathOf(application));
  expect(await openings(application.id)).toBe(3);
});

test('a prefetch is refused and never counts, and neither does HEAD', async () => {
  const application = await submit();
  for (const headers of [
    { 'Sec-Purpose': 'prefetch' },
    { 'Sec-Purpose': 'prefetch;prerender' },
    { Purpose: 'prefetch' },
  ]) {
    const { status, html } = await desk.editor.get(pathOf(application), headers);
    expect([status, html]).toEqual([503, '']);
  }
  expect((await desk.editor.head(pathOf(application))).status).toBe(200);
  expect(await openings(application.id)).toBe(0);
});

test('the page takes as many queries for much as for little, and few journeys to the database', async () => {
  const values = { fullName: 'Journey', email: 'journey@example.org' };
  const little = await submit({ values });
  const much = await submit({ values, texts: { coverLetter: 'Pasted words.' } });
  for (const note of ['One', 'Two', 'Three']) {
    await desk.editor.post(`${pathOf(much)}/notes`, { note });
  }
  const ask = async (application: Submitted): Promise<number> => {
    desk.countQueries();
    expect((await desk.editor.get(pathOf(application))).status).toBe(200);
    return desk.countQueries();
  };
  // The words of a pasted text come by a query of their own.
  expect((await ask(much)) - (await ask(little))).toBe(1);
  let journeys = 0;
  const proxy = await createDatabaseProxy(desk.deps.db, { onSent: () => (journeys += 1) });
  const app = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set('staff', desk.editor.staff);
      c.set('language', 'en');
      await next();
    })
    .route('/admin', applicationRoutes({ ...desk.deps, db: proxy.db }));
  for (const query of ['', '', '?q=journey', '?q=journey']) {
    journeys = 0;
    expect((await app.request(pathOf(much) + query)).status).toBe(200);
  }
  // The application, its facts and a pasted text; both ways of a search read, look, name and end.
  expect(journeys).toBeLessThanOrEqual(14);
  await proxy.stop();
});

test('previous and next stay inside the filter', async () => {
  const one = await submit({ values: { fullName: 'Walk One', places: ['armenia'] } });
  desk.clock.advance(1);
  await submit({ values: { fullName: 'Walk Elsewhere', places: ['azerbaijan'] } });
  desk.clock.advance(1);
  // Two at the same moment, which their ids put in order.
  const twins = [
    await submit({ values: { fullName: 'Walk Two', places: ['armenia'] } }),
    await submit({ values: { fullName: 'Walk Three', places: ['armenia'] } }),
  ];
  const [two, three] = twins.sort((a, b) => (a.id < b.id ? -1 : 1)) as [Submitted, Submitted];
  const filters = '?q=walk&place=armenia';
  const beside = async (application: { reference: string }, query = filters) => {
    const { html } = await desk.editor.get(pathOf(application) + query);
    const links = elementsOf(html, 'a');
    return ['prev', 'next'].map((rel) => links.find((link) => link.rel === rel)?.href);
  };
  expect(await beside(one)).toEqual([pathOf(two) + filters, undefined]);
  expect(await beside(two)).toEqual([pathOf(three) + filters, pathOf(one) + filters]);
  expect(await beside(three)).toEqual([undefined, pathOf(two) + filters]);
  expect(await beside(two, '?stage=nonsense')).toEqual([undefined, undefined]);
  // An application that has left the filter still knows its place in it.
  await move(desk.editor, two, 'review', 'screening');
  expect(await beside(two, '?q=walk&stage=screening&place=armenia')).toEqual(
    [three, one].map((other) => `${pathOf(other)}?q=walk&stage=screening&place=armenia`),
  );
});
