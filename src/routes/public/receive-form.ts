import type { Context } from 'hono';
import type { OpenDraft } from '../../actions/open-draft.ts';
import { countHeld, readPastedTexts, valuesOf } from '../../actions/read-application.ts';
import { saveDraft } from '../../actions/save-draft.ts';
import type { Call } from '../../db/calls.ts';
import { isConnectionError } from '../../db/client.ts';
import { openName } from '../../db/discreet.ts';
import { getPublished } from '../../db/published.ts';
import type { AppEnv, Deps } from '../../deps.ts';
import { checkApplication, sortProblems } from '../../domain/application-check.ts';
import {
  type Fields,
  isBlank,
  readFormValues,
  readTypedTexts,
  writeFields,
} from '../../domain/application-form.ts';
import { sortAnswers } from '../../domain/questions.ts';
import { cleanLine } from '../../domain/text.ts';
import { readTyping } from '../../domain/typing.ts';
import { AppError } from '../../errors.ts';
import { type Multipart, readMultipart } from '../multipart.ts';
import { type FormState, speak } from './form-page.tsx';
import {
  type Arrival,
  createFileIntake,
  type FileIntake,
  listFileProblems,
  markLost,
} from './receive-files.ts';
import { noteTrap } from './traps.ts';

/** What the pressed button asks for; `switch` goes on in another language, `mail` mails the link. */
export type Intent = 'check' | 'save' | 'mail' | 'switch' | 'remove';

const intents: readonly Intent[] = ['save', 'mail', 'switch'];

const readIntent = (fields: Fields): Intent => {
  if (fields.has('remove')) return 'remove';
  const pressed = fields.get('intent')?.[0];
  return intents.find((one) => one === pressed) ?? 'check';
};

/** What a whole body may have: the files and room for the fields. */
export const maxBodyBytes = ({ maxFileBytes, maxFiles }: Deps['config']): number =>
  maxFileBytes * maxFiles + 8 * 1024 * 1024;

const repeatable = ['places', 'languages', 'links'];

/**
 * The fields of a body that broke off, filled up with what the draft has: what the body did not
 * carry any more is not an answer taken back. A list may have been cut in its middle.
 */
function completeFields(fields: Fields, { key, application }: OpenDraft): Fields {
  const stored = writeFields(valuesOf(key, application));
  const last = [...fields.keys()].at(-1) ?? '';
  const arrived = [...fields].filter(([name]) => name !== last || !repeatable.includes(name));
  return new Map([...stored, ...arrived]);
}

/** The language chosen for each sample that is held, by its id. */
export function readChosenLanguages(fields: Fields): Map<string, string> {
  const languages = new Map<string, string>();
  for (const [name, values] of fields) {
    const id = /^language-(.+)$/.exec(name)?.[1];
    if (id) languages.set(id, values[0] ?? '');
  }
  return languages;
}

/** The same, and for new samples by their order. */
export function readSampleLanguages(
  fields: Fields,
  arrivals: readonly Arrival[],
): Map<string, string> {
  const languages = readChosenLanguages(fields);
  const chosen = fields.get('writingSampleLanguage') ?? [];
  for (const { kind, position, outcome } of arrivals) {
    if (kind === 'writingSample' && outcome.ok) languages.set(outcome.id, chosen[position] ?? '');
  }
  return languages;
}

/** What has to be said when a body did not arrive whole. */
export function describeLoss(
  c: Context<AppEnv>,
  { complete, overflowed, unreadable, tooSlow }: Multipart,
): { alert?: string } {
  if (overflowed) return { alert: speak(c)('apply.tooManyParts') };
  if (unreadable) return { alert: speak(c)('apply.unreadablePart') };
  if (tooSlow) return { alert: speak(c)('apply.tooSlow') };
  return complete ? {} : { alert: speak(c)('apply.brokenOff') };
}

type Received = {
  draft: OpenDraft;
  intent: Intent;
  state: FormState;
  /** The body was not waited for to its end. */
  tooSlow: boolean;
};

/**
 * Takes in one POST of the form: streams its files, stores all that was typed, and says what has to
 * be mended. Nothing that arrived is lost by an error; a body that broke off keeps what came before.
 * Returns undefined, and stores nothing, when a blank form only changes its language. Throws
 * `malformed` when nothing at all can be read, and `unavailable` when the database has forgotten the
 * draft in a crash. A draft that a failed request opened is taken back.
 */
export async function receiveForm(
  deps: Deps,
  c: Context<AppEnv>,
  call: Call,
): Promise<Received | undefined> {
  const intake = createFileIntake(deps, c, call);
  try {
    return await takeIn(deps, c, call, intake);
  } catch (error) {
    // Where even that fails, the draft expires like any other.
    await intake.forgetDraft().catch(() => {});
    // A draft that this request began may be forgotten with its files.
    const told =
      error instanceof AppError && error.code !== 'gone' && error.code !== 'already-submitted';
    if (told || isConnectionError(error)) throw error;
    if (!(await intake.hasCrashed(deps.db).catch(() => false))) throw error;
    throw new AppError('unavailable', { cause: error, retryAfter: 10 });
  }
}

async function takeIn(
  deps: Deps,
  c: Context<AppEnv>,
  call: Call,
  { arrivals, settleDraft, receive, hasCrashed }: FileIntake,
): Promise<Received | undefined> {
  const { db, config } = deps;
  const { maxFileBytes, maxFiles } = config;
  const body = await readMultipart(c, {
    maxBytes: maxBodyBytes(config),
    maxFiles: maxFiles + 4,
    onFile: receive,
  });
  const intent = readIntent(body.fields);
  const token = body.fields.get('draft')?.[0] ?? '';
  if (arrivals.length === 0 && token === '') {
    // A draft whose address nobody would ever learn.
    const nothing = body.fields.size === 0 || body.abandoned;
    if (!body.complete && nothing) throw new AppError(body.tooSlow ? 'too-slow' : 'malformed');
    if (intent === 'switch' && isBlank(body.fields)) return undefined;
  }
  const draft = await settleDraft(body.fields);
  await noteTrap(deps, draft.application.id, body.fields);
  const fields = body.complete ? body.fields : completeFields(body.fields, draft);
  const read = readFormValues(fields);
  const { callVersionId } = draft.application;
  const answered =
    callVersionId === call.versionId ? call : (await getPublished(db, callVersionId)).call;
  const { asked, unasked } = sortAnswers(read.answers, answered.questions);
  const values = { ...read, answers: asked };
  const { outcome, documents, typedRevision, lost } = await saveDraft(deps, draft, {
    language: c.var.language,
    values,
    typing: readTyping(fields),
    texts: readTypedTexts(fields),
    arrived: arrivals.flatMap(({ outcome }) => (outcome.ok ? [outcome.id] : [])),
    hasCrashed,
    removed: fields.get('remove') ?? [],
    sampleLanguages: readSampleLanguages(fields, arrivals),
  });
  const isStored = outcome === 'saved';
  const stored = await readPastedTexts(db, draft.key, documents);
  const texts = isStored ? stored : { ...stored, ...readTypedTexts(fields) };
  const limits = { t: speak(c), maxFileBytes, maxFiles };
  const arrived = listFileProblems(markLost(arrivals, lost), documents, limits);
  const refused = new Set(arrived.map((one) => one.field));
  const judged =
    intent === 'check' && isStored
      ? checkApplication(values, countHeld(documents, texts), answered)
      : [];
  const problems = sortProblems([...arrived, ...judged.filter((one) => !refused.has(one.field))]);
  const state: FormState = {
    call: answered,
    via: draft.application.via ?? '',
    draft: { token: draft.token, updatedAt: deps.clock.now(), typedRevision },
    conflict: !isStored,
    forgotten: lost.length > 0,
    mailTo: cleanLine(fields.get('mailTo')?.[0] ?? ''),
    values,
    texts,
    documents: documents.map((one) => openName(draft.key, one)),
    problems,
    ...(unasked.length > 0 && { alert: speak(c)('apply.unasked') }),
    ...describeLoss(c, body),
  };
  return { draft, intent, state, tooSlow: body.tooSlow };
}
