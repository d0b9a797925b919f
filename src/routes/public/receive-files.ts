import type { Context } from 'hono';
import { findRoomLackOnce } from '../../actions/check-storage.ts';
import { getOpenDraft, type OpenDraft, startDraft } from '../../actions/open-draft.ts';
import type { Lack } from '../../actions/open-upload.ts';
import type { Call } from '../../db/calls.ts';
import { watchForCrash } from '../../db/crash-watch.ts';
import { listDocuments, type ReceivedDocument } from '../../db/documents.ts';
import { deleteDraft, keepVia } from '../../db/drafts.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type Receipt, type Refusal, receiveDocument } from '../../documents/store.ts';
import type { Problem } from '../../domain/application-check.ts';
import type { Fields } from '../../domain/application-form.ts';
import { messageWordOf } from '../../domain/document-types.ts';
import { type DocumentKind, documentKinds, fileLimits } from '../../domain/documents.ts';
import { AppError } from '../../errors.ts';
import type { Translator } from '../../i18n.ts';
import type { FilePart } from '../multipart.ts';
import { countNewDraft, readProof } from './limit-drafts.ts';
import { countDraftPost } from './limit-posts.ts';
import { readVia } from './via.ts';

/** What became of one file: taken, refused for what it is, one more than fits, or forgotten in a crash. */
export type Arrival = {
  kind: DocumentKind;
  /** Which of the inputs of its kind it came from, empty ones counted. */
  position: number;
  outcome: Receipt | Refusal | Lack | { ok: false; name: string; problem: 'lost' };
};

/** The arrivals, of which the database has forgotten those with these ids. */
export const markLost = (arrivals: readonly Arrival[], lost: readonly string[]): Arrival[] =>
  arrivals.map((arrival) => {
    const { outcome } = arrival;
    if (!outcome.ok || !lost.includes(outcome.id)) return arrival;
    return { ...arrival, outcome: { ok: false, name: outcome.name, problem: 'lost' } };
  });

const countFiles = (documents: readonly ReceivedDocument[], kind: DocumentKind): number =>
  documents.filter((one) => one.kind === kind && one.origin === 'file').length;

/** New files stand behind those that are there. */
const nextPosition = (documents: readonly ReceivedDocument[], kind: DocumentKind): number =>
  Math.max(-1, ...documents.filter((one) => one.kind === kind).map((one) => one.position)) + 1;

export type FileIntake = ReturnType<typeof createFileIntake>;

/** Streams the files of one request into its draft, which is opened when the first one arrives. */
export function createFileIntake(deps: Deps, c: Context<AppEnv>, call: Call) {
  const { db, clock, config } = deps;
  const arrivals: Arrival[] = [];
  const hasCrashed = watchForCrash(db);
  const findLackOfRoom = findRoomLackOnce(deps);
  let draft: OpenDraft | undefined;
  let usedToken = '';
  let held: ReceivedDocument[] = [];
  // Empty inputs count: the languages of the samples come in the order of the inputs.
  let sampleInputs = 0;

  const openDraft = async (fields: Fields): Promise<OpenDraft> => {
    const token = fields.get('draft')?.[0] ?? '';
    if (draft) {
      // What was sealed for one draft can't be moved to another.
      if (token !== usedToken) throw new AppError('late-draft');
      return draft;
    }
    usedToken = token;
    if (token === '') {
      const via = fields.has('discreet') ? null : readVia(fields.get('via')?.[0]) || null;
      await countNewDraft(deps, c, readProof(fields));
      draft = await startDraft(deps, { call, language: c.var.language, via });
    } else {
      const known = await getOpenDraft(deps, token);
      if (known.application.callId !== call.id) throw new AppError('not-found');
      await countDraftPost(deps, known.application.id);
      held = await listDocuments(db, known.application.id);
      draft = known;
    }
    return draft;
  };

  const taken = (kind: DocumentKind): number =>
    arrivals.filter((one) => one.kind === kind && one.outcome.ok).length;
  // A new file takes the place of the one that a kind holds, but is one more where several fit.
  const filesWith = (kind: DocumentKind): number =>
    fileLimits[kind] === 1
      ? Math.max(taken(kind), countFiles(held, kind))
      : taken(kind) + countFiles(held, kind);

  const findLack = async (kind: DocumentKind): Promise<Lack | undefined> => {
    const stays = fileLimits[kind] === 1 ? taken(kind) : filesWith(kind);
    if (stays >= fileLimits[kind]) return { ok: false, lack: 'too-many' };
    const others = documentKinds.filter((one) => one !== kind).map(filesWith);
    const inAll = others.reduce((sum, count) => sum + count, stays);
    if (inAll >= config.maxFiles) return { ok: false, lack: 'too-many-in-all' };
    return await findLackOfRoom();
  };

  const receive = async ({ field, name, bytes }: FilePart, fields: Fields): Promise<void> => {
    const kind = documentKinds.find((one) => one === field);
    if (!kind) return;
    const position = kind === 'writingSample' ? sampleInputs++ : 0;
    if (name === '') return;
    const { application, key } = await openDraft(fields);
    const lack = await findLack(kind);
    if (lack) {
      arrivals.push({ kind, position, outcome: lack });
      return;
    }
    const outcome = await receiveDocument(
      db,
      {
        applicationId: application.id,
        key,
        kind,
        origin: 'file',
        position: nextPosition(held, kind) + position,
        name,
        sealsName: application.discreet || fields.has('discreet'),
        language: null,
        maxBytes: config.maxFileBytes,
      },
      bytes,
      clock.now(),
    );
    arrivals.push({ kind, position, outcome });
  };

  /** The draft of a request of which everything has arrived: what stood behind the files counts too. */
  const settleDraft = async (fields: Fields): Promise<OpenDraft> => {
    const settled = await openDraft(fields);
    const via = readVia(fields.get('via')?.[0]);
    // Where a discreet person came from is nobody's business.
    if (via !== '' && settled.application.via === null && !fields.has('discreet')) {
      await keepVia(db, settled.application.id, via);
      settled.application.via = via;
    }
    return settled;
  };

  /** Takes back the draft that this request opened, when its address will reach nobody. */
  const forgetDraft = async (): Promise<void> => {
    if (draft && usedToken === '') await deleteDraft(db, draft.application.id);
  };

  return { arrivals, settleDraft, forgetDraft, receive, hasCrashed };
}

const refusalKeys = {
  empty: 'problem.file.empty',
  'wrong-type': 'problem.file.wrongType',
  mismatch: 'problem.file.mismatch',
  'password-protected': 'problem.file.passwordProtected',
  damaged: 'problem.file.damaged',
  'too-big': 'problem.file.tooBig',
  lost: 'problem.file.lost',
} as const;

const lackKeys = {
  'too-many': 'problem.file.tooMany',
  'too-many-in-all': 'problem.file.tooManyInAll',
  'no-room': 'problem.file.noRoom',
} as const;

/** What was wrong with the files, each beside a control that the page has with these documents held. */
export function listFileProblems(
  arrivals: readonly Arrival[],
  held: readonly ReceivedDocument[],
  { t, maxFileBytes, maxFiles }: { t: Translator; maxFileBytes: number; maxFiles: number },
): Problem[] {
  const limit = t.size(maxFileBytes);
  const counts: Record<DocumentKind, number> = { cv: 0, coverLetter: 0, writingSample: 0 };
  return arrivals.flatMap(({ kind, outcome }): Problem[] => {
    if (outcome.ok) return [];
    counts[kind] += 1;
    const free = fileLimits[kind] - countFiles(held, kind);
    const field = counts[kind] > 1 && counts[kind] <= free ? `${kind}-${counts[kind]}` : kind;
    if ('lack' in outcome) {
      const values = { limit: outcome.lack === 'too-many' ? fileLimits[kind] : maxFiles };
      return [{ field, key: lackKeys[outcome.lack], values }];
    }
    const { name, problem } = outcome;
    const found = 'detected' in outcome ? outcome.detected : undefined;
    const values = { name, limit, detected: found ? messageWordOf(found) : 'other' };
    return [{ field, key: refusalKeys[problem], values }];
  });
}
