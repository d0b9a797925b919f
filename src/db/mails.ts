import { type Selectable, sql } from 'kysely';
import { open, seal } from '../crypto.ts';
import type { Db, Trx } from './client.ts';
import { createIdAfter, createIdInLane, jobChannel } from './jobs.ts';
import { prepare } from './prepared.ts';
import type { MailTable, MailThread } from './schema.ts';

/** Kind of the jobs that deliver mails; their subject is the mail. */
export const mailJobKind = 'mail';

export type MailAddress = { name: string; address: string };

/** What a mail says and to whom; sealed as long as it is stored. */
export type MailContent = {
  /** null: the editors, whose addresses are looked up when the mail leaves. */
  to: MailAddress | null;
  subject: string;
  text: string;
  html: string;
  /** In the editors' thread the applicant or nobody; in the applicant's, null: the call's inbox. */
  replyTo: MailAddress | null;
};

/** A mail to be written. */
export type NewMail = {
  applicationId: string;
  /** The application's own key, unwrapped. */
  key: Buffer;
  thread: MailThread;
  /** Names the template, for the outbox. */
  template: string;
  language: string;
  content: MailContent;
  /** The address of MAIL_FROM: its domain ends the Message-ID. */
  from: string;
  /** The caller knows that no mail of this thread can be there yet. */
  opensThread?: boolean;
  /** When it may leave; at once when absent. */
  notBefore?: Date;
  /** It waits until then so that it can be recalled, and nothing else waits behind it. */
  held?: boolean;
  /** It is owed, and never leaves: its mailbox had enough of its kind. */
  withheld?: boolean;
  /** It keeps its own subject: that of the editors' thread says more than its reader may know. */
  ownSubject?: boolean;
  now: Date;
};

/** Of one application: a column of each, in the order of the mails. */
type MailColumns = {
  applicationId: string;
  createdAt: Date;
  id: string[];
  thread: string[];
  template: string[];
  language: string[];
  messageId: string[];
  inReplyTo: (string | null)[];
  contentSealed: Buffer[];
  jobId: string[];
  lane: string[];
  notBefore: Date[];
  withheld: boolean[];
  held: boolean[];
};

const insertWithJobs = prepare((db, slots: MailColumns) =>
  sql`with mail as (
      insert into mails (id, application_id, created_at, thread, template, language, message_id,
        in_reply_to, content_sealed, withheld, held)
      select id, ${slots.applicationId}::uuid, ${slots.createdAt}::timestamptz, thread, template,
        language, message_id, in_reply_to, content_sealed, withheld, held
      from unnest(${slots.id}::uuid[], ${slots.thread}::text[], ${slots.template}::text[],
        ${slots.language}::text[], ${slots.messageId}::text[], ${slots.inReplyTo}::text[],
        ${slots.contentSealed}::bytea[], ${slots.withheld}::boolean[], ${slots.held}::boolean[])
        as m (id, thread, template, language, message_id, in_reply_to, content_sealed, withheld, held))
    insert into jobs (id, kind, subject_id, lane, state, not_before, created_at)
    select id, ${sql.lit(mailJobKind)}, subject_id, lane, 'queued', not_before, ${slots.createdAt}::timestamptz
    from unnest(${slots.jobId}::uuid[], ${slots.id}::uuid[], ${slots.lane}::text[],
      ${slots.notBefore}::timestamptz[], ${slots.withheld}::boolean[])
      as j (id, subject_id, lane, not_before, withheld)
    where not withheld
    returning pg_notify(${sql.lit(jobChannel)}, '')`.compile(db),
);

async function prepareRow(trx: Trx, mail: NewMail) {
  const { applicationId, key, thread, template, language, now } = mail;
  const previous = mail.opensThread
    ? undefined
    : await findLastInThread(trx, applicationId, thread);
  const id = createIdAfter(now, previous?.id);
  // That of the first one: another may have a subject of its own.
  const start =
    previous && thread === 'editors' && !mail.ownSubject
      ? await findThreadStart(trx, applicationId, thread)
      : undefined;
  const content = start
    ? { ...mail.content, subject: openContent(key, start).subject }
    : mail.content;
  const held = mail.held ?? false;
  // Receipts and messages do not wait behind a letter that can still be recalled.
  const lane = `${applicationId}:${held ? 'letter' : thread}`;
  return {
    ...{ id, thread, template, language, lane },
    messageId: `<${id}@${mail.from.slice(mail.from.lastIndexOf('@') + 1)}>`,
    inReplyTo: previous?.messageId ?? null,
    contentSealed: sealContent(key, id, content),
    jobId: await createIdInLane(trx, lane, { opensLane: mail.opensThread ?? false, now }),
    notBefore: mail.notBefore ?? now,
    withheld: mail.withheld ?? false,
    held,
  };
}

/**
 * Stores mails of one application, each of another thread, sealed with its key, and the jobs that
 * deliver them, in the transaction that wrote what they tell. Each joins the thread of those before
 * it, and in the editors' thread it keeps their subject. One that is withheld gets no job, and nothing
 * follows it. The caller holds a lock on the application.
 * Returns the mails' ids.
 */
export async function enqueueMails(
  trx: Trx,
  mails: readonly [NewMail, ...NewMail[]],
): Promise<string[]> {
  const [{ applicationId, now }] = mails;
  const rows: Awaited<ReturnType<typeof prepareRow>>[] = [];
  for (const mail of mails) rows.push(await prepareRow(trx, mail));
  const column = <K extends keyof (typeof rows)[number]>(key: K) => rows.map((row) => row[key]);
  await insertWithJobs(trx, {
    ...{ applicationId, createdAt: now },
    ...{ id: column('id'), thread: column('thread'), template: column('template') },
    ...{ language: column('language'), messageId: column('messageId') },
    ...{ inReplyTo: column('inReplyTo'), contentSealed: column('contentSealed') },
    ...{ jobId: column('jobId'), lane: column('lane'), notBefore: column('notBefore') },
    withheld: column('withheld'),
    held: column('held'),
  });
  return column('id');
}

/** Stores one mail like `enqueueMails` and returns its id. */
export async function enqueueMail(trx: Trx, mail: NewMail): Promise<string> {
  return (await enqueueMails(trx, [mail]))[0]!;
}

/** Opens what a mail says with its application's key. */
export function openContent(
  key: Buffer,
  mail: Pick<Selectable<MailTable>, 'id' | 'contentSealed'>,
): MailContent {
  return JSON.parse(open(key, mail.contentSealed, contextOf(mail.id)).toString());
}

/** What `openContent` opens. */
export const sealContent = (key: Buffer, id: string, content: MailContent): Buffer =>
  seal(key, Buffer.from(JSON.stringify(content)), contextOf(id));

const contextOf = (id: string): string => `mail:${id}`;

const selectThreadStart = prepare((db, slots: { applicationId: string; thread: MailThread }) =>
  db
    .selectFrom('mails')
    .select(['id', 'contentSealed'])
    .where('applicationId', '=', slots.applicationId)
    .where('thread', '=', slots.thread)
    .orderBy('id')
    .limit(1)
    .compile(),
);

/** The first mail of a thread: its subject is that of them all. */
export async function findThreadStart(db: Db | Trx, applicationId: string, thread: MailThread) {
  return (await selectThreadStart(db, { applicationId, thread })).rows[0];
}

/** The newest mail of an application that was made from a template. */
export async function findLastMail(db: Db, applicationId: string, template: string) {
  return await db
    .selectFrom('mails')
    .select(['id', 'contentSealed'])
    .where('applicationId', '=', applicationId)
    .where('template', '=', template)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function findLastInThread(trx: Trx, applicationId: string, thread: MailThread) {
  return await trx
    .selectFrom('mails')
    .select(['id', 'messageId', 'contentSealed'])
    .where('applicationId', '=', applicationId)
    .where('thread', '=', thread)
    // What never left is nothing that could be replied to.
    .where('withheld', '=', false)
    .where('held', '=', false)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A mail with what its delivery needs to know. */
export type MailToDeliver = Selectable<MailTable> & {
  /** The application's key, wrapped. */
  wrapped: Buffer;
  reference: string;
  discreet: boolean;
  /** Addresses that an admin entered for the call, comma-separated. */
  inbox: string | null;
  /** Address that the call was seeded with; the same form. */
  seededInbox: string | null;
};

const selectToDeliver = prepare((db, slots: { id: string }) =>
  db
    .selectFrom('mails as m')
    .innerJoin('applications as a', 'a.id', 'm.applicationId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .innerJoin('calls as c', 'c.id', 'a.callId')
    .innerJoin('callVersions as v', 'v.id', 'a.callVersionId')
    .selectAll('m')
    .select(['k.wrapped', 'a.reference', 'a.discreet', 'c.inbox', 'v.seededInbox'])
    .where('m.id', '=', slots.id)
    .compile(),
);

/** Undefined when the mail was erased with its application. */
export async function findMailToDeliver(db: Db, id: string): Promise<MailToDeliver | undefined> {
  return (await selectToDeliver(db, { id })).rows[0];
}

/** The Message-IDs before a mail in its thread, oldest first, for References (RFC 5322, 3.6.4). */
export async function listEarlierMessageIds(
  db: Db,
  mail: Pick<Selectable<MailTable>, 'id' | 'applicationId' | 'thread'>,
): Promise<string[]> {
  const rows = await db
    .selectFrom('mails')
    .select('messageId')
    .where('applicationId', '=', mail.applicationId)
    .where('thread', '=', mail.thread)
    .where('withheld', '=', false)
    .where('held', '=', false)
    .where('id', '<', mail.id)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.messageId);
}

/**
 * Addresses that a fresh install knows without anybody having entered them, and those that an admin
 * has entered for some call; both as they are stored.
 */
export async function listSeededAddresses(
  db: Db,
): Promise<{ seeded: string[]; entered: string[] }> {
  const { rows } = await sql<{ seeded: string[] | null; entered: string[] | null }>`
    select
      (select array_agg(distinct address) from call_versions as v,
        unnest(array[v.seeded_inbox, case when v.created_by is null then v.contact_email end]) as address
        where v.seeded_inbox is not null and address is not null) as seeded,
      (select array_agg(inbox) from calls where inbox is not null) as entered`.execute(db);
  return { seeded: rows[0]?.seeded ?? [], entered: rows[0]?.entered ?? [] };
}
