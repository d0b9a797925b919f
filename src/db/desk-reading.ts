import type { HeldApplication } from './applications.ts';
import { hidesIdentity } from './blind-access.ts';
import type { Db } from './client.ts';
import { type DocumentCopy, findCopy, listCopies } from './document-copies.ts';
import { type DocumentReading, findDocumentText } from './document-texts.ts';
import { findDocument, listDocuments, type ReceivedDocument } from './documents.ts';
import { findMaskedText, listMaskedTexts, sourceOf } from './masked-texts.ts';
import { listMessageStates, listMessages, type MessageEntry } from './messages.ts';
import type { MailState } from './outbox.ts';
import { listRequests, type Request } from './requests.ts';
import type { Reader } from './review-access.ts';

// An application as one reader of the desk may see it. What is hidden from them never leaves here.

/** `hidden`: the reader may not know who it is; the reference stands for the name, texts are masked. */
export type ReadApplication = HeldApplication & { hidden: boolean };

/**
 * An application by its human reference in any case. Drafts are not found, nor is what is no reference.
 * Where the person is hidden it comes without its key, which opens the originals.
 */
export async function findForReader(
  db: Db,
  reference: string,
  reader: Reader,
): Promise<ReadApplication | undefined> {
  if (!/^F-[0-9A-Z]{6}$/i.test(reference)) return undefined;
  const row = await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .select(hidesIdentity(reader).as('hidden'))
    .where('a.reference', '=', reference.toUpperCase())
    .where('a.submittedAt', 'is not', null)
    .executeTakeFirst();
  if (!row?.hidden) return row;
  return hidePerson(row, await listMaskedTexts(db, row.id));
}

function hidePerson(row: ReadApplication, masked: ReadonlyMap<string, string>): ReadApplication {
  const textOf = (source: string): string => masked.get(source) ?? '';
  const answers = Object.keys(row.answers).map((key) => [key, textOf(sourceOf.answer(key))]);
  return {
    ...row,
    fullName: row.reference,
    ...{ latinName: '', penName: '', legalNameSealed: null },
    ...{ email: '', emailHash: null, contactChannel: '', contactHandleSealed: null },
    ...{ links: [], via: null },
    placesOther: textOf('placesOther'),
    basedIn: textOf('basedIn'),
    topics: textOf('topics'),
    answers: Object.fromEntries(answers),
    wrapped: Buffer.alloc(0),
  };
}

/** A document with its masked text, where the reader gets nothing else of it and there is one. */
export type ReadDocument = ReceivedDocument & { masked?: string | undefined };

const nobody = Buffer.alloc(32);

/** Without a name, which may be the person's, and without the fingerprint of the original. */
/** What waits for the virus scanner, or did not pass it, has no bytes for anybody here. */
const closeDocument = (document: ReceivedDocument): ReceivedDocument =>
  document.closure === null ? document : { ...document, chunkCount: 0 };

const hideDocument = (document: ReceivedDocument, masked: string | undefined): ReadDocument => ({
  ...document,
  ...{ name: '', sha256: nobody, masked },
});

/** The documents of an application in the order of the form. */
export async function listDocumentsFor(
  db: Db,
  { id, hidden }: ReadApplication,
): Promise<ReadDocument[]> {
  const documents = (await listDocuments(db, id)).map(closeDocument);
  if (!hidden) return documents;
  const masked = await listMaskedTexts(db, id);
  return documents.map((one) => hideDocument(one, masked.get(sourceOf.document(one.id))));
}

/** The copies of the application's documents, by document; none where the reader gets masked texts alone. */
export async function listCopiesFor(
  db: Db,
  { id, hidden }: ReadApplication,
): Promise<ReadonlyMap<string, DocumentCopy>> {
  return hidden ? new Map() : await listCopies(db, id);
}

/** The copy that the reader gets of a document; undefined where there is none for them. */
export async function findCopyFor(
  db: Db,
  { id, hidden }: ReadApplication,
  { id: documentId, closure }: ReadDocument,
): Promise<DocumentCopy | undefined> {
  return hidden || closure !== null ? undefined : await findCopy(db, id, documentId);
}

/** One document of the application. */
export async function findDocumentFor(
  db: Db,
  { id, hidden }: ReadApplication,
  documentId: string,
): Promise<ReadDocument | undefined> {
  const found = await findDocument(db, id, documentId);
  const document = found && closeDocument(found);
  return document && hidden ? hideDocument(document, undefined) : document;
}

/** What a document says; undefined while it waits to be read, or to be masked. */
export async function findTextFor(
  db: Db,
  { id, hidden }: ReadApplication,
  documentId: string,
): Promise<(DocumentReading & { text: string }) | undefined> {
  const document = await findDocument(db, id, documentId);
  if (!document || document.closure !== null) return undefined;
  const reading = await findDocumentText(db, id, documentId);
  if (!hidden || reading?.state !== 'read') return reading;
  const text = await findMaskedText(db, id, sourceOf.document(documentId));
  return text === undefined ? undefined : { ...reading, text };
}

/** Messages, the oldest first, how far the mails that brought them have come, and what was asked for. */
export type ReadCorrespondence = {
  entries: MessageEntry[];
  states: ReadonlyMap<string, MailState>;
  requests: Request[];
};

/** None of it where the person is hidden, since letters tell who writes them and for whom they are. */
export async function readCorrespondenceFor(
  db: Db,
  { id, hidden }: ReadApplication,
): Promise<ReadCorrespondence> {
  if (hidden) return { entries: [], states: new Map(), requests: [] };
  return {
    entries: await listMessages(db, id),
    states: await listMessageStates(db, id),
    requests: await listRequests(db, id),
  };
}
