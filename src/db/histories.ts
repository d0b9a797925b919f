import { type Insertable, type Selectable, sql } from 'kysely';
import { copyVersion } from '../domain/document-copies.ts';
import type { ReviewContent, Score } from '../domain/reviews.ts';
import type { Application } from './applications.ts';
import type { Trx } from './client.ts';
import type { RecordedEvent } from './events.ts';
import { mailJobKind } from './mails.ts';
import type { AccessLogTable, ApplicationTable } from './schema.ts';
import type { ReviewAssignmentTable } from './schema-reviews.ts';
import type { ApplicationTagTable } from './schema-tags.ts';
import type { NoteTable } from './schema-talk.ts';

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

/** What staff opened and downloaded, in the order in which they did. */
export async function insertAccesses(
  trx: Trx,
  accesses: readonly Insertable<AccessLogTable>[],
): Promise<void> {
  if (accesses.length > 0)
    await trx
      .insertInto('accessLog')
      .values([...accesses])
      .execute();
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

/** What documents say, as if it had been read from them; they tell nothing of their making. */
export async function insertDocumentTexts(
  trx: Trx,
  texts: readonly {
    documentId: string;
    applicationId: string;
    text: string;
    language: string;
    readAt: Date;
  }[],
): Promise<void> {
  await trx
    .insertInto('documentTexts')
    .values(
      texts.map((one) => ({
        ...one,
        state: 'read' as const,
        reason: null,
        // We wrote them ourselves: nothing acts in them.
        active: [],
        words: one.text.split(/\s+/).length,
        pages: null,
      })),
    )
    .execute();
  await trx
    .insertInto('documentCopies')
    .values(
      texts.map(({ documentId, applicationId, readAt }) => ({
        ...{ documentId, applicationId, state: 'same' as const, version: copyVersion },
        ...{ reason: null, size: null, sha256: null, chunkCount: null, lost: 0, madeAt: readAt },
      })),
    )
    .execute();
}

/** What staff did with applications: reviews that were submitted once, notes, tags; its events in their order. */
export type DeskWork = {
  assignments: Selectable<ReviewAssignmentTable>[];
  reviews: (Whose &
    Omit<ReviewContent, 'recommendation'> & {
      recommendation: Score;
      callVersionId: string;
      createdAt: Date;
      updatedAt: Date;
    })[];
  notes: Insertable<NoteTable>[];
  tags: Insertable<ApplicationTagTable>[];
  events: RecordedEvent[];
};
type Whose = { applicationId: string; reviewerId: string };

/** Before the applications are indexed, since notes are searched. */
export async function insertDeskWork(
  trx: Trx,
  { assignments, reviews, notes, tags }: Omit<DeskWork, 'events'>,
): Promise<void> {
  if (assignments.length > 0)
    await trx.insertInto('reviewAssignments').values(assignments).execute();
  if (reviews.length > 0) {
    const rows = reviews.map(({ scores, ...row }) => ({ ...row, scores: JSON.stringify(scores) }));
    const state = { state: 'submitted', revision: 1, submittedNumber: 1, typedOrder: 0 } as const;
    await trx
      .insertInto('reviews')
      .values(rows.map((row) => ({ ...row, ...state })))
      .execute();
    await trx
      .insertInto('reviewVersions')
      .values(
        rows.map(({ createdAt: _, updatedAt, ...row }) => ({
          ...row,
          number: 1,
          submittedAt: updatedAt,
        })),
      )
      .execute();
  }
  if (notes.length > 0) await trx.insertInto('notes').values(notes).execute();
  if (tags.length > 0) await trx.insertInto('applicationTags').values(tags).execute();
}
