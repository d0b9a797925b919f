import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { prepareDesk } from '../support/desk-facts.ts';
import { listLive } from '../support/forms.ts';
import { naughtyTexts } from '../support/naughty.ts';
import { sendRaw } from '../support/raw-http.ts';
import { applyPath, submitFilled } from '../support/send-form.ts';
import { openSession } from '../support/staff-app.ts';

let test: TestApp;
let cookie: string;
let receipt: string;
let desk: Awaited<ReturnType<typeof prepareDesk>>;
beforeAll(async () => {
  test = await createTestApp();
  desk = await prepareDesk(test);
  cookie = await openSession(test, desk.email);
  receipt = await submitFilled(test.app);
}, 600_000);
afterAll(() => test.stop());

const headers = [
  ...['Accept-Language', 'Accept-Encoding', 'Cookie', 'Host', 'Origin', 'Referer', 'User-Agent'],
  ...['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'Forwarded', 'X-Request-Id'],
  ...['Range', 'If-None-Match', 'If-Modified-Since', 'Content-Type', 'Authorization', 'Accept'],
  ...['Tus-Resumable', 'Upload-Length', 'Upload-Offset', 'Upload-Metadata', 'Upload-Defer-Length'],
  ...['Upload-Concat', 'X-HTTP-Method-Override', 'Sec-Purpose', 'Sec-Fetch-Site', 'traceparent'],
];
const harmless = ['X-Forwarded-Host', 'Host'];
const foreign = 'attacker.example.net';

/** What a header can hold: Latin-1 without line breaks and NUL. */
const asHeader = (text: string): string =>
  [...text.slice(0, 4000)].filter((one) => one >= ' ' && one <= '\xff' && one !== '\x7f').join('');

let count = 0;
const wrong: unknown[] = [];

async function send(what: string, path: string, init: RequestInit): Promise<void> {
  count += 1;
  const logged = test.logged.length;
  const answer = await test.app.request(path, init);
  const type = answer.headers.get('content-type') ?? '';
  const text = await answer.text();
  const live = type.startsWith('text/html') ? listLive(text) : [];
  const errors = test.logged.slice(logged).filter((line) => JSON.parse(line).level >= 50);
  const told = `${text}${[...answer.headers]}`.includes(foreign);
  if (answer.status >= 500 || live.length > 0 || errors.length > 0 || told) {
    wrong.push({ what, path, status: answer.status, live, errors, told });
  }
}

it('attack 20: no header and no address brings about an error, or is believed', async () => {
  const pages = [
    { path: '/', method: 'GET' },
    { path: applyPath(), method: 'POST' },
    { path: receipt, method: 'GET' },
    { path: `/admin/applications/${desk.reference}`, method: 'GET' },
    { path: '/uploads', method: 'POST' },
  ];
  for (const [turn, header] of headers.entries()) {
    // Every third text for each header, on another page each time.
    for (let at = turn % 3; at < naughtyTexts.length; at += 3) {
      const text = naughtyTexts[at]!;
      const { path, method } = pages[(turn + at) % pages.length]!;
      const values = new Headers({ cookie });
      values.set('tus-resumable', '1.0.0');
      values.set(header, asHeader(text));
      await send(`${header}: ${JSON.stringify(text.slice(0, 60))}`, path, {
        method,
        headers: values,
      });
    }
  }
  for (const header of harmless) {
    for (const { path, method } of pages) {
      await send(`${header} of another`, path, { method, headers: { cookie, [header]: foreign } });
    }
  }
  const rooms = [
    ...['/en/calls/', '/en/drafts/', '/en/applications/', '/en/', '/assets/', '/uploads/', '/'],
    ...['/admin/applications/', '/admin/calls/', '/admin/outbox/', '/admin/enrol/', '/admin/tags/'],
    `/admin/applications/${desk.reference}/documents/`,
  ];
  for (const [turn, room] of rooms.entries()) {
    for (let at = turn % 3; at < naughtyTexts.length; at += 3) {
      const text = naughtyTexts[at]!;
      const path = `${room}${encodeURIComponent(String(Buffer.from(text.slice(0, 2000))))}`;
      await send('address', path, { headers: { cookie } });
    }
    for (const raw of [
      '%',
      '%zz',
      '%c0%af',
      '%ff',
      '..;/',
      './..',
      ';x=1',
      '?__proto__[x]=1',
      '#',
    ]) {
      await send('address', `${room}${raw}`, { headers: { cookie } });
    }
  }
  expect(wrong).toEqual([]);
  console.log(`hostile: ${count} requests`);
}, 600_000);

it('attack 22: bytes that are no request are refused, smuggled ones answered once', async () => {
  const url = await test.listen();
  const body = 'fullName=x';
  const smuggled = 'GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const head = (lines: string): string =>
    `POST /en/find HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\n`;
  const raw: Record<string, string> = {
    'two lengths': `${head('Content-Length: 10\r\nContent-Length: 0')}${body}`,
    'a length and chunks': `${head('Content-Length: 10\r\nTransfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    'a coding with a space': `${head('Transfer-Encoding : chunked')}0\r\n\r\n`,
    'an unknown coding': `${head('Transfer-Encoding: xchunked')}0\r\n\r\n`,
    'a negative length': `${head('Content-Length: -1')}${body}`,
    'a length in hex': `${head('Content-Length: 0xa')}${body}`,
    'a chunk of no size': `${head('Transfer-Encoding: chunked')}zz\r\n\r\n`,
    'a folded header': head('X: a\r\n b: c'),
    'a header without a colon': head('nothing'),
    'a NUL in a header': head('X: a\0b'),
    'a lone CR in a header': head('X: a\rY: b'),
    'a header of 64 KB': head(`X: ${'a'.repeat(65_536)}`),
    'two hosts': `GET / HTTP/1.1\r\nHost: localhost\r\nHost: ${foreign}\r\n\r\n`,
    'no host': 'GET / HTTP/1.1\r\n\r\n',
    'another version': 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n',
    'another protocol': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an unknown method': 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'a path with a space': 'GET /en /calls HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'an address of another': `GET http://${foreign}/ HTTP/1.1\r\nHost: ${foreign}\r\n\r\n`,
    zeros: '\0'.repeat(1000),
  };
  for (const [what, bytes] of Object.entries(raw)) {
    const answer = await sendRaw(url, [Buffer.from(bytes, 'latin1')], { hangUp: true });
    const answers = answer.text.split('HTTP/1.1 ').length - 1;
    expect([what, answer.status < 500, answers <= 1]).toEqual([what, true, true]);
    expect([what, answer.text.includes(foreign)]).toEqual([what, false]);
  }
  const after = await fetch(`${url}/healthz`);
  expect([after.status, await after.json()]).toEqual([200, { status: 'ok' }]);
  expect(test.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
}, 600_000);
