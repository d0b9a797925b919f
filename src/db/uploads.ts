import { type Selectable, sql } from 'kysely';
import type { DocumentKind } from '../domain/documents.ts';
import type { Stage } from '../domain/stages.ts';
import { draftDays } from './applications.ts';
import type { Db, Trx } from './client.ts';
import type { UploadTable } from './schema.ts';

type Names = { name: string; nameSealed: Buffer | null };

/** An upload with what it needs of its document and its application, whatever became of them. */
export type StoredUpload = Pick<
  Selectable<UploadTable>,
  'tokenHash' | 'documentId' | 'length' | 'received' | 'language'
> & {
  applicationId: string;
  kind: DocumentKind;
  name: string;
  nameSealed: Buffer | null;
  state: 'receiving' | 'received';
  stage: Stage;
  /** When the draft was last touched. */
  updatedAt: Date;
  draftDays: number;
  wrapped: Buffer;
};

export async function findUpload(
  db: Db | Trx,
  tokenHash: Buffer,
): Promise<StoredUpload | undefined> {
  return await db
    .selectFrom('uploads as u')
    .innerJoin('documents as d', 'd.id', 'u.documentId')
    .innerJoin('applications as a', 'a.id', 'd.applicationId')
    .innerJoin('keys.applicationKeys as k', 'k.applicationId', 'a.id')
    .select(['u.tokenHash', 'u.documentId', 'u.length', 'u.received', 'u.language'])
    .select([
      'd.applicationId',
      'd.kind',
      'd.name',
      'd.nameSealed',
      'd.state',
      'a.stage',
      'a.updatedAt',
    ])
    .select(['k.wrapped', draftDays.as('draftDays')])
    .where('u.tokenHash', '=', tokenHash)
    .executeTakeFirst();
}

/**
 * Makes `holder` the only one who may write to an upload, from any instance; whoever held it before
 * finds out at its next write. Answers with what has arrived by then.
 */
export async function takeUpload(
  db: Db,
  tokenHash: Buffer,
  holder: string,
): Promise<{ received: number; tail: Buffer | null } | undefined> {
  return await db
    .updateTable('uploads')
    .set({ holder })
    .where('tokenHash', '=', tokenHash)
    .returning(['received', 'tail'])
    .executeTakeFirst();
}

/** An upload of which nothing has arrived yet, with its document behind those of its kind. */
export async function insertUpload(
  trx: Trx,
  {
    document,
    upload,
    now,
  }: {
    document: { id: string; applicationId: string; kind: DocumentKind } & Names;
    upload: Pick<
      Selectable<UploadTable>,
      'tokenHash' | 'tokenSealed' | 'length' | 'modified' | 'language' | 'holder'
    >;
    now: Date;
  },
): Promise<void> {
  const { applicationId, kind } = document;
  await trx
    .insertInto('documents')
    .values({
      ...document,
      origin: 'file',
      state: 'receiving',
      position: sql<number>`(select coalesce(max(position) + 1, 0) from documents
        where application_id = ${applicationId} and kind = ${kind})`,
      startedAt: now,
    })
    .execute();
  await trx
    .insertInto('uploads')
    .values({ ...upload, documentId: document.id, received: 0, touchedAt: now })
    .execute();
}

/** An upload that has not come to its end. */
export type PendingUpload = Pick<
  Selectable<UploadTable>,
  'documentId' | 'tokenSealed' | 'length' | 'received' | 'modified' | 'touchedAt'
> & { kind: DocumentKind } & Names;

/** The unfinished uploads of an application, the one that moved last first. */
export async function listPendingUploads(
  db: Db | Trx,
  applicationId: string,
): Promise<PendingUpload[]> {
  return await db
    .selectFrom('uploads as u')
    .innerJoin('documents as d', 'd.id', 'u.documentId')
    .select(['u.documentId', 'u.tokenSealed', 'u.length', 'u.received', 'u.modified'])
    .select(['u.touchedAt', 'd.kind', 'd.name', 'd.nameSealed'])
    .where('d.applicationId', '=', applicationId)
    .where('d.state', '=', 'receiving')
    .orderBy('u.touchedAt', 'desc')
    .orderBy('d.id', 'desc')
    .execute();
}
