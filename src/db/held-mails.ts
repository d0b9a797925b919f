import { sql } from 'kysely';
import type { Trx } from './client.ts';
import { jobChannel } from './jobs.ts';
import { mailJobKind } from './mails.ts';
import type { MailThread } from './schema.ts';

type Held = {
  applicationId: string;
  thread: MailThread;
  /** Only mails of this kind. */
  template?: string;
  now: Date;
};

/**
 * Takes back the mails of a thread that still wait for their time, as if they had never been written:
 * what follows them in the thread joins what was before. One that was tried already is not held but
 * late, and stays. The caller holds a lock on the application. Returns how many there were.
 */
export async function cancelHeldMails(
  trx: Trx,
  { applicationId, thread, template, now }: Held,
): Promise<number> {
  const held = await trx
    .selectFrom('mails as m')
    .innerJoin('jobs as j', (join) =>
      join.onRef('j.subjectId', '=', 'm.id').on('j.kind', '=', mailJobKind),
    )
    .select(['m.id', 'm.messageId', 'm.inReplyTo', 'j.id as jobId'])
    .where('m.applicationId', '=', applicationId)
    .where('m.thread', '=', thread)
    .$if(template !== undefined, (query) => query.where('m.template', '=', template!))
    .where('m.sentAt', 'is', null)
    .where('j.state', '=', 'queued')
    .where('j.attempts', '=', 0)
    .where('j.notBefore', '>', now)
    .orderBy('m.id', 'desc')
    .forUpdate()
    .execute();
  for (const mail of held) await takeBack(trx, applicationId, mail);
  // What stood behind them in their lane can go now.
  if (held.length > 0) await sql`select pg_notify(${jobChannel}, '')`.execute(trx);
  return held.length;
}

type TakenBack = { id: string; messageId: string; inReplyTo: string | null; jobId: string };

async function takeBack(trx: Trx, applicationId: string, mail: TakenBack): Promise<void> {
  const { id, messageId, inReplyTo, jobId } = mail;
  await trx.deleteFrom('jobs').where('id', '=', jobId).execute();
  await trx.updateTable('messages').set({ mailId: null }).where('mailId', '=', id).execute();
  await trx
    .updateTable('mails')
    .set({ inReplyTo })
    .where('applicationId', '=', applicationId)
    .where('inReplyTo', '=', messageId)
    .execute();
  await trx.deleteFrom('mails').where('id', '=', id).execute();
}

/**
 * The job of a letter that has not begun to leave, locked; undefined once a delivery has claimed it.
 * `parked`: of one that could not be delivered too. Whoever marks it at this moment is not waited for.
 */
async function lockJob(trx: Trx, mailId: string, { parked }: { parked: boolean }) {
  return await trx
    .selectFrom('jobs as j')
    .innerJoin('mails as m', 'm.id', 'j.subjectId')
    .select(['m.id', 'm.messageId', 'm.inReplyTo', 'm.applicationId', 'j.id as jobId'])
    .where('j.subjectId', '=', mailId)
    .where('j.kind', '=', mailJobKind)
    .where('j.leaseId', 'is', null)
    .where('m.sentAt', 'is', null)
    .where((eb) =>
      eb.or([
        eb('j.state', '=', 'queued').and('j.attempts', '=', 0),
        ...(parked ? [eb('j.state', '=', 'parked')] : []),
      ]),
    )
    .forUpdate('j')
    .skipLocked()
    .executeTakeFirst();
}

/**
 * Takes one letter back as if it had never been written; false when it is leaving or has left. The
 * caller holds a lock on the application.
 */
export async function takeBackLetter(
  trx: Trx,
  mailId: string,
  options: { parked: boolean },
): Promise<boolean> {
  const mail = await lockJob(trx, mailId, options);
  if (!mail) return false;
  await takeBack(trx, mail.applicationId, mail);
  return true;
}

/** Lets a held letter leave now; false when it is leaving already or has left. */
export async function hurryLetter(trx: Trx, mailId: string, now: Date): Promise<boolean> {
  const mail = await lockJob(trx, mailId, { parked: false });
  if (!mail) return false;
  await trx.updateTable('mails').set({ held: false }).where('id', '=', mailId).execute();
  await trx
    .updateTable('jobs')
    .set({ notBefore: now })
    .where('id', '=', mail.jobId)
    .returning(sql`pg_notify(${jobChannel}, '')`.as('announced'))
    .execute();
  return true;
}
