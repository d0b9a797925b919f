import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../support/app.ts';
import { elementsOf, plainText, titleOf } from '../support/html.ts';
import { boundary, createMultipart } from '../support/multipart.ts';
import { postHead, sendRaw } from '../support/raw-http.ts';
import { applyPath, fieldParts, filePart, goodFields, sendForm } from '../support/send-form.ts';

let test: TestApp;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await test.stop();
});

const foreign = { origin: 'https://evil.example' };
const carriedBy = (html: string): string[][] =>
  elementsOf(html, 'input').map(({ name, value }) => [name!, value!]);
const asCarried = (values: Record<string, string | readonly string[]>): string[][] =>
  fieldParts(values).map(({ field, bytes }) => [field, bytes.toString()]);
const whole = (text: string): boolean => text.includes('</html>');
const pageIn = (text: string): string =>
  Buffer.from(text.slice(text.indexOf('\r\n\r\n') + 4), 'latin1').toString();

describe('a refused form', () => {
  it('gives back the fields that the form has, and no others', async () => {
    test = await createTestApp();
    const known = {
      ...goodFields,
      'q-ai': 'text',
      via: 'https://example.org/a',
      'language-0198c0de-0000-7000-8000-000000000000': 'ka',
      writingSampleLanguage: ['ka', 'ru'],
      mailTo: 'me@example.org',
      cvText: 'pasted',
    };
    const sent = { ...known, other: 'x'.repeat(400_000), fullNameX: 'y', 'q-<b>': 'z' };
    const html = await (await sendForm(test.app, sent, [], { headers: foreign })).text();
    expect(carriedBy(html)).toEqual(asCarried(known));
    expect(html.length).toBeLessThan(20_000);
    expect(plainText(html)).not.toContain('too long for this page');
  });

  it('cuts the longest texts where a page would grow too large, and says so', async () => {
    test = await createTestApp();
    const sent = {
      cvText: '<'.repeat(500_000),
      coverLetterText: 'b'.repeat(100_000),
      ...goodFields,
    };
    const answer = await sendForm(test.app, sent, [], { headers: foreign, path: applyPath('de') });
    const html = await answer.text();
    expect(answer.status).toBe(403);
    const carried = new Map(carriedBy(html) as [string, string][]);
    expect(carried.get('fullName')).toBe(goodFields.fullName);
    expect(carried.get('coverLetterText')).toBe(sent.coverLetterText);
    expect(carried.get('cvText')).toMatch(/^<{100000,}$/);
    const kept = [...carried.values()].reduce((sum, value) => sum + value.length, 0);
    expect(kept).toBeLessThanOrEqual(256 * 1024);
    expect(plainText(html)).toContain('ist länger, als diese Seite tragen kann');
  });
});

describe('giving back what was typed', () => {
  it('is counted by address: beyond the limit a short page comes, also to other websites’ forms', async () => {
    test = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
    const from = (address: string) => ({
      headers: { ...foreign, 'x-forwarded-for': address },
      path: applyPath('de'),
    });
    for (let count = 0; count < 60; count += 1) {
      const answer = await sendForm(test.app, goodFields, [], from('203.0.113.1'));
      expect(answer.status).toBe(403);
    }
    const answer = await sendForm(test.app, goodFields, [], from('203.0.113.1'));
    const html = await answer.text();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(titleOf(html)).toBe('Warten Sie etwas – Caucasus Watch');
    expect(carriedBy(html)).toEqual([]);
    expect(plainText(html)).toContain('Zurück-Knopf');
    const other = await sendForm(test.app, goodFields, [], from('203.0.113.2'));
    expect(carriedBy(await other.text())).toEqual(asCarried(goodFields));
  });

  it('happens for eight at once, of which one address has four; the others get a short page', async () => {
    test = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
    const url = await test.listen();
    const { body } = createMultipart([
      ...fieldParts(goodFields),
      filePart('cv', 'cv.pdf', 300_000),
    ]);
    const head = (address: string) =>
      postHead(applyPath('de'), {
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': body.length,
        ...foreign,
        'x-forwarded-for': address,
      });
    const dawdle = async (address: string): Promise<void> => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(Buffer.concat([Buffer.from(head(address)), body.subarray(0, 10_000)]));
    };
    const askFrom = (address: string) => sendRaw(url, [head(address), body], { until: whole });
    for (let count = 0; count < 4; count += 1) await dawdle('203.0.113.1');
    while ((await countEchoes()) < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    const short = await askFrom('203.0.113.1');
    expect(short.status).toBe(503);
    expect(short.text).toMatch(/\r\nretry-after: 30\r\n/i);
    expect(titleOf(pageIn(short.text))).toBe('Gerade senden viele – Caucasus Watch');
    expect(carriedBy(pageIn(short.text))).toEqual([]);
    expect((await askFrom('203.0.113.2')).status).toBe(403);
    for (let count = 0; count < 4; count += 1) await dawdle(`203.0.113.${10 + count}`);
    while ((await countEchoes()) < 9) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await askFrom('203.0.113.3')).status).toBe(503);
  });
});

async function countEchoes(): Promise<number> {
  const rows = await test.deps.db
    .selectFrom('rateLimitCounters')
    .select('count')
    .where('bucket', '=', 'public-echo')
    .execute();
  return rows.reduce((sum, { count }) => sum + count, 0);
}
