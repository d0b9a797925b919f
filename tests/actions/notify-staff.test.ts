import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { notifyStaff, type StaffNotification } from '../../src/actions/notify-staff.ts';
import { nudgeEditors } from '../../src/actions/nudge-editors.ts';
import { findPrivateToken, openPrivatePage } from '../../src/actions/open-private-page.ts';
import { undoWithdrawal, withdrawApplication } from '../../src/actions/withdraw-application.ts';
import type { StaffMember } from '../../src/auth/sessions.ts';
import { getWrappedKey, lockApplication } from '../../src/db/applications.ts';
import { openContent } from '../../src/db/mails.ts';
import { putSettings } from '../../src/db/staff-notifications.ts';
import { type Delivery, notificationEvents } from '../../src/domain/notifications.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { makeDiscreet } from '../support/discreet.ts';
import { createStaff, createSubmitted } from '../support/factories.ts';
import { claimAndReview, review } from '../support/reviewing.ts';

let running: TestApp;
let application: { id: string; reference: string; key: Buffer };
let [editor, reviewer, colleague]: StaffMember[] = [];

const files = (['cv', 'coverLetter', 'writingSample'] as const).map((kind) => ({
  ...{ kind, name: `${kind}.pdf` },
}));

beforeAll(async () => {
  running = await createTestApp({ PUBLIC_URL: 'http://feder.example' });
});
afterAll(async () => await running.stop());
beforeEach(async () => {
  const { deps } = running;
  for (const table of ['jobs', 'events', 'applications', 'staff'] as const) {
    await deps.db.deleteFrom(table).execute();
  }
  editor = await createStaff(deps, { role: 'editor', name: 'Edda Editor' });
  reviewer = await createStaff(deps, { role: 'reviewer', name: 'Rea Reviewer' });
  colleague = await createStaff(deps, { role: 'editor', name: 'Cora Colleague' });
  const values = { fullName: 'ნინო მაგალითი', latinName: 'Nino Example' };
  application = await createSubmitted(deps, { files, values });
});

const choose = async (staff: StaffMember, delivery: Delivery) =>
  await running.deps.db
    .transaction()
    .execute((trx) =>
      putSettings(trx, staff.id, new Map(notificationEvents.map((event) => [event, delivery]))),
    );

const change = async (table: 'staff' | 'applications', id: string, columns: object) =>
  await running.deps.db.updateTable(table).set(columns).where('id', '=', id).execute();

const tell = async (
  staff: (StaffMember | undefined)[],
  facts: Partial<StaffNotification> = {},
): Promise<number> =>
  await running.deps.db.transaction().execute(async (trx) => {
    await lockApplication(trx, application.id);
    return await notifyStaff(trx, running.deps, {
      ...{ event: 'mentioned', applicationId: application.id, actorId: null },
      staffIds: staff.map((one) => one!.id),
      ...facts,
    });
  });

const listTold = async () => {
  const rows = await running.deps.db
    .selectFrom('mails')
    .selectAll()
    .where('template', 'like', 'notify-%')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, ...openContent(application.key, row) }));
};

const listWaiting = async () =>
  await running.deps.db
    .selectFrom('staffNotifications')
    .select(['staffId', 'event', 'delivery'])
    .orderBy('staffId')
    .execute();

describe('somebody who wants to know at once', () => {
  test('gets a mail in the editors’ thread, in their language, with a summary and the link', async () => {
    await change('staff', editor!.id, { language: 'de' });
    expect(await tell([editor], { actorId: colleague!.id })).toBe(1);
    const [mail] = await listTold();
    const { reference } = application;
    expect(mail).toMatchObject({
      template: 'notify-mentioned',
      thread: 'editors',
      language: 'de',
      to: { name: 'Edda Editor', address: editor!.email },
      replyTo: { name: 'Nino Example', address: 'somebody@example.org' },
      subject: `[${reference}] Nino Example – Georgien`,
    });
    const first = await running.deps.db
      .selectFrom('mails')
      .select('messageId')
      .where('template', '=', 'editorial-notification')
      .executeTakeFirstOrThrow();
    expect(mail!.inReplyTo).toBe(first.messageId);
    expect(mail!.text).toContain(`Sie werden in einer Notiz zu ${reference} erwähnt.`);
    expect(mail!.text).toContain('Von: Cora Colleague');
    expect(mail!.text).toContain('Nino Example');
    expect(mail!.text).toContain(`http://feder.example/admin/applications/${reference}`);
    expect(mail!.text).toContain('http://feder.example/admin/account/notifications');
  });

  test('gets one mail for one event, however often it is told', async () => {
    expect([await tell([editor, editor]), await tell([editor])]).toEqual([1, 0]);
    expect(await tell([editor], { about: 'another note' })).toBe(1);
    expect(await listTold()).toHaveLength(2);
  });

  test('gets none for what they did themselves', async () => {
    expect(await tell([editor, colleague], { actorId: editor!.id })).toBe(1);
    expect((await listTold()).map(({ to }) => to?.name)).toEqual(['Cora Colleague']);
  });

  test('gets none once they are disabled', async () => {
    await change('staff', editor!.id, { disabledAt: new Date() });
    expect(await tell([editor])).toBe(0);
    expect(await listWaiting()).toEqual([]);
  });

  test('gets a colleague’s words with no way to send them on to the applicant', async () => {
    const quote = { body: 'Ask for the second sample?', language: 'en' };
    await tell([editor], { quote });
    const [mail] = await listTold();
    expect(mail!.replyTo).toBe(null);
    expect(mail!.text).toContain(quote.body);
    expect(mail!.text).toContain('A reply to this message does not reach the applicant.');
  });
});

/** A new version of the call, which nobody saved. */
async function setBlind(blind: boolean): Promise<void> {
  await sql`insert into call_versions
    select (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(),
      'number', v.number + 1, 'blind', ${blind}::boolean))).* from call_versions as v
    order by v.number desc limit 1`.execute(running.deps.db);
}

describe('who applied', () => {
  test('is told to admins, editors and, unless the call is blind, reviewers, in the subject of the thread', async () => {
    const admin = await createStaff(running.deps, { role: 'admin' });
    await tell([admin, editor, reviewer]);
    const told = await listTold();
    const subject = `[${application.reference}] Nino Example – Georgien`;
    expect(told.map((one) => one.subject)).toEqual([subject, subject, subject]);
    // A reply of a reviewer reaches no applicant.
    const replies = new Map(told.map(({ to, replyTo }) => [to!.address, replyTo?.address]));
    expect(replies.get(reviewer!.email)).toBeUndefined();
    expect(replies.get(editor!.email)).toBe('somebody@example.org');
  });

  test('is told to no reviewer of a blind call, in the subject neither, and the thread keeps its own', async () => {
    await setBlind(true);
    const quote = { body: 'Nino is known to me', language: 'en' };
    await tell([reviewer], { quote });
    await tell([editor]);
    const [toReviewer, toEditor] = await listTold();
    const { reference } = application;
    expect(toReviewer!.subject).toBe(`[${reference}]`);
    expect(toReviewer!.replyTo).toBe(null);
    expect(JSON.stringify(toReviewer)).not.toMatch(/Nino|ნინო|somebody@/);
    expect(toEditor!.subject).toBe(`[${reference}] Nino Example – Georgien`);
    await setBlind(false);
  });

  test('is told to nobody where the application is discreet', async () => {
    await makeDiscreet(running.deps, application);
    await tell([editor], { quote: { body: 'Nino?', language: 'en' } });
    const [mail] = await listTold();
    expect(mail!.replyTo).toBe(null);
    expect(`${mail!.subject} ${mail!.text} ${mail!.html}`).not.toMatch(/Nino|ნინო|somebody@/);
  });
});

describe('what was chosen', () => {
  test('for once a day, it waits and no mail is queued', async () => {
    await choose(editor!, 'daily');
    expect(await tell([editor])).toBe(0);
    expect(await listTold()).toEqual([]);
    expect(await listWaiting()).toEqual([
      { staffId: editor!.id, event: 'mentioned', delivery: 'daily' },
    ]);
  });

  test('for off, nothing is kept at all', async () => {
    await choose(editor!, 'off');
    expect(await tell([editor])).toBe(0);
    expect([await listTold(), await listWaiting()]).toEqual([[], []]);
  });

  test('gives nobody what their role is not told of', async () => {
    await choose(reviewer!, 'immediate');
    expect(await tell([reviewer], { event: 'applicant-wrote' })).toBe(0);
  });
});

describe('what happens to an application', () => {
  const handle = async (id: string) =>
    await change('applications', id, { handlingEditorId: editor!.id });
  const openPage = async () => {
    const token = await findPrivateToken(running.deps, application, application.key);
    return await openPrivatePage(running.deps, token);
  };

  test('is told to whoever handles it once its reviews are in, and once only', async () => {
    await handle(application.id);
    await change('applications', application.id, { reviewersWanted: 2 });
    await claimAndReview(running.deps, application.id, reviewer!);
    expect(await listTold()).toEqual([]);
    await claimAndReview(running.deps, application.id, colleague!);
    expect((await listTold()).map(({ template, to }) => [template, to?.name])).toEqual([
      ['notify-reviews-complete', 'Edda Editor'],
    ]);
    await review(running.deps, application.id, colleague!, { content: { text: 'Better now' } });
    expect(await listTold()).toHaveLength(1);
  });

  test('such as a withdrawal is told when it can’t be undone, and never when it was', async () => {
    await handle(application.id);
    await choose(editor!, 'immediate');
    await withdrawApplication(running.deps, await openPage());
    expect((await listTold()).map(({ template }) => template)).toEqual([
      'notify-applicant-withdrew',
    ]);
    await undoWithdrawal(running.deps, await openPage());
    expect([await listTold(), await listWaiting()]).toEqual([[], []]);
  });

  test('such as its arrival is told to those who have asked for it', async () => {
    await choose(colleague!, 'immediate');
    await choose(editor!, 'daily');
    const next = await createSubmitted(running.deps, { files });
    const rows = await running.deps.db
      .selectFrom('mails')
      .select(['template', 'applicationId'])
      .where('template', 'like', 'notify-%')
      .execute();
    expect(rows).toEqual([{ template: 'notify-application-new', applicationId: next.id }]);
    expect(await listWaiting()).toContainEqual({
      ...{ staffId: editor!.id, event: 'application-new', delivery: 'daily' },
    });
  });

  test('such as a promise that comes near is told as the handling editor has chosen', async () => {
    const due = { id: application.id, wrapped: await wrappedKey() };
    await handle(application.id);
    await choose(editor!, 'off');
    running.clock.advance(12 * 24 * 3600);
    expect(await nudgeEditors(running.deps, due)).toBe(true);
    const nudges = await running.deps.db
      .selectFrom('mails')
      .select('id')
      .where('template', '=', 'reply-nudge')
      .execute();
    expect([nudges, await nudgeEditors(running.deps, due)]).toEqual([[], false]);
    running.clock.reset();
  });
});

const wrappedKey = async (): Promise<Buffer> =>
  (await getWrappedKey(running.deps.db, application.id))!;

test('what fails afterwards leaves neither mail nor trace', async () => {
  const failing = running.deps.db.transaction().execute(async (trx) => {
    await lockApplication(trx, application.id);
    await notifyStaff(trx, running.deps, {
      ...{ event: 'mentioned', applicationId: application.id, actorId: null },
      staffIds: [editor!.id],
    });
    throw new Error('later');
  });
  await expect(failing).rejects.toThrow('later');
  expect([await listTold(), await listWaiting()]).toEqual([[], []]);
});

test('erasing the application takes what was told of it along', async () => {
  await choose(editor!, 'daily');
  await tell([editor]);
  await running.deps.db.deleteFrom('applications').where('id', '=', application.id).execute();
  expect(await listWaiting()).toEqual([]);
});
