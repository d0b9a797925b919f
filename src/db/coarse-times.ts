import { sql } from 'kysely';
import type { Db, Trx } from './client.ts';
import { toldAt } from './decision-acts.ts';
import { indexApplication } from './search.ts';

// What says when something happened to an application, by the column that names it. Reviews and looks
// at what is sealed keep their times: they are those of the staff, who answer for them.
const columns: Record<string, readonly [string, ...string[]]> = {
  applications: [
    'id',
    ...['created_at', 'updated_at', 'stage_since', 'submitted_at', 'consented_at', 'opened_at'],
    ...['link_mailed_at', 'identity_revealed_at', 'reply_nudged_at', 'reply_lapse_told_at'],
    ...['unread_message_at', 'unanswered_since', 'reviewed_at'],
  ],
  application_tokens: ['application_id', 'created_at'],
  events: ['application_id', 'at'],
  access_log: ['application_id', 'at'],
  documents: ['application_id', 'started_at', 'received_at', 'scanned_at'],
  document_copies: ['application_id', 'made_at'],
  document_texts: ['application_id', 'read_at'],
  messages: ['application_id', 'created_at'],
  requests: ['application_id', 'created_at', 'closed_at', 'reminded_at', 'overdue_told_at'],
  notes: ['application_id', 'created_at', 'edited_at'],
  note_mentions: ['application_id', 'created_at'],
  mails: ['application_id', 'created_at', 'sent_at', 'dealt_with_at'],
  decision_acts: ['application_id', 'created_at', 'decided_at', 'told_at'],
  consents: ['application_id', 'agreed_at', 'asked_at', 'ended_at', 'withdrawn_at'],
  contributors: ['application_id', 'filled_at', 'updated_at'],
  application_tags: ['application_id', 'added_at'],
  staff_notifications: ['application_id', 'at'],
};

const dayOf = (column: string) => {
  const at = sql.ref(column);
  return sql`date_trunc('day', ${at} at time zone 'UTC') at time zone 'UTC'`;
};

/** Discreet applications whose applicant was told of a decision before `today`, up to `limit` behind `after`. */
async function listTold(
  db: Db,
  { today, after, limit }: { today: Date; after: string | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from applications as a
    where a.discreet and a.stage = 'decided' and a.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and coalesce((select ${toldAt} from decision_acts as d left join mails as m on m.id = d.mail_id
        where d.application_id = a.id and d.state = 'live'), a.stage_since) < ${today}
    order by a.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Rounds down to their days all times of one application that lie before today; true when one changed. */
async function coarsen(trx: Trx, id: string, today: Date): Promise<boolean> {
  let changed = false;
  for (const [table, [owner, ...times]] of Object.entries(columns)) {
    const isFine = times.map(
      (one) => sql`(${sql.ref(one)} < ${today} and ${sql.ref(one)} <> ${dayOf(one)})`,
    );
    const set = times.map(
      (one) => sql`${sql.ref(one)} = case when ${sql.ref(one)} < ${today}
        then ${dayOf(one)} else ${sql.ref(one)} end`,
    );
    const { numAffectedRows } = await sql`
      update ${sql.table(table)} set ${sql.join(set)}
      where ${sql.ref(owner)} = ${id}::uuid and (${sql.join(isFine, sql` or `)})`.execute(trx);
    changed ||= (numAffectedRows ?? 0n) > 0n;
  }
  // What was done with leaves a job with its times for a month.
  await sql`delete from jobs where state = 'done' and finished_at < ${today} and (subject_id = ${id}::uuid
    or subject_id in (select m.id from mails as m where m.application_id = ${id}::uuid))`.execute(
    trx,
  );
  return changed;
}

const batchSize = 100;

/**
 * Leaves of discreet applications, once their applicants were told of the decision, on which days things
 * happened and no more. Days are those of UTC. May run at any time and again; how many were changed.
 */
export async function coarsenTimes(db: Db, now: Date, signal: AbortSignal): Promise<number> {
  const today = new Date(now.getTime() - (now.getTime() % 86_400_000));
  let count = 0;
  let after: string | undefined;
  for (;;) {
    const ids = await listTold(db, { today, after, limit: batchSize });
    for (const id of ids) {
      if (signal.aborted) return count;
      await db.transaction().execute(async (trx) => {
        await sql`select from applications where id = ${id}::uuid for update`.execute(trx);
        if (!(await coarsen(trx, id, today))) return;
        await indexApplication(trx, id);
        count += 1;
      });
    }
    after = ids.at(-1);
    if (ids.length < batchSize) return count;
  }
}
