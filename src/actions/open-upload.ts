import { createId, open, seal } from '../crypto.ts';
import { lockApplication } from '../db/applications.ts';
import { nameColumns, openName, textKey } from '../db/discreet.ts';
import { deleteDocuments, listDocuments } from '../db/documents.ts';
import { insertUpload, listPendingUploads } from '../db/uploads.ts';
import type { Deps } from '../deps.ts';
import { cleanFileName } from '../documents/names.ts';
import type { Refusal } from '../documents/store.ts';
import type { HeldUpload } from '../documents/uploads.ts';
import { type DocumentKind, documentKinds, fileLimits } from '../domain/documents.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import { assertOpen, type OpenDraft } from './open-draft.ts';

/** One more file than fits: of its kind, of the whole application, or of all applications. */
export type Lack = { ok: false; lack: 'too-many' | 'too-many-in-all' | 'no-room' };

export type UploadWish = {
  /** The secret of the upload's address. */
  token: string;
  /** Who may write first. */
  holder: string;
  kind: DocumentKind;
  name: string;
  length: number;
  modified: number | null;
  language: Language;
};

/** An upload that has not moved for so long takes no place of a file any more. */
const activeMs = 120_000;

const uploadContext = (documentId: string): string => `upload:${documentId}`;

/** Refuses what no file may be, before a draft is opened for it. */
export function judgeWish(
  { maxFileBytes }: Deps['config'],
  { name, length }: Pick<UploadWish, 'name' | 'length'>,
): Refusal | undefined {
  const problem = length === 0 ? 'empty' : length > maxFileBytes ? 'too-big' : undefined;
  return problem && { ok: false, name: cleanFileName(name), problem };
}

/** Whether one more file of a kind fits; where one is held it would be replaced. */
export function findLack(
  files: readonly { kind: DocumentKind }[],
  kind: DocumentKind,
  maxFiles: number,
): Lack | undefined {
  const count = (one: DocumentKind): number =>
    Math.min(fileLimits[one], files.filter((file) => file.kind === one).length);
  const stays = fileLimits[kind] === 1 ? 0 : count(kind);
  if (stays >= fileLimits[kind]) return { ok: false, lack: 'too-many' };
  const others = documentKinds.filter((one) => one !== kind);
  const inAll = others.reduce((sum, one) => sum + count(one), stays);
  return inAll >= maxFiles ? { ok: false, lack: 'too-many-in-all' } : undefined;
}

/**
 * Opens an upload in a draft, unless the files that it holds or is receiving leave no room. Throws
 * `already-submitted` and `gone`.
 */
export async function openUpload(
  { db, keys, clock, config }: Pick<Deps, 'db' | 'keys' | 'clock' | 'config'>,
  { application: { id: applicationId }, key }: OpenDraft,
  { token, holder, kind, name, length, modified, language }: UploadWish,
): Promise<HeldUpload | Lack> {
  const now = clock.now();
  const documentId = createId(now);
  const cleaned = cleanFileName(name);
  return await db.transaction().execute(async (trx) => {
    const application = await lockApplication(trx, applicationId);
    if (!application) throw new AppError('gone');
    assertOpen({ application }, now);
    const held = (await listDocuments(trx, applicationId)).filter((one) => one.origin === 'file');
    const pending = await listPendingUploads(trx, applicationId);
    const active = pending.filter((one) => now.getTime() - one.touchedAt.getTime() < activeMs);
    const lack = findLack([...held, ...active], kind, config.maxFiles);
    if (lack) return lack;
    // Those that were given up must not pile up; the one that moved last has the best prospects.
    const tooOld = pending.slice(config.maxFiles - 1).map((one) => one.documentId);
    await deleteDocuments(trx, applicationId, tooOld);
    const tokenSealed = seal(key, Buffer.from(token), uploadContext(documentId));
    const tokenHash = keys.lookup('token', token);
    const upload = { tokenHash, tokenSealed, length, modified, language, holder };
    const names = nameColumns(textKey(application, key), { id: documentId, name: cleaned });
    const document = { id: documentId, applicationId, kind, ...names };
    await insertUpload(trx, { document, upload, now });
    return {
      ...{ documentId, applicationId, key, name: cleaned },
      ...{ length, received: 0, tail: null, holder },
    };
  });
}

/** An unfinished upload as the form shows it, with the secret of its address. */
export type UnfinishedUpload = {
  token: string;
  kind: DocumentKind;
  name: string;
  length: number;
  received: number;
  modified: number | null;
};

/** The unfinished uploads of a draft, the one that moved last first. */
export async function readUnfinishedUploads(
  { db }: Pick<Deps, 'db'>,
  { application, key }: OpenDraft,
): Promise<UnfinishedUpload[]> {
  const uploads = await listPendingUploads(db, application.id);
  return uploads.map(({ documentId, tokenSealed, name, nameSealed, ...upload }) => ({
    kind: upload.kind,
    name: openName(key, { id: documentId, name, nameSealed }).name,
    length: upload.length,
    received: upload.received,
    modified: upload.modified,
    token: open(key, tokenSealed, uploadContext(documentId)).toString(),
  }));
}
