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
  for (const { id, messageId, inReplyTo, jobId } of held) {
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
  // What stood behind them in their lane can go now.
  if (held.length > 0) await sql`select pg_notify(${jobChannel}, '')`.execute(trx);
  return held.length;
}
