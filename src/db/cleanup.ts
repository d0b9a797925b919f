import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { draftDays } from './applications.ts';
import type { Db } from './client.ts';
import { mailJobKind } from './mails.ts';
import type { Schema } from './schema.ts';

/**
 * One batch of each kind of clean-up. All take the time before which a row is old enough and how
 * many rows to delete at most, and return how many were: fewer than the limit means none is left.
 */
export type DeleteBatch = (
  db: Db,
  before: Date,
  limit: number,
  /** Told of mails that go, before the commit: what was captured of them goes first. */
  forgetMails: (ids: string[]) => Promise<void>,
) => Promise<number>;

/** Documents that never arrived whole, with their chunks; `choose` says which. */
async function deleteUnfinished(
  db: Db,
  choose: (eb: ExpressionBuilder<Schema, 'documents'>) => Expression<SqlBool>,
  limit: number,
): Promise<number> {
  const deleted = await db
    .deleteFrom('documents')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('documents')
        .select('id')
        .where('state', '=', 'receiving')
        .where(choose)
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute();
  return deleted.length;
}

const uploadOf = ({ selectFrom }: ExpressionBuilder<Schema, 'documents'>) =>
  selectFrom('uploads').select('documentId').whereRef('uploads.documentId', '=', 'documents.id');

/** Documents whose upload broke off and can't go on. */
export const deleteBrokenUploads: DeleteBatch = (db, before, limit) =>
  deleteUnfinished(
    db,
    (eb) => eb.and([eb('startedAt', '<', before), eb.not(eb.exists(uploadOf(eb)))]),
    limit,
  );

/** Resumable uploads that nobody went on with. */
export const deleteStalledUploads: DeleteBatch = (db, before, limit) =>
  deleteUnfinished(db, (eb) => eb.exists(uploadOf(eb).where('touchedAt', '<', before)), limit);

/** What finished uploads left beside their documents, for whoever missed the last answer. */
export const deleteFinishedUploads: DeleteBatch = async (db, before, limit) => {
  const deleted = await db
    .deleteFrom('uploads')
    .where('tokenHash', 'in', ({ selectFrom }) =>
      selectFrom('uploads as u')
        .innerJoin('documents as d', 'd.id', 'u.documentId')
        .select('u.tokenHash')
        .where('d.state', '=', 'received')
        .where('u.touchedAt', '<', before)
        .limit(limit),
    )
    .returning('tokenHash')
    .execute();
  return deleted.length;
};

/** For how many days a draft is kept that nobody touches. */
export async function readDraftDays(db: Db): Promise<number> {
  const row = await db.selectNoFrom(draftDays.as('days')).executeTakeFirstOrThrow();
  return row.days;
}

/**
 * Untouched drafts with all that hangs on them, key included. Their tokens stay as bare hashes, so
 * that an old link is told "gone".
 */
export const deleteExpiredDrafts: DeleteBatch = async (db, before, limit, forgetMails) =>
  await db.transaction().execute(async (trx) => {
    const drafts = await trx
      .selectFrom('applications')
      .select('id')
      .where('stage', '=', 'draft')
      .where('updatedAt', '<', before)
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    if (drafts.length === 0) return 0;
    const ids = drafts.map(({ id }) => id);
    await trx
      .updateTable('applicationTokens')
      .set({ sealed: null })
      .where('applicationId', 'in', ids)
      .execute();
    const mails = await trx
      .selectFrom('mails')
      .select('id')
      .where('applicationId', 'in', ids)
      .execute();
    await forgetMails(mails.map(({ id }) => id));
    // A mail with the draft's link that could not be delivered goes with it, and so does its job.
    await trx
      .deleteFrom('jobs')
      .where('kind', '=', mailJobKind)
      .where('subjectId', 'in', ({ selectFrom }) =>
        selectFrom('mails').select('id').where('applicationId', 'in', ids),
      )
      .execute();
    await trx.deleteFrom('applications').where('id', 'in', ids).execute();
    return drafts.length;
  });

/** Sessions past their end. */
export const deleteOldSessions: DeleteBatch = async (db, before, limit) => {
  const deleted = await db
    .deleteFrom('staffSessions')
    .where('tokenHash', 'in', ({ selectFrom }) =>
      selectFrom('staffSessions').select('tokenHash').where('expiresAt', '<', before).limit(limit),
    )
    .returning('tokenHash')
    .execute();
  return deleted.length;
};

/** How acts on many applications went. */
export const deleteOldBulkActs: DeleteBatch = async (db, before, limit) => {
  const deleted = await db
    .deleteFrom('bulkActs')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('bulkActs').select('id').where('createdAt', '<', before).limit(limit),
    )
    .returning('id')
    .execute();
  return deleted.length;
};

/** Enrolment links that were used or have expired. */
export const deleteOldEnrolments: DeleteBatch = async (db, before, limit) => {
  const deleted = await db
    .deleteFrom('staffEnrolments')
    .where('tokenHash', 'in', ({ selectFrom }) =>
      selectFrom('staffEnrolments')
        .select('tokenHash')
        .where((eb) => eb.or([eb('expiresAt', '<', before), eb('usedAt', '<', before)]))
        .limit(limit),
    )
    .returning('tokenHash')
    .execute();
  return deleted.length;
};

/** Jobs that are done; parked ones wait for a person. */
export const deleteFinishedJobs: DeleteBatch = async (db, before, limit) => {
  const deleted = await db
    .deleteFrom('jobs')
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('jobs')
        .select('id')
        .where('state', '=', 'done')
        .where('finishedAt', '<', before)
        .limit(limit),
    )
    .returning('id')
    .execute();
  return deleted.length;
};
