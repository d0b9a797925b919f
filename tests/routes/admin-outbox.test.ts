import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { claimJobs } from '../../src/db/job-leases.ts';
import { concludeSent } from '../../src/db/mail-outcome.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
let reference: string;
/** Ids of the two mails of the application. */
let receipt: string;
let notification: string;

const evil = '<script>alert(1)</script>';
const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');
const rowOf = (html: string, id: string): string =>
  textOfPage(
    html
      .split('<tr>')
      .find((row) => row.includes(`/admin/outbox/${id}"`))
      ?.split('</tr>')[0] ?? '',
  );

const setJob = (mailId: string, change: string) =>
  sql`update jobs set ${sql.raw(change)} where subject_id = ${mailId}`.execute(desk.deps.db);

beforeAll(async () => {
  desk = await createDesk();
  const application = await createSubmitted(desk.deps, {
    values: { fullName: `Nino ${evil}`, email: 'nino@example.org', topics: evil },
  });
  reference = application.reference;
  const { rows } = await sql<{ id: string; thread: string }>`
    select id, thread from mails where application_id = ${application.id}`.execute(desk.deps.db);
  receipt = rows.find(({ thread }) => thread === 'applicant')!.id;
  notification = rows.find(({ thread }) => thread === 'editors')!.id;
});
afterAll(() => desk.stop());

test('the outbox shows what each mail is, for whom, and how far it has come', async () => {
  await setJob(receipt, "last_error = 'ECONNREFUSED', attempts = 2");
  const { html } = await desk.admin.get('/admin/outbox');
  expect(rowOf(html, notification)).toBe(
    ` New application 24 November 2026, 10:00 CET ${reference} Editors Queued `,
  );
  expect(rowOf(html, receipt)).toBe(
    ` Receipt 24 November 2026, 10:00 CET ${reference} Applicant Retrying ` +
      '2 tries · last error: ECONNREFUSED · next try 24 November 2026, 10:00 CET ',
  );
  expect(hrefsOf(html)).toContain(`/admin/applications/${reference}`);
});

test('a state shows its mails only; an unknown one shows all', async () => {
  const shown = async (query: string): Promise<boolean[]> => {
    const { html } = await desk.admin.get(`/admin/outbox${query}`);
    return [receipt, notification].map((id) => rowOf(html, id) !== '');
  };
  expect(await shown('?state=retrying')).toEqual([true, false]);
  expect(await shown('?state=queued')).toEqual([false, true]);
  expect(await shown('?state=sent')).toEqual([false, false]);
  expect(await shown('?state=nonsense')).toEqual([true, true]);
});

test('editors read mails, and leave files and tries to admins; reviewers see nothing', async () => {
  const { html } = await desk.editor.get('/admin/outbox');
  expect(html).toContain(`/admin/outbox/${receipt}`);
  expect(html).not.toMatch(/\/retry"|\/dealt-with"/);
  expect((await desk.editor.get(`/admin/outbox/${receipt}`)).status).toBe(200);
  expect((await desk.editor.get(`/admin/outbox/${receipt}/html`)).status).toBe(200);
  expect((await desk.reviewer.get('/admin/outbox')).status).toBe(404);
  for (const seat of [desk.editor, desk.reviewer]) {
    expect((await seat.get(`/admin/outbox/${receipt}/eml`)).status).toBe(404);
    expect((await seat.post(`/admin/outbox/${receipt}/retry`)).status).toBe(404);
  }
  for (const rest of ['', '/html']) {
    expect((await desk.reviewer.get(`/admin/outbox/${receipt}${rest}`)).status).toBe(404);
  }
});

test('admins read a mail as it was written, its links no links', async () => {
  const { status, html } = await desk.admin.get(`/admin/outbox/${receipt}`);
  expect(status).toBe(200);
  const text = textOfPage(html);
  expect(text).toContain(`To Nino ${evil} <nino@example.org>`);
  expect(text).toContain(`Subject [${reference}]`);
  expect(text).toContain('http://localhost:3000/en/applications/…');
  expect(text).toContain('The applicant’s private link is left out here');
  expect(hrefsOf(html).filter((href) => href.startsWith('http'))).toEqual([]);
});

test('no page of staff holds the applicant’s private link, nor a file once mail leaves by SMTP', async () => {
  const smtp = await createDesk({
    SMTP_URL: 'smtp://mail.example',
    EDITORIAL_INBOX: 'a@b.example',
  });
  try {
    const { id, key, reference: own } = await createSubmitted(smtp.deps);
    const { db, config } = smtp.deps;
    const token = await findPrivateToken(smtp.deps, { id }, key);
    const mails = await db.selectFrom('mails').select('id').execute();
    const dir = path.join(config.dataDir, 'mail');
    mkdirSync(dir, { recursive: true });
    for (const mail of mails) writeFileSync(path.join(dir, `${mail.id}.eml`), token);
    const paths = ['/admin', '/admin/outbox', `/admin/applications/${own}`].concat(
      mails.flatMap((mail) =>
        ['/eml', '/html', ''].map((rest) => `/admin/outbox/${mail.id}${rest}`),
      ),
    );
    expect(token).toMatch(/^[\w-]{20,}$/);
    for (const seat of [smtp.admin, smtp.editor, smtp.reviewer]) {
      for (const one of paths) expect([one, (await seat.get(one)).html]).not.toContain(token);
    }
    expect((await smtp.admin.get(`/admin/outbox/${mails[0]!.id}/eml`)).status).toBe(404);
  } finally {
    await smtp.stop();
  }
});

test('a captured mail does not read as sent, with a link to read it', async () => {
  const other = await createDesk();
  try {
    const { id } = await createSubmitted(other.deps);
    await sql`update mails set captured = thread = 'applicant', sent_at = ${other.clock.now()}
      where application_id = ${id}`.execute(other.deps.db);
    const { html } = await other.admin.get('/admin/outbox');
    const states = [...html.matchAll(/<span class="chip[^>]*>(.*?)<\/span>(.*?)<\/td>/gs)];
    expect(states.map(([, state]) => state).sort()).toEqual(['Captured', 'Sent']);
    const captured = states.find(([, state]) => state === 'Captured')![2]!;
    expect(plainText(captured)).toContain('kept here as a file 24 November 2026, 10:00 CET, not');
    expect(hrefsOf(captured)).toHaveLength(1);
    const { html: only } = await other.admin.get('/admin/outbox?state=captured');
    expect(textOfPage(only)).toContain('Captured 1');
    expect(textOfPage(only)).not.toContain('Sent left');
  } finally {
    await other.stop();
  }
});

test('who was refused stands with the mail, is counted, and can be laid to rest by admins', async () => {
  const other = await createDesk();
  try {
    const { id, key } = await createSubmitted(other.deps);
    const { db } = other.deps;
    const mail = await db
      .selectFrom('mails')
      .select('id')
      .where('applicationId', '=', id)
      .where('thread', '=', 'editors')
      .executeTakeFirstOrThrow();
    const refusals = [{ address: 'gone@news.example', reply: '550 No such mailbox' }];
    const now = other.clock.now();
    const { claimed } = await claimJobs(db, { now, leaseSeconds: 60, limit: 9, kinds: ['mail'] });
    const job = claimed.find(({ subjectId }) => subjectId === mail.id)!;
    await concludeSent(db, job, { id: mail.id, key, captured: false, refusals }, now);
    for (const seat of [other.admin, other.editor]) {
      const text = textOfPage((await seat.get('/admin/outbox')).html);
      expect(text).toContain('One mail needs a person');
      expect(text).toContain('Refused for some 1');
      expect(text).toContain('gone@news.example refused it: 550 No such mailbox');
    }
    const path = `/admin/outbox/${mail.id}/dealt-with`;
    expect((await other.editor.post(path)).status).toBe(404);
    expect((await other.admin.post(path)).location).toBe('/admin/outbox?done=dealtWith');
    const { html } = await other.admin.get('/admin/outbox?done=dealtWith');
    expect(textOfPage(html)).toContain('The mail counts as dealt with.');
    expect(textOfPage(html)).not.toContain('needs a person');
    expect(textOfPage(html)).toContain('dealt with 24 November 2026, 10:00 CET');
    expect(textOfPage(html)).toContain('gone@news.example refused it');
  } finally {
    await other.stop();
  }
});

test('the mail to the editors names no address, and what was typed stays text', async () => {
  const { html } = await desk.admin.get(`/admin/outbox/${notification}`);
  expect(textOfPage(html)).toContain('To The editors’ inbox, looked up when the mail leaves');
  expect(html).not.toMatch(/<script(?! src="\/assets\/)/);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

test('an admin gives a parked mail its tries again, once', async () => {
  await setJob(receipt, "state = 'parked', last_error = 'smtp-550', attempts = 12");
  const parked = await desk.admin.get('/admin/outbox');
  expect(textOfPage(parked.html)).toContain('One mail needs a person');
  expect(rowOf(parked.html, receipt)).toContain(
    'Parked 12 tries · last error: smtp-550 Try again Mark as dealt with',
  );
  expect(textOfPage((await desk.editor.get('/admin/outbox')).html)).not.toContain('Try again');

  const again = await desk.admin.post(`/admin/outbox/${receipt}/retry`);
  expect([again.status, again.location]).toEqual([303, '/admin/outbox?done=queued']);
  const { html } = await desk.admin.get(again.location!);
  expect(textOfPage(html)).toContain('The mail is queued again.');
  expect(rowOf(html, receipt)).not.toContain('Parked');

  const late = await desk.admin.post(`/admin/outbox/${receipt}/retry`);
  expect(late.location).toBe('/admin/outbox?done=notParked');
});

test('a captured mail can be downloaded as it is, one that left can not', async () => {
  const message = 'Subject: =?utf-8?q?x?=\r\n\r\nHello\r\n';
  expect((await desk.admin.get(`/admin/outbox/${receipt}/eml`)).status).toBe(404);
  expect((await desk.admin.get(`/admin/outbox/${receipt}`)).html).not.toContain('/eml');
  const dir = path.join(desk.deps.config.dataDir, 'mail');
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, `${receipt}.eml`), message);
  expect((await desk.admin.get(`/admin/outbox/${receipt}`)).html).toContain(
    `href="/admin/outbox/${receipt}/eml"`,
  );
  const { status, headers, html } = await desk.admin.get(`/admin/outbox/${receipt}/eml`);
  expect([status, html]).toEqual([200, message]);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'message/rfc822',
    'content-length': String(message.length),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store, no-transform',
  });
  expect(headers.get('content-disposition')).toContain(`filename="${reference} receipt.eml"`);
});

test('only ids lead to a mail', async () => {
  for (const id of ['x', '..%2F..%2Fetc%2Fpasswd', '00000000-0000-0000-0000-000000000000']) {
    expect((await desk.admin.get(`/admin/outbox/${id}`)).status, id).toBe(404);
    expect((await desk.admin.get(`/admin/outbox/${id}/eml`)).status, id).toBe(404);
    expect((await desk.admin.post(`/admin/outbox/${id}/retry`)).status, id).toBe(404);
  }
});

test('older mails follow on pages of fifty, each once', async () => {
  const many = await createDesk();
  try {
    await createSubmitted(many.deps);
    await sql`
      insert into mails
      select (jsonb_populate_record(m, jsonb_build_object(
        'id', gen_random_uuid(), 'message_id', m.message_id || n))).*
      from mails as m, generate_series(1, 29) as n`.execute(many.deps.db);
    const idsOf = (html: string): string[] =>
      hrefsOf(html).flatMap((href) => /^\/admin\/outbox\/([0-9a-f-]+)$/.exec(href)?.[1] ?? []);
    const first = (await many.admin.get('/admin/outbox')).html;
    const older = hrefsOf(first).find((href) => href.includes('before='))!;
    const second = (await many.admin.get(older)).html;
    expect([idsOf(first).length, idsOf(second).length]).toEqual([50, 10]);
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(60);
    expect(hrefsOf(second).some((href) => href.includes('before='))).toBe(false);
    expect((await many.admin.get('/admin/outbox?before=forged')).status).toBe(404);
  } finally {
    await many.stop();
  }
});
