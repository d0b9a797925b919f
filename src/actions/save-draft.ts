import { createHash } from 'node:crypto';
import { seal } from '../crypto.ts';
import { lockApplication, updateApplication } from '../db/applications.ts';
import {
  deleteDocuments,
  listDocuments,
  type ReceivedDocument,
  setDocumentLanguage,
} from '../db/documents.ts';
import type { Deps } from '../deps.ts';
import { receiveDocument } from '../documents/store.ts';
import type { FormValues, PastedTexts } from '../domain/application-form.ts';
import { type DocumentKind, documentKinds } from '../domain/documents.ts';
import { languageCodes } from '../domain/languages.ts';
import { AppError } from '../errors.ts';
import type { OpenDraft } from './open-draft.ts';
import { contactContext } from './read-application.ts';

const textNames: Record<DocumentKind, string> = {
  cv: 'cv.txt',
  coverLetter: 'cover-letter.txt',
  writingSample: 'writing-sample.txt',
};

/** Keeps each pasted text as a document like any other; an unchanged one is left alone. */
async function keepTexts(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { application, key }: OpenDraft,
  texts: Partial<PastedTexts>,
  held: readonly ReceivedDocument[],
): Promise<string[]> {
  const replaced: string[] = [];
  for (const kind of documentKinds) {
    const text = texts[kind];
    const before = held.find((one) => one.kind === kind && one.origin === 'text');
    if (text === undefined) continue;
    const bytes = Buffer.from(text);
    if (before?.sha256.equals(createHash('sha256').update(bytes).digest())) continue;
    if (before) replaced.push(before.id);
    if (text === '') continue;
    await receiveDocument(
      db,
      {
        applicationId: application.id,
        key,
        kind,
        origin: 'text',
        position: 0,
        name: textNames[kind],
        language: null,
        maxBytes: Number.POSITIVE_INFINITY,
      },
      (async function* () {
        yield bytes;
      })(),
      clock.now(),
    );
  }
  return replaced;
}

export type DraftChange = {
  values: FormValues;
  texts: Partial<PastedTexts>;
  /** Documents to delete: removed by hand, or replaced by what arrived with this request. */
  removed: readonly string[];
  /** Language of each writing sample by its document's id; empty for none. */
  sampleLanguages: ReadonlyMap<string, string>;
};

/**
 * Stores everything that was typed, right or wrong, in one transaction. Its commit is what makes
 * the documents of the same request durable. Throws `already-submitted`.
 */
export async function saveDraft(
  deps: Pick<Deps, 'db' | 'clock' | 'keys'>,
  draft: OpenDraft,
  change: DraftChange,
): Promise<ReceivedDocument[]> {
  const { db, clock } = deps;
  const { id } = draft.application;
  const held = await listDocuments(db, id);
  const replaced = await keepTexts(deps, draft, change.texts, held);
  return await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const current = await lockApplication(trx, id);
    if (!current) throw new AppError('gone');
    if (current.stage !== 'draft') throw new AppError('already-submitted');
    const { consent, answers, contactHandle, discreet: _, ...columns } = change.values;
    await updateApplication(trx, id, {
      ...columns,
      answers: JSON.stringify(answers),
      contactHandleSealed:
        contactHandle === ''
          ? null
          : seal(draft.key, Buffer.from(contactHandle), contactContext(id)),
      consentedAt: consent ? (current.consentedAt ?? now) : null,
      revision: current.revision + 1,
      updatedAt: now,
    });
    await deleteDocuments(trx, id, [...change.removed, ...replaced]);
    for (const [documentId, language] of change.sampleLanguages) {
      const known = languageCodes.includes(language) ? language : null;
      await setDocumentLanguage(trx, id, documentId, known);
    }
    return await listDocuments(trx, id);
  });
}
