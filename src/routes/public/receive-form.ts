import type { Context } from 'hono';
import { getOpenDraft, type OpenDraft, startDraft } from '../../actions/open-draft.ts';
import { countHeld, readPastedTexts, valuesOf } from '../../actions/read-application.ts';
import { saveDraft } from '../../actions/save-draft.ts';
import { type Call, getCallVersion } from '../../db/calls.ts';
import { listDocuments } from '../../db/documents.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { type Receipt, type Refusal, receiveDocument } from '../../documents/store.ts';
import {
  checkApplication,
  type Fields,
  type Problem,
  readFormValues,
  readTypedTexts,
  sortProblems,
  writeFields,
} from '../../domain/application-form.ts';
import { type DocumentKind, documentKinds, fileLimits } from '../../domain/documents.ts';
import { AppError } from '../../errors.ts';
import { BrokenUpload, type FilePart, readMultipart } from '../multipart.ts';
import { type FormState, speak } from './form-page.tsx';
import { readVia } from './via.ts';

/** What the pressed button asks for. */
export type Intent = 'check' | 'save' | 'remove';

type Arrival = {
  kind: DocumentKind;
  /** Which of the inputs of its kind it came from, empty ones counted. */
  position: number;
  outcome: Receipt | Refusal | 'too-many';
};

const readIntent = (fields: Fields): Intent => {
  if (fields.has('remove')) return 'remove';
  return fields.get('intent')?.[0] === 'save' ? 'save' : 'check';
};

/** Streams the files of one request into its draft, which is opened when the first one arrives. */
function createIntake(deps: Deps, c: Context<AppEnv>, call: Call) {
  const { db, clock, config } = deps;
  const arrivals: Arrival[] = [];
  let draft: OpenDraft | undefined;
  let usedToken: string | undefined;
  let heldFiles = 0;
  // Empty inputs count: the languages of the samples come in the order of the inputs.
  let sampleInputs = 0;

  const openDraft = async (fields: Fields): Promise<OpenDraft> => {
    const token = fields.get('draft')?.[0] ?? '';
    if (draft) {
      if (token !== '' && token !== usedToken) throw new AppError('malformed');
      return draft;
    }
    usedToken = token;
    if (token === '') {
      const via = readVia(fields.get('via')?.[0]) || null;
      draft = await startDraft(deps, { call, language: c.var.language, via });
    } else {
      draft = await getOpenDraft(deps, token);
      if (draft.application.callId !== call.id) throw new AppError('not-found');
      const held = await listDocuments(db, draft.application.id);
      heldFiles = held.filter((one) => one.origin === 'file').length;
    }
    return draft;
  };

  const receive = async (part: FilePart, fields: Fields): Promise<void> => {
    const kind = documentKinds.find((one) => one === part.field);
    if (!kind) return;
    const position = kind === 'writingSample' ? sampleInputs++ : 0;
    if (part.name === '') return;
    const { application, key } = await openDraft(fields);
    const taken = arrivals.filter((one) => one.kind === kind && one.outcome !== 'too-many').length;
    if (taken >= fileLimits[kind] || heldFiles + arrivals.length >= config.maxFiles) {
      arrivals.push({ kind, position, outcome: 'too-many' });
      return;
    }
    const { id: applicationId } = application;
    const { name, bytes } = part;
    const maxBytes = config.maxFileBytes;
    const outcome = await receiveDocument(
      db,
      { applicationId, key, kind, origin: 'file', position, name, language: null, maxBytes },
      unbroken(bytes),
      clock.now(),
    );
    arrivals.push({ kind, position, outcome });
  };

  return { arrivals, openDraft, receive };
}

/** Tells a broken upload from a fault of the database, which must not look like the sender's. */
async function* unbroken(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (cause) {
    throw new BrokenUpload('the upload broke off', { cause });
  }
}

// ICU selectors are bare words.
const selectorOf = (detected: string | undefined): string => (detected ?? 'other').replace('-', '');

function refusalProblem(field: string, refusal: Refusal, limit: string): Problem {
  const { name, problem, detected } = refusal;
  if (problem === 'too-big') {
    return { field, key: 'problem.file.tooBig', values: { name, limit } };
  }
  const keys = {
    empty: 'problem.file.empty',
    'wrong-type': 'problem.file.wrongType',
    mismatch: 'problem.file.mismatch',
    'password-protected': 'problem.file.passwordProtected',
    damaged: 'problem.file.damaged',
  } as const;
  return { field, key: keys[problem], values: { name, detected: selectorOf(detected) } };
}

function problemsOf(arrivals: readonly Arrival[], limit: string): Problem[] {
  const counts: Record<DocumentKind, number> = { cv: 0, coverLetter: 0, writingSample: 0 };
  return arrivals.flatMap(({ kind, outcome }): Problem[] => {
    if (outcome !== 'too-many' && outcome.ok) return [];
    counts[kind] += 1;
    const field = counts[kind] === 1 ? kind : `${kind}-${counts[kind]}`;
    if (outcome !== 'too-many') return [refusalProblem(field, outcome, limit)];
    return [{ field, key: 'problem.file.tooMany', values: { limit: fileLimits[kind] } }];
  });
}

/** The language chosen for each sample: for those held by their id, for new ones by their order. */
function readSampleLanguages(fields: Fields, arrivals: readonly Arrival[]): Map<string, string> {
  const languages = new Map<string, string>();
  for (const [name, values] of fields) {
    const id = /^language-([0-9a-f-]{36})$/.exec(name)?.[1];
    if (id) languages.set(id, values[0] ?? '');
  }
  const chosen = fields.get('writingSampleLanguage') ?? [];
  for (const { kind, position, outcome } of arrivals) {
    if (kind === 'writingSample' && outcome !== 'too-many' && outcome.ok) {
      languages.set(outcome.id, chosen[position] ?? '');
    }
  }
  return languages;
}

/** Held documents that this request takes away: removed by hand, or replaced by a new single file. */
function listRemoved(
  fields: Fields,
  held: readonly { id: string; kind: DocumentKind; origin: string }[],
  arrivals: readonly Arrival[],
): string[] {
  const removed = fields.get('remove')?.filter((id) => held.some((one) => one.id === id)) ?? [];
  const fresh = arrivals.flatMap(({ kind, outcome }) =>
    outcome !== 'too-many' && outcome.ok ? [{ kind, id: outcome.id }] : [],
  );
  const replaced = held.filter(
    ({ id, kind, origin }) =>
      origin === 'file' &&
      fileLimits[kind] === 1 &&
      fresh.some((one) => one.kind === kind && one.id !== id),
  );
  return [...removed, ...replaced.map((one) => one.id)];
}

/**
 * Takes in one POST of the form: streams its files, stores all that was typed, and says what has to
 * be mended. Nothing that arrived is lost by an error; a body that broke off keeps what came before.
 */
export async function receiveForm(
  deps: Deps,
  c: Context<AppEnv>,
  call: Call,
): Promise<{ draft: OpenDraft; intent: Intent; state: FormState }> {
  const { db, config } = deps;
  const t = speak(c);
  const intake = createIntake(deps, c, call);
  const body = await readMultipart(c, {
    maxBytes: config.maxFileBytes * config.maxFiles + 8 * 1024 * 1024,
    maxFiles: config.maxFiles + 4,
    onFile: intake.receive,
  });
  const { arrivals } = intake;
  const draft = await intake.openDraft(body.fields);
  const { id } = draft.application;
  // What a broken body did not carry any more is not an answer taken back.
  const fields = body.complete
    ? body.fields
    : new Map([...writeFields(valuesOf(draft.key, draft.application)), ...body.fields]);
  const values = readFormValues(fields);
  const held = await listDocuments(db, id);
  const documents = await saveDraft(deps, draft, {
    values,
    texts: readTypedTexts(fields),
    removed: listRemoved(fields, held, arrivals),
    sampleLanguages: readSampleLanguages(fields, arrivals),
  });
  const texts = await readPastedTexts(db, draft.key, documents);
  const intent = readIntent(fields);
  const arrived = problemsOf(arrivals, t.size(config.maxFileBytes));
  const refused = new Set(arrived.map((one) => one.field));
  const answered = await getCallVersion(db, draft.application.callVersionId);
  const judged =
    intent === 'check' ? checkApplication(values, countHeld(documents, texts), answered) : [];
  const problems = sortProblems([...arrived, ...judged.filter((one) => !refused.has(one.field))]);
  const state: FormState = {
    call: answered,
    via: draft.application.via ?? '',
    draft: { token: draft.token, updatedAt: deps.clock.now() },
    values,
    texts,
    documents,
    problems,
    ...(body.complete ? {} : { alert: t('apply.brokenOff') }),
    ...(body.overflowed ? { alert: t('apply.tooManyParts') } : {}),
  };
  return { draft, intent, state };
}
