import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findDraft } from '../../src/actions/open-draft.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { deleteExpiredDrafts } from '../../src/db/cleanup.ts';
import { openContent } from '../../src/db/mails.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { controlOf, elementsOf, hrefsOf, plainText, summaryOf, textOf } from '../support/html.ts';
import { applyPath, draftTokenOf, fillDraft, sendForm, submit } from '../support/send-form.ts';

const day = 86_400;
let test: TestApp;
beforeAll(async () => {
  test = await createTestApp({ RATE_LIMITS: 'on' });
});
beforeEach(() => test.clock.advance(2 * day));
afterAll(() => test.stop());

const getPage = async (path: string): Promise<string> =>
  await (await test.app.request(path)).text();
const mailLink = (values: Parameters<typeof sendForm>[1], language = 'en') =>
  sendForm(test.app, { ...values, intent: 'mail' }, [], { path: applyPath(language) });
const mailsOf = async (token: string) => {
  const { application, key } = await findDraft(test.deps, token);
  const mails = await test.deps.db
    .selectFrom('mails')
    .selectAll()
    .where('applicationId', '=', application.id)
    .orderBy('thread')
    .orderBy('id')
    .execute();
  return mails.map((mail) => ({ ...mail, ...openContent(key, mail) }));
};
const violations = async () => {
  const found: string[] = [];
  await verifyDatabase(test.deps, { report: ({ problem }) => found.push(problem) });
  return found;
};

describe('the private link of a draft', () => {
  it('stands on its page with the day on which the draft is deleted', async () => {
    test.clock.set(new Date('2026-12-01T09:00:00Z'));
    const token = await fillDraft(test.app);
    await test.deps.db.updateTable('publication').set({ draftDays: 10 }).execute();
    const html = await getPage(`/en/drafts/${token}`);
    await test.deps.db.updateTable('publication').set({ draftDays: 30 }).execute();
    const href = `/en/drafts/${token}`;
    expect(html).toContain(`<a href="${href}">http://localhost:3000${href}</a>`);
    expect(hrefsOf(html)).toContain(`${href}/erase`);
    expect(plainText(html)).toContain('If nobody touches it, it is deleted on 11 December 2026.');
    const blank = await getPage(applyPath());
    const lines = elementsOf(blank, 'p').filter((one) => 'data-draft' in one);
    expect(lines.map((one) => 'hidden' in one)).toEqual([true, true]);
    expect(plainText(blank)).toContain('from the first letter on, for 30 days');
  });

  it('is mailed to the address of the form, with everything typed kept', async () => {
    const typed = { fullName: 'Նարե', email: 'nare@example.org' };
    const answer = await mailLink(typed, 'hy');
    expect(answer.status).toBe(303);
    const location = answer.headers.get('location')!;
    const token = draftTokenOf(location);
    expect(location).toBe(`/hy/drafts/${token}?saved=mail`);
    const html = await getPage(location.replace('/hy/', '/en/'));
    expect(plainText(html)).toContain('its link is on its way to nare@example.org.');
    expect(controlOf(html, 'fullName').value).toBe('Նարե');
    const [mail, ...others] = await mailsOf(token);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      ...{ thread: 'applicant', template: 'draft-link', language: 'hy', inReplyTo: null },
      to: { name: '', address: 'nare@example.org' },
    });
    expect(mail!.text).toContain(`\nhttp://localhost:3000/hy/drafts/${token}\n`);
    expect(mail!.text).not.toContain('Նարե');
    expect(await violations()).toEqual([]);
  });

  it('goes to another address where one is named, and the page says to which', async () => {
    const token = await fillDraft(test.app);
    const answer = await mailLink({
      draft: token,
      email: 'a@example.org',
      mailTo: ' b@example.org ',
    });
    const html = await getPage(answer.headers.get('location')!);
    expect(plainText(html)).toContain('on its way to b@example.org.');
    expect((await findDraft(test.deps, token)).application.email).toBe('a@example.org');
  });

  it.each([
    ['', 'Enter your e-mail address'],
    ['nowhere', 'Enter an e-mail address like name@example.org'],
    ['a@example.org, b@example.org', 'Enter an e-mail address like name@example.org'],
    ['a@example.org\r\nBcc: b@example.org', 'Enter an e-mail address like name@example.org'],
  ])('is not mailed to %j, and the draft is saved all the same', async (mailTo, message) => {
    const answer = await mailLink({ fullName: 'Nino', mailTo });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(summaryOf(html)).toEqual([{ field: 'mailTo', message }]);
    expect(textOf(html, 'mailTo-error')).toBe(message);
    const token = elementsOf(html, 'input').find(({ name }) => name === 'draft')!.value!;
    expect(await mailsOf(token)).toEqual([]);
    expect((await findDraft(test.deps, token)).application.fullName).toBe('Nino');
  });

  it('begins the thread that the receipt goes on with', async () => {
    const token = await fillDraft(test.app);
    const { application } = await findDraft(test.deps, token);
    await mailLink({
      draft: token,
      email: 'nino@example.org',
      fullName: 'Nino',
      places: 'georgia',
    });
    await sendForm(test.app, {
      ...{ draft: token, email: 'nino@example.org', fullName: 'Nino', places: 'georgia' },
      consent: 'yes',
    });
    expect((await submit(test.app, token)).status).toBe(303);
    const mails = await mailsOf(token);
    expect(mails.map(({ template }) => template).sort()).toEqual([
      ...['draft-link', 'editorial-notification', 'receipt'],
    ]);
    const named = (name: string) => mails.find(({ template }) => template === name)!;
    expect(named('receipt').inReplyTo).toBe(named('draft-link').messageId);
    expect(named('editorial-notification').inReplyTo).toBeNull();
    expect(application.stage).toBe('draft');
    expect(await violations()).toEqual([]);
  });

  it('is mailed five times a day for a draft and to a mailbox, however it is spelled', async () => {
    const token = await fillDraft(test.app);
    const from = (draft: string, email: string) => mailLink({ draft, email });
    for (let count = 0; count < 5; count += 1) {
      expect((await from(token, `nino+${count}@example.net`)).status).toBe(303);
    }
    const often = await from(token, 'other@example.net');
    expect([often.status, Number(often.headers.get('retry-after'))]).toEqual([429, day]);
    expect(textOf(await often.text(), 'alert')).toContain('mailed several times today already');
    const another = await fillDraft(test.app);
    expect((await from(another, 'NINO@example.net')).status).toBe(303);
    expect(await mailsOf(another)).toMatchObject([{ withheld: true }]);
    expect((await from(another, 'somebody@example.net')).status).toBe(303);
    expect((await mailsOf(token)).map(({ withheld }) => withheld)).toEqual(Array(5).fill(false));
    expect((await mailsOf(another)).map(({ withheld }) => withheld).sort()).toEqual([false, true]);
    expect(await violations()).toEqual([]);
  });

  it('leaves nothing behind when its draft expires, sent or not', async () => {
    const answer = await mailLink({ email: 'old@example.org' });
    const token = draftTokenOf(answer.headers.get('location')!);
    const { application } = await findDraft(test.deps, token);
    const mails = await test.deps.db
      .selectFrom('mails')
      .select('id')
      .where('applicationId', '=', application.id)
      .execute();
    const mailIds = mails.map(({ id }) => id);
    expect(mailIds).toHaveLength(1);
    test.clock.advance(31 * day);
    const forgotten: string[] = [];
    await deleteExpiredDrafts(test.deps.db, test.clock.now(), 100, async (ids) => {
      forgotten.push(...ids);
    });
    // Of each mail there may be a captured file.
    expect(forgotten).toEqual(expect.arrayContaining(mailIds));
    const jobs = await test.deps.db
      .selectFrom('jobs')
      .select('id')
      .where('lane', '=', `${application.id}:applicant`)
      .execute();
    expect(jobs).toEqual([]);
    expect(await violations()).toEqual([]);
    expect((await test.app.request(`/en/drafts/${token}`)).status).toBe(410);
  });
});
