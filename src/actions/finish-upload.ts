import { lockApplication } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import { deleteDocuments, listDocuments } from '../db/documents.ts';
import { touchDraft } from '../db/drafts.ts';
import type { StoredUpload } from '../db/uploads.ts';
import type { Deps } from '../deps.ts';
import type { Refusal } from '../documents/store.ts';
import { completeUpload, type HeldUpload, type WholeUpload } from '../documents/uploads.ts';
import type { DocumentKind } from '../domain/documents.ts';
import { AppError } from '../errors.ts';
import { assertOpen } from './open-draft.ts';
import { findLack, type Lack } from './open-upload.ts';
import { listReplaced } from './save-draft.ts';

type Needs = Pick<Deps, 'db' | 'clock' | 'config'>;

/** The draft, locked, if it can still be changed. Throws `already-submitted` and `gone`. */
async function lockDraft(trx: Trx, applicationId: string, now: Date) {
  const application = await lockApplication(trx, applicationId);
  if (!application) throw new AppError('gone');
  assertOpen({ application }, now);
  return application;
}

/**
 * Makes an upload a document of its draft like any other, or refuses it; what is refused leaves no
 * row. The lock waits for a submit that is under way, and the commit for the disk. Throws
 * `already-submitted`, `gone`, and `conflict` when another request has taken the upload over.
 */
export async function finishUpload(
  { db, clock, config }: Needs,
  upload: HeldUpload & { kind: DocumentKind },
  { last, sha256, inspection }: WholeUpload,
): Promise<{ ok: true } | Refusal | Lack> {
  const { applicationId, documentId, kind, name } = upload;
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const { id } = await lockDraft(trx, applicationId, now);
    const held = (await listDocuments(trx, id)).filter((one) => one.origin === 'file');
    const lack = findLack(held, kind, config.maxFiles);
    if (lack || !inspection.ok) {
      await deleteDocuments(trx, id, [documentId]);
      if (inspection.ok) return lack!;
      const { problem, detected } = inspection;
      return detected ? { ok: false, name, problem, detected } : { ok: false, name, problem };
    }
    await completeUpload(trx, upload, { last, sha256, type: inspection.type, now });
    await touchDraft(trx, id, now);
    const replaced = listReplaced(await listDocuments(trx, id), {
      arrived: [documentId],
      removed: [],
    });
    await deleteDocuments(trx, id, [...replaced.keys()]);
    return { ok: true };
  });
}

/** Deletes an upload with its document, finished or not. Throws `already-submitted` and `gone`. */
export async function removeUpload(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { applicationId, documentId, state }: StoredUpload,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    await lockDraft(trx, applicationId, now);
    await deleteDocuments(trx, applicationId, [documentId]);
    if (state === 'received') await touchDraft(trx, applicationId, now);
  });
}
