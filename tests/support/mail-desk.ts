import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { createKeyring } from '../../src/crypto.ts';
import { createListener, type Db } from '../../src/db/client.ts';
import { enqueueMail, mailJobKind } from '../../src/db/mails.ts';
import type { MailThread } from '../../src/db/schema.ts';
import { type JobLoopOptions, startJobLoop } from '../../src/jobs/loop.ts';
import { composeMail } from '../../src/mail/compose.ts';
import { createMailHandler } from '../../src/mail/deliver.ts';
import type { RenderedMail } from '../../src/mail/templates/layout.tsx';
import { createTransport } from '../../src/mail/transport.ts';
import { createTestApplication, createTestCall, type TestApplication } from './applications.ts';
import { createTestClock } from './clock.ts';
import { createTestDatabase } from './database.ts';
import { createTestLog } from './log.ts';

const keys = createKeyring(randomBytes(32));
const mailFrom = { name: 'News', address: 'feder@news.example' };

export type LoopSettings = Partial<JobLoopOptions> & {
  db?: Db;
  /** null: captured. */
  smtpUrl: string | null;
  dataDir?: string;
  editorialInbox?: string[];
  /** How long a mail server may be silent; short for those that are meant to be. */
  patienceMs?: number;
};

/** A database, a clock, and all that delivers the mails written there. */
export async function openMailDesk() {
  const database = await createTestDatabase();
  const clock = createTestClock();
  const logged = createTestLog();
  const { db } = database;
  const stops: (() => Promise<void>)[] = [];

  const jobs = async () =>
    await db
      .selectFrom('jobs')
      .select(['state', 'attempts', 'lastError'])
      .orderBy('createdAt')
      .orderBy('id')
      .execute();

  return {
    ...database,
    clock,
    logged,
    /** An application to a call of its own. */
    async apply(call: Parameters<typeof createTestCall>[2] = {}): Promise<TestApplication> {
      const now = clock.now();
      return await createTestApplication(db, keys, await createTestCall(db, now, call), { now });
    },
    announce: async () => await sql`select pg_notify('feder_jobs', '')`.execute(db),
    /** Resolves when that many mails are sent or parked. */
    settled: async (count: number) =>
      await vi.waitFor(async () => {
        const settled = (await jobs()).filter(({ state }) => state !== 'queued');
        expect(settled).toHaveLength(count);
        return settled;
      }, 30_000),
    jobs,
    /** Writes a mail to the applicant or, in the editors' thread, about them. */
    async write(
      application: TestApplication,
      values: {
        thread?: MailThread;
        subject?: string;
        text?: string;
        to?: { name: string; address: string };
        template?: string;
        /** Thrown in the transaction, once the mail is written. */
        failure?: Error;
      } = {},
    ): Promise<string> {
      const {
        thread = 'applicant',
        subject = 'Subject',
        text = 'Text',
        template = 'receipt',
      } = values;
      const to = values.to ?? { name: 'Nino', address: 'nino@mail.example' };
      const rendered: RenderedMail = { subject, text, html: '<p>Html</p>' };
      const content =
        thread === 'editors'
          ? composeMail(rendered, { to: null, replyTo: to })
          : composeMail(rendered, { to, replyTo: null });
      const { id: applicationId, key } = application;
      const now = clock.now();
      const mail = { applicationId, key, thread, template, language: 'en', content, now };
      return await db.transaction().execute(async (trx) => {
        const mailId = await enqueueMail(trx, { ...mail, from: mailFrom.address });
        if (values.failure) throw values.failure;
        return mailId;
      });
    },
    /** Starts delivering, as a server of its own would. */
    deliver({
      smtpUrl,
      dataDir = '/nowhere',
      editorialInbox = [],
      patienceMs = 2_000,
      ...options
    }: LoopSettings) {
      const config = { smtpUrl, dataDir, editorialInbox, mailFrom };
      const timeouts = {
        ...{ connect: patienceMs, greeting: patienceMs, silence: patienceMs },
        send: 2.5 * patienceMs,
      };
      const transport = createTransport(config, logged.log, timeouts);
      const deps = { db: options.db ?? db, keys, config, transport };
      const loop = startJobLoop({
        db,
        listen: () => createListener(database.connection),
        clock,
        log: logged.log,
        handlers: { [mailJobKind]: createMailHandler(deps) },
        pollMs: 3_600_000,
        ...options,
      });
      const stop = async () => {
        await loop.stop();
        transport.close();
      };
      stops.push(stop);
      return { stop };
    },
    /** Ends what delivers and forgets all mails. */
    async clear() {
      for (const stop of stops.splice(0)) await stop();
      await db.deleteFrom('jobs').execute();
      await db.deleteFrom('applications').execute();
      await db.deleteFrom('callVersions').execute();
      await db.deleteFrom('calls').execute();
      logged.clear();
    },
  };
}

export type MailDesk = Awaited<ReturnType<typeof openMailDesk>>;
