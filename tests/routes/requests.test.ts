import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recallRequest } from '../../src/actions/recall-request.ts';
import { setHandlingEditor } from '../../src/actions/set-handling.ts';
import { createApp } from '../../src/app.tsx';
import type { AppEnv } from '../../src/deps.ts';
import { makePdf } from '../../src/documents/samples.ts';
import { createRequestHandler } from '../../src/jobs/requests.ts';
import { decide } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { sampleContent } from '../support/documents.ts';
import { elementsOf, plainText, summaryOf, textareaOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  openAs,
  postForm,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';
import { listZip } from '../support/zip.ts';

let desk: Desk;
let app: Hono<AppEnv>;
let test: { app: Hono<AppEnv>; deps: Desk['deps'] };
beforeAll(async () => {
  desk = await createDesk();
  app = createApp(desk.deps);
  test = { app, deps: desk.deps };
});
afterAll(() => desk.stop());

const day = 86_400;
const pageOf = ({ application: { reference } }: Applicant): string =>
  `/admin/applications/${reference}`;
const textOf = (html: string): string => plainText(html).replace(/\s+/g, ' ');
const today = (): string =>
  new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Berlin' }).format(desk.clock.now());
const inDays = (count: number): string =>
  new Date(Date.parse(`${today()}T12:00:00Z`) + count * day * 1000).toISOString().slice(0, 10);

const ask = (applicant: Applicant, form: Record<string, string> = {}, seat = desk.editor) =>
  seat.post(`${pageOf(applicant)}/requests`, {
    ...{ act: 'ask', request: 'Könnten Sie den Lebenslauf erneuern?', language: 'de' },
    ...{ kinds: 'cv', dueOn: inDays(7), ...form },
  });
const requestsOf = async ({ application: { id } }: Applicant) =>
  await desk.deps.db
    .selectFrom('requests')
    .selectAll()
    .where('applicationId', '=', id)
    .orderBy('id')
    .execute();
const answer = async (applicant: Applicant, text: string, file?: Buffer) => {
  const [request] = await requestsOf(applicant);
  return await postParts(test, `${applicant.path}/request`, [
    textPart('request', request!.id),
    textPart('answer', text),
    ...(file ? [{ field: 'cv', name: 'neu.pdf', bytes: file }] : []),
  ]);
};
const templatesOf = async (applicant: Applicant) =>
  (await listMailsOf(desk, applicant)).map(({ template }) => template);

describe('a request', () => {
  it('reaches the applicant by mail and page, with its day and its files', async () => {
    const applicant = await apply(test);
    await openAs(test, applicant);
    const asked = await ask(applicant);
    expect([asked.status, asked.location]).toEqual([303, `${pageOf(applicant)}?sent=yes#messages`]);
    const mails = await listMailsOf(desk, applicant);
    const mail = mails.find(({ template }) => template === 'request-to-applicant')!;
    const receipt = mails.find(({ thread }) => thread === 'applicant')!;
    expect([mail.thread, mail.inReplyTo]).toEqual(['applicant', receipt.messageId]);
    expect(mail.content.text).toContain('Könnten Sie den Lebenslauf erneuern?');
    expect(mail.content.text).toContain('1 December 2026, end of the day (');
    const { html } = await getPage(test, applicant.path);
    expect(textOf(html)).toContain(
      'The editors ask you for something By the end of 1 December 2026',
    );
    expect(html).toContain('type="file" id="cv" name="cv"');
    expect(html).not.toContain('name="writingSample"');
    const theirs = textOf((await desk.admin.get(pageOf(applicant))).html);
    expect(theirs).toContain('Awaiting applicant Asked for by 1 December 2026: CV');
    expect(theirs).toContain('Edda Editor asked the applicant for more');
    expect(await verify(desk)).toEqual([]);
  });

  it('is answered by words and a file, which stands beside what was there', async () => {
    const applicant = await apply(test);
    await openAs(test, applicant);
    await ask(applicant);
    const { id } = applicant.application;
    const editorId = desk.editor.staff.id;
    await setHandlingEditor(desk.deps, { id, staff: desk.admin.staff, seen: 1e9, editorId });
    const before = await desk.deps.db
      .selectFrom('documents')
      .select('id')
      .where('applicationId', '=', id)
      .execute();
    const sent = await answer(applicant, 'გმადლობთ!', makePdf(sampleContent));
    expect([sent.status, sent.location]).toEqual([303, `${applicant.path}?done=request#messages`]);
    const after = await desk.deps.db
      .selectFrom('documents')
      .select(['id', 'kind', 'name'])
      .where('applicationId', '=', id)
      .execute();
    expect(after.filter((one) => before.every((old) => old.id !== one.id))).toEqual([
      expect.objectContaining({ kind: 'cv', name: 'neu.pdf' }),
    ]);
    expect((await requestsOf(applicant))[0]!.state).toBe('answered');
    expect(await listEventsOf(desk, applicant)).toEqual(
      expect.arrayContaining(['applicant document-added cv', 'applicant request-answered']),
    );
    const mails = await listMailsOf(desk, applicant);
    const told = mails.filter(({ template }) => template === 'notify-request-answered');
    expect(told.map(({ content }) => content.to?.address)).toEqual([desk.editor.staff.email]);
    expect(told[0]!.content.text).toContain('გმადლობთ!');
    expect(mails.some(({ template }) => template === 'message-to-editors')).toBe(false);
    expect(textOf((await getPage(test, applicant.path)).html)).not.toContain(
      'ask you for something',
    );
    const theirs = textOf((await desk.admin.get(pageOf(applicant))).html);
    expect(theirs).toContain('Answered Asked for by');
    expect(await verify(desk)).toEqual([]);
  });

  it('is asked once when the button is pressed twice, and by one editor at a time', async () => {
    const applicant = await apply(test);
    expect([(await ask(applicant)).status, (await ask(applicant)).status]).toEqual([303, 303]);
    const other = await ask(applicant, { request: 'Etwas anderes' }, desk.admin);
    expect([other.status, summaryOf(other.html)[0]!.field]).toEqual([409, 'request']);
    expect(textareaOf(other.html, 'request')).toBe('Etwas anderes');
    expect(await requestsOf(applicant)).toHaveLength(1);
    const asked = (await templatesOf(applicant)).filter((one) => one === 'request-to-applicant');
    expect(asked).toHaveLength(1);
  });

  it('with a day that is none, over or too far is told beside it, and kept', async () => {
    const applicant = await apply(test);
    const messages: string[] = [];
    for (const dueOn of ['', '2026-02-30', inDays(-1), inDays(91)]) {
      const refused = await ask(applicant, { dueOn, request: 'Kept' });
      expect([refused.status, textareaOf(refused.html, 'request')]).toEqual([422, 'Kept']);
      messages.push(summaryOf(refused.html)[0]!.message);
    }
    expect(messages).toEqual([
      'Choose the day by which it is to come',
      'Choose the day by which it is to come',
      'Choose a day that is not over',
      'Choose a day within 90 days',
    ]);
    const empty = await ask(applicant, { request: ' ' });
    expect(summaryOf(empty.html)).toEqual([
      { field: 'request', message: 'Write what you ask for' },
    ]);
    expect((await ask(applicant, { dueOn: inDays(90) })).status).toBe(303);
  });

  it('is taken back once, and the applicant is told', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const [request] = await requestsOf(applicant);
    const cancel = () =>
      desk.admin.post(`${pageOf(applicant)}/requests`, { act: 'cancel', requestId: request!.id });
    expect([(await cancel()).status, (await cancel()).status]).toEqual([303, 409]);
    expect(
      (await templatesOf(applicant)).filter((one) => one === 'request-cancelled'),
    ).toHaveLength(1);
    const late = await answer(applicant, 'Too late');
    expect([late.status, textareaOf(late.html, 'message')]).toEqual([409, 'Too late']);
  });

  it('is not to be taken back once it is decided: a page from before closes it and tells nobody', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const before = await desk.editor.get(pageOf(applicant));
    expect(before.html).toContain('value="cancel"');
    await decide(desk.deps, applicant.application, 'decline', desk.editor.staff);
    const after = await desk.editor.get(pageOf(applicant));
    expect(after.html).not.toContain('value="cancel"');
    const [request] = await requestsOf(applicant);
    const cancelled = await desk.editor.post(`${pageOf(applicant)}/requests`, {
      ...{ act: 'cancel', requestId: request!.id },
    });
    expect([cancelled.status, (await requestsOf(applicant))[0]!.state]).toEqual([303, 'cancelled']);
    expect(await templatesOf(applicant)).not.toContain('request-cancelled');
    expect(await verify(desk)).toEqual([]);
  });

  it('is not for reviewers, nor for what was withdrawn', async () => {
    const applicant = await apply(test);
    expect((await ask(applicant, {}, desk.reviewer)).status).toBe(404);
    await ask(applicant);
    await postForm(test, `${applicant.path}/withdraw`);
    const late = await answer(applicant, 'After all');
    expect(late.status).toBe(409);
    expect(textOf((await getPage(test, applicant.path)).html)).not.toContain('ask you for');
    const other = await apply(test);
    await postForm(test, `${other.path}/withdraw`);
    const refused = await ask(other);
    expect([refused.status, textOf(refused.html).includes('stands at “Withdrawn” now')]).toEqual([
      409,
      true,
    ]);
  });

  it('wants words or a file, and of a file that is none takes nothing', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const empty = await answer(applicant, ' ');
    expect([empty.status, summaryOf(empty.html)]).toEqual([
      422,
      [{ field: 'answer', message: 'Write an answer or choose a file' }],
    ]);
    const bad = await answer(applicant, 'With a file', Buffer.from('MZ no document'));
    expect([bad.status, summaryOf(bad.html)[0]!.field]).toEqual([422, 'cv']);
    expect(textareaOf(bad.html, 'answer')).toBe('With a file');
    expect((await requestsOf(applicant))[0]!.state).toBe('open');
  });

  it('is recalled once three days before, and its lapse is told once to who handles it', async () => {
    const applicant = await apply(test);
    await ask(applicant, { dueOn: inDays(7) });
    const { id } = applicant.application;
    const run = createRequestHandler({ ...desk.deps });
    let last = desk.clock.now();
    const tick = async () => {
      const job = { id: 'x', kind: 'keep-requests', createdAt: last, finishedAt: last };
      last = desk.clock.now();
      await run(job as unknown as Parameters<typeof run>[0], new AbortController().signal);
      return (await templatesOf(applicant)).filter((one) => /reminder|overdue/.test(one));
    };
    desk.clock.advance(3 * day);
    last = desk.clock.now();
    expect(await tick()).toEqual([]);
    desk.clock.advance(day);
    last = desk.clock.now();
    expect(await tick()).toEqual(['request-reminder']);
    expect(await tick()).toEqual(['request-reminder']);
    expect(await recallRequest(desk.deps, applicant.application, 'overdueTold')).toBe(false);
    desk.clock.advance(4 * day);
    last = desk.clock.now();
    expect(await tick()).toEqual(['request-reminder', 'notify-request-overdue']);
    expect(await tick()).toEqual(['request-reminder', 'notify-request-overdue']);
    expect(textOf((await getPage(test, applicant.path)).html)).toContain('You can still send it');
    expect(textOf((await desk.admin.get(pageOf(applicant))).html)).toContain('Overdue');
    expect((await answer(applicant, 'Late, but here')).status).toBe(303);
    expect(await recallRequest(desk.deps, applicant.application, 'reminded')).toBe(false);
    expect(id).toBe(applicant.application.id);
  });

  it('tells its lapse to whoever asked where the one who handles it can do so no more', async () => {
    const applicant = await apply(test);
    await ask(applicant, { dueOn: inDays(7) });
    const { id } = applicant.application;
    const handlingEditorId = desk.reviewer.staff.id;
    await desk.deps.db
      .updateTable('applications')
      .set({ handlingEditorId })
      .where('id', '=', id)
      .execute();
    desk.clock.advance(8 * day);
    expect(await recallRequest(desk.deps, applicant.application, 'overdueTold')).toBe(true);
    expect(await templatesOf(applicant)).toContain('notify-request-overdue');
  });

  it('check 23: keeps what stands in both boxes when the language changes', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const switched = await postParts(test, `${applicant.path.replace('/en/', '/ka/')}/messages`, [
      textPart('request', 'any'),
      { field: 'cv', name: 'neu.pdf', bytes: makePdf(sampleContent) },
      textPart('answer', 'Half an answer'),
      textPart('message', 'Half a message'),
      textPart('intent', 'switch'),
    ]);
    expect([
      switched.status,
      textareaOf(switched.html, 'answer'),
      textareaOf(switched.html, 'message'),
    ]).toEqual([200, 'Half an answer', 'Half a message']);
    expect(switched.html).toContain('lang="ka"');
    expect((await requestsOf(applicant))[0]!.state).toBe('open');
  });

  it('keeps the other box when one of the two is sent or refused', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const [request] = await requestsOf(applicant);
    const both = (message: string, answer: string) => [
      textPart('request', request!.id),
      textPart('answer', answer),
      textPart('message', message),
      textPart('intent', 'send'),
    ];
    const refused = await postParts(test, `${applicant.path}/messages`, both(' ', 'Half'));
    expect([refused.status, textareaOf(refused.html, 'answer')]).toEqual([422, 'Half']);
    const unanswered = await postParts(test, `${applicant.path}/request`, both('Mine', ' '));
    expect([unanswered.status, textareaOf(unanswered.html, 'message')]).toEqual([422, 'Mine']);
    const wrote = await postParts(test, `${applicant.path}/messages`, both('One', 'Half'));
    expect([wrote.status, textareaOf(wrote.html, 'answer')]).toEqual([200, 'Half']);
    expect(textareaOf(wrote.html, 'message')).toBe('');
    expect(textOf(wrote.html)).toContain('Your message is on its way to the editors.');
    const answered = await postParts(test, `${applicant.path}/request`, both('Two', 'Whole'));
    expect([answered.status, textareaOf(answered.html, 'message')]).toEqual([200, 'Two']);
    expect((await requestsOf(applicant))[0]!.state).toBe('answered');
    const late = await postParts(test, `${applicant.path}/request`, both('Three', 'Four'));
    expect([late.status, textareaOf(late.html, 'message')]).toEqual([409, 'Three\n\nFour']);
  });

  it('whose answer comes from another website is shown on a page of ours, and sent from there', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const form = new FormData();
    form.set('answer', 'Not mine');
    const answer = await app.request(`${applicant.path}/request`, {
      method: 'POST',
      headers: { origin: 'https://elsewhere.example' },
      body: form,
    });
    const html = await answer.text();
    expect([answer.status, textOf(html).includes('Go on with the form')]).toEqual([403, true]);
    const button = elementsOf(html, 'button').find((one) => one.name === 'intent');
    const shown = await postParts(test, `${applicant.path}/request`, [
      textPart('answer', 'Not mine'),
      textPart('intent', button!.value!),
    ]);
    expect([shown.status, textareaOf(shown.html, 'answer')]).toEqual([200, 'Not mine']);
    expect((await requestsOf(applicant))[0]!.state).toBe('open');
  });

  it('stands with its day and state in the applicant’s export, and goes with the application', async () => {
    const applicant = await apply(test);
    await ask(applicant);
    const archive = await app.request(`${applicant.path}/export`);
    const entries = await listZip(Buffer.from(await archive.arrayBuffer()));
    const exported = JSON.parse(entries.get('application.json')!.toString());
    expect(exported.requests).toEqual([
      {
        at: desk.clock.now().toISOString(),
        until: inDays(7),
        documents: ['cv'],
        ...{ state: 'open', closedAt: null },
      },
    ]);
    await postForm(test, `${applicant.path}/erase`);
    expect(await requestsOf(applicant)).toEqual([]);
  });
});
