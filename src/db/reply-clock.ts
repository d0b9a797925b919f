import { sql } from 'kysely';
import { type Span, undecidedStages } from '../domain/reply-clock.ts';
import type { Db, Trx } from './client.ts';
import { mailJobKind } from './mails.ts';
import type { EventType } from './schema.ts';

/** What the reply clock does for an application, once each. */
export type ClockMail = 'nudge' | 'lapse';

const columns = { nudge: 'replyNudgedAt', lapse: 'replyLapseToldAt' } as const;
const events = { nudge: 'reply-nudged', lapse: 'reply-lapsed' } as const satisfies Record<
  ClockMail,
  EventType
>;

/** The promises that versions of calls make, in days, each once. */
export async function listReplyDays(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('callVersions')
    .select('replyDays')
    .distinct()
    .orderBy('replyDays')
    .execute();
  return rows.map(({ replyDays }) => replyDays);
}

/** An application that is due, with its key as it is stored. */
export type DueApplication = { id: string; wrapped: Buffer };

/**
 * Undecided applications under this promise and of this span for which the mail was not written
 * yet, the oldest first. By index: one look into the span of each version.
 */
export async function listDueApplications(
  db: Db,
  due: { mail: ClockMail; replyDays: number; span: Span; limit: number },
): Promise<DueApplication[]> {
  const { mail, replyDays, span, limit } = due;
  return await db
    .selectFrom('callVersions as v')
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('applications')
          .select(['applications.id', 'applications.submittedAt'])
          .whereRef('applications.callVersionId', '=', 'v.id')
          .where('applications.submittedAt', '>=', span.from)
          .where('applications.submittedAt', '<', span.before)
          // As literals, in the words of the index that holds nothing else.
          .where('applications.stage', 'in', undecidedStages.map(sql.lit))
          .where('applications.replyLapseToldAt', 'is', null)
          .where('applications.mergedInto', 'is', null)
          .where(`applications.${columns[mail]}`, 'is', null)
          .orderBy('applications.submittedAt')
          .limit(limit)
          .as('a'),
      (join) => join.onTrue(),
    )
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .select(['a.id', 'k.wrapped'])
    .where('v.replyDays', '=', replyDays)
    .orderBy('a.submittedAt')
    .limit(limit)
    .execute();
}

/**
 * Decided applications under this promise and of this span whose letter has not left: the applicant
 * still waits. One that leaves before `soon` is no matter for a mail. By the indexes of mails that wait
 * or can't be delivered, which are few.
 */
export async function listUntoldDecisions(
  db: Db,
  due: { mail: ClockMail; replyDays: number; span: Span; soon: Date; limit: number },
): Promise<DueApplication[]> {
  const { mail, replyDays, span, soon, limit } = due;
  return await db
    .selectFrom('jobs as j')
    .innerJoin('mails as m', 'm.id', 'j.subjectId')
    .innerJoin('decisionActs as d', 'd.mailId', 'm.id')
    .innerJoin('applications as a', 'a.id', 'd.applicationId')
    .innerJoin('callVersions as v', 'v.id', 'a.callVersionId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .select(['a.id', 'k.wrapped'])
    .where('j.kind', '=', mailJobKind)
    .where(({ eb, or }) =>
      or([
        eb('j.state', '=', sql.lit('parked')),
        eb('j.state', '=', sql.lit('queued')).and(
          or([eb('j.attempts', '>', 0), eb('j.notBefore', '>=', soon)]),
        ),
      ]),
    )
    .where('m.sentAt', 'is', null)
    .where('m.dealtWithAt', 'is', null)
    .where('d.state', '=', 'live')
    .where('a.stage', '=', 'decided')
    .where('a.submittedAt', '>=', span.from)
    .where('a.submittedAt', '<', span.before)
    .where('a.replyLapseToldAt', 'is', null)
    .where('a.mergedInto', 'is', null)
    .where(`a.${columns[mail]}`, 'is', null)
    .where('v.replyDays', '=', replyDays)
    .orderBy('a.submittedAt')
    .limit(limit)
    .execute();
}

/** Keeps that the mail was written, in the transaction that writes it. The caller holds the lock. */
export async function recordClockMail(
  trx: Trx,
  { applicationId, mail, now }: { applicationId: string; mail: ClockMail; now: Date },
): Promise<void> {
  await trx
    .with('told', (qb) =>
      qb
        .updateTable('applications')
        .set({ [columns[mail]]: now })
        .where('id', '=', applicationId),
    )
    .insertInto('events')
    .values({
      applicationId,
      actor: 'system',
      staffId: null,
      type: events[mail],
      fromValue: null,
      toValue: null,
      at: now,
    })
    .execute();
}
