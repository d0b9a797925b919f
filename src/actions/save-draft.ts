import { createHash } from 'node:crypto';
import { seal } from '../crypto.ts';
import { type Application, lockApplication, updateDraft } from '../db/applications.ts';
import type { Trx } from '../db/client.ts';
import {
  deleteDocuments,
  listDocuments,
  type ReceivedDocument,
  setDocumentLanguage,
} from '../db/documents.ts';
import type { Deps } from '../deps.ts';
import { insertWholeDocuments } from '../documents/whole-documents.ts';
import type { FormValues, PastedTexts } from '../domain/application-form.ts';
import { type DocumentKind, documentKinds, fileLimits } from '../domain/documents.ts';
import { languageCodes } from '../domain/languages.ts';
import { AppError } from '../errors.ts';
import type { Language } from '../i18n.ts';
import type { OpenDraft } from './open-draft.ts';
import { contactContext } from './read-application.ts';

export type DraftChange = {
  /** The language that the form was filled in: the applicant's from now on. */
  language: Language;
  values: FormValues;
  /** A kind that is missing here keeps its text; an empty text is deleted. */
  texts: Partial<PastedTexts>;
  /** Files that arrived with this request. */
  arrived: readonly string[];
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
 * Stores everything that was typed, right or wrong, in one transaction. Its commit is what makes
 * the documents of the same request durable. Throws `already-submitted`.
 */
export async function saveDraft(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  draft: OpenDraft,
  change: DraftChange,
): Promise<ReceivedDocument[]> {
  const { id } = draft.application;
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const { consent, answers, contactHandle, discreet: _, ...columns } = change.values;
    const kept = await updateDraft(
      trx,
      id,
      { consent, now },
      {
        ...columns,
        language: change.language,
        answers: JSON.stringify(answers),
        contactHandleSealed:
          contactHandle === ''
            ? null
            : seal(draft.key, Buffer.from(contactHandle), contactContext(id)),
      },
    );
    if (!kept) throw new AppError((await lockApplication(trx, id)) ? 'already-submitted' : 'gone');
    const held = await listDocuments(trx, id);
    const texts = await keepTexts(trx, draft, held, change.texts, now);
    const replaced = listReplaced(held, change);
    const removed = held.filter((one) => change.removed.includes(one.id)).map((one) => one.id);
    const discarded = [...removed, ...texts.replaced, ...replaced.keys()];
    await deleteDocuments(trx, id, discarded);
    let changed = texts.added || discarded.length > 0;
    if (await keepLanguages(trx, held, replaced, change.sampleLanguages)) changed = true;
    return changed ? await listDocuments(trx, id) : held;
  });
}
