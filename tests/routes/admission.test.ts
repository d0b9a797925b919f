import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead, sendRaw } from '../support/raw-http.ts';
import { applyPath, fieldParts, filePart, goodFields, sendForm } from '../support/send-form.ts';

let test: TestApp;
let url: string;
const sockets: Socket[] = [];
const start = async (env: Record<string, string> = {}): Promise<void> => {
  test = await createTestApp(env);
  url = await test.listen();
};
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await test.stop();
});

const contentType = `multipart/form-data; boundary=${boundary}`;
const typed = { ...goodFields, topics: 'kept <b>' };
const { body } = createMultipart([...fieldParts(typed), filePart('cv', 'cv.pdf', 300_000)]);
const head = (headers = {}) =>
  postHead(applyPath('de'), {
    'content-type': contentType,
    'content-length': body.length,
    ...headers,
  });
const whole = (text: string): boolean => text.includes('</html>');
const pageIn = (text: string): string =>
  Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString();

/** Sends the beginnings of so many forms, up to the middle of their file. */
async function dawdle(count: number, headers = {}): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(Buffer.concat([Buffer.from(head(headers)), body.subarray(0, 10_000)]));
    }),
  );
}
/** Waits until so many forms have got as far as their file: each has a draft by then. */
async function waitForDrafts(count: number): Promise<void> {
  const drafts = () => test.deps.db.selectFrom('applications').select('id').execute();
  while ((await drafts()).length < count) await delay(10);
}
const answered = (): number =>
  test.logged.filter((line) => line.includes('"method":"POST"')).length;

it('of a hundred and one forms at once the last is asked to come again, with all that was typed', async () => {
  await start();
  await dawdle(100);
  await waitForDrafts(100);
  const answer = await sendForm(test.app, typed, [filePart('cv', 'cv.pdf')], {
    path: applyPath('de'),
  });
  const html = await answer.text();
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('30');
  expect(titleOf(html)).toBe('Fehler: Gerade senden viele – Caucasus Watch');
  expect(plainText(html)).toContain('Drücken Sie den Knopf in einer Minute');
  expect(elementsOf(html, 'input').map(({ name, value }) => [name, value])).toEqual(
    fieldParts(typed).map(({ field, bytes }) => [field, bytes.toString()]),
  );
  expect((await test.app.request(applyPath())).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  while (answered() < 101) await delay(10);
  expect((await sendForm(test.app, typed)).status).toBe(422);
});

it('one address fills a quarter of the places at most', async () => {
  await start({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
  await dawdle(25, from('203.0.113.1').headers);
  await waitForDrafts(25);
  expect((await sendForm(test.app, typed, [], from('203.0.113.1'))).status).toBe(503);
  expect((await sendForm(test.app, typed, [], from('203.0.113.2'))).status).toBe(422);
});

it('attack 1: a refused form is read no further than 32 MB', async () => {
  await start();
  const filling = Buffer.alloc(1024 * 1024, 'x');
  let megabytes = 0;
  const long = { origin: 'https://evil.example', 'content-length': 10e9 };
  const answer = await sendRaw(
    url,
    (function* () {
      yield head(long);
      yield body.subarray(0, 10_000);
      for (; megabytes < 1024; megabytes += 1) yield filling;
    })(),
    { until: whole },
  );
  expect(answer.status).toBe(403);
  expect(pageIn(answer.text)).toContain('value="kept &lt;b&gt;"');
  // Some more lie in the socket.
  expect(megabytes).toBeLessThan(48);
});
