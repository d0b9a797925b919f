import type { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.tsx';
import { recordRefusals } from '../../src/db/mail-outcome.ts';
import { findLastMail } from '../../src/db/mails.ts';
import type { AppEnv } from '../../src/deps.ts';
import { readControls } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { plainText, summaryOf, textareaOf, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  verify,
} from '../support/private-page.ts';

let desk: Desk;
let app: Hono<AppEnv>;
let applicant: Applicant;
beforeAll(async () => {
  desk = await createDesk();
  app = createApp(desk.deps);
});
afterAll(() => desk.stop());
beforeEach(async () => {
  await desk.deps.db.deleteFrom('responseTemplates').execute();
  applicant = await apply({ app, deps: desk.deps }, { fullName: 'ნინო {editor}' });
});

const textOf = (html: string): string =>
  plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ').trim();
const pathOf = (rest = ''): string =>
  `/admin/applications/${applicant.application.reference}${rest}`;
const write = (form: Record<string, string>, seat = desk.editor) =>
  seat.post(pathOf('/messages'), { language: 'en', ...form });
const ask = (form: Record<string, string> = {}, seat = desk.editor) =>
  seat.post(pathOf('/requests'), {
    ...{ act: 'ask', request: 'Your newest CV', language: 'de', kinds: 'cv' },
    ...{ dueOn: '2026-12-01', ...form },
  });
const save = (kind: string, language: string, body: string, subject = 'Zu „{call}“') =>
  desk.editor.post(`/admin/calls/regional-experts/templates/${kind}/${language}`, {
    ...{ seen: '0', subject, body },
  });
const mailOf = async (template: string) =>
  (await listMailsOf(desk, applicant)).filter((mail) => mail.template === template);

describe('a message', () => {
  it('is put into the template of the call and its language, and shown as it will be read before it is sent', async () => {
    expect((await save('message', 'de', 'Hallo {name},\n\n{words}\n\n{signature}')).status).toBe(
      303,
    );
    const typed = { message: 'Wir haben {{eine}} Frage.', language: 'de' };
    const put = await write({ ...typed, act: 'template' });
    expect([put.status, textareaOf(put.html, 'message')]).toEqual([
      200,
      'Hallo {name},\n\nWir haben {{eine}} Frage.\n\n{signature}',
    ]);
    const text = 'Hallo {name},\n\nWir haben eine Frage.\n\n{signature}';
    const shown = await write({ message: text, language: 'de', act: 'preview' });
    expect(shown.status).toBe(200);
    const page = textOf(shown.html);
    // The applicant reads the subject in their language; a name is never a placeholder.
    const { reference } = applicant.application;
    expect(page).toContain(`[${reference}] Message from`);
    expect(page).toContain('Hallo ნინო {editor}, Wir haben eine Frage. Edda Editor');
    expect(page).toContain('You can answer on your page or reply to this mail.');
    expect(shown.html).not.toContain(applicant.token);
    expect(await mailOf('message-to-applicant')).toEqual([]);
    const sent = await desk.editor.post(pathOf('/messages'), {
      ...readControls(shown.html),
      act: 'send',
    });
    expect([sent.status, sent.location]).toEqual([303, pathOf('?sent=yes#messages')]);
    const [mail] = await mailOf('message-to-applicant');
    expect(page).toContain(mail!.content.subject);
    const words = mail!.content.text
      .split(/https?:/)[0]!
      .replace(/\s+/g, ' ')
      .trim();
    expect(page).toContain(words);
    expect(textOf((await getPage({ app, deps: desk.deps }, applicant.path)).html)).toContain(
      'Hallo ნინო {editor}, Wir haben eine Frage. Edda Editor',
    );
    expect(await verify(desk)).toEqual([]);
  });

  it('that is far too long comes back as it was typed; what no form takes is told in the language of who wrote', async () => {
    // Each of these letters takes nine bytes on its way.
    const long = 'რ'.repeat(100_000);
    const answer = await write({ message: long, act: 'preview' });
    expect([answer.status, textareaOf(answer.html, 'message')]).toEqual([422, long]);
    const beyond = await write({ message: 'რ'.repeat(300_000), act: 'preview' });
    expect(beyond.status).toBe(413);
    expect(textOf(beyond.html)).toContain(
      'larger than this form takes, and nothing of it was stored',
    );
    expect(textOf(beyond.html)).not.toContain('files');
  });

  it('begins with the standard text where nobody saved one, and its place for own words has to be filled', async () => {
    const put = await write({ message: '', language: 'ka', act: 'template' });
    const text = textareaOf(put.html, 'message');
    expect(text).toContain('გამარჯობა, {name}');
    for (const act of ['preview', 'send']) {
      const refused = await write({ message: text!, language: 'ka', act });
      expect([act, refused.status]).toEqual([act, 422]);
      expect(summaryOf(refused.html)[0]!.message).toContain('there is no value for {words} here');
    }
    expect(await mailOf('message-to-applicant')).toEqual([]);
  });

  it('with a placeholder that there is not is refused when it is used; the word is named and the text stays', async () => {
    const refused = await write({ message: 'Dear {nmae}', act: 'send' });
    expect([refused.status, textareaOf(refused.html, 'message')]).toEqual([422, 'Dear {nmae}']);
    expect(summaryOf(refused.html)).toMatchObject([{ field: 'message' }]);
    expect(summaryOf(refused.html)[0]!.message).toContain('nothing is called {nmae}');
    const onCheck = await write({ message: 'Dear {until}', act: 'send', on: 'check' });
    expect(titleOf(onCheck.html)).toMatch(/^Error: Check: message to/);
    expect(textareaOf(onCheck.html, 'message')).toBe('Dear {until}');
    expect(await mailOf('message-to-applicant')).toEqual([]);
  });

  it('can be changed where it is shown, and taken back to the page with all that was typed', async () => {
    const shown = await write({ message: 'Good day, {name}', act: 'preview' });
    const controls = readControls(shown.html);
    const again = await desk.editor.post(pathOf('/messages'), {
      ...{ ...controls, message: 'Good evening, {name}', act: 'preview' },
    });
    expect(textOf(again.html)).toContain('Good evening, ნინო {editor}');
    const back = await desk.editor.post(pathOf('/messages'), {
      ...{ ...readControls(again.html), act: 'back' },
    });
    expect([back.status, textareaOf(back.html, 'message')]).toEqual([200, 'Good evening, {name}']);
    expect(await mailOf('message-to-applicant')).toEqual([]);
  });

  it('that is empty comes back to the page, and one that is too long once it is filled in is not cut', async () => {
    const empty = await write({ message: ' ', act: 'preview' });
    expect([empty.status, titleOf(empty.html)]).toEqual([
      422,
      expect.stringContaining('ნინო {editor}'),
    ]);
    const long = await write({ message: `{name}${'a'.repeat(4994)}`, act: 'send' });
    expect(long.status).toBe(422);
    expect(await mailOf('message-to-applicant')).toEqual([]);
  });

  it('to an address that is refused warns before it is sent', async () => {
    const { application, key } = applicant;
    const mail = await findLastMail(desk.deps.db, application.id, 'receipt');
    const refusals = [{ address: application.email, reply: '550 No such mailbox' }];
    await recordRefusals(desk.deps.db, { id: mail!.id, key, refusals });
    for (const html of [
      (await write({ message: 'Good day', act: 'preview' })).html,
      (await ask({ act: 'preview' })).html,
    ]) {
      expect(textOf(html)).toContain('Mail to this address is refused.');
    }
  });

  it('is no matter of reviewers', async () => {
    for (const act of ['preview', 'template', 'send', 'back']) {
      expect((await write({ message: 'Good day', act }, desk.reviewer)).status).toBe(404);
      expect((await ask({ act }, desk.reviewer)).status).toBe(404);
    }
  });
});

describe('a request', () => {
  it('goes out in the template of the call and its language, with its day and its subject', async () => {
    const body = 'Hallo {name}, bitte: {request}\nBis {until}.\n{editor}';
    expect((await save('request-more', 'de', body, 'Bitte zu „{call}“')).status).toBe(303);
    const shown = await ask({ act: 'preview', request: 'Ihr {nmae}' });
    expect(shown.status).toBe(200);
    // What is asked for is a value: braces in it are braces.
    expect(textOf(shown.html)).toContain(
      'Hallo ნინო {editor}, bitte: Ihr {nmae} Bis 1. Dezember 2026. Edda Editor',
    );
    expect(textareaOf(shown.html, 'text')).toBe(body);
    const sent = await desk.editor.post(pathOf('/requests'), {
      ...{ ...readControls(shown.html), act: 'ask' },
    });
    expect(sent.status).toBe(303);
    const [mail] = await mailOf('request-to-applicant');
    expect(mail!.content.text).toContain('bitte: Ihr {nmae}\nBis 1. Dezember 2026.\nEdda Editor');
    // The applicant applied in English: the subject is that of the English template.
    expect(mail!.content.subject).toMatch(/^\[F-.{6}\] Your application to “.*”: one more thing$/);
    const [request] = await desk.deps.db.selectFrom('requests').selectAll().execute();
    expect([request!.kinds, request!.dueOn]).toEqual([['cv'], '2026-12-01']);
    expect(await listEventsOf(desk, applicant)).toContain('staff request-made');
  });

  it('whose text has no place for what is asked is refused when saved and when used', async () => {
    const saved = await save('request-more', 'de', 'Hallo {name}');
    expect(saved.status).toBe(422);
    expect(textOf(saved.html)).toContain('{request} has to stand in it');
    expect((await save('message', 'de', 'Hallo {name}')).status).toBe(422);
    for (const [text, problem] of [
      ['Hallo {name}', '{request} has to stand in it'],
      ['{request} {letterDate}', 'nothing is called {letterDate}'],
      ['', '{request} has to stand in it'],
    ] as const) {
      const used = await ask({ text, on: 'check' });
      expect([used.status, textareaOf(used.html, 'text')]).toEqual([422, text]);
      expect(textOf(used.html)).toContain(problem);
    }
    expect(await mailOf('request-to-applicant')).toEqual([]);
  });

  it('goes back to its form with all that was typed, unfolded', async () => {
    const shown = await ask({ act: 'preview' });
    const back = await desk.editor.post(pathOf('/requests'), {
      ...{ ...readControls(shown.html), act: 'back' },
    });
    expect(back.status).toBe(200);
    expect(back.html).toMatch(/<details class="asking" open/);
    expect(textareaOf(back.html, 'request')).toBe('Your newest CV');
    expect(back.html).toMatch(/value="cv" checked/);
    expect(back.html).toContain('value="2026-12-01"');
  });

  it('keeps a text that was changed where it is shown, also by way of its form, in its language', async () => {
    const text = 'Guten Tag, {name}.\n\n{request}';
    const shown = await ask({ act: 'preview' });
    const changed = { ...readControls(shown.html), text };
    const back = await desk.editor.post(pathOf('/requests'), { ...changed, act: 'back' });
    const [form] = back.html.match(/<details class="asking".*?<\/details>/s)!;
    const again = await desk.editor.post(pathOf('/requests'), {
      ...{ ...readControls(form), kinds: 'cv', act: 'preview' },
    });
    expect(textareaOf(again.html, 'text')).toBe(text);
    const english = await desk.editor.post(pathOf('/requests'), {
      ...{ ...readControls(form), kinds: 'cv', language: 'en', act: 'preview' },
    });
    expect(textareaOf(english.html, 'text')).toContain('Dear {name}');
  });
});

it('the acceptance says what the form for contributors is called', async () => {
  const step = await desk.editor.get(pathOf('/decide/accept'));
  expect(textareaOf(step.html, 'body')).toContain('“{details}”');
  const form = { ...readControls(step.html), letter: 'yes' };
  const check = await desk.editor.get(
    (await desk.editor.post(pathOf('/decide/accept'), form)).location!,
  );
  expect(textOf(check.html)).toContain('“Your details as a contributor”');
  const wrong = await desk.editor.get(pathOf('/decide/decline'));
  const refused = await desk.editor.post(pathOf('/decide/decline'), {
    ...{ ...readControls(wrong.html), reason: 'capacity', letter: 'yes', body: '{details}' },
  });
  expect([refused.status, summaryOf(refused.html)[0]!.field]).toEqual([422, 'body']);
});
