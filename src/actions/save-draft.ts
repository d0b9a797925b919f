import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { seal } from '../crypto.ts';
import { type Application, lockApplication, updateDraft } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import type { CrashWatch } from '../db/crash-watch.ts';
import { columnsFor, nameColumns, openName } from '../db/discreet.ts';
import {
  deleteDocuments,
  listDocuments,
  listFileNames,
  type ReceivedDocument,
  setDocumentLanguage,
  setDocumentName,
} from '../db/documents.ts';
import { touchDraft } from '../db/drafts.ts';
import { transact } from '../db/pipeline.ts';
import type { Deps } from '../deps.ts';
import { insertWholeDocuments } from '../documents/whole-documents.ts';
import type { FormValues, PastedTexts } from '../domain/application-form.ts';
import { type DocumentKind, documentKinds, fileLimits } from '../domain/documents.ts';
import { languageCodes } from '../domain/languages.ts';
import type { Typing } from '../domain/typing.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import type { OpenDraft } from './open-draft.ts';
import { contactContext, readPastedTexts, valuesOf } from './read-application.ts';

export type DraftChange = {
  /** The language that the form was filled in: the applicant's from now on. */
  language: Language;
  values: FormValues;
  /** The page that it was typed on; without it what is sent replaces what is there. */
  typing?: Typing | undefined;
  /** A kind that is missing here keeps its text; an empty text is deleted. */
  texts: Partial<PastedTexts>;
  /** Files that arrived with this request. */
  arrived: readonly string[];
  /** Watches since before the first of them was written. */
  hasCrashed?: CrashWatch | undefined;
  /** Documents to delete, as the request named them; what is no document of the draft is ignored. */
  removed: readonly string[];
  /** Language of each writing sample by its document's id; empty for none. */
  sampleLanguages: ReadonlyMap<string, string>;
};

const textNames: Record<DocumentKind, string> = {
  cv: 'cv.txt',
  coverLetter: 'cover-letter.txt',
  writingSample: 'writing-sample.txt',
};

/** Keeps each pasted text as a document like any other; says which it replaces and whether one came. */
export async function keepTexts(
  trx: Trx,
  { application, key }: { application: Pick<Application, 'id'>; key: Buffer },
  held: readonly ReceivedDocument[],
  texts: Partial<PastedTexts>,
  now: Date,
): Promise<{ added: boolean; replaced: string[] }> {
  const replaced: string[] = [];
  let added = false;
  for (const kind of documentKinds) {
    const text = texts[kind];
    if (text === undefined) continue;
    const bytes = Buffer.from(text);
    const hash = createHash('sha256').update(bytes).digest();
    const before = held.filter((one) => one.kind === kind && one.origin === 'text');
    const same = before.find((one) => one.sha256.equals(hash));
    replaced.push(...before.filter((one) => one !== same).map((one) => one.id));
    if (same || text === '') continue;
    const shared = { applicationId: application.id, key, kind, bytes, receivedAt: now };
    const name = textNames[kind];
    await insertWholeDocuments(trx, [
      { ...shared, name, origin: 'text', type: 'txt', position: 0, language: null },
    ]);
    added = true;
  }
  return { added, replaced };
}

/**
 * Files that another one has taken the place of. A kind that holds one file keeps the one that
 * arrived now; the same bytes sent twice, as a double click does, are one sample.
 */
export function listReplaced(
  held: readonly ReceivedDocument[],
  { arrived, removed }: Pick<DraftChange, 'arrived' | 'removed'>,
): Map<string, ReceivedDocument> {
  const replaced = new Map<string, ReceivedDocument>();
  for (const kind of documentKinds) {
    const files = held.filter(
      (one) => one.kind === kind && one.origin === 'file' && !removed.includes(one.id),
    );
    const fresh = files.findLast((one) => arrived.includes(one.id));
    for (const file of files) {
      const twin = files.find((one) => one.sha256.equals(file.sha256)) ?? file;
      const winner = fileLimits[kind] === 1 ? (fresh ?? file) : twin;
      if (winner !== file) replaced.set(file.id, winner);
    }
  }
  return replaced;
}

/** Keeps the languages of documents, of one that was replaced for the one in its place. True when one changed. */
export async function keepLanguages(
  trx: Trx,
  held: readonly ReceivedDocument[],
  replaced: ReadonlyMap<string, ReceivedDocument>,
  languages: ReadonlyMap<string, string>,
): Promise<boolean> {
  let changed = false;
  for (const { id, applicationId } of held) {
    const language = languages.get(id);
    if (language === undefined) continue;
    const winner = replaced.get(id)?.id ?? id;
    const known = languageCodes.includes(language) ? language : null;
    // A second copy without a language does not take it away from the first.
    if (winner !== id && known === null) continue;
    if (held.find((one) => one.id === winner)?.language === known) continue;
    await setDocumentLanguage(trx, applicationId, winner, known);
    changed = true;
  }
  return changed;
}

/**
 * What became of a save. `newer`: somebody has typed since on another page, or the page's own later
 * request came first, and what was typed here is not stored; files that arrived are.
 */
export type Saved = {
  outcome: 'saved' | 'newer-elsewhere' | 'newer-here';
  documents: ReceivedDocument[];
  typedRevision: number;
  /** Files that had arrived and that the database has forgotten in a crash, by their ids. */
  lost: string[];
};

/**
 * Stores the typed columns, unless that would silently take the place of what was typed later, and lists
 * the documents that are held then. The draft is locked from now on.
 */
async function storeTyped(
  trx: Trx,
  { application: { id }, key }: OpenDraft,
  change: DraftChange,
  now: Date,
): Promise<Omit<Saved, 'documents' | 'lost'> & { held: ReceivedDocument[]; discreet: boolean }> {
  const { typing } = change;
  const { consent, contactHandle, discreet, ...typed } = change.values;
  const { places, languages, keepOnFile, mailLinks } = typed;
  const { answers, ...columns } = columnsFor(key, { id, discreet }, typed);
  const store = (unlessNewer: boolean) =>
    updateDraft(
      trx,
      id,
      { consent, now, typing, unlessNewer },
      {
        ...columns,
        ...{ places, languages, keepOnFile, mailLinks },
        language: change.language,
        answers: JSON.stringify(answers),
        contactHandleSealed:
          contactHandle === '' ? null : seal(key, Buffer.from(contactHandle), contactContext(id)),
      },
    );
  const [typedRevision, listed] = await Promise.all([store(true), listDocuments(trx, id)]);
  if (typedRevision !== undefined)
    return { outcome: 'saved', typedRevision, held: listed, discreet };
  const newer = await lockApplication(trx, id);
  if (newer?.stage !== 'draft') throw new AppError(newer ? 'already-submitted' : 'gone');
  // What was listed without the lock may be out of date.
  const held = await listDocuments(trx, id);
  // Two pages that say the same have nothing to settle.
  if (await isSame(trx, key, { stored: newer, held }, change)) {
    return { outcome: 'saved', typedRevision: (await store(false))!, held, discreet };
  }
  const outcome = newer.typedBy === typing?.page ? 'newer-here' : 'newer-elsewhere';
  return { outcome, typedRevision: newer.typedRevision, held, discreet: newer.discreet };
}

/** Whether a change leaves all that was typed as it is. */
async function isSame(
  trx: Trx,
  key: Buffer,
  { stored, held }: { stored: Application; held: readonly ReceivedDocument[] },
  { values, texts }: DraftChange,
): Promise<boolean> {
  if (!isDeepStrictEqual(values, valuesOf(key, stored))) return false;
  const before = await readPastedTexts(trx, key, held);
  return isDeepStrictEqual({ ...before, ...texts }, before);
}

/** Seals the names of a draft's files, or opens them, where its box says so since now. True when one changed. */
async function settleNames(
  trx: Trx,
  { application: { id, discreet: was }, key }: OpenDraft,
  held: readonly ReceivedDocument[],
  discreet: boolean,
): Promise<boolean> {
  if (!discreet && !was && held.every(({ nameSealed }) => nameSealed === null)) return false;
  const wrong = (await listFileNames(trx, id)).filter(
    ({ nameSealed }) => (nameSealed !== null) !== discreet,
  );
  for (const file of wrong) {
    const { name } = openName(key, file);
    const columns = nameColumns(discreet ? key : undefined, { id: file.id, name });
    await setDocumentName(trx, file.id, columns);
  }
  return wrong.length > 0;
}

/** Of the files that arrived those that are gone: another request may have replaced them, but a crash has not. */
async function listLost(
  trx: Trx,
  { arrived, hasCrashed }: Pick<DraftChange, 'arrived' | 'hasCrashed'>,
  held: readonly ReceivedDocument[],
): Promise<string[]> {
  const missing = arrived.filter((id) => !held.some((one) => one.id === id));
  return missing.length > 0 && (await hasCrashed?.(trx)) ? missing : [];
}

/**
 * Stores everything that was typed, right or wrong, in one transaction. Its commit is what makes
 * the documents of the same request durable. Throws `already-submitted` and `gone`.
 */
export async function saveDraft(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  draft: OpenDraft,
  change: DraftChange,
): Promise<Saved> {
  const { id } = draft.application;
  return await transact(db, async (trx) => {
    const now = clock.now();
    const { held, discreet, ...saved } = await storeTyped(trx, draft, change, now);
    const isStored = saved.outcome === 'saved';
    const lost = await listLost(trx, change, held);
    const texts = isStored
      ? await keepTexts(trx, draft, held, change.texts, now)
      : { added: false, replaced: [] };
    const removed = isStored ? change.removed : [];
    const replaced = listReplaced(held, { arrived: change.arrived, removed });
    const discarded = [
      ...held.filter((one) => removed.includes(one.id)).map((one) => one.id),
      ...texts.replaced,
      ...replaced.keys(),
    ];
    await deleteDocuments(trx, id, discarded);
    if (!isStored && change.arrived.length > 0) await touchDraft(trx, id, now);
    const chosen = [...change.sampleLanguages].filter(
      ([documentId]) => isStored || change.arrived.includes(documentId),
    );
    const renamed = await keepLanguages(trx, held, replaced, new Map(chosen));
    const settled = await settleNames(trx, draft, held, discreet);
    const changed = settled || texts.added || discarded.length > 0 || renamed;
    if (!changed) return { ...saved, lost, documents: held };
    // A file that another request finished since is settled when that one saves.
    const known = new Set(held.map((one) => one.id));
    const documents = (await listDocuments(trx, id)).filter(
      (one) => one.origin === 'text' || known.has(one.id),
    );
    return { ...saved, lost, documents };
  });
}
