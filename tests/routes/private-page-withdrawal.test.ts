import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lockApplication } from '../../src/db/applications.ts';
import { enqueueMail } from '../../src/db/mails.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { createStaff } from '../support/factories.ts';
import { plainText, titleOf } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  postForm,
  postParts,
  textPart,
  verify,
} from '../support/private-page.ts';

let test: TestApp;
beforeAll(async () => {
  test = await createTestApp();
});
afterAll(() => test.stop());
afterEach(() => test.clock.reset());

const stageOf = async ({ application }: Applicant): Promise<string> => {
  const { db } = test.deps;
  const row = await db
    .selectFrom('applications')
    .select('stage')
    .where('id', '=', application.id)
    .executeTakeFirstOrThrow();
  return row.stage;
};
const templatesOf = async (applicant: Applicant): Promise<string[]> =>
  (await listMailsOf(test, applicant)).map(({ template }) => template).sort();

describe('withdrawing', () => {
  it('asks first, and asking changes nothing', async () => {
    const applicant = await apply(test);
    const asked = await getPage(test, `${applicant.path}/withdraw`);
    expect([asked.status, titleOf(asked.html)]).toEqual([
      200,
      'Withdraw your application? – Caucasus Watch',
    ]);
    expect(await stageOf(applicant)).toBe('screening');
  });

  it('is an event, a mail to the applicant at once and one to the editors after ten minutes', async () => {
    const applicant = await apply(test);
    const answer = await postForm(test, `${applicant.path}/withdraw`);
    expect([answer.status, answer.location]).toEqual([303, applicant.path]);
    expect(await listEventsOf(test, applicant)).toEqual([
      'applicant submitted draft screening',
      'applicant stage-changed screening withdrawn',
    ]);
    const mails = await listMailsOf(test, applicant);
    const [confirmation] = mails.filter(({ template }) => template === 'withdrawal');
    const [notice] = mails.filter(({ template }) => template === 'withdrawal-notice');
    expect(confirmation).toMatchObject({ thread: 'applicant', language: 'en' });
    expect(confirmation!.notBefore).toEqual(test.clock.now());
    expect(confirmation!.content.text).toContain('Until 24 November 2026, 10:10 CET you can undo');
    expect(notice).toMatchObject({ thread: 'editors', language: 'de' });
    expect(notice!.notBefore).toEqual(new Date('2026-11-24T09:10:00Z'));
    expect(notice!.content.subject).toBe(
      mails.find((one) => one.thread === 'editors')!.content.subject,
    );
    const shown = plainText((await getPage(test, applicant.path)).html);
    expect(shown).toContain('You withdrew your application');
    expect(shown).toContain('You can undo this until 24 November 2026, 10:10 CET.');
    expect(await verify(test)).toEqual([]);
  });

  it('twice is once', async () => {
    const applicant = await apply(test);
    const answers = await Promise.all(
      [1, 2, 3].map(() => postForm(test, `${applicant.path}/withdraw`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await listEventsOf(test, applicant)).toHaveLength(2);
    expect(await templatesOf(applicant)).toHaveLength(4);
    const again = await getPage(test, `${applicant.path}/withdraw`);
    expect([again.status, again.location]).toEqual([303, applicant.path]);
  });

  it('takes back what was still held for the applicant, and leaves the thread whole', async () => {
    const applicant = await apply(test);
    const { db, clock, config } = test.deps;
    const { id } = applicant.application;
    const content = { to: null, subject: 'A letter', text: 'No.', html: '', replyTo: null };
    await db.transaction().execute(async (trx) => {
      await lockApplication(trx, id);
      await enqueueMail(trx, {
        ...{ applicationId: id, key: applicant.key, thread: 'applicant', template: 'letter' },
        ...{ language: 'en', content, from: config.mailFrom.address, now: clock.now() },
        notBefore: new Date(clock.now().getTime() + 600_000),
      });
    });
    await postForm(test, `${applicant.path}/withdraw`);
    const thread = (await listMailsOf(test, applicant)).filter((one) => one.thread === 'applicant');
    expect(thread.map(({ template }) => template)).toEqual(['receipt', 'withdrawal']);
    expect(thread[1]!.inReplyTo).toBe(thread[0]!.messageId);
    expect(await verify(test)).toEqual([]);
  });
});

describe('undoing a withdrawal', () => {
  it('leads back to where it stood, and the editors never hear of either', async () => {
    const applicant = await apply(test);
    const { id } = applicant.application;
    const staff = await createStaff(test.deps, { role: 'editor' });
    const move = { id, name: 'shortlist' as const, staff };
    await moveSilently(test.deps, move);
    await postForm(test, `${applicant.path}/withdraw`);
    test.clock.advance(599);
    const answer = await postForm(test, `${applicant.path}/withdraw/undo`);
    expect([answer.status, answer.location]).toEqual([303, `${applicant.path}?done=returned`]);
    expect(await stageOf(applicant)).toBe('shortlist');
    expect((await listEventsOf(test, applicant)).slice(-2)).toEqual([
      'applicant stage-changed shortlist withdrawn',
      'applicant stage-changed withdrawn shortlist',
    ]);
    expect(await templatesOf(applicant)).toEqual([
      'editorial-notification',
      'receipt',
      'withdrawal',
    ]);
    expect(plainText((await getPage(test, answer.location!)).html)).toContain(
      'The withdrawal is undone. Your application stands as before.',
    );
    expect(await verify(test)).toEqual([]);
  });

  it('leaves no gap in the editors’ thread where its mail was', async () => {
    const applicant = await apply(test);
    await postForm(test, `${applicant.path}/withdraw`);
    await postParts(test, `${applicant.path}/messages`, [textPart('message', 'A mistake')]);
    await postForm(test, `${applicant.path}/withdraw/undo`);
    const thread = (await listMailsOf(test, applicant)).filter((one) => one.thread === 'editors');
    expect(thread.map(({ template }) => template)).toEqual([
      'editorial-notification',
      'message-to-editors',
    ]);
    expect(thread[1]!.inReplyTo).toBe(thread[0]!.messageId);
    expect(await verify(test)).toEqual([]);
  });

  it('gives a decision back, of which the applicant knows nothing', async () => {
    const applicant = await apply(test);
    const staff = await createStaff(test.deps, { role: 'editor' });
    await decide(test.deps, applicant.application, 'decline', staff);
    const before = plainText((await getPage(test, applicant.path)).html);
    expect(before).toContain('Your application is being read');
    await postForm(test, `${applicant.path}/withdraw`);
    await postForm(test, `${applicant.path}/withdraw/undo`);
    expect((await listEventsOf(test, applicant)).at(-1)).toBe(
      'applicant stage-changed withdrawn decided:declined',
    );
    expect(await verify(test)).toEqual([]);
  });

  it('is refused in words after ten minutes', async () => {
    const applicant = await apply(test);
    await postForm(test, `${applicant.path}/withdraw`);
    test.clock.advance(600);
    const answer = await postForm(test, `${applicant.path}/withdraw/undo`);
    expect(answer.status).toBe(409);
    expect(titleOf(answer.html)).toBe('Error: You withdrew your application – Caucasus Watch');
    expect(plainText(answer.html)).toContain('The withdrawal can no longer be undone');
    expect(answer.html).not.toContain('/withdraw/undo');
    expect(await stageOf(applicant)).toBe('withdrawn');
  });

  it('of what is not withdrawn changes nothing', async () => {
    const applicant = await apply(test);
    const answer = await postForm(test, `${applicant.path}/withdraw/undo`);
    expect(answer.status).toBe(303);
    expect(await listEventsOf(test, applicant)).toHaveLength(1);
  });
});
