import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { correctAddress } from '../../src/actions/correct-address.ts';
import { eraseApplication } from '../../src/actions/erase-application.ts';
import { exportApplication } from '../../src/actions/export-application.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { recallDecision } from '../../src/actions/recall-decision.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { undoWithdrawal, withdrawApplication } from '../../src/actions/withdraw-application.ts';
import { writeFromEditor } from '../../src/actions/write-message.ts';
import { findByReference } from '../../src/db/applications.ts';
import { findDeletion } from '../../src/db/retention.ts';
import { found } from '../../src/errors.ts';
import { decide, decideByPages, readControls } from '../support/decide.ts';
import { claimMails, deliverMails } from '../support/deliver.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { createSubmitted } from '../support/factories.ts';
import { breakTable } from '../support/failing-table.ts';
import { plainText, textareaOf, titleOf } from '../support/html.ts';
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
beforeEach(() => {
  smtp.mails.length = 0;
  smtp.refuse.clear();
});

let people = 0;
/** Somebody with a mailbox of their own, whose receipt has arrived. */
async function submit(values: { keepOnFile?: boolean; fullName?: string } = {}) {
  people += 1;
  const email = `person${people}@mail.example`;
  const application = await createSubmitted(desk.deps, { values: { email, ...values } });
  await deliverMails(desk.deps);
  smtp.mails.length = 0;
  return { ...application, email };
}
type Submitted = Awaited<ReturnType<typeof submit>>;

const pathOf = ({ reference }: { reference: string }): string => `/admin/applications/${reference}`;
const textOf = (html: string): string => plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ');
const standingOf = async ({ id }: { id: string }) => {
  const { rows } = await sql<{ stage: string; decision: string | null }>`
    select stage, decision from applications where id = ${id}`.execute(desk.deps.db);
  return [rows[0]!.stage, rows[0]!.decision];
};
const actsOf = async ({ id }: { id: string }) =>
  (
    await desk.deps.db
      .selectFrom('decisionActs')
      .select(['act', 'state'])
      .where('applicationId', '=', id)
      .orderBy('createdAt')
      .execute()
  ).map(({ act, state }) => `${act} ${state}`);
const liveActOf = async ({ id }: { id: string }): Promise<string> =>
  (
    await desk.deps.db
      .selectFrom('decisionActs')
      .select('id')
      .where('applicationId', '=', id)
      .where('state', '=', 'live')
      .executeTakeFirstOrThrow()
  ).id;
const press = async (application: Submitted, verb: 'recall' | 'hurry' | 'resend', act?: string) =>
  await desk.editor.post(`${pathOf(application)}/letter/${verb}`, {
    act: act ?? (await liveActOf(application)),
  });
const ownPage = async (application: Submitted) =>
  await openPrivatePage(desk.deps, await findPrivateToken(desk.deps, application, application.key));
const readOwnPage = async (application: Submitted): Promise<string> => {
  const token = await findPrivateToken(desk.deps, application, application.key);
  return await (await desk.app.request(`/en/applications/${token}`)).text();
};
/** What `feder verify` has to say of stages, mails and letters. */
const verify = async (): Promise<string[]> => {
  const lines: string[] = [];
  await verifyDatabase(desk.deps, {
    report({ rule, subject, problem }) {
      if (['stages', 'mails', 'letters'].includes(rule))
        lines.push(`${rule}: ${subject}: ${problem}`);
    },
  });
  return lines;
};
const lettersTo = ({ email }: Submitted): ReceivedMail[] =>
  smtp.mails.filter(({ recipients }) => recipients.includes(email));

describe('check 37: a decision letter waits and can be recalled', () => {
  it('leaves when its time is over, once, in the thread, as a person’s mail', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'decline');
    await deliverMails(desk.deps);
    desk.clock.advance(599);
    await deliverMails(desk.deps);
    expect(smtp.mails).toEqual([]);
    expect(titleOf(await readOwnPage(application))).not.toContain('A decision was made');
    desk.clock.advance(1);
    await deliverMails(desk.deps);
    await deliverMails(desk.deps);
    const [letter, ...more] = lettersTo(application);
    expect(more).toEqual([]);
    const { headers, from, inReplyTo, text, html } = letter!.parsed;
    expect(from?.text).toBe('"News" <feder@news.example>');
    expect(headers.has('auto-submitted')).toBe(false);
    expect(headers.get('reply-to')).toMatchObject({ text: 'desk@news.example' });
    expect(inReplyTo).toMatch(/@news\.example>$/);
    expect(text).toContain('decided not to go on with it this time');
    expect(html).toContain('decided not to go on with it this time');
    expect(text).not.toMatch(/\{\w+\}/);
    const page = await readOwnPage(application);
    expect(titleOf(page)).toContain('A decision was made');
    expect(plainText(page)).toContain('decided not to go on with it this time');
  });

  it('the list calls an applicant late until the letter has left, decided or not', async () => {
    const application = await submit();
    const now = desk.clock.now();
    await decideByPages(desk.editor, application, 'decline');
    const isLate = async () =>
      (await desk.editor.get(`/admin?q=${application.reference}`)).html.includes('class="late"');
    expect(await isLate()).toBe(false);
    desk.clock.advance(16 * 24 * 3600);
    expect(await isLate()).toBe(true);
    await deliverMails(desk.deps);
    expect(await isLate()).toBe(false);
    desk.clock.set(now);
  });

  it('receipts, messages and team mail do not wait behind it, nor do they refer to it', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    const held = found(await findByReference(desk.deps.db, application.reference));
    const message = { body: 'A word beside it.', language: 'en' as const };
    await writeFromEditor(desk.deps, held, { ...message, authorId: desk.editor.staff.id });
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toHaveLength(1);
    const first = lettersTo(application)[0]!.parsed;
    expect(first.text).toContain('A word beside it.');
    await press(application, 'hurry');
    await deliverMails(desk.deps);
    const letter = lettersTo(application)[1]!.parsed;
    expect([first.references].flat()).not.toContain(letter.messageId);
  });

  it('recalled, it never leaves: the stage is back, the text is kept, the log tells it', async () => {
    const application = await submit();
    const body = 'Dear {name},\n\nthis was too quick.';
    await decideByPages(desk.editor, application, 'decline', { body });
    const { location } = await press(application, 'recall');
    expect(location).toBe(`${pathOf(application)}?letter=recalled#next-step`);
    desk.clock.advance(3600);
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toEqual([]);
    expect(await standingOf(application)).toEqual(['screening', null]);
    const { html } = await desk.editor.get(location!.split('#')[0]!);
    expect(textOf(html)).toContain('Recalled. The applicant never hears of it');
    expect(textOf(html)).toContain('Edda Editor recalled the decision before it was told');
    const step = await desk.editor.get(`${pathOf(application)}/decide/decline`);
    expect(textareaOf(step.html, 'body')).toBe(body);
    expect(await verify()).toEqual([]);
  });

  it('recalled from the outbox, where it stands with the time at which it leaves', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    const { html } = await desk.editor.get('/admin/outbox?state=held');
    expect(textOf(html)).toContain('Held');
    expect(textOf(html)).toMatch(/leaves \d+ November 2026, \d\d:\d\d CET/);
    const act = await liveActOf(application);
    const path = `${pathOf(application)}/letter/recall`;
    const answer = await desk.editor.post(path, { act, back: 'outbox' });
    expect(answer.location).toBe('/admin/outbox?done=recalled');
    expect(await standingOf(application)).toEqual(['screening', null]);
  });

  it('in the second in which it leaves one of both wins: the recall is told that it was too late', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'decline');
    desk.clock.advance(600);
    const claim = await claimMails(desk.deps);
    expect(claim.count).toBe(1);
    const { location } = await press(application, 'recall');
    expect(location).toContain('letter=left');
    const { html } = await desk.editor.get(location!.split('#')[0]!);
    expect(textOf(html)).toContain('Too late: the letter has left or is leaving');
    await claim.deliver();
    expect(lettersTo(application)).toHaveLength(1);
    expect(await standingOf(application)).toEqual(['decided', 'declined']);
  });

  it('or the recall wins: whoever claims at that moment passes the letter by', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'decline');
    desk.clock.advance(600);
    const wanted = { id: application.id, actId: await liveActOf(application) };
    const outcomes = await Promise.all([
      recallDecision(desk.deps, { ...wanted, staffId: desk.editor.staff.id }),
      claimMails(desk.deps).then((claim) => claim.deliver()),
    ]);
    await deliverMails(desk.deps);
    const arrived = lettersTo(application).length;
    expect([outcomes[0], arrived]).toEqual(arrived === 0 ? ['recalled', 0] : ['left', 1]);
    expect(await verify()).toEqual([]);
  });

  it('changed while it is held, only the new words leave, after a new wait', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    desk.clock.advance(300);
    const body = 'Dear {name},\n\nbetter words.';
    const step = await desk.editor.get(`${pathOf(application)}/decide/accept`);
    expect(step.html).not.toContain('name="letter"');
    const answer = await decideByPages(desk.admin, application, 'accept', { body });
    expect(answer.status).toBe(303);
    desk.clock.advance(300);
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toEqual([]);
    desk.clock.advance(300);
    await deliverMails(desk.deps);
    expect(lettersTo(application).map(({ parsed }) => parsed.text)).toEqual([
      expect.stringContaining('better words.'),
    ]);
    expect(await actsOf(application)).toEqual(['accept live']);
    expect(await verify()).toEqual([]);
  });

  it('changed too late, the words are kept and nothing else happens', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    const path = `${pathOf(application)}/decide/accept`;
    const step = readControls((await desk.editor.get(path)).html);
    await desk.editor.post(path, { ...step, body: 'Late words.' });
    const form = readControls((await desk.editor.get(`${path}/check`)).html);
    desk.clock.advance(600);
    const claim = await claimMails(desk.deps);
    const answer = await desk.editor.post(`${path}/confirm`, form);
    expect(answer.status).toBe(409);
    expect(textOf(answer.html)).toContain('The letter was faster');
    expect(textOf(answer.html)).toContain('Late words.');
    await claim.deliver();
    expect(lettersTo(application)[0]!.parsed.text).not.toContain('Late words.');
  });

  it('a withdrawal takes it back, and its undoing holds it anew', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'decline');
    await withdrawApplication(desk.deps, await ownPage(application));
    desk.clock.advance(300);
    await deliverMails(desk.deps);
    const confirmation = lettersTo(application).map(({ parsed }) => parsed.subject);
    expect(confirmation).toEqual([expect.stringContaining('withdr')]);
    expect(await actsOf(application)).toEqual(['decline cancelled']);
    await undoWithdrawal(desk.deps, await ownPage(application));
    expect(await standingOf(application)).toEqual(['decided', 'declined']);
    expect(await actsOf(application)).toEqual(['decline live']);
    desk.clock.advance(599);
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toHaveLength(1);
    expect(await verify()).toEqual([]);
    await press(application, 'recall');
    expect(await standingOf(application)).toEqual(['screening', null]);
    expect(await verify()).toEqual([]);
  });

  it('without a letter the decision can be recalled as long', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept', { letter: 'no' });
    const act = await liveActOf(application);
    await press(application, 'recall');
    expect(await standingOf(application)).toEqual(['screening', null]);
    await decideByPages(desk.editor, application, 'accept', { letter: 'no' });
    desk.clock.advance(600);
    expect((await press(application, 'recall')).location).toContain('letter=left');
    expect((await press(application, 'recall', act)).location).toContain('letter=left');
    expect(await standingOf(application)).toEqual(['decided', 'accepted']);
  });
});

describe('a letter that is refused', () => {
  it('leaves the decision as it is, tells that nobody was told, and goes to the corrected address', async () => {
    const application = await submit();
    smtp.refuse.set(application.email, 550);
    await decideByPages(desk.editor, application, 'decline');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    expect(await standingOf(application)).toEqual(['decided', 'declined']);
    const { html } = await desk.editor.get(pathOf(application));
    expect(textOf(html)).toContain(
      'The letter could not be delivered. The applicant was not told.',
    );
    expect(titleOf(await readOwnPage(application))).not.toContain('A decision was made');
    expect(await findDeletion(desk.deps.db, application.id)).toBeUndefined();
    const fresh = `fresh${application.email}`;
    await correctAddress(desk.deps, await ownPage(application), fresh);
    await deliverMails(desk.deps);
    const subjects = smtp.mails
      .filter(({ recipients }) => recipients.includes(fresh))
      .map(({ parsed }) => parsed.subject);
    expect(subjects.some((one) => one?.startsWith('Your application to'))).toBe(true);
    expect(titleOf(await readOwnPage(application))).toContain('A decision was made');
    expect(await verify()).toEqual([]);
  });

  it('is sent again by hand, and warned of before', async () => {
    const application = await submit();
    smtp.refuse.set(application.email, 550);
    await decideByPages(desk.editor, application, 'accept');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    smtp.refuse.clear();
    expect((await press(application, 'resend')).location).toContain('letter=resent');
    expect((await press(application, 'resend')).location).toContain('letter=left');
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toHaveLength(1);

    const other = await submit();
    smtp.refuse.set(other.email, 550);
    const held = found(await findByReference(desk.deps.db, other.reference));
    const message = { body: 'Hello', language: 'en' as const, authorId: desk.editor.staff.id };
    await writeFromEditor(desk.deps, held, message);
    await deliverMails(desk.deps);
    const step = await desk.editor.get(`${pathOf(other)}/decide/accept`);
    const warning = 'Mail to this applicant’s address was refused before.';
    expect(textOf(step.html)).toContain(warning);
    const form = readControls(step.html);
    const check = await desk.editor.get(
      (await desk.editor.post(`${pathOf(other)}/decide/accept`, form)).location!,
    );
    expect(textOf(check.html)).toContain(warning);
  });

  it('one that somebody has dealt with counts as told from then on', async () => {
    const application = await submit();
    smtp.refuse.set(application.email, 550);
    await decideByPages(desk.editor, application, 'decline');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    const mail = await desk.deps.db
      .selectFrom('mails')
      .select('id')
      .where('applicationId', '=', application.id)
      .where('template', '=', 'decision-letter')
      .executeTakeFirstOrThrow();
    desk.clock.advance(60);
    await desk.admin.post(`/admin/outbox/${mail.id}/dealt-with`);
    const deletion = await findDeletion(desk.deps.db, application.id);
    const days = (deletion!.at.getTime() - desk.clock.now().getTime()) / 86_400_000;
    expect(days).toBe(183);
  });

  it('is not sent after all once its decision does not stand any more', async () => {
    const application = await submit();
    smtp.refuse.set(application.email, 550);
    await decideByPages(desk.editor, application, 'accept');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    const { id } = await desk.deps.db
      .selectFrom('mails')
      .select('id')
      .where('applicationId', '=', application.id)
      .where('template', '=', 'decision-letter')
      .executeTakeFirstOrThrow();
    desk.clock.advance(60);
    await desk.admin.post(`/admin/outbox/${id}/dealt-with`);
    expect((await desk.admin.get('/admin/outbox?state=parked')).html).toContain(`${id}/retry`);
    await decideByPages(desk.editor, application, 'reopen', { letter: 'no' });
    smtp.refuse.clear();
    smtp.mails.length = 0;
    expect((await desk.admin.get('/admin/outbox?state=parked')).html).not.toContain(`${id}/retry`);
    const retried = await desk.admin.post(`/admin/outbox/${id}/retry`);
    expect(retried.location).toBe('/admin/outbox?done=outdated');
    expect(textOf((await desk.admin.get(retried.location!)).html)).toContain('It was not sent.');
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toEqual([]);
    expect(await verify()).toEqual([]);
  });
});

describe('a reversal', () => {
  it('asks a reason and offers a letter where one went out; until it leaves the old word stands', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'decline');
    const early = await desk.editor.get(`${pathOf(application)}/decide/reopen`);
    expect([early.status, textOf(early.html).includes('is still held')]).toEqual([409, true]);
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    const step = await desk.editor.get(`${pathOf(application)}/decide/reopen`);
    expect(readControls(step.html).letter).toBe('yes');
    const bare = await decideByPages(desk.editor, application, 'reopen', { reasonWords: '' });
    expect([bare.status, textOf(bare.html).includes('Say why')]).toEqual([422, true]);
    await decideByPages(desk.editor, application, 'reopen');
    expect(await standingOf(application)).toEqual(['review', null]);
    expect(titleOf(await readOwnPage(application))).toContain('A decision was made');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    expect(lettersTo(application)[1]!.parsed.text).toContain('We have taken that decision back');
    expect(lettersTo(application)[1]!.parsed.inReplyTo).toBe(
      lettersTo(application)[0]!.parsed.messageId,
    );
    expect(titleOf(await readOwnPage(application))).not.toContain('A decision was made');
    await decideByPages(desk.editor, application, 'accept');
    expect(await actsOf(application)).toEqual([
      ...['decline superseded', 'reopen superseded', 'accept live'],
    ]);
    expect(await verify()).toEqual([]);
  });

  it('recalled, the decision stands as before', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    await decideByPages(desk.editor, application, 'reopen');
    await press(application, 'recall');
    expect(await standingOf(application)).toEqual(['decided', 'accepted']);
    expect(await actsOf(application)).toEqual(['accept live', 'reopen recalled']);
    expect(await verify()).toEqual([]);
  });

  it('recalled after the application went on, only the letter is taken back', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    await decideByPages(desk.editor, application, 'reopen');
    desk.clock.advance(1);
    const form = { name: 'shortlist', from: 'review' };
    await desk.editor.post(`${pathOf(application)}/transitions`, form);
    expect((await press(application, 'recall')).location).toContain('letter=letter-only');
    expect(await standingOf(application)).toEqual(['shortlist', null]);
    expect(await verify()).toEqual([]);
  });

  it('of a decision that nobody was told of offers no letter', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept', { letter: 'no' });
    const step = await desk.editor.get(`${pathOf(application)}/decide/reopen`);
    expect(readControls(step.html).letter).toBe('no');
  });
});

describe('a decision that fails', () => {
  it.each([
    ['update', 'applications'],
    ['insert', 'events'],
    ['insert', 'mails'],
    ['insert', 'jobs'],
    ['update', 'decision_acts'],
  ] as const)('at its %s of %s leaves nothing behind, and works afterwards', async (act, table) => {
    const application = await submit();
    const path = `${pathOf(application)}/decide/decline`;
    const step = readControls((await desk.editor.get(path)).html);
    await desk.editor.post(path, { ...step, reason: 'region' });
    const form = readControls((await desk.editor.get(`${path}/check`)).html);
    const mend = await breakTable(desk.deps.db, act, table);
    const answer = await desk.editor.post(`${path}/confirm`, form);
    await mend();
    expect(answer.status).toBe(500);
    expect(await standingOf(application)).toEqual(['screening', null]);
    expect(await actsOf(application)).toEqual(['decline draft']);
    expect((await desk.editor.post(`${path}/confirm`, form)).status).toBe(303);
    expect(await actsOf(application)).toEqual(['decline live']);
  });
});

describe('feder verify', () => {
  it('tells of a decision that no act stands for, and of a letter that nobody sent', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    const { db } = desk.deps;
    const set = async (state: 'live' | 'recalled') =>
      await db
        .updateTable('decisionActs')
        .set({ state })
        .where('applicationId', '=', application.id)
        .execute();
    await set('recalled');
    const [held, none] = await verify();
    await set('live');
    expect(held).toMatch(/^letters: .* mail .* is held, but is not the letter of what stands$/);
    expect(none).toMatch(/^letters: .* is decided, but no act of it stands$/);
    expect(await verify()).toEqual([]);
  });
});

describe('the person’s data', () => {
  it('the export holds the letter once it has left, and never the reason', async () => {
    const application = await submit();
    const staff = desk.editor.staff;
    await decide(desk.deps, application, 'decline', staff, { reasonWords: 'Kanarienvogel' });
    const read = async () => {
      const files = await exportApplication(desk.deps, await ownPage(application));
      const parts: Buffer[] = [];
      for await (const part of files[0]!.read()) parts.push(Buffer.from(part));
      return Buffer.concat(parts).toString();
    };
    expect(JSON.parse(await read())).toMatchObject({ letters: [] });
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    const { letters } = JSON.parse(await read()) as { letters: { about: string; text: string }[] };
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ about: 'decline', language: 'en' });
    expect(letters[0]!.text).toContain('decided not to go on with it this time');
    expect(await read()).not.toMatch(/Kanarienvogel|capacity/);
  });

  it('erasing takes the acts, the held letter and its job', async () => {
    const application = await submit();
    await decideByPages(desk.editor, application, 'accept');
    await eraseApplication(desk.deps, { id: application.id, actor: 'applicant' });
    expect(await actsOf(application)).toEqual([]);
    desk.clock.advance(600);
    await deliverMails(desk.deps);
    expect(lettersTo(application)).toEqual([]);
  });
});
