import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPrivatePage } from '../../src/actions/open-private-page.ts';
import { storeDocumentText } from '../../src/db/document-texts.ts';
import { listDocuments } from '../../src/db/documents.ts';
import { recordRefusals } from '../../src/db/mail-outcome.ts';
import { openContent } from '../../src/db/mails.ts';
import { findDeletion } from '../../src/db/retention.ts';
import { languages } from '../../src/i18n.ts';
import { createTestApp } from '../support/app.ts';
import { setBlind } from '../support/blind.ts';
import { decide } from '../support/decide.ts';
import { deliverMails } from '../support/deliver.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { makeDiscreet } from '../support/discreet.ts';
import { dumpTables } from '../support/dump.ts';
import { createSubmitted } from '../support/factories.ts';
import { plainText, summaryOf } from '../support/html.ts';
import { fillDraft, goodFields, goodFiles, sendForm, submit } from '../support/send-form.ts';
import { startSmtp } from '../support/smtp.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

/** An application by the form of a language; answers with its private page. */
async function apply(language: string, fields: Record<string, string> = {}) {
  const path = `/${language}/calls/regional-experts/apply`;
  const answer = await sendForm(
    desk.app,
    { ...goodFields, discreet: 'yes', ...fields },
    goodFiles(),
    { path },
  );
  const token = /\/drafts\/([\w-]{32})/.exec(answer.headers.get('location') ?? '')![1]!;
  const sent = await submit(desk.app, token, { language });
  const page = sent.headers.get('location')!;
  const { application, key } = await openPrivatePage(desk.deps, page.split('/').at(-1)!);
  return { id: application.id, reference: application.reference, page, key };
}

const mailsOf = async ({ id, key }: { id: string; key: Buffer }) =>
  (
    await desk.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('applicationId', '=', id)
      .orderBy('thread')
      .execute()
  ).map((mail) => ({ ...openContent(key, mail), thread: mail.thread, language: mail.language }));

describe('what is mailed about a discreet application', () => {
  test.each(languages)('source 4: in %s it is the reference and nothing else', async (language) => {
    desk.clock.advance(24 * 3600);
    const applied = await apply(language, { email: `${language}@example.org` });
    const { reference } = applied;
    const [receipt, notification, ...others] = await mailsOf(applied);
    expect(others).toEqual([]);
    expect(receipt).toMatchObject({ language, subject: reference, replyTo: null });
    expect(receipt!.to).toEqual({ name: '', address: `${language}@example.org` });
    for (const text of [receipt!.text, receipt!.html]) {
      expect(text).toContain(reference);
      expect(text).not.toMatch(/https?:|Caucasus|Nino|ნინო|experts|\w@\w/i);
    }
    expect(notification).toMatchObject({ subject: `[${reference}]`, to: null, replyTo: null });
    for (const text of [notification!.text, notification!.html]) {
      expect(text).toContain(reference);
      expect(text).not.toMatch(/Nino|ნინო|Georgien|example\.org|cv\.pdf/i);
    }
  });

  test('source 4: it carries the bare link only where that was allowed', async () => {
    desk.clock.advance(24 * 3600);
    const applied = await apply('en', { mailLinks: 'yes', email: 'links@example.org' });
    const [receipt] = await mailsOf(applied);
    const links = receipt!.text.match(/https?:\S+/g);
    expect(links).toEqual([`${desk.deps.publicUrl}${applied.page}`]);
  });

  test('source 4: it comes from an address without a name, and nowhere to reply', async () => {
    desk.clock.advance(24 * 3600);
    const server = await startSmtp();
    const config = {
      ...desk.deps.config,
      smtpUrl: server.url,
      editorialInbox: ['in@news.example'],
    };
    await apply('en', { email: 'sender@example.org' });
    await deliverMails({ ...desk.deps, config });
    const sent = server.mails.find(({ recipients }) => recipients.includes('sender@example.org'))!;
    const head = sent.raw.toString().split('\r\n\r\n')[0]!;
    expect(/^From: (.*)\r?$/m.exec(head)![1]).toBe(config.mailFrom.address);
    expect(head).not.toMatch(/^Reply-To:/im);
    expect(head).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    await server.stop();
  });

  test('a link to the draft is not mailed where no mail may have one', async () => {
    const form = { ...goodFields, discreet: 'yes', intent: 'mail' };
    const refused = await sendForm(desk.app, form, []);
    expect(refused.status).toBe(422);
    expect(summaryOf(await refused.text()).map(({ field }) => field)).toEqual(['mailTo']);
    const allowed = await sendForm(desk.app, { ...form, mailLinks: 'yes' }, []);
    expect(allowed.status).toBe(303);
  });
});

test('source 3: an alias is enough, and a legal name is asked of those who were accepted', async () => {
  desk.clock.advance(24 * 3600);
  const applied = await apply('en', {
    fullName: 'A reader',
    latinName: '',
    email: 'p@example.org',
  });
  const form = await (await desk.app.request('/en/calls/regional-experts/apply')).text();
  expect(form).not.toContain('legalName');
  expect((await desk.app.request(`${applied.page}/details`)).status).toBe(404);
  await decide(desk.deps, applied, 'accept', desk.editor.staff, { withLetter: false });
  desk.clock.advance(3600);
  const details = await desk.app.request(`${applied.page}/details`);
  expect(await details.text()).toContain('name="legalName"');
});

test('it is deleted 30 days after the decline, where its call keeps the others for longer', async () => {
  const { db, clock } = desk.deps;
  const daysUntil = async (discreet: boolean): Promise<number> => {
    const application = await createSubmitted(desk.deps, { values: { discreet } });
    await decide(desk.deps, application, 'decline', desk.editor.staff, { withLetter: false });
    const { at } = (await findDeletion(db, application.id))!;
    return Math.floor((at.getTime() - clock.now().getTime()) / 86_400_000);
  };
  expect([await daysUntil(false), await daysUntil(true)]).toEqual([183, 30]);
});

test('source 2: no address of a computer is in any table or log', async () => {
  const counted = await createTestApp({ TRUST_PROXY: '1', RATE_LIMITS: 'on' });
  const headers = { 'x-forwarded-for': '203.0.113.77' };
  await fillDraft(counted.app, { discreet: 'yes' }, goodFiles(), { headers });
  const rows = await dumpTables(counted.deps.db);
  expect(rows.some(({ table }) => table === 'public.rate_limit_counters')).toBe(true);
  const address = /203\.0\.113|cb00714d|127\.0\.0\.1/;
  expect(rows.filter(({ row }) => address.test(row))).toEqual([]);
  expect(counted.logged.length).toBeGreaterThan(0);
  expect(counted.logged.filter((line) => address.test(line))).toEqual([]);
  await counted.stop();
});

test('source 8: a download of an original is logged with its reason, and Dangerzone is advised before', async () => {
  const application = await createSubmitted(desk.deps, { files: [{ kind: 'cv', name: 'cv.pdf' }] });
  await makeDiscreet(desk.deps, application);
  const path = `/admin/applications/${application.reference}`;
  const { html } = await desk.editor.get(path);
  const id = new RegExp(`${path}/documents/([0-9a-f-]{36})`).exec(html)![1]!;
  const original = `${path}/documents/${id}/original`;
  expect((await desk.editor.get(original)).html).toContain('Dangerzone');
  expect((await desk.editor.post(original, { reason: 'For the archive' })).status).toBe(200);
  expect((await desk.editor.get(original)).html).toContain('For the archive');
  const log = await desk.deps.db
    .selectFrom('accessLog')
    .select(['type', 'documentId', 'staffId'])
    .where('applicationId', '=', application.id)
    .where('type', '=', 'downloaded')
    .execute();
  expect(log).toEqual([{ type: 'downloaded', documentId: id, staffId: desk.editor.staff.id }]);
});

describe('in a call that is reviewed blind', () => {
  const values = {
    ...{ discreet: true, fullName: 'Zurab Kolibri', email: 'zkolibri@example.org' },
    ...{ topics: 'Rivers, by Kolibri.', basedIn: 'Kutaisi' },
  };

  test('reviewers read masked words that are masked as they are read, and stored nowhere', async () => {
    const { db } = desk.deps;
    const texts = { cv: 'Zurab Kolibri, reporter of wetlands.' };
    const sent = await createSubmitted(desk.deps, { values, texts });
    const [held] = await listDocuments(db, sent.id);
    await db.transaction().execute(async (trx) => {
      const read = { documentId: held!.id, applicationId: sent.id, text: texts.cv };
      const facts = { state: 'read', reason: null, language: 'en', words: 5, pages: 1 } as const;
      const row = { ...read, ...facts, active: [], cut: false };
      await storeDocumentText(trx, row, desk.clock.now(), () => sent.key);
    });
    await desk.editor.post(`/admin/applications/${sent.reference}/notes`, {
      note: 'Kolibri called.',
      tell: desk.reviewer.staff.id,
    });
    await setBlind(desk.deps, desk.admin.staff);
    const page = await desk.reviewer.get(`/admin/applications/${sent.reference}`);
    const text = plainText(page.html);
    expect(page.html).not.toMatch(/kolibri|zurab/i);
    for (const words of ['Rivers, by', 'reporter of wetlands', 'called.', 'Kutaisi']) {
      expect(text).toContain(words);
    }
    const mentions = await desk.reviewer.get('/admin/mentions');
    expect(mentions.html).toContain('called.');
    expect(mentions.html).not.toMatch(/kolibri/i);
    const reading = await desk.reviewer.get(
      `/admin/applications/${sent.reference}/documents/${held!.id}/text`,
    );
    expect(reading.html).toContain('reporter of wetlands');
    expect(reading.html).not.toMatch(/kolibri|zurab/i);
    const copies = await db
      .selectFrom('maskedTexts')
      .select('source')
      .where('applicationId', '=', sent.id)
      .execute();
    expect(copies).toEqual([]);
    // Whom it is revealed to sees the alias, and the address no more than before.
    await desk.editor.post(`/admin/applications/${sent.reference}/reveal`);
    const revealed = await desk.reviewer.get(`/admin/applications/${sent.reference}`);
    expect(revealed.html).toContain('Zurab Kolibri');
    expect(revealed.html).not.toContain('zkolibri@');
  });
});

describe('an address that mail is refused for', () => {
  test('is told without the address, to the applicant and on the desk, and can be corrected', async () => {
    const applied = await apply('en', { email: 'gone@example.org' });
    const { db } = desk.deps;
    const mail = await db
      .selectFrom('mails')
      .select('id')
      .where('applicationId', '=', applied.id)
      .where('thread', '=', 'applicant')
      .executeTakeFirstOrThrow();
    const refusals = [{ address: 'gone@example.org', reply: '550 gone@example.org is no mailbox' }];
    await recordRefusals(db, { id: mail.id, key: applied.key, refusals });
    await sql`update jobs set state = 'parked', last_error = 'smtp-550', attempts = 1,
      finished_at = now() where subject_id = ${mail.id}`.execute(db);
    const before = await (await desk.app.request(applied.page)).text();
    expect(plainText(before)).toContain('A mail server has refused our mail');
    const path = `/admin/applications/${applied.reference}`;
    for (const page of [path, `/admin/outbox?application=${applied.reference}`]) {
      const { html } = await desk.editor.get(page);
      expect(html).not.toContain('gone@');
    }
    expect((await desk.editor.get(`/admin/outbox/${mail.id}`)).html).not.toContain('gone@');
    expect(plainText((await desk.editor.get(path)).html)).toContain(
      'Mail to this address is refused.',
    );
    const corrected = await sendForm(desk.app, { newEmail: 'here@example.org' }, [], {
      path: `${applied.page}/address`,
    });
    expect(corrected.status).toBe(303);
    const rows = await dumpTables(db);
    expect(rows.filter(({ row }) => /gone@|here@/.test(row))).toEqual([]);
    const addresses = (await mailsOf(applied)).map(({ to }) => to?.address);
    expect(addresses).toContain('here@example.org');
  });
});
