import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nudgeEditors } from '../../src/actions/nudge-editors.ts';
import { tellReplyLapse } from '../../src/actions/tell-reply-lapse.ts';
import { verifyDatabase } from '../../src/actions/verify-database.ts';
import { claimJobs, finishJob } from '../../src/db/job-leases.ts';
import { ensureSchedule, secondsAfter } from '../../src/db/jobs.ts';
import { type MailContent, openContent } from '../../src/db/mails.ts';
import type { FormValues } from '../../src/domain/application-form.ts';
import { createReplyClockHandler, replyClockSchedule } from '../../src/jobs/reply-clock.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { decide, moveSilently } from '../support/decide.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { createTestLog, type TestLog } from '../support/log.ts';

const hour = 3600;
const day = 24 * hour;
// The clock of a test starts on 24 November, 10 o’clock in Berlin: the promise is 8 December.
const twoDaysBefore = 12 * day;
const dayAfter = 15 * day;

let testApp: TestApp;
let logged: TestLog;

beforeAll(async () => {
  testApp = await createTestApp({ PUBLIC_URL: 'http://feder.example' });
});
afterAll(async () => await testApp.stop());
beforeEach(async () => {
  testApp.clock.reset();
  logged = createTestLog();
  const { db } = testApp.deps;
  for (const table of ['jobs', 'events', 'applications'] as const) {
    await db.deleteFrom(table).execute();
  }
});

const files = (['cv', 'coverLetter', 'writingSample'] as const).map((kind) => ({
  kind,
  name: `${kind}.pdf`,
}));
const apply = async (values: Partial<FormValues> = {}) =>
  await createSubmitted(testApp.deps, { files, values });

/** Runs the schedule once, as the loop would. */
async function run(): Promise<void> {
  const { db, clock } = testApp.deps;
  const now = clock.now();
  const { name, kind, everySeconds } = replyClockSchedule;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now });
  await db.updateTable('jobs').set({ notBefore: now }).where('schedule', '=', name).execute();
  const claim = await claimJobs(db, { now, leaseSeconds: 60, limit: 1, kinds: [kind] });
  const job = claim.claimed[0]!;
  const handler = createReplyClockHandler({ ...testApp.deps, log: logged.log });
  await handler(job, new AbortController().signal);
  await finishJob(db, job, { now, next: secondsAfter(now, everySeconds) });
}

/** Runs it after that many seconds, not long after the run before. */
async function runAfter(seconds: number): Promise<void> {
  testApp.clock.advance(seconds - hour);
  const { db, clock } = testApp.deps;
  await db.deleteFrom('jobs').where('schedule', 'is not', null).execute();
  const { name, kind, everySeconds } = replyClockSchedule;
  await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
  testApp.clock.advance(hour);
  await run();
}

type Written = { template: string; thread: string; language: string } & MailContent;

/** The mails of the clock about an application. */
async function listWritten({ id, key }: { id: string; key: Buffer }): Promise<Written[]> {
  const rows = await testApp.deps.db
    .selectFrom('mails')
    .selectAll()
    .where('applicationId', '=', id)
    .where('template', 'in', ['reply-nudge', 'reply-lapse'])
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    template: row.template,
    thread: row.thread,
    language: row.language,
    ...openContent(key, row),
  }));
}

const templatesOf = async (application: { id: string; key: Buffer }) =>
  (await listWritten(application)).map(({ template }) => template);

const update = async (id: string, columns: Record<string, unknown>) =>
  await testApp.deps.db.updateTable('applications').set(columns).where('id', '=', id).execute();

describe('before the promised day is over', () => {
  test('the handling editor is reminded in the thread of the editors, in their own language', async () => {
    const application = await apply({ fullName: 'ნინო მაგალითი', latinName: 'Nino Example' });
    const editor = await createStaff(testApp.deps, { role: 'editor', name: 'Ana Desk' });
    await testApp.deps.db
      .updateTable('staff')
      .set({ language: 'ka' })
      .where('id', '=', editor.id)
      .execute();
    await update(application.id, { handlingEditorId: editor.id });
    await runAfter(twoDaysBefore);
    const [mail, ...more] = await listWritten(application);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      template: 'reply-nudge',
      thread: 'editors',
      language: 'ka',
      to: { name: 'Ana Desk', address: editor.email },
      replyTo: { name: 'Nino Example', address: 'somebody@example.org' },
      subject: `[${application.reference}] Nino Example – Georgien`,
    });
    expect(mail!.text).toContain('8 დეკემბერი, 2026');
    expect(mail!.text).toContain(
      `http://feder.example/admin/applications/${application.reference}`,
    );
  });

  test('the inbox of the call is, where nobody handles it or that person has left', async () => {
    const [unhandled, left] = [await apply(), await apply()];
    const editor = await createStaff(testApp.deps, { role: 'editor' });
    await testApp.deps.db
      .updateTable('staff')
      .set({ disabledAt: testApp.clock.now() })
      .where('id', '=', editor.id)
      .execute();
    await update(left.id, { handlingEditorId: editor.id });
    await runAfter(twoDaysBefore);
    for (const application of [unhandled, left]) {
      const mails = await listWritten(application);
      expect(mails).toMatchObject([{ template: 'reply-nudge', language: 'de', to: null }]);
      expect(mails[0]!.text).toContain('noch niemand diese Bewerbung betreut');
    }
  });

  test('it comes once, whatever happens after', async () => {
    const application = await apply();
    await runAfter(twoDaysBefore);
    const editor = await createStaff(testApp.deps, { role: 'editor' });
    await update(application.id, { handlingEditorId: editor.id });
    await runAfter(hour);
    await runAfter(day);
    expect(await templatesOf(application)).toEqual(['reply-nudge']);
  });

  test('nothing is written days before, or about what is decided', async () => {
    const early = await apply();
    const decided = await apply();
    const staff = await createStaff(testApp.deps, { role: 'editor' });
    await moveSilently(testApp.deps, {
      ...{ id: decided.id, name: 'decline', staff },
    });
    await runAfter(10 * day);
    expect(await templatesOf(early)).toEqual([]);
    await runAfter(2 * day);
    expect([await templatesOf(early), await templatesOf(decided)]).toEqual([['reply-nudge'], []]);
  });
});

describe('after the promised day', () => {
  test('the applicant gets one honest note in their language', async () => {
    const application = await apply({ fullName: 'Армен Пример' });
    await update(application.id, { language: 'ru' });
    await runAfter(dayAfter);
    const [mail, ...more] = await listWritten(application);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      template: 'reply-lapse',
      thread: 'applicant',
      language: 'ru',
      to: { name: 'Армен Пример', address: 'somebody@example.org' },
      replyTo: null,
      subject: `[${application.reference}] Наш ответ займёт больше времени, чем мы обещали`,
    });
    expect(mail!.text).toContain('Здравствуйте, Армен Пример!');
    expect(mail!.text).toContain('Получена');
    expect(mail!.text).toContain('i.dostalik@caucasuswatch.de');
    expect(mail!.text).toMatch(/http:\/\/feder\.example\/ru\/applications\/[\w-]{22,}/);
    // The promised day is the only one it names beside that of the application.
    expect([...mail!.text.matchAll(/\d+ (?:ноября|декабря|января) \d+/g)].map(String)).toEqual([
      '8 декабря 2026',
      '8 декабря 2026',
      '24 ноября 2026',
    ]);
  });

  test('it says being read where an editor has opened it', async () => {
    const application = await apply();
    const { id: staffId } = await createStaff(testApp.deps, { role: 'editor' });
    await testApp.deps.db
      .insertInto('accessLog')
      .values({
        ...{ applicationId: application.id, documentId: null, staffId },
        ...{ type: 'opened', at: testApp.clock.now() },
      })
      .execute();
    await runAfter(dayAfter);
    expect((await listWritten(application))[0]!.text).toContain('Status: Being read');
  });

  test('never twice, and none of it before eight in the morning', async () => {
    const application = await apply();
    // 9 December, 7 o'clock in Berlin.
    await runAfter(dayAfter - 3 * hour);
    expect(await templatesOf(application)).toEqual([]);
    await runAfter(hour);
    await runAfter(hour);
    await runAfter(20 * day);
    expect(await templatesOf(application)).toEqual(['reply-lapse']);
  });

  test('nobody is told who has withdrawn, was decided, erased, or has not submitted', async () => {
    const { db } = testApp.deps;
    const [withdrawn, decided, erased] = [await apply(), await apply(), await apply()];
    const staff = await createStaff(testApp.deps, { role: 'editor' });
    await moveSilently(testApp.deps, {
      ...{ id: decided.id, name: 'accept', staff },
    });
    await update(withdrawn.id, { stage: 'withdrawn' });
    await db.deleteFrom('applications').where('id', '=', erased.id).execute();
    await runAfter(dayAfter);
    const { wrapped } = await db
      .selectFrom('keys.applicationKeys')
      .select('wrapped')
      .where('applicationId', '=', withdrawn.id)
      .executeTakeFirstOrThrow();
    // What a run that listed them a moment before would still try.
    for (const { id } of [withdrawn, decided, erased]) {
      expect(await tellReplyLapse(testApp.deps, { id, wrapped })).toBe(false);
      expect(await nudgeEditors(testApp.deps, { id, wrapped })).toBe(false);
    }
    const mails = db.selectFrom('mails').select('template').where('template', 'like', 'reply-%');
    expect(await mails.execute()).toEqual([]);
  });

  test('a discreet one names nobody and leads nowhere', async () => {
    const application = await apply({ fullName: 'Somebody Secret', discreet: true });
    await runAfter(twoDaysBefore);
    await runAfter(3 * day);
    const [nudge, lapse] = await listWritten(application);
    expect(nudge!.replyTo).toBeNull();
    expect(nudge!.text).not.toMatch(/Secret|Experten/);
    expect(lapse!.to).toEqual({ name: '', address: 'somebody@example.org' });
    for (const text of [lapse!.text, lapse!.html, lapse!.subject]) {
      expect(text).toContain(application.reference);
      expect(text).not.toMatch(/Secret|Caucasus|experts|https?:|\w@\w/i);
    }
  });
});

describe('a decision that its applicant was not told of', () => {
  type Applied = Awaited<ReturnType<typeof apply>>;
  /** What became of the letter, as its delivery writes it. */
  const park = async ({ id }: Applied) => {
    const { db } = testApp.deps;
    const { mailId } = await db
      .selectFrom('decisionActs')
      .select('mailId')
      .where('applicationId', '=', id)
      .executeTakeFirstOrThrow();
    await db.updateTable('jobs').set({ state: 'parked' }).where('subjectId', '=', mailId).execute();
    return mailId!;
  };
  const changeMail = async (id: string, columns: Record<string, unknown>) =>
    await testApp.deps.db.updateTable('mails').set(columns).where('id', '=', id).execute();
  const decline = async (application: Applied) => {
    const staff = await createStaff(testApp.deps, { role: 'editor' });
    expect(await decide(testApp.deps, application, 'decline', staff)).toEqual({ outcome: 'done' });
  };

  test('is still owed: the editors are reminded, and the applicant is told of the delay, once', async () => {
    const application = await apply();
    await decline(application);
    await park(application);
    await runAfter(twoDaysBefore);
    await runAfter(3 * day);
    await runAfter(hour);
    expect(await templatesOf(application)).toEqual(['reply-nudge', 'reply-lapse']);
    const text = (await listWritten(application))[1]!.text;
    expect(text).toContain('Your application is not forgotten');
    expect(text).not.toMatch(/decision|decided/i);
  });

  test('is no longer once the letter has left, or somebody has dealt with it', async () => {
    const [sent, settled] = [await apply(), await apply()];
    for (const application of [sent, settled]) await decline(application);
    await changeMail(await park(sent), { sentAt: testApp.clock.now() });
    await changeMail(await park(settled), { dealtWithAt: testApp.clock.now() });
    await runAfter(twoDaysBefore);
    await runAfter(3 * day);
    expect([await templatesOf(sent), await templatesOf(settled)]).toEqual([[], []]);
  });

  test('waits for a letter that leaves before the clock looks again, not for one that is held longer', async () => {
    const [soon, long] = [await apply(), await apply()];
    const { db, clock } = testApp.deps;
    testApp.clock.advance(dayAfter - day);
    await run();
    testApp.clock.advance(day - hour);
    await db.deleteFrom('jobs').where('schedule', 'is not', null).execute();
    const { name, kind, everySeconds } = replyClockSchedule;
    await ensureSchedule(db, { schedule: name, kind, everySeconds, now: clock.now() });
    testApp.clock.advance(hour);
    for (const application of [soon, long]) await decline(application);
    const later = secondsAfter(clock.now(), 2 * hour);
    await db
      .updateTable('jobs')
      .set({ notBefore: later })
      .where('subjectId', 'in', (eb) =>
        eb.selectFrom('decisionActs').select('mailId').where('applicationId', '=', long.id),
      )
      .execute();
    await run();
    const lapsed = async (one: Applied) => (await templatesOf(one)).includes('reply-lapse');
    expect([await lapsed(soon), await lapsed(long)]).toEqual([false, true]);
    // Nor by a run that listed it a moment before.
    const { wrapped } = await db
      .selectFrom('keys.applicationKeys')
      .select('wrapped')
      .where('applicationId', '=', soon.id)
      .executeTakeFirstOrThrow();
    expect(await tellReplyLapse(testApp.deps, { id: soon.id, wrapped })).toBe(false);
  });
});

describe('the clock', () => {
  test('writes each mail once when two instances run at the same time', async () => {
    const applications = [];
    for (let i = 0; i < 6; i += 1) applications.push(await apply());
    testApp.clock.advance(dayAfter);
    const { db, clock } = testApp.deps;
    const now = clock.now();
    const { name, kind, everySeconds } = replyClockSchedule;
    await ensureSchedule(db, { schedule: name, kind, everySeconds, now });
    const claim = await claimJobs(db, { now, leaseSeconds: 60, limit: 1, kinds: [kind] });
    const handler = createReplyClockHandler({ ...testApp.deps, log: logged.log });
    const signal = new AbortController().signal;
    await Promise.all([1, 2, 3].map(() => handler(claim.claimed[0]!, signal)));
    for (const application of applications) {
      expect(await templatesOf(application)).toEqual(['reply-lapse']);
    }
    expect(logged.lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
  });

  test('is silent in the first run after a leap of the clock, and goes on in the next', async () => {
    const application = await apply();
    await run();
    testApp.clock.advance(dayAfter);
    await run();
    expect(await templatesOf(application)).toEqual([]);
    expect(logged.lines).toMatchObject([{ level: 50, sinceLastSeconds: dayAfter }]);
    testApp.clock.advance(hour);
    await run();
    expect(await templatesOf(application)).toEqual(['reply-lapse']);
  });

  test('goes on past an application whose key does not open', async () => {
    const [broken, well] = [await apply(), await apply()];
    await testApp.deps.db
      .updateTable('keys.applicationKeys')
      .set({ wrapped: Buffer.alloc(60) })
      .where('applicationId', '=', broken.id)
      .execute();
    await runAfter(dayAfter);
    expect(await templatesOf(well)).toEqual(['reply-lapse']);
    expect(logged.lines).toMatchObject([
      { level: 50, mail: 'lapse', applicationId: broken.id },
      { level: 30, mail: 'lapse', count: 1 },
    ]);
  });

  test('is kept in the log of the application, and every invariant holds', async () => {
    const application = await apply();
    await runAfter(twoDaysBefore);
    await runAfter(3 * day);
    const { db } = testApp.deps;
    const events = await db.selectFrom('events').select(['type', 'actor', 'toValue']).execute();
    expect(events).toEqual([
      { type: 'submitted', actor: 'applicant', toValue: 'screening' },
      { type: 'reply-nudged', actor: 'system', toValue: null },
      { type: 'reply-lapsed', actor: 'system', toValue: null },
    ]);
    const verify = async (): Promise<string[]> => {
      const lines: string[] = [];
      await verifyDatabase(testApp.deps, {
        report: ({ rule, problem }) => lines.push(`${rule}: ${problem}`),
      });
      return lines;
    };
    expect(await verify()).toEqual([]);
    await update(application.id, { replyNudgedAt: null });
    expect(await verify()).toEqual(['mails: has a mail "reply-nudge" that it does not know of']);
  });
});
