import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportApplication } from '../../src/actions/export-application.ts';
import { placeHold } from '../../src/actions/hold-application.ts';
import { askForConsent } from '../../src/actions/keep-consents.ts';
import { keepRetention } from '../../src/actions/keep-retention.ts';
import { openPrivatePage } from '../../src/actions/open-private-page.ts';
import { findConsent, listEndingConsents } from '../../src/db/consents.ts';
import { findDeletion, pauseRetention, resumeRetention } from '../../src/db/retention.ts';
import { listWaitingFor } from '../../src/db/waiting.ts';
import { listWaitingRules } from '../../src/domain/waiting.ts';
import { languages } from '../../src/i18n.ts';
import { consentSchedule, createConsentHandler } from '../../src/jobs/consents.ts';
import { renderConsentReminder } from '../../src/mail/templates/consent-reminder.ts';
import { decide } from '../support/decide.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { makeDiscreet } from '../support/discreet.ts';
import { plainText } from '../support/html.ts';
import {
  type Applicant,
  apply,
  getPage,
  listEventsOf,
  listMailsOf,
  postForm,
  verify,
} from '../support/private-page.ts';

const day = 86_400;
let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());
beforeEach(async () => {
  desk.clock.reset();
  for (const table of ['jobs', 'applications', 'events'] as const) {
    await desk.deps.db.deleteFrom(table).execute();
  }
});

const textOf = (html: string): string =>
  plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ').trim();

/** Somebody who was told at once what was decided, as the clock says. */
async function told(act: 'accept' | 'keep-on-file' | 'decline', changes = {}): Promise<Applicant> {
  const applicant = await apply(desk, { keepOnFile: 'yes', ...changes });
  await decide(desk.deps, applicant.application, act, desk.editor.staff, { withLetter: false });
  desk.clock.advance(600);
  return applicant;
}

/** Runs the job as the loop does, an hour after its last run. */
async function tick(): Promise<void> {
  const run = createConsentHandler(desk.deps);
  const last = new Date(desk.clock.now().getTime() - 3_600_000);
  const job = { kind: consentSchedule.kind, createdAt: last, finishedAt: last };
  await run(job as unknown as Parameters<typeof run>[0], new AbortController().signal);
}

const asked = async (applicant: Applicant) =>
  (await listMailsOf(desk, applicant)).filter(({ template }) => template === 'consent-reminder');
const consentOf = async ({ application: { id } }: Applicant) =>
  await findConsent(desk.deps.db, id, desk.clock.now());
const isListed = async ({ application: { reference } }: Applicant): Promise<boolean> =>
  (await desk.editor.get(`/admin/contributors/${reference}`)).status === 200;
const goesAt = async ({ application: { id } }: Applicant) =>
  (await findDeletion(desk.deps.db, id))?.at.toISOString();
const keep = async () =>
  await keepRetention(desk.deps, {
    tell: (_, error) => {
      throw error;
    },
  });

describe('whoever is on file', () => {
  it('duty 9: is asked once, 30 days before the year ends, in their language and with their own link', async () => {
    const applicant = await told('keep-on-file');
    desk.clock.set(new Date(applicant.application.submittedAt!.getTime() + 335 * day * 1000 - 1));
    await tick();
    expect(await asked(applicant)).toEqual([]);
    desk.clock.advance(1);
    await tick();
    await tick();
    const [mail, ...more] = await asked(applicant);
    expect([mail!.thread, mail!.language, more]).toEqual(['applicant', 'en', []]);
    expect(mail!.content.subject).toBe(
      `[${applicant.application.reference}] Your agreement ends on 24 November 2027`,
    );
    expect(mail!.content.text).toContain(applicant.token);
    expect(mail!.content.text).toContain(
      'If you do nothing, what you sent is deleted on that day.',
    );
    expect(await listEventsOf(desk, applicant)).toContain('system consent-asked');
    expect(await verify(desk)).toEqual([]);
  });

  it('stays for another year from the day on which they say so, by a POST alone', async () => {
    const applicant = await told('keep-on-file');
    expect(await goesAt(applicant)).toBe('2027-11-24T09:00:00.000Z');
    desk.clock.advance(340 * day);
    await tick();
    const page = await getPage(desk, `${applicant.path}/consent`);
    expect(textOf(page.html)).toContain('That holds until 24 November 2027.');
    expect(await listEventsOf(desk, applicant)).not.toContain('applicant consent-renewed');
    expect(textOf((await getPage(desk, applicant.path)).html)).toContain('It ends soon.');
    const renew = async () => await postForm(desk, `${applicant.path}/consent`, { act: 'renew' });
    expect((await renew()).location).toBe(`${applicant.path}?done=consent-renewed`);
    await renew();
    const events = await listEventsOf(desk, applicant);
    expect(events.filter((one) => one === 'applicant consent-renewed')).toHaveLength(1);
    const { until } = (await consentOf(applicant))!;
    expect(await goesAt(applicant)).toBe(until.toISOString());
    expect(until.getTime()).toBe(desk.clock.now().getTime() + 365 * day * 1000);
    desk.clock.advance(364 * day);
    await tick();
    expect(await asked(applicant)).toHaveLength(2);
    expect([await keep(), await isListed(applicant)]).toEqual([0, true]);
    expect(await verify(desk)).toEqual([]);
  });

  it('duty 9: is deleted at the end of the year where they do not answer', async () => {
    const applicant = await told('keep-on-file');
    desk.clock.advance(340 * day);
    await tick();
    desk.clock.advance(25 * day);
    expect([await isListed(applicant), await keep()]).toEqual([false, 1]);
    expect((await getPage(desk, applicant.path)).status).toBe(410);
    expect(await verify(desk)).toEqual([]);
  });

  it('ends it on their page: out of the directory, deleted like a declined one, and can come back until then', async () => {
    const applicant = await told('keep-on-file');
    const path = `${applicant.path}/consent`;
    const page = textOf((await getPage(desk, path)).html);
    // 183 days after they were told.
    expect(page).toContain('What you sent is deleted on 26 May 2027.');
    const ended = await postForm(desk, path, { act: 'withdraw' });
    expect(ended.location).toBe(`${applicant.path}?done=consent-withdrawn`);
    await postForm(desk, path, { act: 'withdraw' });
    expect(await isListed(applicant)).toBe(false);
    expect((await goesAt(applicant))!.slice(0, 10)).toBe('2027-05-26');
    const events = await listEventsOf(desk, applicant);
    expect(events.filter((one) => one === 'applicant consent-withdrawn')).toHaveLength(1);
    const shown = textOf((await getPage(desk, path)).html);
    expect(shown).toContain('You ended your agreement on 24 November 2026.');
    expect(shown).not.toContain('End my agreement');
    const { reference } = applicant.application;
    const theirs = textOf((await desk.editor.get(`/admin/applications/${reference}`)).html);
    expect(theirs).toContain('Not in the directory since 24 November 2026');
    expect(await verify(desk)).toEqual([]);
    await postForm(desk, path, { act: 'renew' });
    expect(await isListed(applicant)).toBe(true);
    expect(await verify(desk)).toEqual([]);
  });

  it('on legal hold is not told that anything is deleted, and leaves the directory all the same', async () => {
    const applicant = await told('keep-on-file');
    const { id } = applicant.application;
    const staffId = desk.admin.staff.id;
    await placeHold(desk.deps, { id, reason: 'Court', staffId });
    desk.clock.advance(340 * day);
    await tick();
    const [mail] = await asked(applicant);
    expect(mail!.content.text).toContain('If you do nothing, you leave the directory on that day.');
    expect(mail!.content.text).not.toContain('deleted');
    const page = textOf((await getPage(desk, `${applicant.path}/consent`)).html);
    expect(page).not.toContain('deleted');
    desk.clock.advance(25 * day);
    expect([await isListed(applicant), await keep()]).toEqual([false, 0]);
  });
});

describe('whoever was accepted', () => {
  it('is asked a year after they were told; editors see it, and are told before they go', async () => {
    const applicant = await told('accept', { keepOnFile: [] });
    const { id, reference } = applicant.application;
    desk.clock.advance(336 * day);
    await tick();
    const [mail] = await asked(applicant);
    expect(mail!.content.text).toContain('If you do nothing, you leave the directory on that day.');
    const waiting = async () => {
      const { id: staffId, role } = desk.editor.staff;
      const rows = await listWaitingFor(desk.deps.db, {
        ...{ staffId, role, time: { now: desk.clock.now(), timeZone: 'Europe/Berlin' } },
        ...{ rules: listWaitingRules(role, 'all'), limit: 9 },
      });
      return rows.map((one) => `${one.rule} ${one.reference}`);
    };
    expect(await waiting()).toEqual([`consent-ending ${reference}`]);
    for (const path of [
      '/admin/contributors',
      `/admin/contributors/${reference}`,
      `/admin/applications/${reference}`,
    ]) {
      const text = textOf((await desk.editor.get(path)).html);
      expect([path, text.includes('Ends soon, no answer yet')]).toEqual([path, true]);
      expect(text).toContain('Agreed until');
    }
    const { until } = (await consentOf(applicant))!;
    desk.clock.set(until);
    await tick();
    await tick();
    expect([await isListed(applicant), await keep(), await waiting()]).toEqual([false, 0, []]);
    const events = await listEventsOf(desk, applicant);
    expect(events.filter((one) => one === 'system consent-ended')).toHaveLength(1);
    expect((await getPage(desk, `${applicant.path}/details`)).status).toBe(404);
    const theirs = textOf((await desk.editor.get(`/admin/applications/${reference}`)).html);
    expect(theirs).toContain('no answer to whether they stay');
    expect(theirs).toContain('Left the directory: the year was over without an answer');
    expect(await goesAt(applicant)).toBeUndefined();
    expect(await verify(desk)).toEqual([]);
    await postForm(desk, `${applicant.path}/consent`, { act: 'renew' });
    expect(await isListed(applicant)).toBe(true);
    desk.clock.advance(340 * day);
    await tick();
    expect(await asked(applicant)).toHaveLength(2);
    expect(id).toBe(applicant.application.id);
  });

  it('has 30 days from the question, however late it was asked', async () => {
    const applicant = await told('accept');
    desk.clock.advance(1000 * day);
    expect(await isListed(applicant)).toBe(true);
    await tick();
    expect(await asked(applicant)).toHaveLength(1);
    desk.clock.advance(30 * day - 1);
    await tick();
    expect([await isListed(applicant), await asked(applicant)]).toMatchObject([
      true,
      { length: 1 },
    ]);
    desk.clock.advance(1);
    expect(await isListed(applicant)).toBe(false);
  });

  it('ends it and stays stored; a decision that is taken back has nothing to agree to', async () => {
    const applicant = await told('accept');
    const path = `${applicant.path}/consent`;
    await postForm(desk, path, { act: 'withdraw' });
    expect([await isListed(applicant), await goesAt(applicant)]).toEqual([false, undefined]);
    expect(textOf((await getPage(desk, path)).html)).toContain('Agree again for a year');
    await decide(desk.deps, applicant.application, 'reopen', desk.editor.staff, {
      withLetter: false,
    });
    desk.clock.advance(600);
    for (const answer of [
      await getPage(desk, path),
      await postForm(desk, path, { act: 'renew' }),
      await postForm(desk, path, { act: 'withdraw' }),
    ]) {
      expect(answer.status).toBe(404);
    }
  });

  it('exports until when they agreed', async () => {
    const applicant = await told('accept', { keepOnFile: [] });
    await postForm(desk, `${applicant.path}/consent`, { act: 'renew' });
    const page = await openPrivatePage(desk.deps, applicant.token);
    const [json] = await exportApplication(desk.deps, page);
    let text = '';
    for await (const part of json!.read()) text += part.toString();
    const { consents, events } = JSON.parse(text);
    const { agreedAt, until } = (await consentOf(applicant))!;
    expect(consents.slice(1)).toEqual([
      { to: 'keep-on-file', given: false, at: null },
      { to: 'directory', given: true, at: agreedAt!.toISOString(), until: until.toISOString() },
    ]);
    expect(events.map(({ what }: { what: string }) => what)).toEqual([
      'submitted',
      'consent-renewed',
    ]);
  });
});

it('who was declined can end what they agreed to, but not begin another year', async () => {
  const applicant = await told('decline');
  const path = `${applicant.path}/consent`;
  const page = textOf((await getPage(desk, path)).html);
  expect(page).not.toContain('another year');
  expect((await postForm(desk, path, { act: 'renew' })).status).toBe(409);
  expect((await postForm(desk, path, { act: 'withdraw' })).status).toBe(303);
  expect((await goesAt(applicant))!.slice(0, 10)).toBe('2027-05-26');
  desk.clock.advance(160 * day);
  await tick();
  expect(await asked(applicant)).toEqual([]);
});

it('there is no agreement before the decision is told, and none of somebody who gave none', async () => {
  const applicant = await apply(desk, { keepOnFile: 'yes' });
  await decide(desk.deps, applicant.application, 'keep-on-file', desk.editor.staff, {
    withLetter: false,
  });
  expect((await getPage(desk, `${applicant.path}/consent`)).status).toBe(404);
  const declined = await told('decline', { keepOnFile: [] });
  expect((await getPage(desk, `${declined.path}/consent`)).status).toBe(404);
  const accepted = await told('accept');
  const path = `${accepted.path}/consent`;
  expect((await postForm(desk, path, { act: 'for-ever' })).status).toBe(422);
  expect((await postForm(desk, path)).status).toBe(422);
});

it('nobody is asked while deleting waits for somebody to say that the clock is right', async () => {
  const applicant = await told('accept');
  desk.clock.advance(340 * day);
  await pauseRetention(desk.deps.db, desk.clock.now(), 340 * day);
  await tick();
  expect(await asked(applicant)).toEqual([]);
  await resumeRetention(desk.deps.db);
  await tick();
  expect(await asked(applicant)).toHaveLength(1);
});

it('who applied discreetly is told in the mail that there is news, and no more', async () => {
  const applicant = await told('accept');
  await makeDiscreet(desk.deps, { id: applicant.application.id, key: applicant.key });
  desk.clock.advance(340 * day);
  await tick();
  const [mail] = await asked(applicant);
  const { reference } = applicant.application;
  expect(mail!.content.subject).toContain(reference);
  expect(`${mail!.content.subject} ${mail!.content.text}`).not.toMatch(/Caucasus|directory|Nino/);
});

it('two runs at once ask once', async () => {
  const applicant = await told('accept');
  desk.clock.advance(340 * day);
  const now = desk.clock.now();
  const [due] = await listEndingConsents(desk.deps.db, { now, unasked: true, limit: 5 });
  const both = await Promise.all([askForConsent(desk.deps, due!), askForConsent(desk.deps, due!)]);
  expect(both.sort()).toEqual([false, true]);
  expect(await asked(applicant)).toHaveLength(1);
  expect(await listEndingConsents(desk.deps.db, { now, unasked: true, limit: 5 })).toEqual([]);
  const ending = await listEndingConsents(desk.deps.db, { now, unasked: false, limit: 5 });
  expect(ending.map(({ askedAt }) => askedAt)).toEqual([now]);
});

it('duty 9: whoever says that they stay before it is their turn is not asked any more', async () => {
  const applicant = await told('keep-on-file');
  desk.clock.advance(340 * day);
  const now = desk.clock.now();
  const [due] = await listEndingConsents(desk.deps.db, { now, unasked: true, limit: 5 });
  await postForm(desk, `${applicant.path}/consent`, { act: 'renew' });
  expect(await askForConsent(desk.deps, due!)).toBe(false);
  expect(await asked(applicant)).toEqual([]);
});

it('the question is whole in every language, names the day and leads to one place', () => {
  for (const language of languages) {
    const { subject, text } = renderConsentReminder(language, {
      ...{ publication: 'The Canary', timeZone: 'Europe/Berlin', reference: 'F-7K3M9Q' },
      ...{ fullName: 'ნინო', link: 'https://apply.example/x', accepted: false, deleted: true },
      until: new Date('2027-11-24T09:00:00Z'),
    });
    expect(subject).toMatch(/^\[F-7K3M9Q\] .*2027/);
    expect(text.match(/https:/g)).toHaveLength(1);
    expect(text).not.toMatch(/[{}]|undefined/);
  }
});
