import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import type { Role } from '../../src/domain/permissions.ts';
import { openPage, type WatchedPage } from './browser-page.ts';
import { createTestDatabase } from './database.ts';
import { databaseUrl } from './feder.ts';
import { startServer } from './server-process.ts';
import { type ReceivedMail, startSmtp, type TestSmtp } from './smtp.ts';
import { goodPassword } from './staff-app.ts';

/** Where the newsroom's common mail goes. */
const inbox = 'desk@newsroom.example';

export type Newsroom = {
  url: string;
  smtp: TestSmtp;
  /** The link with which the first admin begins. */
  firstAdminLink: string;
  stop(): Promise<void>;
};

/** A server as `npm start` starts it, with a real SMTP server, and nobody at its desks yet. */
export async function startNewsroom(): Promise<Newsroom> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'feder-newsroom-'));
  const database = await createTestDatabase();
  const smtp = await startSmtp();
  const server = await startServer({
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl(database.connection),
    SMTP_URL: smtp.url,
    EDITORIAL_INBOX: inbox,
    MAIL_FROM: 'Feder <feder@newsroom.example>',
  });
  return {
    url: new URL(server.ready.form!).origin,
    smtp,
    firstAdminLink: readFileSync(server.ready.firstAdminLinkFile!, 'utf8').trim(),
    async stop() {
      await server.end('SIGTERM');
      await smtp.stop();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The only mail to a mailbox with this subject, once it is there. */
export async function findMail(smtp: TestSmtp, to: string, subject: string): Promise<ReceivedMail> {
  return await vi.waitFor(
    () => {
      const found = smtp.mails.filter(
        ({ recipients, parsed }) => recipients.includes(to) && parsed.subject === subject,
      );
      expect(found, `mails to ${to}: ${subject}`).toHaveLength(1);
      return found[0]!;
    },
    { timeout: 20_000, interval: 50 },
  );
}

/** The address in a mail that leads to a path with this beginning. */
export function linkIn({ parsed }: ReceivedMail, beginning: string): string {
  const link = parsed.text?.match(/https?:\S+/g)?.find((one) => one.includes(beginning));
  if (!link) throw new Error(`no link to ${beginning} in: ${parsed.text}`);
  return link;
}

/** Presses the only button of this name. */
export const press = async (page: Page, name: string): Promise<void> =>
  await page.getByRole('button', { name, exact: true }).click();

/** Follows a link of the desk's main navigation, until the page it leads to is there. */
export async function turnTo(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name });
  await Promise.all([page.waitForEvent('domcontentloaded'), link.click()]);
}

/** Looks again until the page says it. */
export const reloadUntil = async (page: Page, words: string): Promise<void> =>
  await vi.waitFor(
    async () => {
      await page.reload();
      expect(await page.getByText(words).count()).toBeGreaterThan(0);
    },
    { timeout: 20_000, interval: 100 },
  );

type Options = Parameters<typeof openPage>[2];
type Colleague = { name: string; email: string; role: Role };

/** Three at their desks: the first admin by the link of the start, the others by the one in their mail. */
export async function seatNewsroom(
  browser: Browser,
  room: Newsroom,
  options: Options,
): Promise<Record<'admin' | 'editor' | 'reviewer', WatchedPage>> {
  const admin = await openPage(browser, room.url, options);
  await admin.page.goto(room.firstAdminLink);
  await admin.page.getByLabel('Full name').fill('Ada Admin');
  await admin.page.getByLabel('E-mail address').fill('ada@newsroom.example');
  await choosePassword(admin.page);
  const seat = async (who: Colleague): Promise<WatchedPage> => {
    await inviteBy(admin.page, who);
    const mail = await findMail(room.smtp, who.email, 'Your account at Caucasus Watch');
    const watched = await openPage(browser, room.url, options);
    await watched.page.goto(linkIn(mail, '/admin/enrol/'));
    await choosePassword(watched.page);
    return watched;
  };
  return {
    admin,
    editor: await seat({ name: 'Edda Editor', email: 'edda@newsroom.example', role: 'editor' }),
    reviewer: await seat({ name: 'Rea Reviewer', email: 'rea@newsroom.example', role: 'reviewer' }),
  };
}

async function inviteBy(admin: Page, { name, email, role }: Colleague): Promise<void> {
  await turnTo(admin, 'Staff');
  await admin.getByLabel('Name', { exact: true }).fill(name);
  await admin.getByLabel('E-mail address').fill(email);
  await admin.getByLabel('Role').selectOption(role);
  await admin.getByLabel('Language').selectOption('en');
  await press(admin, 'Invite');
  await admin.getByRole('heading', { level: 1, name }).waitFor();
}

async function choosePassword(page: Page): Promise<void> {
  await page.getByLabel('New password').fill(goodPassword);
  await press(page, 'Save and continue');
  await page.waitForURL('**/admin');
}

/** What came to each mailbox, in its order: the language, the subject and what the mail is headed by. */
export function mailsByMailbox({ mails }: TestSmtp): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { parsed, recipients } of mails) {
    const html = String(parsed.html);
    const language = /<html lang="(\w+)"/.exec(html)?.[1];
    const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1];
    for (const mailbox of recipients) {
      found[mailbox] ??= [];
      found[mailbox].push(`${language}: ${parsed.subject} | ${heading}`);
    }
  }
  return found;
}

type Pointers = { inReplyTo: number | undefined; references: number[] };

/** How the mails about an application to these mailboxes point at each other, numbered by their age. */
export function listThread({ mails }: TestSmtp, reference: string, mailboxes: RegExp): Pointers[] {
  const thread = mails
    .filter(({ recipients }) => mailboxes.test(recipients.join()))
    .map(({ parsed }) => parsed)
    .filter(({ text }) => text?.includes(reference))
    // Ids of mails begin with the time at which they were written.
    .sort((a, b) => (a.messageId! < b.messageId! ? -1 : 1));
  const numberOf = (id: string): number => thread.findIndex(({ messageId }) => messageId === id);
  return thread.map(({ inReplyTo, references = [] }) => ({
    inReplyTo: inReplyTo === undefined ? undefined : numberOf(inReplyTo),
    references: [references].flat().map(numberOf),
  }));
}

/** A thread in which each mail answers the one before it and names all of them. */
export const chainOf = (length: number): Pointers[] =>
  Array.from({ length }, (_, number) => ({
    inReplyTo: number === 0 ? undefined : number - 1,
    references: Array.from({ length: number }, (_, earlier) => earlier),
  }));
