import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { claimJobs } from '../../src/db/job-leases.ts';
import { outboxHealth } from '../../src/db/outbox.ts';
import type { StaffMailTemplate } from '../../src/db/schema-staff-mails.ts';
import { enqueueStaffMail, staffMailJobKind } from '../../src/db/staff-mails.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { createStaffMailHandler } from '../../src/mail/deliver-to-staff.ts';
import { createTransport } from '../../src/mail/transport.ts';
import { createDesk, type Desk } from '../support/desk.ts';
import { plainText } from '../support/html.ts';
import { countMailTrouble } from '../support/mail-trouble.ts';
import { verify } from '../support/private-page.ts';
import { startSmtp, type TestSmtp } from '../support/smtp.ts';

let desk: Desk;
let smtp: TestSmtp;
beforeAll(async () => {
  [desk, smtp] = await Promise.all([createDesk(), startSmtp()]);
});
afterAll(async () => {
  await Promise.all([desk.stop(), smtp.stop()]);
});
beforeEach(async () => {
  desk.clock.reset();
  smtp.refuse.clear();
  smtp.mails.length = 0;
  for (const table of ['jobs', 'staffMails'] as const)
    await desk.deps.db.deleteFrom(table).execute();
});

const textOf = (html: string): string =>
  plainText(html.split('</main>')[0]!).replace(/\s+/g, ' ').trim();
const write = async (template: StaffMailTemplate = 'password-changed') => {
  const { db, clock } = desk.deps;
  const { id: staffId } = desk.reviewer.staff;
  const mail = { staffId, template, from: 'feder@news.example', now: clock.now() };
  return (await db.transaction().execute((trx) => enqueueStaffMail(trx, mail)))!;
};

/** Delivers what is due, as the loop does. */
async function deliver(): Promise<void> {
  const { db, clock, log } = desk.deps;
  const config = { ...desk.deps.config, smtpUrl: smtp.url };
  const transport = createTransport(config, log);
  const handler = createStaffMailHandler({ ...desk.deps, config, transport });
  const { claimed } = await claimJobs(db, {
    ...{ now: clock.now(), leaseSeconds: 60, limit: 10, kinds: [staffMailJobKind] },
  });
  const abandon = new AbortController().signal;
  const options = { db, clock, log, leaseSeconds: 60, abandon, everySeconds: undefined };
  for (const job of claimed) await runJob(job, handler, options);
  transport.close();
}

const health = async () => await outboxHealth(desk.deps.db, desk.clock.now());
const page = '/admin/outbox/staff';
const shown = async (query = '', seat = desk.editor) => textOf((await seat.get(page + query)).html);

test('a mail to a colleague is shown as it waits and when it has left, without what it says', async () => {
  await write();
  expect(await shown()).toContain('Notice about the account 24 November 2026');
  expect(await shown('?state=queued')).toContain('Queued');
  await deliver();
  expect(smtp.mails).toHaveLength(1);
  const text = await shown('?state=sent');
  expect(text).toContain('Queued 0 Retrying 0 Parked 0 Sent 1');
  expect(text).toContain('left 24 November 2026');
  expect(text).not.toContain('Your password was changed');
  expect([await health(), await verify(desk)]).toEqual(['ok', []]);
  // One about nothing leaves nobody's machine.
  await write('digest');
  await deliver();
  expect(smtp.mails).toHaveLength(1);
  expect(await shown('?state=skipped')).toContain('Digest of the day');
});

test('one that is refused for good is parked: /readyz, the desk and the outbox say so, and an admin tries again', async () => {
  smtp.refuse.set(desk.reviewer.staff.email, 550);
  const id = await write();
  await deliver();
  expect(await shown('?state=parked')).toContain('last error: smtp-550');
  expect([await health(), await countMailTrouble(desk.deps.db)]).toEqual(['degraded', 1]);
  const outbox = await desk.editor.get('/admin/outbox');
  expect(textOf(outbox.html)).toContain('One mail needs a person');
  expect(outbox.html).toContain(`href="${page}?state=parked"`);
  expect(textOf(outbox.html)).toContain('Mails to colleagues Parked');

  expect((await desk.editor.get(page)).html).not.toContain(`${id}/retry`);
  for (const act of ['retry', 'dealt-with']) {
    expect((await desk.editor.post(`${page}/${id}/${act}`)).status).toBe(404);
    expect((await desk.admin.post(`${page}/forged/${act}`)).status).toBe(404);
  }
  smtp.refuse.clear();
  const again = await desk.admin.post(`${page}/${id}/retry`);
  expect([again.status, again.location]).toEqual([303, `${page}?done=queued`]);
  expect((await desk.admin.post(`${page}/${id}/retry`)).location).toBe(`${page}?done=notParked`);
  await deliver();
  expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([[desk.reviewer.staff.email]]);
  expect([await health(), await countMailTrouble(desk.deps.db)]).toEqual(['ok', 0]);
});

test('one that somebody has dealt with troubles nobody any more, until it is parked anew', async () => {
  smtp.refuse.set(desk.reviewer.staff.email, 550);
  const id = await write();
  await deliver();
  desk.clock.advance(60);
  const dealt = await desk.admin.post(`${page}/${id}/dealt-with`);
  expect(dealt.location).toBe(`${page}?done=dealtWith`);
  expect([await health(), await countMailTrouble(desk.deps.db)]).toEqual(['ok', 0]);
  expect(await shown('?state=parked')).toContain('dealt with 24 November 2026');
  desk.clock.advance(60);
  await desk.admin.post(`${page}/${id}/retry`);
  await deliver();
  expect([await health(), await countMailTrouble(desk.deps.db)]).toEqual(['degraded', 1]);
});

test('one that still waits ten minutes after it was due, or is retried for so long, is told by /readyz', async () => {
  await write();
  desk.clock.advance(601);
  expect(await health()).toBe('degraded');
  smtp.refuse.set(desk.reviewer.staff.email, 451);
  await deliver();
  expect(await shown('?state=retrying')).toContain('next try');
  expect(await health()).toBe('degraded');
});

test('feder verify tells of one that nothing delivers, and of one that a job would send again', async () => {
  const lost = await write();
  const twice = await write();
  await desk.deps.db.deleteFrom('jobs').where('subjectId', '=', lost).execute();
  await desk.deps.db
    .updateTable('staffMails')
    .set({ sentAt: desk.clock.now(), contentSealed: Buffer.from('kept') })
    .where('id', '=', twice)
    .execute();
  expect(await verify(desk)).toEqual([
    `staff mails: mail to staff ${lost}: waits to be sent, but no job delivers it`,
    `staff mails: mail to staff ${twice}: has left, but a job would send it again`,
    `staff mails: mail to staff ${twice}: has left, but what it said is still there`,
  ]);
});

test('reviewers do not see them, and pages follow each other', async () => {
  expect((await desk.reviewer.get(page)).status).toBe(404);
  for (let at = 0; at < 51; at += 1) {
    desk.clock.advance(1);
    await write();
  }
  const first = await desk.editor.get(page);
  const older = /href="([^"]*before=[^"]*)"/.exec(first.html)![1]!.replace('&amp;', '&');
  const second = await desk.editor.get(older);
  const rows = (html: string): number => html.split('<th scope="row">').length - 1;
  expect([rows(first.html), rows(second.html)]).toEqual([50, 1]);
});
