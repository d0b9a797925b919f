import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport, type Transport } from '../../src/mail/transport.ts';
import { createTestLog, type TestLog } from '../support/log.ts';
import { makeOutgoingMail } from '../support/outgoing-mail.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

let smtp: TestSmtp;
let logged: TestLog;
let transport: Transport;
let dataDir: string;
const timeouts = { connect: 2_000, greeting: 2_000, silence: 2_000, send: 5_000 };

beforeEach(async () => {
  smtp = await startSmtp();
  logged = createTestLog();
  dataDir = await mkdtemp(path.join(tmpdir(), 'feder-mail-'));
  transport = createTransport({ smtpUrl: smtp.url, dataDir }, logged.log, timeouts);
});
afterEach(async () => {
  transport.close();
  await smtp.stop();
  await rm(dataDir, { recursive: true });
});

const failureOf = async (sending: Promise<unknown>) =>
  await sending.then(
    () => 'sent',
    ({ name, code, permanent }) => ({ name, code, permanent }),
  );

test('a mail arrives by SMTP with every script, its headers, and its text before its HTML', async () => {
  const mail = makeOutgoingMail({ replyTo: { name: 'Desk', address: 'desk@news.example' } });
  await transport.send(mail);
  const [received] = await smtp.waitFor(1);
  const { parsed, raw, recipients } = received!;
  expect(recipients).toEqual(['nino@mail.example']);
  expect(parsed.text).toBe(mail.text);
  expect(parsed.html).toBe(mail.html);
  expect(parsed).toMatchObject({
    subject: mail.subject,
    messageId: mail.messageId,
    date: mail.date,
    attachments: [],
  });
  expect(parsed.inReplyTo).toBeUndefined();
  expect(parsed.references).toBeUndefined();
  expect(parsed.from?.value).toEqual([{ name: 'News “Desk”', address: 'feder@news.example' }]);
  expect(parsed.replyTo?.value).toEqual([{ name: 'Desk', address: 'desk@news.example' }]);
  expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
  const types = [...raw.toString().matchAll(/^content-type: ([^\r\n]+)/gim)].map(
    (found) => found[1],
  );
  expect(types).toEqual([
    'multipart/alternative;',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
  ]);
});

test('a later mail of a thread names those before it; what a person wrote is not called automatic', async () => {
  await transport.send(
    makeOutgoingMail({
      inReplyTo: '<2@news.example>',
      references: ['<1@news.example>', '<2@news.example>'],
      automatic: false,
    }),
  );
  const [received] = await smtp.waitFor(1);
  expect(received!.parsed.inReplyTo).toBe('<2@news.example>');
  expect(received!.parsed.references).toEqual(['<1@news.example>', '<2@news.example>']);
  expect(received!.parsed.headers.has('auto-submitted')).toBe(false);
  expect(received!.parsed.replyTo).toBeUndefined();
});

test.each([
  ['RCPT', 550, true],
  ['RCPT', 450, false],
  ['RCPT', 530, false],
  ['RCPT', 503, false],
  ['DATA', 554, true],
  ['DATA', 451, false],
])('a refusal at %s with %i is permanent: %s', async (command, code, permanent) => {
  if (command === 'RCPT') smtp.refuse.set('nino@mail.example', code);
  else smtp.refuseData = code;
  expect(await failureOf(transport.send(makeOutgoingMail()))).toEqual({
    name: 'JobFailure',
    code: `smtp-${code}`,
    permanent,
  });
  expect(smtp.mails).toEqual([]);
});

test('a server that is not there is worth another try', async () => {
  await smtp.stop();
  expect(await failureOf(transport.send(makeOutgoingMail()))).toMatchObject({
    code: 'ECONNREFUSED',
    permanent: false,
  });
  smtp = await startSmtp({ port: smtp.port });
  await transport.send(makeOutgoingMail());
  expect(smtp.mails).toHaveLength(1);
});

test('a refused sign-in is worth another try', async () => {
  const server = createServer((socket) => {
    socket.write('220 here\r\n');
    socket.on('data', (data) => {
      const isGreeting = data.toString().startsWith('EHLO');
      socket.write(isGreeting ? '250-here\r\n250 AUTH PLAIN\r\n' : '535 no\r\n');
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const smtpUrl = `smtp://user:wrong%20word@127.0.0.1:${port}`;
  const signing = createTransport({ smtpUrl, dataDir }, logged.log, timeouts);
  expect(await failureOf(signing.send(makeOutgoingMail()))).toMatchObject({
    code: 'smtp-535',
    permanent: false,
  });
  signing.close();
  server.close();
});

test.each(['greeting', 'data'] as const)(
  'a server that hangs at its %s is given up',
  async (hang) => {
    smtp.hang = hang;
    const hasty = { connect: 200, greeting: 200, silence: 200, send: 5_000 };
    const other = createTransport({ smtpUrl: smtp.url, dataDir }, logged.log, hasty);
    expect(await failureOf(other.send(makeOutgoingMail()))).toMatchObject({
      code: 'ETIMEDOUT',
      permanent: false,
    });
    other.close();
  },
);

test('a server that never gets to the end is given up', async () => {
  smtp.hang = 'data';
  const hasty = { ...timeouts, silence: 60_000, send: 300 };
  const other = createTransport({ smtpUrl: smtp.url, dataDir }, logged.log, hasty);
  expect(await failureOf(other.send(makeOutgoingMail()))).toMatchObject({
    code: 'EABORT',
    permanent: false,
  });
  other.close();
});

test('a mail is no longer sent once its job is called off', async () => {
  const aborted = transport.send(makeOutgoingMail(), AbortSignal.abort());
  expect(await failureOf(aborted)).toMatchObject({ code: 'EABORT', permanent: false });
  expect(smtp.mails).toEqual([]);
});

test('when the server drops after DATA the next try carries the same Message-ID', async () => {
  smtp.dropsAfterData = 1;
  const mail = makeOutgoingMail();
  expect(await failureOf(transport.send(mail))).toMatchObject({ permanent: false });
  await transport.send(mail);
  expect(smtp.mails.map(({ parsed }) => parsed.messageId)).toEqual([
    mail.messageId,
    mail.messageId,
  ]);
});

test('of several recipients only those get another copy whose server asked to come back', async () => {
  const addresses = ['a@news.example', 'b@news.example', 'c@news.example'];
  const mail = makeOutgoingMail({ to: addresses.map((address) => ({ name: '', address })) });
  smtp.refuse.set('b@news.example', 450).set('c@news.example', 550);
  expect(await failureOf(transport.send(mail))).toMatchObject({
    code: 'smtp-450',
    permanent: false,
  });
  smtp.refuse.delete('b@news.example');
  await failureOf(transport.send(mail));
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([
    ['a@news.example'],
    ['b@news.example'],
  ]);
  expect(logged.lines[0]).toMatchObject({
    level: 50,
    mailId: mail.id,
    codes: ['smtp-450', 'smtp-550'],
  });
  expect(logged.text()).not.toContain('@');
});

test.each(['at-once', 'offered'] as const)(
  '12.3.2: TLS %s under an unknown certificate is refused',
  async (tls) => {
    const server = await startSmtp({ tls });
    // What a URL says about TLS is not listened to.
    const smtpUrl = `${server.url}?tls.rejectUnauthorized=false&ignoreTLS=true`;
    const secured = createTransport({ smtpUrl, dataDir }, logged.log, timeouts);
    const failure = await failureOf(secured.send(makeOutgoingMail()));
    expect(failure).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', permanent: false });
    expect(server.mails).toEqual([]);
    secured.close();
    await server.stop();
  },
);

test('12.1.1: a server that speaks no TLS newer than 1.1 gets nothing', async () => {
  const server = await startSmtp({ tls: 'at-once', oldest: true });
  const secured = createTransport({ smtpUrl: server.url, dataDir }, logged.log, timeouts);
  const failure = await failureOf(secured.send(makeOutgoingMail()));
  expect(failure).toMatchObject({
    ...{ permanent: false, code: expect.stringMatching(/VERSION|UNSUPPORTED_PROTOCOL/) },
  });
  expect(server.mails).toEqual([]);
  secured.close();
  await server.stop();
});

test('without SMTP a mail is captured as it would have left, for the owner only', async () => {
  const capture = createTransport({ smtpUrl: null, dataDir }, logged.log);
  expect([transport.kind, capture.kind]).toEqual(['smtp', 'captured']);
  const mail = makeOutgoingMail();
  await capture.send(mail);
  const dir = path.join(dataDir, 'mail');
  expect(await readdir(dir)).toEqual([`${mail.id}.eml`]);
  const file = path.join(dir, `${mail.id}.eml`);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const bytes = await readFile(file);
  expect(bytes.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const parsed = await simpleParser(bytes);
  expect(parsed).toMatchObject({ subject: mail.subject, messageId: mail.messageId });
  expect([parsed.text, parsed.html]).toEqual([mail.text, mail.html]);
});

test('capturing a mail again replaces it', async () => {
  const capture = createTransport({ smtpUrl: null, dataDir }, logged.log);
  const mail = makeOutgoingMail();
  await capture.send({ ...mail, subject: 'first' });
  await capture.send({ ...mail, subject: 'second' });
  const dir = path.join(dataDir, 'mail');
  expect(await readdir(dir)).toEqual([`${mail.id}.eml`]);
  const parsed = await simpleParser(await readFile(path.join(dir, `${mail.id}.eml`)));
  expect(parsed.subject).toBe('second');
});
