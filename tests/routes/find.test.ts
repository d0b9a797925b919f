import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import {
  createPrivateLinkHandler,
  privateLinkJobKind,
} from '../../src/actions/find-application.ts';
import type { ClaimedJob } from '../../src/db/jobs.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, hrefsOf, plainText, summaryOf, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listMailsOf,
  type Page,
  postForm,
} from '../support/private-page.ts';

let test: TestApp;
let nino: Applicant;
let code: string;
beforeAll(async () => {
  test = await createTestApp();
  nino = await apply(test, { email: 'nino@example.org' });
  code = /data-receipt-code[^>]*>([^<]*)</.exec((await getPage(test, nino.path)).html)![1]!;
});
afterAll(() => test.stop());

const find = async (typed: { code: string; email: string }, language = 'en'): Promise<Page> =>
  await postForm(test, `/${language}/find`, typed);

const headersOf = (headers: Headers) => {
  const { 'x-request-id': _, ...rest } = Object.fromEntries(headers);
  return rest;
};

/** Does the jobs that asking has made, as the loop would; how many there were. */
async function workOff(): Promise<number> {
  const { db, clock } = test.deps;
  const jobs = await db
    .selectFrom('jobs')
    .selectAll()
    .where('kind', '=', privateLinkJobKind)
    .where('state', '=', 'queued')
    .execute();
  for (const job of jobs) {
    const settle = await createPrivateLinkHandler(test.deps)(
      job as ClaimedJob,
      new AbortController().signal,
    );
    if (typeof settle !== 'function') throw new Error('a private link has nothing to settle');
    await db.transaction().execute(async (trx) => await settle(trx, clock.now()));
    await db.updateTable('jobs').set({ state: 'done' }).where('id', '=', job.id).execute();
  }
  return jobs.length;
}
const linkMails = async (applicant: Applicant) =>
  (await listMailsOf(test, applicant)).filter(({ template }) => template === 'private-link');

describe('the page', () => {
  it('is linked from the foot of every public page', async () => {
    const { html } = await getPage(test, '/ka/calls/regional-experts');
    expect(hrefsOf(html)).toContain('/ka/find');
    const page = await getPage(test, '/ka/find');
    expect([page.status, titleOf(page.html)]).toEqual([
      200,
      'თქვენი განაცხადის პოვნა – Caucasus Watch',
    ]);
  });

  it('says what is missing beside each field', async () => {
    const blank = await find({ code: ' ', email: '' });
    expect([blank.status, summaryOf(blank.html)]).toEqual([
      422,
      [
        { field: 'code', message: 'Enter your receipt code or your reference' },
        { field: 'email', message: 'Enter your e-mail address' },
      ],
    ]);
    const wrong = await find({ code: 'ABC', email: 'nino' });
    expect(summaryOf(wrong.html)).toEqual([
      {
        field: 'code',
        message:
          'Check the code: a receipt code has 16 letters and digits, a reference looks like F-7K3M9Q',
      },
      { field: 'email', message: 'Enter an e-mail address like name@example.org' },
    ]);
    expect(controlOf(wrong.html, 'code').value).toBe('ABC');
  });

  it('takes no body that is none of its own', async () => {
    const request = async (headers: Record<string, string>, body: string) =>
      (await test.app.request('/en/find', { method: 'POST', headers, body })).status;
    const json = { 'content-type': 'application/json' };
    expect(await request(json, '{"code":"x"}')).toBe(422);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await request(form, 'code=a&code=b&email=c&__proto__=d')).toBe(422);
    expect(await request(form, `code=${'x'.repeat(20_000)}`)).toBe(413);
  });
});

describe('the receipt code with its address', () => {
  it('opens the private page, however it is written', async () => {
    const bare = code.replaceAll('-', '');
    const cyrillic = [...bare].map(
      (letter) => ({ A: 'А', B: 'В', C: 'С', H: 'Н' })[letter] ?? letter,
    );
    const spellings = [
      code,
      bare,
      bare.toLowerCase(),
      ` ${bare.replace(/(.{2})/g, '$1 ')}`,
      code.replaceAll('-', '–'),
      cyrillic.join(''),
    ];
    for (const spelling of spellings) {
      const answer = await find({ code: spelling, email: ' Nino@Example.org ' });
      expect([spelling, answer.status, answer.location]).toEqual([spelling, 303, nino.path]);
    }
    const german = await find({ code, email: 'nino@example.org' }, 'de');
    expect(german.location).toBe(nino.path.replace('/en/', '/de/'));
  });

  it('opens nothing with any other pair, and every such pair is answered alike', async () => {
    const gone = await apply(test, { email: 'gone@example.org' });
    const goneCode = /data-receipt-code[^>]*>([^<]*)</.exec(
      (await getPage(test, gone.path)).html,
    )![1]!;
    await eraseApplication(test.deps, { id: gone.application.id, actor: 'applicant' });
    const pairs = [
      { code, email: 'other@example.org' },
      { code: 'AAAA-BBBB-CCCC-DDDD', email: 'nino@example.org' },
      { code: 'AAAA-BBBB-CCCC-DDDD', email: 'other@example.org' },
      { code: goneCode, email: 'gone@example.org' },
    ];
    const answers = [];
    for (const pair of pairs) {
      const { status, html, headers } = await find(pair);
      expect(controlOf(html, 'code').value).toBe(pair.code);
      const same = html.replaceAll(pair.code, '…').replaceAll(pair.email, '…');
      answers.push({ status, same, headers: headersOf(headers) });
    }
    expect(answers[0]).toMatchObject({ status: 422 });
    expect(summaryOf(answers[0]!.same)).toEqual([
      {
        field: 'code',
        message: 'No application has this code together with this e-mail address. Check both',
      },
    ]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe('the reference with its address', () => {
  it('mails the link, in the applicant’s language and thread', async () => {
    const { reference } = nino.application;
    const answer = await find({ code: reference.toLowerCase(), email: 'nino@example.org' }, 'az');
    expect([answer.status, answer.location]).toEqual([303, '/az/find?sent=yes']);
    expect(await linkMails(nino)).toEqual([]);
    expect(await workOff()).toBe(1);
    const [mail] = await linkMails(nino);
    expect(mail).toMatchObject({ thread: 'applicant', language: 'en' });
    expect(mail!.inReplyTo).not.toBeNull();
    expect(mail!.content.to).toEqual({ name: 'Nino Gelashvili', address: 'nino@example.org' });
    expect(mail!.content.text).toContain(`http://localhost:3000${nino.path}\n`);
    expect(mail!.content.text).not.toContain(code);
    const sent = await getPage(test, '/en/find?sent=yes');
    expect(plainText(sent.html)).toContain(
      'If the reference and the e-mail address belong together',
    );
  });

  it('is answered as any other pair is, with the same work, and nobody else gets a mail', async () => {
    const { reference } = nino.application;
    const before = (await linkMails(nino)).length;
    const pairs = [
      { code: reference, email: 'nino@example.org' },
      { code: reference, email: 'other@example.org' },
      { code: 'F-ZZZZZZ', email: 'nino@example.org' },
      { code: 'F-ZZZZZZ', email: 'other@example.org' },
    ];
    const answers = [];
    for (const pair of pairs) {
      const { status, location, html, headers } = await find(pair);
      answers.push({ status, location, html, headers: headersOf(headers) });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await workOff()).toBe(4);
    expect(await linkMails(nino)).toHaveLength(before + 1);
    const all = await test.deps.db.selectFrom('mails').select('template').execute();
    expect(all.filter(({ template }) => template === 'private-link')).toHaveLength(before + 1);
  });
});

describe('limits', () => {
  it('hold a mailbox back after six searches, right or wrong, and keep what was typed', async () => {
    const limited = await createTestApp({ RATE_LIMITS: 'on' });
    const search = async (email: string) =>
      await postForm(limited, '/de/find', { code: 'F-ZZZZZZ', email });
    for (let count = 0; count < 6; count += 1) {
      expect((await search(`me+${count}@example.org`)).status).toBe(303);
    }
    const refused = await search('me@example.org');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(controlOf(refused.html, 'email').value).toBe('me@example.org');
    expect(plainText(refused.html)).toContain('Das waren viele Versuche in kurzer Zeit.');
    expect((await search('you@example.org')).status).toBe(303);
    await limited.stop();
  });

  it('of codes hold back an address, so that nobody keeps somebody else from their page', async () => {
    const limited = await createTestApp({ RATE_LIMITS: 'on', TRUST_PROXY: '1' });
    const statusFrom = async (address: string, code: string, email = 'me@example.org') => {
      const headers = { 'x-forwarded-for': address };
      const body = new URLSearchParams({ code, email });
      const answer = await limited.app.request('/en/find', { method: 'POST', headers, body });
      return answer.status;
    };
    const code = 'ZZZZ-ZZZZ-ZZZZ-ZZZZ';
    for (let count = 0; count < 6; count += 1) {
      expect(await statusFrom('203.0.113.1', code)).toBe(422);
    }
    expect(await statusFrom('203.0.113.1', code)).toBe(429);
    expect(await statusFrom('203.0.113.1', code, 'you@example.org')).toBe(422);
    expect(await statusFrom('203.0.113.2', code)).toBe(422);
    // What sends mail is held back from wherever it comes.
    for (let count = 0; count < 6; count += 1) {
      expect(await statusFrom(`203.0.113.${10 + count}`, 'F-ZZZZZZ')).toBe(303);
    }
    expect(await statusFrom('203.0.113.30', 'F-ZZZZZZ')).toBe(429);
    expect(await statusFrom('203.0.113.30', code)).toBe(422);
    await limited.stop();
  });
});
