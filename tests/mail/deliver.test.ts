import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../src/db/client.ts';
import { openRefusals } from '../../src/db/mail-outcome.ts';
import { findMail } from '../../src/db/outbox.ts';
import type { TestApplication } from '../support/applications.ts';
import { type MailDesk, openMailDesk } from '../support/mail-desk.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

let desk: MailDesk;
let smtp: TestSmtp;

beforeAll(async () => {
  desk = await openMailDesk();
});
afterAll(async () => await desk.drop());
beforeEach(async () => {
  smtp = await startSmtp();
});
afterEach(async () => {
  await desk.clear();
  await smtp.stop();
});

test('a mail leaves once it is committed and is marked as sent', async () => {
  const application = await desk.apply({ inbox: 'desk@news.example, second@news.example' });
  desk.deliver({ smtpUrl: smtp.url });
  const id = await desk.write(application, { text: 'გამარჯობა' });
  const [received] = await smtp.waitFor(1);
  expect(received!.parsed).toMatchObject({
    subject: 'Subject',
    text: 'გამარჯობა\n',
    messageId: `<${id}@news.example>`,
  });
  expect(received!.parsed.to).toMatchObject({ text: '"Nino" <nino@mail.example>' });
  expect(received!.parsed.replyTo).toMatchObject({ text: 'desk@news.example' });
  expect(received!.parsed.headers.get('auto-submitted')).toBe('auto-generated');
  await desk.settled(1);
  const mail = await desk.db.selectFrom('mails').select('sentAt').executeTakeFirst();
  expect(mail).toEqual({ sentAt: desk.clock.now() });
});

test('what fills itself in is called automatic, what a person wrote is not', async () => {
  const application = await desk.apply({ inbox: 'desk@news.example' });
  desk.deliver({ smtpUrl: smtp.url });
  const templates = [
    ...['receipt', 'withdrawal', 'private-link', 'message-to-applicant'],
    ...['editorial-notification', 'withdrawal-notice', 'documents-changed', 'message-to-editors'],
  ];
  for (const template of templates) {
    await desk.write(application, { template, subject: template });
    await smtp.waitFor(templates.indexOf(template) + 1);
  }
  const received = await smtp.waitFor(templates.length);
  const byHand = received.filter(({ parsed }) => !parsed.headers.has('auto-submitted'));
  expect(byHand.map(({ parsed }) => parsed.subject)).toEqual([
    'message-to-applicant',
    'message-to-editors',
  ]);
});

test('a mail whose transaction is rolled back is never sent', async () => {
  const application = await desk.apply();
  desk.deliver({ smtpUrl: smtp.url });
  const failing = desk.write(application, { failure: new Error('no') });
  await expect(failing).rejects.toThrow('no');
  await desk.write(application);
  await desk.settled(1);
  expect(smtp.mails).toHaveLength(1);
});

test('the editors’ mail goes to every address of the inbox, with Reply-To the applicant', async () => {
  const application = await desk.apply({ inbox: 'desk@news.example, second@news.example' });
  desk.deliver({ smtpUrl: smtp.url, editorialInbox: ['configured@news.example'] });
  await desk.write(application, {
    thread: 'editors',
    to: { name: 'ნინო', address: 'n@mail.example' },
  });
  const [received] = await smtp.waitFor(1);
  expect(received!.recipients).toEqual(['desk@news.example', 'second@news.example']);
  expect(received!.parsed.replyTo?.value).toEqual([{ name: 'ნინო', address: 'n@mail.example' }]);
  await desk.settled(1);
});

test('an inbox that is refused for good is kept with the mail that the others got', async () => {
  const application = await desk.apply({ inbox: 'desk@news.example, gone@news.example' });
  smtp.refuse.set('gone@news.example', 550);
  desk.deliver({ smtpUrl: smtp.url });
  const id = await desk.write(application, { thread: 'editors' });
  expect(await desk.settled(1)).toMatchObject([{ state: 'done' }]);
  const mail = (await findMail(desk.db, id))!;
  expect(mail).toMatchObject({ state: 'refused', sentAt: desk.clock.now(), refused: 1 });
  expect(openRefusals(application.key, mail)).toEqual([
    { address: 'gone@news.example', reply: '550 No such mailbox' },
  ]);
  expect(desk.logged.text()).not.toContain('@');
});

test('a mail that nobody took is parked with whom it was refused for', async () => {
  const application = await desk.apply();
  smtp.refuse.set('nino@mail.example', 550);
  desk.deliver({ smtpUrl: smtp.url });
  const id = await desk.write(application);
  expect(await desk.settled(1)).toMatchObject([{ state: 'parked', lastError: 'smtp-550' }]);
  const mail = (await findMail(desk.db, id))!;
  expect(mail).toMatchObject({ state: 'parked', refused: 1 });
  expect(openRefusals(application.key, mail)).toEqual([
    { address: 'nino@mail.example', reply: '550 No such mailbox' },
  ]);
});

test('recipients are looked up when the mail leaves, not when it was written', async () => {
  const application = await desk.apply();
  await desk.write(application, { thread: 'editors' });
  await desk.db.updateTable('calls').set({ inbox: 'new@news.example' }).execute();
  desk.deliver({ smtpUrl: smtp.url, editorialInbox: ['configured@news.example'] });
  const [received] = await smtp.waitFor(1);
  expect(received!.recipients).toEqual(['new@news.example']);
  await desk.settled(1);
});

test('mails of one thread arrive in their order and refer to each other', async () => {
  const application = await desk.apply();
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push(await desk.write(application, { subject: `${i}` }));
  desk.deliver({ smtpUrl: smtp.url });
  const mails = await smtp.waitFor(5);
  expect(mails.map(({ parsed }) => parsed.subject)).toEqual(['0', '1', '2', '3', '4']);
  const messageIds = ids.map((id) => `<${id}@news.example>`);
  expect(mails[0]!.parsed.inReplyTo).toBeUndefined();
  expect(mails[4]!.parsed.inReplyTo).toBe(messageIds[3]);
  expect(mails[4]!.parsed.references).toEqual(messageIds.slice(0, 4));
  await desk.settled(5);
});

test('two servers send 200 mails, each once and in the order of its thread', async () => {
  const applications: TestApplication[] = [];
  for (let i = 0; i < 20; i += 1) applications.push(await desk.apply());
  const expected = new Map<string, string[]>();
  for (let i = 0; i < 200; i += 1) {
    const application = applications[i % 20]!;
    const subject = `${i}`;
    await desk.write(application, { subject });
    expected.set(application.id, [...(expected.get(application.id) ?? []), subject]);
  }
  const second = connect(desk.connection);
  const servers = [
    desk.deliver({ smtpUrl: smtp.url, patienceMs: 20_000 }),
    desk.deliver({ smtpUrl: smtp.url, patienceMs: 20_000, db: second }),
  ];
  await desk.settled(200);
  for (const server of servers) await server.stop();
  await second.destroy();

  expect(smtp.mails).toHaveLength(200);
  const position = new Map(smtp.mails.map(({ parsed }, index) => [parsed.subject!, index]));
  expect(position.size).toBe(200);
  for (const subjects of expected.values()) {
    const positions = subjects.map((subject) => position.get(subject)!);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  }
}, 60_000);

test('while SMTP is away for a day mails wait, then all arrive in the order of their threads', async () => {
  const applications = [await desk.apply(), await desk.apply()];
  const { port } = smtp;
  await smtp.stop();
  desk.deliver({ smtpUrl: smtp.url });
  for (let i = 0; i < 3; i += 1) {
    for (const application of applications) {
      await desk.write(application, { subject: `${applications.indexOf(application)} ${i}` });
    }
  }
  for (let hours = 0; hours < 24; hours += 1) {
    await desk.announce();
    await vi.waitFor(async () => {
      const held = await desk.db.selectFrom('jobs').select('id').where('leaseId', 'is not', null);
      const due = await desk.db
        .selectFrom('jobs')
        .select('id')
        .where('attempts', '>', 0)
        .where('notBefore', '<=', desk.clock.now())
        .execute();
      expect([await held.execute(), due]).toEqual([[], []]);
    });
    desk.clock.advance(3600);
  }
  expect((await desk.jobs()).map(({ state }) => state)).toEqual(Array(6).fill('queued'));
  smtp = await startSmtp({ port });
  desk.clock.advance(7 * 3600);
  await desk.announce();
  await desk.settled(6);
  const subjects = smtp.mails.map(({ parsed }) => parsed.subject!);
  for (const application of ['0', '1']) {
    const own = subjects.filter((subject) => subject.startsWith(application));
    expect(own).toEqual([0, 1, 2].map((i) => `${application} ${i}`));
  }
});

test('a refused recipient parks its mail at once, a busy server keeps it, others go on', async () => {
  desk.deliver({ smtpUrl: smtp.url });
  smtp.refuse.set('gone@mail.example', 550).set('busy@mail.example', 451);
  for (const name of ['gone', 'busy', 'fine']) {
    await desk.write(await desk.apply(), { to: { name: '', address: `${name}@mail.example` } });
    desk.clock.advance(1);
  }
  await desk.settled(2);
  await vi.waitFor(async () => expect((await desk.jobs())[1]?.lastError).toBe('smtp-451'), 10_000);
  expect(await desk.jobs()).toEqual([
    { state: 'parked', attempts: 1, lastError: 'smtp-550' },
    { state: 'queued', attempts: 1, lastError: 'smtp-451' },
    { state: 'done', attempts: 1, lastError: null },
  ]);
  expect(desk.logged.text()).not.toContain('@');
});

test('when the server drops after DATA the mail comes again under the same Message-ID', async () => {
  smtp.dropsAfterData = 1;
  desk.deliver({ smtpUrl: smtp.url });
  const id = await desk.write(await desk.apply());
  await vi.waitFor(async () => expect((await desk.jobs())[0]?.lastError).not.toBeNull(), 10_000);
  desk.clock.advance(60);
  await desk.announce();
  await desk.settled(1);
  expect(smtp.mails.map(({ parsed }) => parsed.messageId)).toEqual(
    Array(2).fill(`<${id}@news.example>`),
  );
});

test('a mail that was sent already, or erased, is not sent again', async () => {
  const application = await desk.apply();
  await desk.write(application);
  await desk.db.updateTable('mails').set({ sentAt: desk.clock.now() }).execute();
  await desk.write(await desk.apply());
  await desk.db.deleteFrom('mails').where('sentAt', 'is', null).execute();
  desk.deliver({ smtpUrl: smtp.url });
  expect(await desk.settled(2)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
  expect(smtp.mails).toEqual([]);
});
