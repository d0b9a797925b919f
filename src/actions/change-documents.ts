import { isOpened, lockApplication } from '../db/applications.ts';
import { getCallVersion } from '../db/calls.ts';
import type { Db, Trx } from '../db/client.ts';
import { enqueueReading } from '../db/document-texts.ts';
import {
  acceptDocuments,
  deleteDocuments,
  listDocuments,
  type ReceivedDocument,
} from '../db/documents.ts';
import { recordEvents } from '../db/events.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { checkDocuments, type HeldDocuments, type Problem } from '../domain/application-check.ts';
import type { PastedTexts } from '../domain/application-form.ts';
import type { CallDocuments } from '../domain/calls.ts';
import { documentKinds } from '../domain/documents.ts';
import type { Stage } from '../domain/stages.ts';
import { lengthOf } from '../domain/text.ts';
import { AppError } from '../errors.ts';
import {
  type DocumentChange,
  renderDocumentsChanged,
} from '../mail/templates/documents-changed.tsx';
import { notifyHandler } from './notify-staff.ts';
import type { PrivatePage } from './open-private-page.ts';
import { type DraftChange, keepLanguages, keepTexts, listReplaced } from './save-draft.ts';
import { writeToEditors } from './write-mail.ts';

/** What a form changes about the documents of a submitted application; as in a draft's. */
export type DocumentsChange = Pick<
  DraftChange,
  'texts' | 'arrived' | 'removed' | 'sampleLanguages' | 'hasCrashed'
>;

/** Documents can be changed as long as nobody of the staff has seen them. */
export async function areDocumentsOpen(
  db: Db | Trx,
  { id, stage }: { id: string; stage: Stage },
): Promise<boolean> {
  return stage === 'screening' && !(await isOpened(db, id));
}

/** The documents as they would be. */
function countWanted(
  documents: readonly ReceivedDocument[],
  texts: Partial<PastedTexts>,
  gone: (document: ReceivedDocument) => boolean,
): HeldDocuments {
  const stays = documents.filter((one) => !gone(one));
  const count = (kind: ReceivedDocument['kind']) => {
    const own = stays.filter((one) => one.kind === kind);
    const text = texts[kind];
    const kept = own.some((one) => one.origin === 'text') ? 1 : 0;
    return {
      files: own.filter((one) => one.origin === 'file').length,
      textLength: text === undefined ? kept : lengthOf(text),
    };
  };
  return {
    cv: count('cv'),
    coverLetter: count('coverLetter'),
    writingSample: count('writingSample'),
  };
}

/** The change without what would leave an application as it could not have been submitted. */
function judgeChange(
  documents: readonly ReceivedDocument[],
  change: DocumentsChange,
  rules: CallDocuments,
): { good: DocumentsChange; refused: string[]; problems: Problem[] } {
  const replaced = listReplaced(documents, change);
  const removed = new Set(change.removed);
  const problems = checkDocuments(
    countWanted(documents, change.texts, ({ id }) => removed.has(id) || replaced.has(id)),
    rules,
  );
  const bad = documentKinds.filter((kind) =>
    problems.some(({ field }) => field.replace(/Text$/, '') === kind),
  );
  const isBad = (id: string): boolean =>
    documents.some((one) => one.id === id && bad.includes(one.kind));
  const tooMany = problems.filter(({ key }) => key === 'problem.file.tooMany');
  const refused = documents
    .filter(
      ({ id, kind }) => change.arrived.includes(id) && tooMany.some((one) => one.field === kind),
    )
    .map(({ id }) => id);
  const texts = documentKinds.flatMap((kind) => {
    const text = change.texts[kind];
    return text === undefined || bad.includes(kind) ? [] : [[kind, text] as const];
  });
  const good = {
    ...change,
    arrived: change.arrived.filter((id) => !refused.includes(id)),
    removed: change.removed.filter((id) => !isBad(id)),
    texts: Object.fromEntries(texts),
  };
  return { good, refused, problems };
}

/** What became of each kind. */
function compare(
  before: readonly ReceivedDocument[],
  after: readonly ReceivedDocument[],
): DocumentChange[] {
  return documentKinds.flatMap((kind): DocumentChange[] => {
    const without = (these: readonly ReceivedDocument[], those: readonly ReceivedDocument[]) =>
      these.some((one) => one.kind === kind && those.every(({ id }) => id !== one.id));
    const [came, went] = [without(after, before), without(before, after)];
    if (came) return [{ kind, change: went ? 'document-replaced' : 'document-added' }];
    return went ? [{ kind, change: 'document-removed' }] : [];
  });
}

/**
 * Changes the documents of a submitted application that nobody has opened, in one transaction, with an
 * event for each kind and one mail to the editors. What is good is done; what the call would not have
 * taken is left as it was and told. Throws `conflict` when somebody of the staff was faster, and
 * `unavailable` when the database has forgotten files in a crash.
 */
export async function changeDocuments(
  deps: Pick<Deps, 'db' | 'keys' | 'clock' | 'config' | 'publicUrl'>,
  { application: { id }, key }: PrivatePage,
  change: DocumentsChange,
): Promise<{ changed: boolean; problems: Problem[] }> {
  return await deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const application = await lockApplication(trx, id);
    if (!application) throw new AppError('gone');
    if (!(await areDocumentsOpen(trx, application))) throw new AppError('conflict');
    const call = await getCallVersion(trx, application.callVersionId);
    const before = await listDocuments(trx, id);
    if (!(await acceptDocuments(trx, id, change.arrived, now))) {
      const crashed = await change.hasCrashed?.(trx);
      throw crashed ? new AppError('unavailable', { retryAfter: 10 }) : new AppError('conflict');
    }
    const held = await listDocuments(trx, id);
    const { good, refused, problems } = judgeChange(held, change, call.documents);
    const texts = await keepTexts(trx, { application, key }, held, good.texts, now);
    const kept = held.filter((one) => !refused.includes(one.id));
    const replaced = listReplaced(kept, good);
    await deleteDocuments(trx, id, [
      ...refused,
      ...good.removed,
      ...texts.replaced,
      ...replaced.keys(),
    ]);
    await keepLanguages(trx, kept, replaced, good.sampleLanguages);
    const documents = await listDocuments(trx, id);
    const changes = compare(before, documents);
    await indexApplication(trx, id);
    if (changes.length === 0) return { changed: false, problems };
    await recordEvents(
      trx,
      changes.map(({ kind, change: type }) => ({
        ...{ applicationId: id, actor: 'applicant', at: now },
        ...{ type, toValue: kind },
      })),
    );
    // What went may have been why it was taken for another's twin.
    await enqueueReading(trx, id, now);
    await writeToEditors(
      trx,
      deps,
      { application, key, now },
      {
        template: 'documents-changed',
        render: (language, facts) =>
          renderDocumentsChanged(language, { ...facts, changes, documents }),
      },
    );
    await notifyHandler(trx, deps, { event: 'applicant-changed', application });
    return { changed: true, problems };
  });
}
