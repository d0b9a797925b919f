import { type Insertable, sql } from 'kysely';
import { type Actor, columnsOf, findTransition, type Standing, type TransitionName } from '../domain/stages.ts';
import { AppError } from '../errors.ts';
import type { Application } from './applications.ts';
import type { Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import type { AccessLogTable, ApplicationTable, EventTable } from './schema.ts';

// Many applications at once that have happened already, such as demo data: what the functions for
// one application do step by step, in a few statements for hundreds.

/** A draft without its reference, and its wrapped key. */
export type NewApplication = Omit<
  Insertable<ApplicationTable>,
  'reference' | 'stage' | 'decision' | 'stageSince' | 'submittedAt'
> & { key: { masterVersion: number; wrapped: Buffer } };

/** Inserts drafts with their keys, each under a reference that nobody else has; in their order. */
export async function insertApplications(
  trx: Trx,
  drafts: readonly NewApplication[],
  createReference: () => string,
): Promise<Application[]> {
  const inserted = new Map<string, Application>();
  while (inserted.size < drafts.length) {
    const rows = await trx
      .insertInto('applications')
      .values(
        drafts
          .filter(({ id }) => !inserted.has(id))
          .map(({ key: _, ...draft }) => ({
            ...draft,
            stage: 'draft' as const,
            stageSince: draft.createdAt,
            reference: createReference(),
          })),
      )
      .onConflict((conflict) => conflict.column('reference').doNothing())
      .returningAll()
      .execute();
    for (const row of rows) inserted.set(row.id, row);
  }
  await trx
    .insertInto('keys.applicationKeys')
    .values(drafts.map(({ id, key }) => ({ applicationId: id, ...key })))
    .execute();
  return drafts.map(({ id }) => inserted.get(id)!);
}

/** One change of stage in the past. */
export type PastStep = {
  name: TransitionName;
  actor: Actor;
  staffId: string | null;
  at: Date;
};

/**
 * Takes drafts through the steps of their history, oldest first and at least one each, and records
 * the events: `recordTransition` for many. Throws `conflict`, and changes nothing, when the
 * transition table does not allow one of them.
 */
export async function recordHistories(
  trx: Trx,
  histories: readonly { applicationId: string; steps: readonly PastStep[] }[],
): Promise<void> {
  const events: Insertable<EventTable>[] = [];
  const ends = histories.map(({ applicationId, steps }) => {
    let standing: Standing = 'draft';
    let submittedAt: Date | null = null;
    for (const { name, actor, staffId, at } of steps) {
      const transition = findTransition(name, standing);
      if (!transition?.actors.includes(actor)) throw new AppError('conflict');
      const type = name === 'submit' ? 'submitted' : 'stage-changed';
      events.push({
        ...{ applicationId, actor, staffId, type, at },
        fromValue: standing,
        toValue: transition.to,
      });
      if (name === 'submit') submittedAt = at;
      standing = transition.to;
    }
    const since = steps.at(-1)?.at ?? null;
    return { id: applicationId, ...columnsOf(standing), since, submittedAt };
  });
  const column = <K extends keyof (typeof ends)[number]>(name: K) => ends.map((end) => end[name]);
  await sql`
    update applications as a
    set stage = h.stage, decision = h.decision, stage_since = h.since, updated_at = h.since,
      submitted_at = h.submitted_at
    from unnest(${column('id')}::uuid[], ${column('stage')}::text[], ${column('decision')}::text[],
      ${column('since')}::timestamptz[], ${column('submittedAt')}::timestamptz[])
      as h(id, stage, decision, since, submitted_at)
    where a.id = h.id`.execute(trx);
  await trx.insertInto('events').values(events).execute();
}

/** What staff opened and downloaded, in the order in which they did. */
export async function insertAccesses(
  trx: Trx,
  accesses: readonly Insertable<AccessLogTable>[],
): Promise<void> {
  if (accesses.length > 0) await trx.insertInto('accessLog').values([...accesses]).execute();
}

/**
 * Marks all mails of these applications as sent a second after they were written, and their jobs as
 * done: in the transaction that queued them, so that nobody ever sends them.
 */
export async function markPastMailsSent(
  trx: Trx,
  applicationIds: readonly string[],
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    with sent as (
      update mails set sent_at = created_at + interval '1 second'
      where application_id = any(${applicationIds}::uuid[]) and sent_at is null
      returning id, sent_at
    )
    update jobs set state = 'done', attempts = 1, finished_at = sent.sent_at
    from sent where jobs.kind = ${mailJobKind} and jobs.subject_id = sent.id`.execute(trx);
  return Number(numAffectedRows);
}
