import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransport, type Transport } from '../../src/mail/transport.ts';
import { createTestLog, type TestLog } from '../support/log.ts';
import { makeOutgoingMail } from '../support/outgoing-mail.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

let smtp: TestSmtp;
let logged: TestLog;
let transport: Transport;
beforeEach(async () => {
  smtp = await startSmtp();
  logged = createTestLog();
  transport = createTransport({ smtpUrl: smtp.url, dataDir: '/nowhere' }, logged.log);
});
afterEach(async () => {
  transport.close();
  await smtp.stop();
});

test('who was refused for good is told apart from who has the mail, with the server’s words', async () => {
  const addresses = ['a@news.example', 'b@news.example'];
  const mail = makeOutgoingMail({ to: addresses.map((address) => ({ name: '', address })) });
  smtp.refuse.set('b@news.example', 550);
  expect(await transport.send(mail)).toEqual({
    refusals: [{ address: 'b@news.example', reply: '550 No such mailbox' }],
  });
  smtp.refuse.set('a@news.example', 550);
  await expect(transport.send(makeOutgoingMail({ to: mail.to }))).rejects.toMatchObject({
    permanent: true,
    refusals: addresses.map((address) => ({ address, reply: '550 No such mailbox' })),
  });
  expect(logged.text()).not.toContain('@');
});

test('a refused message concerns everybody it was for; its reply is kept short', async () => {
  smtp.refuseData = 554;
  smtp.refusal = `spam ${'x'.repeat(300)}`;
  await expect(transport.send(makeOutgoingMail())).rejects.toMatchObject({
    refusals: [{ address: 'nino@mail.example', reply: `554 spam ${'x'.repeat(191)}…` }],
  });
});

test('a mail that some have already is not parked when the last ones are refused for good', async () => {
  const addresses = ['a@news.example', 'b@news.example'];
  const mail = makeOutgoingMail({ to: addresses.map((address) => ({ name: '', address })) });
  smtp.refuse.set('b@news.example', 450);
  await expect(transport.send(mail)).rejects.toMatchObject({ permanent: false, refusals: [] });
  smtp.refuse.set('b@news.example', 550);
  expect(await transport.send(mail)).toEqual({
    refusals: [{ address: 'b@news.example', reply: '550 No such mailbox' }],
  });
});
