import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordRefusals } from '../../src/db/mail-outcome.ts';
import { createDesk, type Desk, type Seat } from '../support/desk.ts';
import { makeDiscreet } from '../support/discreet.ts';
import { createSubmitted, type Sent } from '../support/factories.ts';
import { hrefsOf, plainText } from '../support/html.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.stop());

const submit = (sent: Sent = {}) => createSubmitted(desk.deps, sent);
const pathOf = ({ reference }: { reference: string }): string => `/admin/applications/${reference}`;
const textOfPage = (html: string): string => plainText(html).replace(/\s+/g, ' ');

test('the e-mail address begins a mail under the subject of the editors’ thread, a discreet one does not', async () => {
  const application = await submit({
    values: { fullName: 'Anna & Co', email: 'a.b+c&d=e@example.org', places: ['georgia'] },
  });
  const { html } = await desk.editor.get(pathOf(application));
  const [link, ...others] = hrefsOf(html).filter((href) => href.startsWith('mailto:'));
  expect(others).toEqual([]);
  const url = new URL(link!);
  expect(url.pathname).toBe('a.b%2Bc%26d%3De@example.org');
  expect([...url.searchParams]).toEqual([
    ['subject', `[${application.reference}] Anna & Co – Georgien`],
  ]);

  await makeDiscreet(desk.deps, application);
  const discreet = await desk.editor.get(pathOf(application));
  expect(discreet.html).not.toContain('mailto:');
  expect(plainText(discreet.html)).not.toContain('example.org');
});

test('a mail that did not arrive is told on the page and in the list to those who see the outbox', async () => {
  const application = await submit();
  const { db } = desk.deps;
  const mail = await db
    .selectFrom('mails')
    .select('id')
    .where('applicationId', '=', application.id)
    .where('thread', '=', 'applicant')
    .executeTakeFirstOrThrow();
  const refusals = [{ address: 'old@example.org', reply: '550 <b>No</b> such mailbox' }];
  await recordRefusals(db, { id: mail.id, key: application.key, refusals });
  await sql`update jobs set state = 'parked', last_error = 'smtp-550', attempts = 1,
    finished_at = now() where subject_id = ${mail.id}`.execute(db);

  const told = async (seat: Seat) => {
    const { html } = await seat.get(pathOf(application));
    const list = await seat.get(`/admin?q=${application.reference}`);
    return {
      text: textOfPage(html).includes(
        'A mail about this application did not reach everybody it was for.',
      ),
      reply: textOfPage(html).includes('old@example.org refused it: 550 <b>No</b> such mailbox'),
      link: hrefsOf(html).find((href) => href.startsWith('/admin/outbox') && href.length > 13),
      row: textOfPage(list.html).includes('Mail trouble'),
      nav: [html, list.html].map((page) => textOfPage(page).includes('Outbox 1 mail in trouble')),
    };
  };
  const link = `/admin/outbox/${mail.id}`;
  const shown = { text: true, reply: true, row: true, nav: [true, true], link };
  for (const seat of [desk.admin, desk.editor]) expect(await told(seat)).toEqual(shown);
  expect(await told(desk.reviewer)).toEqual({
    ...{ text: false, reply: false, row: false, nav: [false, false] },
    link: undefined,
  });
});
