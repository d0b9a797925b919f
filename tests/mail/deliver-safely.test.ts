import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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

const seeded = { seededInbox: 'redaktion@seeded.example', contactEmail: 'q@seeded.example' };

test('by SMTP nothing goes to an address that only came with the software', async () => {
  desk.deliver({ smtpUrl: smtp.url });
  const application = await desk.apply(seeded);
  await desk.write(application, { thread: 'editors' });
  await desk.write(application, { to: { name: '', address: 'Redaktion@seeded.example' } });
  await desk.write(await desk.apply(), { to: { name: '', address: 'q+x@seeded.example' } });
  const jobs = await desk.settled(3);
  expect(jobs.map(({ state }) => state)).toEqual(['parked', 'parked', 'parked']);
  expect(jobs.map(({ lastError }) => lastError).sort()).toEqual([
    'no-recipient',
    'seeded-address',
    'seeded-address',
  ]);
  expect(smtp.connections).toBe(0);
});

test.each([
  ['for the call', seeded.seededInbox, []],
  ['in the configuration', null, [seeded.seededInbox]],
])(
  'the seeded address receives by SMTP once it was entered again %s',
  async (_where, inbox, editorialInbox) => {
    desk.deliver({ smtpUrl: smtp.url, editorialInbox });
    await desk.write(await desk.apply({ ...seeded, inbox }), { thread: 'editors' });
    const [received] = await smtp.waitFor(1);
    expect(received!.recipients).toEqual([seeded.seededInbox]);
    await desk.settled(1);
  },
);

test('while mail is captured the seeded address gets it, in a file', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'feder-mail-'));
  desk.deliver({ smtpUrl: null, dataDir });
  const application = await desk.apply(seeded);
  const id = await desk.write(application, { thread: 'editors' });
  await desk.write(application, { thread: 'applicant' });
  await desk.settled(2);
  expect(await readdir(path.join(dataDir, 'mail'))).toHaveLength(2);
  const captured = await simpleParser(await readFile(path.join(dataDir, 'mail', `${id}.eml`)));
  expect(captured.to).toMatchObject({ text: seeded.seededInbox });
  expect(captured.messageId).toBe(`<${id}@news.example>`);
  await rm(dataDir, { recursive: true });
});

test('a mail that was erased after a try that captured it leaves no file', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'feder-mail-'));
  const dir = path.join(dataDir, 'mail');
  const id = await desk.write(await desk.apply());
  await desk.db.deleteFrom('mails').execute();
  await mkdir(dir);
  await writeFile(path.join(dir, `${id}.eml`), 'captured before the process was killed');
  desk.deliver({ smtpUrl: null, dataDir });
  expect(await desk.settled(1)).toMatchObject([{ state: 'done' }]);
  expect(await readdir(dir)).toEqual([]);
  await rm(dataDir, { recursive: true });
});

test.each(['\r\n.\r\n', '\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n'])(
  'attack 12: an end of data smuggled into a mail as %j is only text',
  async (end) => {
    desk.deliver({ smtpUrl: smtp.url });
    const smuggled = `MAIL FROM:<a@b.example>\r\nRCPT TO:<all@mail.example>\r\nDATA\r\n`;
    await desk.write(await desk.apply(), { text: `before${end}${smuggled}after` });
    await desk.settled(1);
    await desk.write(await desk.apply(), { text: 'next' });
    await desk.settled(2);
    expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([
      ['nino@mail.example'],
      ['nino@mail.example'],
    ]);
    expect(smtp.mails[0]!.parsed.text).toBe(
      'before\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<all@mail.example>\nDATA\nafter\n',
    );
  },
);

test('1.3.11, attack 11: header lines smuggled into names and subjects add no header and no recipient', async () => {
  desk.deliver({ smtpUrl: smtp.url, editorialInbox: ['desk@news.example'] });
  const evil = 'Nino\r\nBcc: all@mail.example\r\nX-Evil: 1\r\n\r\nbody';
  const application = await desk.apply();
  const to = { name: `${evil}", <other@mail.example>, "`, address: 'nino@mail.example' };
  await desk.write(application, { to, subject: evil });
  await desk.write(application, { to, subject: evil, thread: 'editors' });
  const mails = await smtp.waitFor(2);
  for (const { parsed, recipients, raw } of mails) {
    expect(recipients).toHaveLength(1);
    expect([parsed.to].flat().flatMap((list) => list?.value)).toHaveLength(1);
    expect(parsed.headers.has('bcc')).toBe(false);
    expect(parsed.headers.has('x-evil')).toBe(false);
    expect(parsed.subject).toBe('Nino Bcc: all@mail.example X-Evil: 1 body');
    expect(parsed.text).toBe('Text\n');
    expect(raw.toString().split('\r\n\r\n')[0]).not.toMatch(/^(bcc|x-evil)/im);
  }
  const editors = mails.find(({ recipients }) => recipients[0] === 'desk@news.example')!;
  expect(editors.parsed.replyTo?.value).toHaveLength(1);
  expect(editors.parsed.replyTo?.value[0]?.address).toBe('nino@mail.example');
  await desk.settled(2);
});
