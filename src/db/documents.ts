import { type Selectable, sql } from 'kysely';
import type { DocumentType } from '../domain/document-types.ts';
import { type DocumentKind, type DocumentOrigin, documentKinds } from '../domain/documents.ts';
import type { Db, Trx } from './client.ts';
import { prepare } from './prepared.ts';
import { type Closure, closureOf } from './scanning.ts';
import type { DocumentTable } from './schema.ts';

/** What is known of a document that has arrived whole. */
export type ArrivedDocument = Pick<
  Selectable<DocumentTable>,
  'id' | 'applicationId' | 'position' | 'name' | 'nameSealed' | 'language'
> & {
  kind: DocumentKind;
  origin: DocumentOrigin;
  type: DocumentType;
  size: number;
  sha256: Buffer;
  chunkCount: number;
  receivedAt: Date;
};

/** The same, with what the virus scanner said. */
export type ReceivedDocument = ArrivedDocument & {
  /** Why staff don't get it; null when they do. */
  closure: Closure | null;
  /** The virus scanner's name for what it found, or a word for why it can't look at it. */
  scanFinding: string | null;
};

const received = (db: Db | Trx) =>
  db
    .selectFrom('documents as d')
    .select([
      'id',
      'applicationId',
      'kind',
      'origin',
      'position',
      'name',
      'nameSealed',
      'type',
      'size',
      'sha256',
      'chunkCount',
      'language',
      'receivedAt',
      'scanFinding',
      closureOf.as('closure'),
    ])
    .where('state', '=', sql.lit('received'))
    .$narrowType<{
      type: DocumentType;
      size: number;
      sha256: Buffer;
      chunkCount: number;
      receivedAt: Date;
    }>();

const selectOfApplication = prepare((db, slots: { applicationId: string }) =>
  received(db)
    .where('applicationId', '=', slots.applicationId)
    .orderBy(sql`array_position(${sql.lit(`{${documentKinds.join()}}`)}::text[], kind)`)
    .orderBy('position')
    .orderBy('origin')
    .orderBy('id')
    .compile(),
);

/** The documents of an application that have arrived whole, in the order of the form. */
export async function listDocuments(
  db: Db | Trx,
  applicationId: string,
): Promise<ReceivedDocument[]> {
  const { rows } = await selectOfApplication(db, { applicationId });
  const rank = ({ kind }: ReceivedDocument): number => documentKinds.indexOf(kind);
  return rows.sort((a, b) => rank(a) - rank(b));
}

/** One document of one application: a foreign application's document is not found. */
export async function findDocument(
  db: Db | Trx,
  applicationId: string,
  id: string,
): Promise<ReceivedDocument | undefined> {
  return await received(db)
    .where('applicationId', '=', applicationId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Names of an application's files, of those that are still arriving too, for sealing or opening them. */
export async function listFileNames(
  trx: Trx,
  applicationId: string,
): Promise<{ id: string; name: string; nameSealed: Buffer | null }[]> {
  return await trx
    .selectFrom('documents')
    .select(['id', 'name', 'nameSealed'])
    .where('applicationId', '=', applicationId)
    .where('origin', '=', 'file')
    .execute();
}

export async function setDocumentName(
  trx: Trx,
  id: string,
  columns: { name: string; nameSealed: Buffer | null },
): Promise<void> {
  await trx.updateTable('documents').set(columns).where('id', '=', id).execute();
}

/** Makes held documents of an application count, in the transaction that decides about them; false when one is missing. */
export async function acceptDocuments(
  trx: Trx,
  applicationId: string,
  ids: readonly string[],
  now: Date,
): Promise<boolean> {
  if (ids.length === 0) return true;
  const { numUpdatedRows } = await trx
    .updateTable('documents')
    .set({ state: 'received', receivedAt: now })
    .where('applicationId', '=', applicationId)
    .where('id', 'in', [...ids])
    .where('state', '=', 'receiving')
    .where('sha256', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows === BigInt(ids.length);
}

/** Deletes documents of one application with their chunks. */
export async function deleteDocuments(
  db: Db | Trx,
  applicationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .deleteFrom('documents')
    .where('applicationId', '=', applicationId)
    .where('id', 'in', [...ids])
    .execute();
}

export async function setDocumentLanguage(
  trx: Trx,
  applicationId: string,
  id: string,
  language: string | null,
): Promise<void> {
  await trx
    .updateTable('documents')
    .set({ language })
    .where('applicationId', '=', applicationId)
    .where('id', '=', id)
    .execute();
}

/** The languages of an application's writing samples, each once. */
export async function listSampleLanguages(db: Db | Trx, applicationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('documents')
    .select('language')
    .distinct()
    .where('applicationId', '=', applicationId)
    .where('state', '=', 'received')
    .where('language', 'is not', null)
    .$narrowType<{ language: string }>()
    .orderBy('language')
    .execute();
  return rows.map(({ language }) => language);
}
