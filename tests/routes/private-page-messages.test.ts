import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { elementsOf, plainText, summaryOf, textareaOf, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listMailsOf,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';

let test: Omit<TestApp, 'listen' | 'place'>;
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
  const app = createApp(desk.deps);
  test = { ...desk, app };
});
afterAll(() => desk.stop());

const write = async ({ path }: Applicant, text: string, language = 'en') =>
  await postParts(test, `${path.replace('/en/', `/${language}/`)}/messages`, [
    textPart('message', text),
    textPart('intent', 'send'),
  ]);
const pageOf = ({ application: { reference } }: Applicant): string =>
  `/admin/applications/${reference}`;
const messagesOf = async ({ application: { id } }: Applicant) =>
  await test.deps.db
    .selectFrom('messages')
    .select(['direction', 'authorId', 'language', 'body', 'mailId'])
    .where('applicationId', '=', id)
    .orderBy('id')
    .execute();

describe('a message of the applicant', () => {
  it('reaches the editors in their thread, as a mail that a person wrote', async () => {
    const applicant = await apply(test);
    const text = 'გამარჯობა!\n\n<b>Two</b> lines';
    const answer = await write(applicant, text, 'ka');
    const path = applicant.path.replace('/en/', '/ka/');
    expect([answer.status, answer.location]).toEqual([303, `${path}?done=message#messages`]);
    const mails = await listMailsOf(test, applicant);
    const [first, mail] = mails.filter(({ thread }) => thread === 'editors');
    expect(mail).toMatchObject({ template: 'message-to-editors', inReplyTo: first!.messageId });
    expect(mail!.content).toMatchObject({
      to: null,
      subject: first!.content.subject,
      replyTo: { name: 'Nino Gelashvili', address: 'nino@example.org' },
    });
    expect(mail!.content.text).toContain(text);
    expect(mail!.content.text).toContain('geht Ihre Antwort direkt an die Person');
    expect(mail!.content.html).toContain('lang="ka"');
    expect(mail!.content.html).not.toContain('<b>Two');
    expect(await messagesOf(applicant)).toEqual([
      { direction: 'in', authorId: null, language: 'ka', body: text, mailId: mail!.id },
    ]);
  });

  it('stands on both pages in its own language', async () => {
    const applicant = await apply(test);
    await write(applicant, 'გამარჯობა', 'ka');
    const own = (await getPage(test, `${applicant.path}?done=message`)).html;
    expect(own).toContain('<p class="words" lang="ka" dir="auto">გამარჯობა</p>');
    expect(plainText(own)).toContain('Your message is on its way to the editors.');
    const theirs = (await desk.reviewer.get(pageOf(applicant))).html;
    expect(theirs).toContain('<p class="words" lang="ka" dir="auto">გამარჯობა</p>');
    expect(plainText(theirs)).toContain('From the applicant');
  });

  it('that is empty or too long is told beside the box, and kept', async () => {
    const applicant = await apply(test);
    const empty = await write(applicant, ' \n\u200b ');
    expect([empty.status, titleOf(empty.html), summaryOf(empty.html)]).toEqual([
      422,
      'Error: Your application has arrived – Caucasus Watch',
      [{ field: 'message', message: 'Write your message' }],
    ]);
    const long = 'ა'.repeat(5001);
    const refused = await write(applicant, long);
    expect([refused.status, summaryOf(refused.html)]).toEqual([
      422,
      [{ field: 'message', message: 'Shorten the message to 5,000 characters' }],
    ]);
    expect(textareaOf(refused.html, 'message')).toBe(long);
    expect((await write(applicant, 'ა'.repeat(5000))).status).toBe(303);
    expect(await messagesOf(applicant)).toHaveLength(1);
  });

  it('sent by a double click is one message', async () => {
    const applicant = await apply(test);
    await Promise.all([write(applicant, 'Once'), write(applicant, 'Once')]);
    expect(await messagesOf(applicant)).toHaveLength(1);
    await write(applicant, 'Twice');
    expect(await messagesOf(applicant)).toHaveLength(2);
  });

  it('is kept when only the language is changed', async () => {
    const applicant = await apply(test);
    const german = `${applicant.path.replace('/en/', '/de/')}/messages`;
    const answer = await postParts(test, german, [
      textPart('message', 'Half a thought'),
      textPart('intent', 'switch'),
    ]);
    expect([answer.status, titleOf(answer.html)]).toEqual([
      200,
      'Ihre Bewerbung ist eingegangen – Caucasus Watch',
    ]);
    expect(textareaOf(answer.html, 'message')).toBe('Half a thought');
    const blank = await postParts(test, german, [
      textPart('message', ''),
      textPart('intent', 'switch'),
    ]);
    expect([blank.status, blank.location]).toEqual([303, german.replace('/messages', '')]);
    expect(await messagesOf(applicant)).toEqual([]);
  });

  it('from another website is shown on a page of ours, and sent only from there', async () => {
    const applicant = await apply(test);
    const form = new FormData();
    form.set('message', 'Not mine');
    const answer = await test.app.request(`${applicant.path}/messages`, {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example' },
      body: form,
    });
    expect(answer.status).toBe(403);
    const button = elementsOf(await answer.text(), 'button').find((one) => one.name === 'intent');
    const shown = await postParts(test, `${applicant.path}/messages`, [
      textPart('message', 'Not mine'),
      textPart('intent', button!.value!),
    ]);
    expect([shown.status, textareaOf(shown.html, 'message')]).toEqual([200, 'Not mine']);
    expect(await messagesOf(applicant)).toEqual([]);
  });

  it('is one of ten in an hour; the next is kept on the page with the time to wait', async () => {
    const limited = await createTestApp({ RATE_LIMITS: 'on' });
    const applicant = await apply(limited);
    const send = async (text: string) =>
      await postParts(limited, `${applicant.path}/messages`, [textPart('message', text)]);
    for (let number = 1; number <= 10; number += 1) {
      expect((await send(`Message ${number}`)).status).toBe(303);
    }
    const refused = await send('Message 11');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(textareaOf(refused.html, 'message')).toBe('Message 11');
    expect(plainText(refused.html)).toContain('Your text is kept here: send it in');
    await limited.stop();
  });
});

describe('a message of an editor', () => {
  it('reaches the applicant by mail in their language, and stands on their page', async () => {
    const applicant = await apply(test);
    const form = { message: 'Could you send\na second sample?', language: 'de' };
    const answer = await desk.editor.post(`${pageOf(applicant)}/messages?stage=new`, form);
    expect([answer.status, answer.location]).toEqual([
      303,
      `${pageOf(applicant)}?stage=new&sent=yes#messages`,
    ]);
    const mails = await listMailsOf(test, applicant);
    const [receipt, mail] = mails.filter(({ thread }) => thread === 'applicant');
    expect(mail).toMatchObject({
      template: 'message-to-applicant',
      language: 'en',
      inReplyTo: receipt!.messageId,
      notBefore: test.clock.now(),
    });
    const { reference } = applicant.application;
    expect(mail!.content).toMatchObject({
      to: { name: 'Nino Gelashvili', address: 'nino@example.org' },
      subject: `[${reference}] Message from Caucasus Watch`,
      replyTo: null,
    });
    expect(mail!.content.text).toContain(form.message);
    expect(mail!.content.text).toContain(`http://localhost:3000${applicant.path}\n`);
    expect(mail!.content.html).toContain('lang="de"');
    const page = await getPage(test, applicant.path);
    expect(page.html).toContain(`<p class="words" lang="de" dir="auto">${form.message}</p>`);
    // Who wrote it stays inside.
    expect(page.html).not.toContain('Edda Editor');
    const sent = await desk.editor.get(`${pageOf(applicant)}?sent=yes`);
    expect(sent.html).toContain('<option value="de" selected=""');
    expect(plainText(sent.html)).toContain('The message is on its way to the applicant.');
    expect(plainText(sent.html)).toContain('Edda Editor to the applicant');
    expect(await verify(test)).toEqual([]);
  });

  it('is written in a box that says whom it reaches, which reviewers have not', async () => {
    const applicant = await apply(test);
    const page = (await desk.admin.get(pageOf(applicant))).html;
    expect(page).toMatch(/<form class="message outside"[^>]*>.*It reaches the applicant: at once/s);
    const path = `${pageOf(applicant)}/messages`;
    expect((await desk.reviewer.get(pageOf(applicant))).html).not.toContain('message outside');
    expect((await desk.reviewer.post(path, { message: 'No', language: 'en' })).status).toBe(404);
    expect(await messagesOf(applicant)).toEqual([]);
  });

  it('that is empty or too long comes back as it was typed', async () => {
    const applicant = await apply(test);
    const path = `${pageOf(applicant)}/messages`;
    expect((await desk.editor.post(path)).status).toBe(422);
    const long = '😀'.repeat(5001);
    const refused = await desk.editor.post(path, { message: long, language: 'az' });
    expect([refused.status, summaryOf(refused.html)]).toEqual([
      422,
      [{ field: 'message', message: 'Shorten the message to 5,000 characters' }],
    ]);
    expect(textareaOf(refused.html, 'message')).toBe(long);
    expect(refused.html).toContain('<option value="az" selected=""');
    expect(await messagesOf(applicant)).toEqual([]);
  });
});
