import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrivateToken } from '../../src/actions/open-private-page.ts';
import { setHandlingEditor } from '../../src/actions/set-handling.ts';
import { decideByPages } from '../support/decide.ts';
import { deliverMails } from '../support/deliver.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { postParts, textPart } from '../support/private-page.ts';
import { type ReceivedMail, startSmtp, type TestSmtp } from '../support/smtp.ts';

let smtp: TestSmtp;
let desk: Desk;
beforeAll(async () => {
  smtp = await startSmtp();
  desk = await createDesk({
    SMTP_URL: smtp.url,
    EDITORIAL_INBOX: 'desk@news.example',
    MAIL_FROM: 'News <feder@news.example>',
  });
});
afterAll(async () => {
  await desk.stop();
  await smtp.stop();
});

/** The header lines of a mail as they came over the wire, unfolded, by lower-case name. */
function headersOf({ raw }: ReceivedMail): Map<string, string[]> {
  const head = raw.toString('latin1').split('\r\n\r\n')[0]!;
  const headers = new Map<string, string[]>();
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const [, name, value] = /^([\w-]+): ?(.*)$/.exec(line)!;
    headers.set(name!.toLowerCase(), [...(headers.get(name!.toLowerCase()) ?? []), value!]);
  }
  return headers;
}

/** A thread as contract.md promises it: what each mail says of itself and of those before it. */
function readThread(mails: readonly ReceivedMail[]) {
  return mails.map((mail) => {
    const headers = headersOf(mail);
    const only = (name: string): string | undefined => {
      const values = headers.get(name) ?? [];
      expect([name, values.length <= 1]).toEqual([name, true]);
      return values[0];
    };
    return {
      subject: mail.parsed.subject,
      to: mail.recipients,
      from: only('from'),
      replyTo: mail.parsed.replyTo?.value.map(({ address }) => address) ?? [],
      automatic: only('auto-submitted'),
      id: only('message-id')!,
      inReplyTo: only('in-reply-to'),
      references: only('references')?.split(' ') ?? [],
    };
  });
}

test('receipt, message, reply, request and letter stand in two threads, with the headers of the contract', async () => {
  const email = 'nino@mail.example';
  const values = { fullName: 'ნინო მაგალითი', latinName: 'Nino Example', email };
  const application = await createSubmitted(desk.deps, { values });
  const { id, reference } = application;
  await deliverMails(desk.deps);
  const { id: editorId } = desk.editor.staff;
  await setHandlingEditor(desk.deps, { id, staff: desk.admin.staff, seen: 1e9, editorId });
  const path = `/admin/applications/${reference}`;
  const step = async (): Promise<void> => {
    await deliverMails(desk.deps);
    desk.clock.advance(60);
  };
  await desk.editor.post(`${path}/messages`, { message: 'When could you begin?', language: 'en' });
  await step();
  const token = await findPrivateToken(desk.deps, application, application.key);
  await postParts(desk, `/en/applications/${token}/messages`, [
    ...[textPart('message', 'In January.'), textPart('intent', 'send')],
  ]);
  await step();
  const dueOn = new Date(desk.clock.now().getTime() + 5 * 86_400_000).toISOString().slice(0, 10);
  const asked = await desk.editor.post(`${path}/requests`, {
    ...{ act: 'ask', request: 'A second sample', language: 'en', dueOn },
  });
  expect(asked.status).toBe(303);
  await step();
  expect((await decideByPages(desk.editor, application, 'accept')).status).toBe(303);
  desk.clock.advance(600);
  await step();

  const title = 'Your application to “Regional experts”';
  const applicants = readThread(smtp.mails.filter(({ recipients }) => recipients.includes(email)));
  expect(applicants.map(({ subject, automatic }) => [subject, automatic])).toEqual([
    [`[${reference}] Your application has arrived: Regional experts`, 'auto-generated'],
    [`[${reference}] Message from Caucasus Watch`, undefined],
    [`[${reference}] ${title}: one more thing`, undefined],
    [title, undefined],
  ]);
  for (const one of applicants) {
    expect(one).toMatchObject({ to: [email], replyTo: ['desk@news.example'] });
  }

  const editors = readThread(smtp.mails.filter(({ recipients }) => !recipients.includes(email)));
  expect(editors.map(({ to, automatic }) => [to, automatic])).toEqual([
    [['desk@news.example'], 'auto-generated'],
    // Who handles it is told of the assignment, and of what the applicant wrote.
    [[desk.editor.staff.email], 'auto-generated'],
    [[desk.editor.staff.email], 'auto-generated'],
  ]);
  const subject = `[${reference}] Nino Example – Georgien`;
  for (const one of editors) expect(one).toMatchObject({ subject, replyTo: [email] });

  for (const thread of [applicants, editors]) {
    const ids = thread.map((one) => one.id);
    for (const [at, one] of thread.entries()) {
      expect(one.from).toBe('News <feder@news.example>');
      expect(one.id).toMatch(/^<[\w-]+@news\.example>$/);
      expect([one.inReplyTo, one.references]).toEqual([ids[at - 1], ids.slice(0, at)]);
    }
  }
  const ids = [...applicants, ...editors].map((one) => one.id);
  expect(new Set(ids).size).toBe(7);
  for (const { parsed, raw } of smtp.mails) {
    expect(parsed.attachments).toEqual([]);
    const types = [...raw.toString('latin1').matchAll(/^Content-Type: (text\/\w+)/gim)];
    expect(types.map(([, type]) => type)).toEqual(['text/plain', 'text/html']);
    expect(parsed.text!.trim().length).toBeGreaterThan(20);
  }
});
