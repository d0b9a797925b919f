import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Violation, verifyDatabase } from '../../src/actions/verify-database.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { prepareDesk } from '../support/desk-facts.ts';
import { bodyOf, type FoundForm, listForms, listLive, patternOf } from '../support/forms.ts';
import { hrefsOf } from '../support/html.ts';
import { naughtyTexts } from '../support/naughty.ts';
import { applyPath, fillDraft, submitFilled } from '../support/send-form.ts';
import { openSession } from '../support/staff-app.ts';

let test: TestApp;
let email: string;
let cookie: string;
let origin: string;
let starts: string[];
beforeAll(async () => {
  test = await createTestApp();
  origin = test.deps.publicUrl;
  const desk = await prepareDesk(test);
  ({ email } = desk);
  cookie = await openSession(test, email);
  const references = [desk.reference, desk.reviewed, desk.done, desk.written, desk.withdrawn];
  const draft = `/en/drafts/${await fillDraft(test.app)}`;
  starts = [
    '/en',
    applyPath(),
    ...[draft, `${draft}/check`, await submitFilled(test.app), '/en/find'],
    ...[
      '/admin',
      '/admin/sign-in',
      desk.enrolment,
      '/admin/account',
      '/admin/account/second-factor',
    ],
    ...references.map((reference) => `/admin/applications/${reference}`),
  ];
}, 600_000);
afterAll(() => test.stop());

const get = async (path: string): Promise<Response> =>
  await test.app.request(path, { headers: { cookie, 'accept-language': 'en' } });

/** Goes from link to link, a few pages of each kind; every form that was found, once a kind. */
async function findForms(): Promise<FoundForm[]> {
  const forms = new Map<string, FoundForm>();
  const queue = [...starts];
  const visits = new Map<string, number>();
  const seen = new Set<string>();
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const pattern = patternOf(path);
    const often = starts.includes(path) ? Number.POSITIVE_INFINITY : 2;
    if (seen.has(path) || (visits.get(pattern) ?? 0) >= often) continue;
    seen.add(path);
    visits.set(pattern, (visits.get(pattern) ?? 0) + 1);
    const answer = await get(path);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
    const html = await answer.text();
    for (const form of listForms(html, path)) {
      const names = [...new Set(form.values.map(([name]) => name.replace(/\d+|[\w-]{36}/g, '*')))];
      const kind = [form.method, patternOf(form.action), ...names.sort()].join(' ');
      if (!forms.has(kind)) forms.set(kind, form);
    }
    queue.push(
      ...hrefsOf(html)
        .filter((href) => href.startsWith('/') || href.startsWith('?'))
        .map((href) => new URL(href, new URL(path, origin)))
        .map(({ pathname, search }) => pathname + search),
    );
  }
  return [...forms.values()];
}

/** Those that end what the others need come last. */
const isEnding = ({ action }: FoundForm): boolean =>
  /erase|withdraw|sign-out|sessions|password|second-factor|submit$/.test(action);

/** What is wrong with the stored data. */
async function listViolations(): Promise<Violation[]> {
  const violations: Violation[] = [];
  await verifyDatabase(test.deps, { report: (one) => violations.push(one) });
  return violations;
}

let count = 0;
const wrong: unknown[] = [];

/** Sends one request; the status, and a note of whatever no request may bring about. */
async function send(what: string, path: string, init: RequestInit): Promise<number> {
  count += 1;
  const headers = new Headers({ cookie, origin, 'accept-language': 'en' });
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  const logged = test.logged.length;
  const answer = await test.app.request(path, { ...init, headers });
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const live = type.startsWith('text/html') ? listLive(text) : [];
  const errors = test.logged.slice(logged).filter((line) => JSON.parse(line).level >= 50);
  const location = answer.headers.get('location') ?? '/';
  const leads = /^\/(?!\/)/.test(location);
  if (answer.status >= 500 || live.length > 0 || errors.length > 0 || !leads) {
    wrong.push({ what, path, status: answer.status, live, location, errors });
  }
  if (location.startsWith('/admin/sign-in') || answer.status === 401) {
    cookie = await openSession(test, email).catch(() => cookie);
  }
  return answer.status;
}

const asText = (values: [string, string][]): string => new URLSearchParams(values).toString();
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
const bound = { 'content-type': 'multipart/form-data; boundary=x' };

/** The same form in shapes that no browser sends. */
function misshape({ values }: FoundForm): [what: string, init: RequestInit][] {
  const text = asText(values);
  const post = (body: BodyInit, headers: Record<string, string> = urlencoded): RequestInit => ({
    method: 'POST',
    body,
    headers,
  });
  const [first = ['x', '']] = values;
  const part = `--x\r\ncontent-disposition: form-data; name="${first[0]}"\r\n\r\n1\r\n`;
  return [
    ['nothing at all', post('')],
    ['each field twice', post(`${text}&${text}`)],
    ['each field as a list', post(asText(values.map(([name, value]) => [`${name}[]`, value])))],
    ['fields of every object', post(`${text}&__proto__=1&constructor=1&__proto__[role]=admin`)],
    ['privileges', post(`${text}&role=admin&stage=decided&decision=accepted&id=1&staffId=1`)],
    ['a thousand fields', post(`${text}&${'a=1&'.repeat(1000)}`)],
    ['broken escapes', post(`${text}&%=%zz&%ff%fe=%c0%80&=&&&`)],
    ['a megabyte', post(`${first[0]}=${'x'.repeat(1_000_000)}`)],
    [
      'another character set',
      post(text, { 'content-type': `${urlencoded['content-type']}; charset=utf-16` }),
    ],
    [
      'JSON',
      post(JSON.stringify(Object.fromEntries(values)), { 'content-type': 'application/json' }),
    ],
    ['no type', post(text, { 'content-type': 'x' })],
    ['multipart without a boundary', post(text, { 'content-type': 'multipart/form-data' })],
    ['multipart that breaks off', post(part, bound)],
    ['multipart with bytes behind its end', post(`${part}--x--\r\ntrailing`, bound)],
    [
      'a file for a text',
      post(
        `--x\r\ncontent-disposition: form-data; name="${first[0]}"; filename="\0a.pdf"\r\n\r\n%PDF\0\r\n--x--\r\n`,
        bound,
      ),
    ],
    ['GET instead', { method: 'GET' }],
    ['PUT instead', { method: 'PUT', body: text, headers: urlencoded }],
    ['DELETE instead', { method: 'DELETE' }],
  ];
}

it('1.2.4, attack 14: every form takes whatever is typed or sent: an answer, no error, nothing that comes alive', async () => {
  const before = await listViolations();
  const forms = await findForms();
  const posts = forms.filter(({ method }) => method === 'post');
  expect(posts.length).toBeGreaterThan(40);
  posts.sort((a, b) => Number(isEnding(a)) - Number(isEnding(b)));
  let turn = 0;
  for (const form of posts) {
    for (const [at, [name]] of form.values.entries()) {
      for (let again = 0; again < 2; again += 1) {
        const text = naughtyTexts[turn % naughtyTexts.length]!;
        turn += 1;
        const values = form.values.map(([one, value], index): [string, string] =>
          index === at ? [one, text] : [one, value],
        );
        const body = bodyOf(form, values);
        await send(`${name}: ${JSON.stringify(text.slice(0, 60))}`, form.action, {
          method: 'POST',
          body,
        });
      }
    }
    for (const [what, init] of misshape(form)) await send(what, form.action, init);
    for (const foreign of ['null', 'https://example.org', `${origin}.example.org`]) {
      const init = { method: 'POST', body: bodyOf(form), headers: { origin: foreign } };
      const status = await send(`from ${foreign}`, form.action, init);
      if (status !== 403) wrong.push({ what: `${foreign} was let in`, path: form.action, status });
    }
  }
  // Filters and searches are forms as well.
  for (const form of forms.filter(({ method }) => method === 'get')) {
    for (const [name] of form.values) {
      for (let again = 0; again < 8; again += 1) {
        const text = naughtyTexts[turn % naughtyTexts.length]!;
        turn += 1;
        const path = `${form.action.replace(/\?.*/, '')}?${asText([[name, text.slice(0, 4000)]])}`;
        await send(`${name} in the query`, path, { method: 'GET' });
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(await listViolations()).toEqual(before);
  console.log(`hostile: ${count} requests to ${posts.length} forms`);
}, 600_000);
