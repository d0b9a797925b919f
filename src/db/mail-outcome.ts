import { type Selectable, sql } from 'kysely';
import { open, seal } from '../crypto.ts';
import { type Db, type Trx, withoutWaiting } from './client.ts';
import type { ClaimedJob } from './jobs.ts';
import { prepare } from './prepared.ts';
import type { MailTable } from './schema.ts';

/** A recipient whose server said no for good; sealed as long as it is stored. */
export type Refusal = {
  address: string;
  /** The server's words behind its code, on one line, shortened. */
  reply: string;
};

type Refused = { id: string; key: Buffer; refusals: readonly Refusal[] };

const contextOf = (id: string): string => `refusals:${id}`;

const columnsOf = ({ id, key, refusals }: Refused) => ({
  refused: refusals.length,
  refusalsSealed:
    refusals.length === 0 ? null : seal(key, Buffer.from(JSON.stringify(refusals)), contextOf(id)),
});

type Sent = {
  jobId: string;
  leaseId: string;
  now: Date;
  id: string;
  captured: boolean;
  refused: number;
  refusalsSealed: Buffer | null;
};

const markBoth = prepare((db, slots: Sent) => {
  const { jobId, leaseId, now, id, captured, refused, refusalsSealed } = slots;
  return sql<{ done: boolean; there: boolean }>`with quick as ${withoutWaiting}, done as (
      update jobs set state = 'done', finished_at = ${now}::timestamptz, last_error = null,
        lease_id = null, leased_until = null
      from quick where id = ${jobId}::uuid and lease_id = ${leaseId}::uuid returning id
    ), sent as (
      update mails set sent_at = ${now}::timestamptz, held = false, captured = ${captured}::boolean,
        refused = ${refused}::int, refusals_sealed = ${refusalsSealed}::bytea
      from done where mails.id = ${id}::uuid
    ) select exists (select from done) as done,
      exists (select from mails where id = ${id}::uuid) as there`.compile(db);
});

/**
 * Marks a mail as sent, or as captured when it became a file on this machine, and its job as done.
 * `refusals` are those recipients who did not get it; the others have it. `key` is the
 * application's own. Does not wait for the disk: a database that is killed in the half second
 * after it sends the mail once more, which may always happen and shows in its Message-ID.
 * `done`: the job was still the caller's. `there`: the mail had not been erased.
 */
export async function concludeSent(
  db: Db,
  job: Pick<ClaimedJob, 'id' | 'leaseId'>,
  mail: Refused & { captured: boolean },
  now: Date,
): Promise<{ done: boolean; there: boolean }> {
  const { id, captured } = mail;
  const { rows } = await markBoth(db, {
    ...{ jobId: job.id, leaseId: job.leaseId, now, id, captured },
    ...columnsOf(mail),
  });
  return rows[0]!;
}

/** Keeps whom a mail could not reach, of one that is still here. */
export async function recordRefusals(db: Db, mail: Refused): Promise<void> {
  await db
    .updateTable('mails')
    .set(columnsOf(mail))
    .where('id', '=', mail.id)
    .where('sentAt', 'is', null)
    .execute();
}

const selectRefused = prepare((db, slots: { applicationIds: readonly string[] }) =>
  db
    .selectFrom('mails')
    .select(['id', 'applicationId', 'refusalsSealed'])
    .where(sql<boolean>`application_id = any(${slots.applicationIds}::uuid[])`)
    .where('thread', '=', sql.lit('applicant'))
    .where('refused', '>', sql.lit(0))
    .compile(),
);

/** The mails to these applicants that were refused when they were last tried. */
export async function listRefusedMails(db: Db | Trx, applicationIds: readonly string[]) {
  if (applicationIds.length === 0) return [];
  return (await selectRefused(db, { applicationIds })).rows;
}

/** Who was refused when the mail was last tried. */
export function openRefusals(
  key: Buffer,
  mail: Pick<Selectable<MailTable>, 'id' | 'refusalsSealed'>,
): Refusal[] {
  if (mail.refusalsSealed === null) return [];
  return JSON.parse(open(key, mail.refusalsSealed, contextOf(mail.id)).toString());
}
