import { sql } from 'kysely';
import type { Db, Trx } from './client.ts';

/** Jobs that have one document scanned, made by the database as it arrives; `subject_id` is the document. */
export const scanJobKind = 'scan-document';

/** Why no staff gets a document: it was not scanned yet, it never can be as things are, something was found. */
export type Closure = 'unscanned' | 'unscannable' | 'infected';

/** Why a document can't be scanned: it does not open, or the scanner takes none so large. */
export type Obstacle = 'damaged' | 'too-large';

/** What came of a look at a document. */
export type ScanOutcome =
  | { scan: 'clean'; finding: null }
  | { scan: 'infected'; finding: string }
  | { scan: 'unscannable'; finding: Obstacle };

const required = sql`(select s.required from scanning as s)`;

/** Why nobody of the staff gets a document `d`; null when they do. */
export const closureOf = sql<Closure | null>`case
  when d.scan = 'infected' then 'infected'
  when d.scan is distinct from 'clean' and ${required} then
    case when d.scan = 'unscannable' then 'unscannable' else 'unscanned' end end`;

/** True of a document `d` that staff may open. */
export const mayBeOpened = sql<boolean>`(${closureOf}) is null`;

/**
 * Says whether there is a scanner that everything has to pass. What is older waits from then on as well, and
 * what could not be scanned waits again: whatever was in the way may have been mended.
 */
export async function setScanning(db: Db, isRequired: boolean): Promise<void> {
  await (isRequired
    ? sql`update documents set scan = 'waiting', scan_finding = null where scan = 'unscannable'`
    : sql`delete from jobs where kind = ${scanJobKind} and state = 'queued'`
  ).execute(db);
  await sql`update scanning set required = ${isRequired}, marked = marked and not ${isRequired},
      failing_since = case when ${isRequired} then failing_since end
    where required <> ${isRequired}`.execute(db);
}

/** Documents that one statement marks. */
const markBatch = 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Has documents wait that are older than the scanner; once that is done there is nothing to do. */
export async function markEarlier(db: Db, signal: AbortSignal): Promise<void> {
  const { rows } = await sql<{ marked: boolean }>`select marked from scanning`.execute(db);
  if (rows[0]?.marked !== false) return;
  for (let after: string | undefined = firstId; after !== undefined; ) {
    signal.throwIfAborted();
    const walked: { rows: { id: string }[] } = await sql<{ id: string }>`with next as (
        select id from documents where id > ${after}::uuid order by id limit ${markBatch}
      ), marked as (
        update documents as d set scan = 'waiting' from next
        where d.id = next.id and d.scan is null and d.state = 'received')
      select id from next order by id desc limit 1`.execute(db);
    after = walked.rows[0]?.id;
  }
  await sql`update scanning set marked = true`.execute(db);
}

/** Notes that the scanner does not answer, or does again. */
export async function noteScanner(db: Db, state: 'ok' | 'failing', now: Date): Promise<void> {
  await (state === 'ok'
    ? sql`update scanning set failing_since = null where failing_since is not null`
    : sql`update scanning set failing_since = ${now}::timestamptz where failing_since is null`
  ).execute(db);
}

const overdueAfterMs = 10 * 60_000;

/**
 * `degraded` while the scanner does not answer, takes documents of some size no more, or has let one wait
 * for ten minutes; undefined without one.
 */
export async function scannerHealth(db: Db, now: Date): Promise<'ok' | 'degraded' | undefined> {
  const due = new Date(now.getTime() - overdueAfterMs);
  const { rows } = await sql<{ required: boolean; degraded: boolean }>`
    select s.required, s.failing_since is not null or exists (
      select from documents as d where d.scan = 'waiting' and d.received_at < ${due}::timestamptz
    ) or exists (
      select from documents as d where d.scan = 'unscannable' and d.scan_finding = 'too-large'
    ) as degraded from scanning as s`.execute(db);
  if (!rows[0]?.required) return undefined;
  return rows[0].degraded ? 'degraded' : 'ok';
}

/** A document that waits for the scanner, with its application's key. */
export type WaitingDocument = {
  id: string;
  applicationId: string;
  chunkCount: number;
  wrapped: Buffer;
};

/** Documents that wait, by their ids, which rise with time: those behind `after`, or one of them alone. */
export async function listWaiting(
  db: Db,
  { id, after, limit }: { id?: string; after?: string; limit: number },
): Promise<WaitingDocument[]> {
  return await db
    .selectFrom('documents as d')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'd.applicationId')
    .select(['d.id', 'd.applicationId', 'd.chunkCount', 'k.wrapped'])
    .where('d.scan', '=', sql.lit('waiting'))
    .$if(id !== undefined, (query) => query.where('d.id', '=', id!))
    .$if(after !== undefined, (query) => query.where('d.id', '>', after!))
    .orderBy('d.id')
    .limit(limit)
    .$narrowType<{ chunkCount: number }>()
    .execute();
}

/** Whether the scanner found something in a document of the application. */
export async function hasInfected(db: Db | Trx, applicationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('documents')
    .select('id')
    .where('applicationId', '=', applicationId)
    .where('scan', '=', sql.lit('infected'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether a document of the application still waits. */
export async function isWaiting(trx: Trx, applicationId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('documents')
    .select('id')
    .where('applicationId', '=', applicationId)
    .where('scan', '=', 'waiting')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Stores what the scanner said of a document that waits; its kind, or undefined when it is gone or does
 * not wait any more. Of what is infected neither text nor copy stays.
 */
export async function recordScan(
  trx: Trx,
  { id, scan, finding, now }: ScanOutcome & { id: string; now: Date },
): Promise<{ kind: string } | undefined> {
  const row = await trx
    .updateTable('documents')
    .set({ scan, scannedAt: now, scanFinding: finding })
    .where('id', '=', id)
    .where('scan', '=', 'waiting')
    .returning('kind')
    .executeTakeFirst();
  if (scan !== 'infected' || !row) return row;
  await trx.deleteFrom('documentTexts').where('documentId', '=', id).execute();
  await trx.deleteFrom('documentCopies').where('documentId', '=', id).execute();
  return row;
}
