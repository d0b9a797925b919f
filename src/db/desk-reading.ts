import type { Keyring } from '../crypto.ts';
import { createMasker } from '../domain/masking.ts';
import type { Role } from '../domain/permissions.ts';
import type { HeldApplication } from './applications.ts';
import { hidesIdentity, isBlind } from './blind-access.ts';
import type { Db } from './client.ts';
import { openAnswers, openPerson } from './discreet.ts';
import { type DocumentCopy, findCopy, listCopies } from './document-copies.ts';
import { type DocumentReading, findDocumentText, listSealedTexts } from './document-texts.ts';
import { findDocument, listDocuments, type ReceivedDocument } from './documents.ts';
import { findMaskedText, listMaskedTexts, sourceOf } from './masked-texts.ts';
import { listMessageStates, listMessages, type MessageEntry } from './messages.ts';
import type { MailState } from './outbox.ts';
import { prepare, prepareEach } from './prepared.ts';
import { listRequests, type Request } from './requests.ts';
import type { Reader } from './review-access.ts';

// An application as one reader of the desk may see it. What is hidden from them never leaves here.

/**
 * `hidden`: the reader may not know who it is; the reference stands for the name, texts are masked. Of a
 * discreet application the alias and the answers are in clear; address and handle stay sealed.
 */
export type ReadApplication = HeldApplication & {
  hidden: boolean;
  /** Its reviewers may not know who it is. */
  blind: boolean;
};

type Core = { db: Db; keys: Keyring };

const selectForRole = prepareEach((role: Role) =>
  prepare((db, slots: { reference: string }) =>
    db
      .selectFrom('applications as a')
      .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
      .selectAll('a')
      .select('k.wrapped')
      .select([hidesIdentity({ role }).as('hidden'), isBlind.as('blind')])
      .where('a.reference', '=', slots.reference)
      .where('a.submittedAt', 'is not', null)
      .compile(),
  ),
);

/**
 * An application by its human reference in any case. Drafts are not found, nor is what is no reference.
 * Where the person is hidden it comes without its key, which opens the originals; what says who a
 * discreet person is and how to reach them never comes along (actions/unseal-identity.ts).
 */
export async function findForReader(
  { db, keys }: Core,
  reference: string,
  reader: Reader,
): Promise<ReadApplication | undefined> {
  if (!/^F-[0-9A-Z]{6}$/i.test(reference)) return undefined;
  const { rows } = await selectForRole(reader.role)(db, { reference: reference.toUpperCase() });
  const row = rows[0];
  if (!row) return undefined;
  if (row.hidden) {
    const person = row.discreet ? openPerson(keys.unwrapKey(row.id, row.wrapped), row) : row;
    return hidePerson(person, await listMaskedFor({ db, keys }, row));
  }
  return row.discreet ? keepSealed(openAnswers(keys.unwrapKey(row.id, row.wrapped), row)) : row;
}

const keepSealed = (row: ReadApplication): ReadApplication => ({
  ...row,
  ...{ identitySealed: null, legalNameSealed: null, contactHandleSealed: null },
});

function hidePerson(row: ReadApplication, masked: ReadonlyMap<string, string>): ReadApplication {
  const textOf = (source: string): string => masked.get(source) ?? '';
  const answers = Object.keys(row.answers).map((key) => [key, textOf(sourceOf.answer(key))]);
  return {
    ...keepSealed(row),
    fullName: row.reference,
    ...{ latinName: '', penName: '', email: '', emailHash: null, contactChannel: '' },
    ...{ links: [], via: null },
    placesOther: textOf('placesOther'),
    basedIn: textOf('basedIn'),
    topics: textOf('topics'),
    answers: Object.fromEntries(answers),
    wrapped: Buffer.alloc(0),
  };
}

/**
 * The masked texts of an application by their source. Those of a discreet one are masked as they are
 * read, since a masked copy would be one in clear.
 */
async function listMaskedFor(
  { db, keys }: Core,
  application: Pick<HeldApplication, 'id' | 'discreet'>,
): Promise<ReadonlyMap<string, string>> {
  const { id, discreet } = application;
  if (!discreet) return await listMaskedTexts(db, id);
  const held = await db
    .selectFrom('applications as a')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .selectAll('a')
    .select('k.wrapped')
    .where('a.id', '=', id)
    .executeTakeFirst();
  if (!held) return new Map();
  const key = keys.unwrapKey(id, held.wrapped);
  const person = openPerson(key, held);
  const mask = createMasker(person);
  const { placesOther, basedIn, topics, answers } = person;
  const texts = await listSealedTexts(db, id, key);
  return new Map(
    [
      ...Object.entries({ placesOther, basedIn, topics }),
      ...Object.entries(answers).map(([name, text]) => [sourceOf.answer(name), text] as const),
      ...[...texts].map(([document, text]) => [sourceOf.document(document), text] as const),
    ].map(([source, text]) => [source, mask(text)]),
  );
}

/** A document with its masked text, where the reader gets nothing else of it and there is one. */
export type ReadDocument = ReceivedDocument & { masked?: string | undefined };

const nobody = Buffer.alloc(32);

/** What waits for the virus scanner, or did not pass it, has no bytes for anybody here. */
const closeDocument = (document: ReceivedDocument): ReceivedDocument =>
  document.closure === null ? document : { ...document, chunkCount: 0 };

/** Without a name, which may be the person's, and without the fingerprint of the original. */
const hideDocument = (document: ReceivedDocument, masked: string | undefined): ReadDocument => ({
  ...document,
  ...{ name: '', nameSealed: null, sha256: nobody, masked },
});

/** The documents of an application in the order of the form. */
export async function listDocumentsFor(
  core: Core,
  application: ReadApplication,
): Promise<ReadDocument[]> {
  const [received, masked] = await Promise.all([
    listDocuments(core.db, application.id),
    application.hidden ? listMaskedFor(core, application) : undefined,
  ]);
  const documents = received.map(closeDocument);
  if (!masked) return documents;
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
  core: Core,
  application: ReadApplication,
  documentId: string,
): Promise<(DocumentReading & { text: string }) | undefined> {
  const { db, keys } = core;
  const { id, hidden, wrapped } = application;
  const document = await findDocument(db, id, documentId);
  if (!document || document.closure !== null) return undefined;
  const masked = hidden ? await findMaskedFor(core, application, documentId) : undefined;
  // The original of what is hidden is not opened: its masked words take its place.
  const reading = await findDocumentText(db, id, documentId, () =>
    hidden ? undefined : keys.unwrapKey(id, wrapped),
  );
  if (!hidden || reading?.state !== 'read') return reading;
  return masked === undefined ? undefined : { ...reading, text: masked };
}

async function findMaskedFor(
  core: Core,
  application: ReadApplication,
  documentId: string,
): Promise<string | undefined> {
  const source = sourceOf.document(documentId);
  if (!application.discreet) return await findMaskedText(core.db, application.id, source);
  return (await listMaskedFor(core, application)).get(source);
}

/** Messages, the oldest first, how far the mails that brought them have come, and what was asked for. */
export type ReadCorrespondence = {
  entries: MessageEntry[];
  states: ReadonlyMap<string, MailState>;
  requests: Request[];
};

/** None of it where the person is hidden, since letters tell who writes them and for whom they are. */
export async function readCorrespondenceFor(
  { db, keys }: Core,
  { id, hidden, wrapped }: ReadApplication,
): Promise<ReadCorrespondence> {
  if (hidden) return { entries: [], states: new Map(), requests: [] };
  const [entries, states, requests] = await Promise.all([
    listMessages(db, id, keys.unwrapKey(id, wrapped)),
    listMessageStates(db, id),
    listRequests(db, id),
  ]);
  return { entries, states, requests };
}
