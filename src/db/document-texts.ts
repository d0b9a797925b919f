import { type Selectable, sql } from 'kysely';
import { copyVersion } from '../domain/document-copies.ts';
import type { DocumentType } from '../domain/document-types.ts';
import type { Db, Trx } from './client.ts';
import { openText, textColumns, textContext } from './discreet.ts';
import { enqueueJob } from './jobs.ts';
import { prepare } from './prepared.ts';
import { mayBeOpened } from './scanning.ts';
import type { DocumentTextTable } from './schema.ts';

/** Jobs that read what an application's documents say; `subject_id` is the application. */
export const readingJobKind = 'read-documents';

type TextRow = Selectable<DocumentTextTable>;

/** What reading made of a document, to be stored. */
export type NewDocumentText = Omit<TextRow, 'readAt' | 'textSealed'>;

/** What is known of a document's text, without the text itself. */
export type DocumentReading = Pick<
  TextRow,
  'documentId' | 'state' | 'reason' | 'language' | 'words' | 'pages' | 'active' | 'cut'
>;

/** A document of which the text or the copy is still to be made. */
export type UnreadDocument = {
  id: string;
  applicationId: string;
  type: DocumentType;
  size: number;
  chunkCount: number;
  /** Its application's key. */
  wrapped: Buffer;
};

/** Has the documents of an application read once the transaction is committed. */
export async function enqueueReading(trx: Trx, applicationId: string, now: Date): Promise<void> {
  await enqueueJob(trx, { kind: readingJobKind, subjectId: applicationId, now });
}

// What waits for the virus scanner is not even read, and a draft's documents are nobody's business.
const unread = (db: Db | Trx) =>
  db
    .selectFrom('documents as d')
    .innerJoin('applications as a', 'a.id', 'd.applicationId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'd.applicationId')
    .select(['d.id', 'd.applicationId', 'd.type', 'd.size', 'd.chunkCount', 'k.wrapped'])
    .where('d.state', '=', sql.lit('received'))
    .where('a.stage', '<>', sql.lit('draft'))
    .where(mayBeOpened)
    .where(({ not, or, exists, selectFrom }) =>
      or([
        not(
          exists(
            selectFrom('documentTexts as t')
              .select('t.documentId')
              .whereRef('t.documentId', '=', 'd.id'),
          ),
        ),
        not(
          exists(
            selectFrom('documentCopies as y')
              .select('y.documentId')
              .whereRef('y.documentId', '=', 'd.id')
              .where('y.version', '>=', copyVersion),
          ),
        ),
      ]),
    )
    .$narrowType<{ type: DocumentType; size: number; chunkCount: number }>();

/** The documents of a submitted application of which the text or the copy is still to be made. */
export async function listUnreadDocuments(
  db: Db,
  applicationId: string,
): Promise<UnreadDocument[]> {
  return await unread(db).where('d.applicationId', '=', applicationId).orderBy('d.id').execute();
}

/**
 * The next documents that have not been read, of all applications, among the `window` documents behind
 * `after`. `last` is where to go on; undefined when there are no more.
 */
export async function listUnreadAfter(
  db: Db,
  after: string | undefined,
  window: number,
): Promise<{ documents: UnreadDocument[]; last: string | undefined }> {
  const ids = await db
    .selectFrom('documents')
    .select('id')
    .$if(after !== undefined, (query) => query.where('id', '>', after!))
    .orderBy('id')
    .limit(window)
    .execute();
  const last = ids.at(-1)?.id;
  if (last === undefined) return { documents: [], last };
  const documents = await unread(db)
    .where('d.id', '>=', ids[0]!.id)
    .where('d.id', '<=', last)
    .orderBy('d.id')
    .execute();
  return { documents, last };
}

/**
 * Stores what was read of a document, in the place of what was read before. False, and nothing stored,
 * when the document is gone, or was closed while it was being read. Locks its application against changes of its documents; whoever only looks
 * at it does not wait. The text of a discreet application is sealed with its key.
 */
export async function storeDocumentText(
  trx: Trx,
  { documentId, applicationId, ...text }: NewDocumentText,
  now: Date,
  readKey: () => Buffer,
): Promise<boolean> {
  const [application, document] = await Promise.all([
    trx
      .selectFrom('applications')
      .select('discreet')
      .where('id', '=', applicationId)
      .forNoKeyUpdate()
      .executeTakeFirst(),
    trx
      .selectFrom('documents as d')
      .select('d.id')
      .where('d.id', '=', documentId)
      .where('d.applicationId', '=', applicationId)
      .where(mayBeOpened)
      .executeTakeFirst(),
    trx.deleteFrom('documentTexts').where('documentId', '=', documentId).execute(),
  ]);
  if (!document) return false;
  const key = application?.discreet ? readKey() : undefined;
  const { text: open, sealed } = textColumns(key, textContext.document(documentId), text.text);
  await trx
    .insertInto('documentTexts')
    .values({ documentId, applicationId, ...text, text: open, textSealed: sealed, readAt: now })
    .execute();
  return true;
}

const selectReadings = prepare((db, slots: { applicationId: string }) =>
  db
    .selectFrom('documentTexts')
    .select(['documentId', 'state', 'reason', 'language', 'words', 'pages', 'active', 'cut'])
    .where('applicationId', '=', slots.applicationId)
    .compile(),
);

/** What is known of the texts of an application's documents, by document; those that wait are missing. */
export async function listReadings(
  db: Db,
  applicationId: string,
): Promise<ReadonlyMap<string, DocumentReading>> {
  const { rows } = await selectReadings(db, { applicationId });
  return new Map(rows.map((row) => [row.documentId, row]));
}

/** What a document of an application says; undefined while it waits to be read, without words where they are sealed and `readKey` has no key. */
export async function findDocumentText(
  db: Db,
  applicationId: string,
  documentId: string,
  readKey: () => Buffer | undefined,
): Promise<(DocumentReading & { text: string }) | undefined> {
  const row = await db
    .selectFrom('documentTexts')
    .select([
      'documentId',
      'state',
      'reason',
      'language',
      'words',
      'pages',
      'active',
      'cut',
      'text',
      'textSealed',
    ])
    .where('applicationId', '=', applicationId)
    .where('documentId', '=', documentId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { textSealed: sealed, ...reading } = row;
  const key = sealed ? readKey() : undefined;
  if (sealed && !key) return { ...reading, text: '' };
  const context = textContext.document(documentId);
  return { ...reading, text: openText(() => key!, context, { text: row.text, sealed }) };
}

/** What the documents of a discreet application say, as it was read, by document. */
export async function listSealedTexts(
  db: Db,
  applicationId: string,
  key: Buffer,
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('documentTexts')
    .select(['documentId', 'text', 'textSealed as sealed'])
    .where('applicationId', '=', applicationId)
    .where('state', '=', 'read')
    .execute();
  return new Map(
    rows.map(({ documentId, ...columns }) => [
      documentId,
      openText(() => key, textContext.document(documentId), columns),
    ]),
  );
}
