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
import { hasInfected } from '../db/scanning.ts';
import { indexApplication } from '../db/search.ts';
import type { Deps } from '../deps.ts';
import { checkDocuments, type HeldDocuments, type Problem } from '../domain/application-check.ts';
import type { PastedTexts } from '../domain/application-form.ts';
import type { CallDocuments } from '../domain/calls.ts';
import { type Changeable, documentKinds } from '../domain/documents.ts';
import { isUndecided } from '../domain/reply-clock.ts';
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

/**
 * All of them as long as nobody of the staff has seen them; what the virus scanner has stopped until it is
 * decided, since nobody has seen that.
 */
export async function findChangeable(
  db: Db | Trx,
  { id, stage }: { id: string; stage: Stage },
): Promise<Changeable> {
  if (stage === 'screening' && !(await isOpened(db, id))) return 'all';
  return isUndecided(stage) && (await hasInfected(db, id)) ? 'infected' : 'nothing';
}

/** The part of a change that puts something else in the place of what is infected. */
function replaceInfected(
  documents: readonly ReceivedDocument[],
  change: DocumentsChange,
): DocumentsChange {
  const infected = documents.filter(({ closure }) => closure === 'infected');
  const kinds = new Set(infected.map(({ kind }) => kind));
  const arrived = documents.filter(
    ({ id, kind }) => change.arrived.includes(id) && kinds.has(kind),
  );
  const replaced = infected.filter(({ kind }) => arrived.some((one) => one.kind === kind));
  const removed = infected.filter(({ id }) => change.removed.includes(id));
  return {
    ...change,
    texts: Object.fromEntries(
      infected
        .filter(({ origin, kind }) => origin === 'text' && change.texts[kind] !== undefined)
        .map(({ kind }) => [kind, change.texts[kind]]),
    ),
    arrived: arrived.map(({ id }) => id),
    removed: [...new Set([...replaced, ...removed].map(({ id }) => id))],
    sampleLanguages: new Map(),
  };
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
      // What is infected and stays keeps nobody from changing something else.
      infected: [],
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
 * Changes what can be changed of the documents of a submitted application, in one transaction, with an
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
    const changeable = await findChangeable(trx, application);
    if (changeable === 'nothing') throw new AppError('conflict');
    const call = await getCallVersion(trx, application.callVersionId);
    const before = await listDocuments(trx, id);
    if (!(await acceptDocuments(trx, id, change.arrived, now))) {
      const crashed = await change.hasCrashed?.(trx);
      throw crashed ? new AppError('unavailable', { retryAfter: 10 }) : new AppError('conflict');
    }
    const held = await listDocuments(trx, id);
    const wanted = changeable === 'all' ? change : replaceInfected(held, change);
    const unwanted = change.arrived.filter((one) => !wanted.arrived.includes(one));
    const judged = held.filter(({ id: one }) => !unwanted.includes(one));
    const { good, refused, problems } = judgeChange(judged, wanted, call.documents);
    const texts = await keepTexts(trx, { application, key }, held, good.texts, now);
    const kept = judged.filter((one) => !refused.includes(one.id));
    const replaced = listReplaced(kept, good);
    await deleteDocuments(trx, id, [
      ...unwanted,
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
